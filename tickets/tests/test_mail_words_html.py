"""What a person wrote is found in HTML mails, by their markup, and stands there as plain text."""

import html
import re

import pytest

from tickets.channels.mail_in.words import read_words
from tickets.tests.mail_words import Case, cases

HTML = cases("html.txt")


def words(line: str) -> str:
    line = re.sub(r"<!--(?:\[if.*?\]>)?|-->|<!\[.*?\]>|<!\[endif\]-->", " ", line)
    return " ".join(html.unescape(re.sub(r"<br>|</?[a-z!][^>]*>", "", line)).split())


@pytest.mark.parametrize("case", HTML, ids=str)
def test_all_own_lines_are_there_and_no_quoted_line_is(case: Case):
    own = " ".join(read_words(None, case.text, {}).own.split())

    assert [line for line in case.own if words(line) not in own] == []
    assert [line for line in case.quoted if words(line) and words(line) in own] == []


@pytest.mark.parametrize("case", HTML, ids=str)
def test_folding_twice_changes_nothing(case: Case):
    own = read_words(None, case.text, {}).own

    assert read_words(own, None, {}).own == own


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("<div>one</div><div><br></div><div>two</div>", "one\n\ntwo"),
        ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
        ("<p class=MsoNormal>one</p><p class=MsoNormal>two</p>", "one\ntwo"),
        ('<p style="margin:0">one</p><p style="margin:0">two</p>', "one\ntwo"),
        ("<ul><li>one</li><li>two<ul><li>three</li></ul></li></ul>", "- one\n- two\n  - three"),
        ('<ol start="3"><li>one</li><li><p>two</p></li></ol>', "3. one\n4. two"),
        ("<table><tr><th>Order</th><th>Price</th></tr><tr><td>48213</td><td>20 €</td></tr></table>",
         "Order | Price\n48213 | 20 €"),
        ("<table><tr><td><p class=MsoNormal>a</p></td><td><p class=MsoNormal>b</p></td></tr></table>", "a | b"),
        ("<table><tr><td>a</td><td></td><td>c</td></tr></table>", "a | c"),
        ("<table><tr><td>one<br>two</td><td>three</td></tr></table>", "one\ntwo\nthree"),
        ("<pre>  one\n    two\n\nthree</pre>", "  one\n    two\n\nthree"),
        ("a <b>b</b> <i> c</i>d", "a b cd"),
        ("one<hr>two", "one\n\ntwo"),
        ('<a href="https://shop.example/key">key</a>', "key <https://shop.example/key>"),
        ('<a href="https://shop.example/">https://shop.example</a>', "https://shop.example"),
        ('<a href="http://www.shop.example">shop.example</a>', "shop.example"),
        ('<p>one</p><p><a href="https://a.example/x">two</a></p>', "one\n\ntwo <https://a.example/x>"),
        ('<a href="mailto:carol@mail.example?subject=x">carol@mail.example</a>', "carol@mail.example"),
        ('<a href="mailto:carol@mail.example">Carol</a>', "Carol <carol@mail.example>"),
        ('<a href="tel:+37255512345">+372 5551 2345</a>', "+372 5551 2345"),
        ('<a href="javascript:alert(1)">press</a>', "press"),
        ('<a href="data:text/html,x">press</a>', "press"),
        ('<a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2F&data=1">a.example</a>',
         "a.example"),
        ("שלום &rlm;(1)", "שלום \u200f(1)"),
    ],
)  # fmt: skip
def test_markup_becomes_text(source: str, text: str):
    assert read_words(None, source, {}).own == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('one<img src="cid:a@1">two', "one\n[image: screen.png]\ntwo"),
        ('<img src="CID:A@1" alt="x">', "[image: screen.png]"),
        ('<img src="pictures/logo.gif">', "[image: logo.gif]"),
        ('text<img src="cid:unknown@1" alt="a red cross">', "texta red cross"),
        ('text <img src="https://a.example/x.png" alt="smile">', "text smile"),
        ('text<img src="https://a.example/x.png" alt="x.png">', "text"),
        ('text<img src="cid:a@1" width="1" height="1">', "text"),
        ('<a href="https://a.example"><img src="cid:a@1"></a>', "[image: screen.png]"),
    ],
)
def test_pictures_stay_where_they_stood(source: str, text: str):
    assert read_words(None, source, {"<a@1>": "screen.png", "pictures/logo.gif": "logo.gif"}).own == text


@pytest.mark.parametrize(
    ("plain", "text"),
    [
        ("see [cid:image001.png@01D1]", "see [image: screen.png]"),
        ("see [image: screen.png]", "see [image: screen.png]"),
        (
            "see [image: screen.png] and [image: screen.png]",
            "see [image: screen.png] and [image: screen-2.png]",
        ),
        ("see <screen.png>", "see <screen.png>"),
        ("see <image.png>", "see [image: image.png]"),
        ("see [cid:other]", "see [cid:other]"),
        ("see [image: other.png]", "see [image: other.png]"),
    ],
)
def test_pictures_in_plain_text_get_the_same_mark(plain: str, text: str):
    pictures = {"image001.png@01D1": "screen.png", "b": "screen-2.png", "c": "image.png"}
    assert read_words(plain, None, pictures).own == text


def test_html_is_taken_where_the_plain_text_is_a_stub():
    words = read_words("Your mail program does not show HTML.", "<p>The key does not work.</p>", {})

    assert (words.own, words.full) == ("The key does not work.", "The key does not work.")


def test_html_is_taken_where_the_plain_text_is_empty():
    assert read_words(" \r\n\r\n", "<p>The key does not work.</p>", {}).own == "The key does not work."


def test_plain_text_is_taken_where_the_html_is_empty():
    assert (
        read_words("The key does not work.", "<html><body></body></html>", {}).own == "The key does not work."
    )


def test_markup_of_quotes_is_believed_before_the_plain_text():
    plain = "Yes.\n\nOn Thu Bob said this\nShall we?"
    markup = '<div>Yes.</div><blockquote type="cite"><div>On Thu Bob said this</div><div>Shall we?</div></blockquote>'

    assert read_words(plain, markup, {}).own == "Yes."


def test_signs_of_quotes_in_the_plain_text_are_believed_where_markup_has_none():
    plain = "Yes.\n\nBob wrote:\n> Shall we?"
    markup = "<div>Yes.</div><div>Bob wrote:</div><div>Shall we?</div>"

    assert read_words(plain, markup, {}).own == "Yes."


def test_nothing_is_lost_when_both_say_something_else():
    words = read_words(
        "The invoice number is missing on page two.", "<p>Please send another key tomorrow.</p>", {}
    )

    for text in (words.own, words.full):
        assert "The invoice number is missing on page two." in text
        assert "Please send another key tomorrow." in text


def test_the_longer_one_is_taken_when_it_holds_the_shorter():
    words = read_words(
        "Dear shop, the key", "<p>Dear shop, the key was used by somebody before me yesterday.</p>", {}
    )

    assert words.own == "Dear shop, the key was used by somebody before me yesterday."


def test_all_of_the_mail_is_in_full():
    words = read_words(None, '<p>Yes.</p><blockquote type="cite"><p>Shall we?</p><p>Bob</p></blockquote>', {})

    assert (words.own, words.full) == ("Yes.", "Yes.\n\n> Shall we?\n>\n> Bob")


def test_a_mail_without_words_has_none():
    assert read_words(None, None, {}) == read_words("", "", {}) == read_words(None, "<img src=x>", {})
    assert read_words(None, None, {}).own == ""
