import pytest

from tickets.models import Evidence, EvidenceSlot
from tickets.templatetags.words import answer, linked


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<b>&", "&lt;b&gt;&amp;"),
        (
            "see https://a.example/?b=1&c=2.",
            'see <a href="https://a.example/?b=1&amp;c=2" rel="nofollow noopener noreferrer">https://a.example/?b=1&amp;c=2</a>.',
        ),
        ("javascript:alert(1)", "javascript:alert(1)"),
        (
            'https://a.example/"onclick=alert(1)',
            '<a href="https://a.example/" rel="nofollow noopener noreferrer">https://a.example/</a>&quot;onclick=alert(1)',
        ),
    ],
)
def test_addresses_become_links_and_nothing_else_does(text, html):
    assert linked(text) == html


def test_an_answer_is_shown_as_a_person_writes_it():
    kinds = EvidenceSlot.Kind
    assert answer(Evidence(kind=kinds.YES_NO, value="yes")) == "Yes"
    assert answer(Evidence(kind=kinds.DATE, value="2026-03-11")) == "11 March 2026"
    assert answer(Evidence(kind=kinds.DATE, value="some day")) == "some day"
    assert answer(Evidence(kind=kinds.TEXT, value="yes")) == "yes"
