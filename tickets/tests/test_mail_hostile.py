"""Mails made to cost much (THREATS V27, V29): each is read within its bounds, and what is not opened is kept."""

import time
from collections.abc import Callable

import pytest

from tickets.channels.mail_in.html_view import clean
from tickets.channels.mail_in.parse import read
from tickets.channels.mail_in.words.html_text import lines_of_html
from tickets.channels.mail_in.words.shallow import shallow

HEAD = b"From: a@x.example\nSubject: s\n"
SECONDS = 5


def nested(levels: int, below: bytes = b"Inner\n") -> bytes:
    opened = [b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d" % (n, n) for n in range(levels)]
    return HEAD + b"\n".join(opened) + b"\nContent-Type: text/plain\n\n" + below


def in_html(text: bytes) -> bytes:
    return HEAD + b"Content-Type: text/html\n\n" + text


def in_parts(parts: bytes) -> bytes:
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + parts


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a hundred thousand headers": lambda: HEAD + b"".join(b"X-%d: y\n" % n for n in range(100_000)) + b"\nHi",
    "a header folded a million times": lambda: HEAD + b"X: y\n" + b" a\n" * 1_000_000 + b"\nHi",
    "ten thousand levels": lambda: nested(10_000),
    "ninety levels over a million lines": lambda: nested(90, b"x\n" * 1_000_000),
    "ten thousand mails in mails": lambda: HEAD + b"Content-Type: message/rfc822\n\n" * 10_000 + b"x",
    "a million parts": lambda: in_parts(b"--b\n\n" * 1_000_000),
    "a line of 50 MB": lambda: HEAD + b"\n" + b"a" * 50_000_000,
    "two million lines": lambda: HEAD + b"\n" + b"a\n" * 2_000_000,
    "a million flowed lines": lambda: (
        HEAD + b"Content-Type: text/plain; format=flowed\n\n" + b"a \n" * 1_000_000
    ),
    "long flowed lines": lambda: (
        HEAD + b"Content-Type: text/plain; format=flowed\n\n" + (b"a" * 18 + b" \n") * 100_000
    ),
    "a hundred thousand recipients": lambda: (
        HEAD + b"To: " + b", ".join(b"a%d@x.example" % n for n in range(100_000)) + b"\n\nHi"
    ),
    "a thousand headers of recipients": lambda: HEAD + (b"To: " + b'(a"<:' * 9_000 + b"\n") * 50 + b"\nHi",
    "an endless recipient": lambda: HEAD + b"To: " + b"a" * 95_000 + b"\nCc: a@" + b"b@" * 45_000 + b"\n\nHi",
    "a comment without an end": lambda: HEAD + b"To: (" + b"a" * 95_000 + b"\n\nHi",
    "groups without an end": lambda: HEAD + b"To: " + b"a:" * 45_000 + b"\n\nHi",
    "bold that is never closed": lambda: in_html(
        b"<p>" + b"".join(b"<b a=%d>" % n for n in range(4_000)) + b"<p>x" * 14_000
    ),
    "bold that hides where it ends": lambda: in_html(
        b"<p>" + b"".join(b"<b a='>' b%d>" % n for n in range(4_000)) + b"<p>x" * 14_000
    ),
    "a million opening brackets": lambda: in_html(b"<" * 1_000_000),
    "three hundred thousand unclosed elements": lambda: in_html(b"<div>" * 300_000),
    "a million entities": lambda: in_html(b"&lt;&#1;" * 1_000_000),
    "a million words that begin a tag": lambda: in_html(b"<meta" * 1_000_000),
    "a quote of 767 kB": lambda: HEAD + b"\n" + b"> hello there\n" * 55_000,
    "a quote of 767 kB in one line": lambda: HEAD + b"\n" + b">" * 767_000,
    "files in uuencode without an end": lambda: HEAD + b"\n" + b"begin 644 a\n#AAAA\n" * 100_000,
    "semicolons without a parameter": lambda: HEAD + b"Content-Type: text/plain" + b"; " * 50_000 + b"\n\nHi",
    "unclosed encoded words": lambda: HEAD + b"X: " + b"=?a?q?" * 16_000 + b"\n\nHi",
    "NULs": lambda: HEAD + b"\n" + b"\0" * 5_000_000,
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_mail_costs_little(make: Callable[[], bytes]) -> None:
    raw = make()
    begin = time.process_time()
    mail = read(raw)
    assert time.process_time() - begin < SECONDS
    assert mail.sender
    assert mail.sender.address == "a@x.example"
    assert len(mail.to) <= 1_000


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (HOSTILE["a million parts"], "whole-mail.eml"),
        (HOSTILE["a line of 50 MB"], "long-text.txt"),
        (HOSTILE["two million lines"], "long-text.txt"),
    ],
)
def test_what_is_not_opened_is_kept_byte_by_byte(make: Callable[[], bytes], name: str) -> None:
    raw = make()
    mail = read(raw)
    (file,) = [one for one in mail.files if one.name == name]
    assert file.content.rstrip() == (raw if name == "whole-mail.eml" else raw.partition(b"\n\n")[2]).rstrip()
    assert mail.problems


def test_a_hundred_levels_are_opened() -> None:
    assert read(nested(98)).words.full == "Inner"


@pytest.mark.parametrize("unit", ["<div>", "<blockquote>", "<div></x>", "<div><!--</div>-->", "<p><b>"])
def test_deep_html_is_shown_quickly(unit: str) -> None:
    html = unit * (480_000 // len(unit)) + "The end"
    begin = time.process_time()
    assert any("The end" in line.text for line in lines_of_html(html, {}.get))
    assert "The end" in clean(html, pictures={}).html
    assert time.process_time() - begin < SECONDS


def test_a_tag_of_endless_attributes_is_shown_quickly() -> None:
    html = "<p " + " ".join(f"a{number}=x" for number in range(300_000)) + ">The end</p>"
    begin = time.process_time()
    clean(html, pictures={})
    assert time.process_time() - begin < SECONDS


def test_embedded_pictures_are_shown_however_large() -> None:
    pictures = [f"data:image/png;base64,{letter * 600_000}" for letter in "AB"]
    html = "".join(f'<p>Look:<img src="{picture}" alt="a">' for picture in pictures) + "The end"
    shown = clean(html, pictures={}).html
    assert all(f'src="{picture}"' in shown for picture in pictures)
    assert shown.endswith("The end</p>")


def test_bold_that_is_never_closed_is_shown_quickly() -> None:
    html = "<p>" + "".join(f"<b a={number}>" for number in range(4_000)) + "<p>x" * 14_000
    begin = time.process_time()
    assert clean(html, pictures={}).html.count("x") == 14_000
    assert time.process_time() - begin < SECONDS


def test_one_picture_shown_thousands_of_times_is_left_out_at_some_time() -> None:
    picture = f"data:image/png;base64,{'A' * 1_000_000}"
    html = '<img src="cid:one" alt="a">' * 4_000
    shown = clean(html, pictures={"one": picture}).html
    assert shown.count("<img") == 4_000
    assert 10 <= shown.count("src=") * len(picture) / 1_000_000 <= 31


@pytest.mark.parametrize("bold", ["<b>", "<b style='color: red'>", "<font face=Arial size=2>"])
def test_bold_of_a_long_newsletter_is_left_as_it_is(bold: str) -> None:
    html = f"<table><tr><td>{bold}Hello</td></tr></table>" * 8_000
    assert shallow(html).startswith(html[:100_000])


def test_words_in_bold_stay_words_when_it_is_taken_out() -> None:
    html = "".join(f"<p><b a={n}>H</b>ello</p>" for n in range(3_000))
    assert "<b" not in shallow(html).replace("<wbr", "")
    assert all(line.text in ("Hello", "") for line in lines_of_html(html, {}.get))


def test_html_that_people_write_is_left_as_it_is() -> None:
    html = "<table>" + "<tr><td>1<td>2" * 10_000 + "</table>"
    assert shallow(html) == html
