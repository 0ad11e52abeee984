"""Mails in which something went wrong at random: each is opened, joined, or parked with a reason, and none stops us."""

import time
from collections import Counter

import pytest

from tickets.channels.mail_in.mail import Unreadable
from tickets.channels.mail_in.parse import read
from tickets.models import InMail
from tickets.tests.factories import make_mailbox
from tickets.tests.mailing import take
from tickets.tests.mails import mutated
from tickets.tests.test_mail_parse import check_strings

SECONDS_EACH = 5


def read_all(seeds: range) -> None:
    for seed in seeds:
        raw = mutated(seed)
        begin = time.process_time()
        try:
            check_strings(read(raw))
        except Unreadable:
            pass
        except Exception as error:
            raise AssertionError(f"seed {seed}") from error
        assert time.process_time() - begin < SECONDS_EACH, f"seed {seed}"


def take_all(seeds: range) -> Counter[str]:
    mailbox = make_mailbox()
    outcomes: Counter[str] = Counter()
    for seed in seeds:
        mail = take(mutated(seed), mailbox)
        outcomes[mail.outcome] += 1
        assert mail.outcome, f"seed {seed}"
        assert mail.ticket or mail.reason, f"seed {seed}"
        assert mail.told.get("detail") not in (
            "RuntimeError",
            "TypeError",
            "ValueError",
            "KeyError",
            "DataError",
        ), f"seed {seed}: {mail.reason}"
        assert not mail.reason.startswith("We could not understand"), f"seed {seed}: {mail.told}"
    return outcomes


def test_mutated_mails_are_read() -> None:
    read_all(range(400))


@pytest.mark.django_db
def test_mutated_mails_all_come_somewhere() -> None:
    assert sum(take_all(range(5000, 5100)).values()) == 100


@pytest.mark.heavy
def test_twenty_thousand_mutated_mails_are_read() -> None:
    read_all(range(20_000))


@pytest.mark.heavy
@pytest.mark.django_db
def test_twenty_thousand_mutated_mails_all_come_somewhere(capsys) -> None:
    outcomes = take_all(range(20_000))
    assert sum(outcomes.values()) == 20_000
    assert InMail.objects.filter(outcome="").count() == 0
    with capsys.disabled():
        print(f"\n{dict(outcomes)}")  # noqa: T201
