"""What a person wrote is found in the mails of every program and language, and nothing of it is lost."""

import pytest

from tickets.channels.mail_in.words import read_words
from tickets.tests.mail_words import Case, cases

PLAIN = cases("replies.txt", "own_words.txt", "signatures.txt", "forwards.txt")


def spaced(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("case", PLAIN, ids=str)
def test_all_own_lines_are_there_and_no_quoted_line_is(case: Case):
    own = [spaced(line) for line in read_words(case.text, None, {}).own.split("\n")]

    assert [line for line in case.own if spaced(line) not in own] == []
    assert [line for line in case.quoted if spaced(line.lstrip("> ")) in own] == []


@pytest.mark.parametrize("case", PLAIN, ids=str)
def test_folding_twice_changes_nothing(case: Case):
    own = read_words(case.text, None, {}).own

    assert read_words(own, None, {}).own == own
