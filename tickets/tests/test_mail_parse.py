"""Hard mails, each kind that real ones come in, and what must be read out of them."""

import json
from datetime import UTC, datetime

import pytest

from tickets.channels.mail_in.mail import Mail, Unreadable
from tickets.channels.mail_in.parse import read
from tickets.tests.mails import HARD, Hard


def named(hard: Hard) -> str:
    return hard.name


def check_strings(mail: Mail) -> None:
    """What a database and JSON refuse comes out nowhere."""
    strings = [
        mail.subject,
        mail.message_id,
        *mail.answers_to,
        mail.words.own,
        mail.words.full,
        mail.html,
        *mail.problems,
    ]
    for address in [*([mail.sender] if mail.sender else []), *mail.to, *mail.cc, *mail.reply_to]:
        strings += [address.name, address.address]
        assert not any(character in address.address for character in "\r\n\0<>, ")
    for file in mail.files:
        strings += [file.name, file.content_type, file.cid]
        assert file.name
        assert "/" not in file.name
    for text in strings:
        json.dumps(text)
        assert "\0" not in text
        text.encode()


@pytest.mark.parametrize("hard", HARD, ids=named)
def test_a_hard_mail_is_read(hard: Hard) -> None:
    mail = read(hard.raw)
    check_strings(mail)
    if hard.text is not None:
        assert hard.text in mail.words.full
    if hard.subject is not None:
        assert mail.subject == hard.subject
    if hard.sender:
        assert mail.sender
        assert (mail.sender.name, mail.sender.address) == hard.sender
    if hard.to is not None:
        assert [one.address for one in mail.to] == hard.to
    found = {file.name: file.content for file in mail.files}
    for name, content in hard.files.items():
        assert name in found, list(found)
        assert content is None or found[name] == content
    if hard.more.get("no_sender"):
        assert mail.sender is None or not mail.sender.address
    if hard.more.get("no_date"):
        assert mail.date is None
    if "inline" in hard.more:
        assert {file.name for file in mail.files if file.is_inline} == hard.more["inline"]
    if "message_id" in hard.more:
        assert mail.message_id == hard.more["message_id"]
    if "answers_to" in hard.more:
        assert mail.answers_to == hard.more["answers_to"]


def test_there_are_more_than_a_hundred_hard_mails() -> None:
    assert len(HARD) > 100
    assert len({hard.name for hard in HARD}) == len(HARD)


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\0\0", b" \r\n"])
def test_nothing_is_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        read(raw)


def test_the_date_is_aware() -> None:
    assert read(b"From: a@b.example\nDate: Tue, 24 Nov 2026 12:00:00 +0200\n\nx").date == datetime(
        2026, 11, 24, 10, tzinfo=UTC
    )
