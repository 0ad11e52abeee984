"""The rules of promises as tables: a history in, due times and states out. No database."""

from datetime import UTC, datetime

import pytest

from sla.derive import Derived, Happened, derive
from sla.terms import Amount, Terms, read_hours
from tickets.models import Event
from tickets.models.ticket import Status

pytestmark = pytest.mark.standalone

Kind = Event.Kind
NINE_TO_FIVE = {"tz": "Europe/Tallinn", "week": {str(day): [["09:00", "17:00"]] for day in range(5)}}
HOURS = read_hours({**NINE_TO_FIVE, "exceptions": {"2026-03-12": []}})
USUAL, QUICK, PATIENT, SILENT = 1, 2, 3, 4
TERMS = {
    USUAL: Terms(
        {"first_answer": Amount(120), "next_answer": Amount(240), "solution": Amount(480)}, HOURS, False
    ),
    QUICK: Terms({"first_answer": Amount(30, "always"), "solution": Amount(60)}, HOURS, False),
    PATIENT: Terms({"first_answer": Amount(240), "solution": Amount(960)}, HOURS, True),
    SILENT: Terms({"first_answer": Amount(120)}, HOURS, False),
}


def at(text: str) -> datetime:
    """A moment of March 2026 in UTC, as "11 10:00"; Wednesday the 11th, Thursday the 12th is a holiday. The desk
    is open from 7:00 to 15:00 in UTC."""
    return datetime.strptime(f"2026 03 {text}", "%Y %m %d %H:%M").replace(tzinfo=UTC)


def lived(*steps: tuple, terms: int = USUAL) -> list[Derived]:
    """Opened on the 11th at 10:00 under `terms`, then each step: a time, a kind, and what its event holds."""
    history = [
        Happened(Kind.OPENED, at("11 10:00"), True, {}),
        Happened(Kind.SLA_APPLIED, at("11 10:00"), False, {"terms": terms, "sla_type": terms}),
    ]
    for when, kind, *rest in steps:
        data = dict(rest[0]) if rest else {}
        by_customer = data.pop("by_customer", kind == Kind.RECEIVED)
        history.append(Happened(kind, at(when), by_customer, data))
    return derive(history, TERMS)


def told(promise: Derived) -> str:
    """ "kind due, state": as short as a table needs it."""
    states = [
        f"met {promise.met_at:%d %H:%M}" if promise.met_at else "",
        "broken" if promise.broken_at else "",
        f"paused {promise.paused_since:%d %H:%M}" if promise.paused_since else "",
    ]
    return " ".join([promise.kind, f"{promise.due_at:%d %H:%M}", *filter(None, states)])


CUSTOMER, SUPPLIER = ({"new": status} for status in (Status.WAITING_CUSTOMER, Status.WAITING_SUPPLIER))
OPEN = {"new": Status.OPEN}

RULES = {
    "opening starts first answer and solution, over a holiday": (
        lived(),
        ["first_answer 11 12:00", "solution 13 10:00"],
    ),
    "an answer keeps the first answer": (
        lived(("11 11:00", Kind.REPLIED)),
        ["first_answer 11 12:00 met 11 11:00", "solution 13 10:00"],
    ),
    "an answer at the due minute is in time, one after it is not": (
        [
            *lived(("11 12:00", Kind.REPLIED))[:1],
            *lived(("11 12:01", Kind.REPLIED))[:1],
        ],
        ["first_answer 11 12:00 met 11 12:00", "first_answer 11 12:00 met 11 12:01 broken"],
    ),
    "a call that answered nothing keeps nothing": (
        lived(("11 11:00", Kind.PHONED, {"answered": False}))[:1],
        ["first_answer 11 12:00"],
    ),
    "the next message starts the next answer; one more does not start it again": (
        lived(
            ("11 11:00", Kind.REPLIED),
            ("11 12:00", Kind.RECEIVED),
            ("11 13:00", Kind.RECEIVED),
        ),
        ["first_answer 11 12:00 met 11 11:00", "solution 13 10:00", "next_answer 13 08:00"],
    ),
    "each answer keeps the next answer and the message after it starts another": (
        lived(
            ("11 11:00", Kind.REPLIED),
            ("11 11:30", Kind.RECEIVED),
            ("11 12:00", Kind.REPLIED),
            ("11 12:30", Kind.RECEIVED),
        )[2:],
        ["next_answer 13 07:30 met 11 12:00", "next_answer 13 08:30"],
    ),
    "who writes again before the first answer waits for that one": (
        lived(("11 11:00", Kind.RECEIVED)),
        ["first_answer 11 12:00", "solution 13 10:00"],
    ),
    "waiting for the customer pauses all, the message resumes with what was left": (
        lived(
            ("11 11:00", Kind.REPLIED),
            ("11 11:00", Kind.STATUS_CHANGED, CUSTOMER),
            ("13 09:00", Kind.RECEIVED),
        )[1:],
        ["solution 16 08:00", "next_answer 13 13:00"],
    ),
    "while it waits the due time stands where it stood": (
        lived(("11 11:00", Kind.REPLIED), ("11 11:00", Kind.STATUS_CHANGED, CUSTOMER))[1:],
        ["solution 13 10:00 paused 11 11:00"],
    ),
    "waiting for the supplier does not pause unless the terms say so": (
        lived(("11 11:00", Kind.STATUS_CHANGED, SUPPLIER)),
        ["first_answer 11 12:00", "solution 13 10:00"],
    ),
    "where the terms say so it pauses the solution and no answer": (
        lived(
            ("11 11:00", Kind.STATUS_CHANGED, SUPPLIER),
            ("13 08:00", Kind.STATUS_CHANGED, OPEN),
            terms=PATIENT,
        ),
        ["first_answer 11 14:00 broken", "solution 16 15:00"],
    ),
    "a message does not end the waiting for the supplier": (
        lived(
            ("11 11:00", Kind.STATUS_CHANGED, SUPPLIER),
            ("11 12:00", Kind.RECEIVED),
            terms=PATIENT,
        )[1:],
        ["solution 16 10:00 paused 11 11:00"],
    ),
    "a pause after the due time hides nothing": (
        lived(("11 13:00", Kind.STATUS_CHANGED, CUSTOMER))[:1],
        ["first_answer 11 12:00 broken paused 11 13:00"],
    ),
    "solving keeps all that is open": (
        lived(("11 11:00", Kind.SOLVED)),
        ["first_answer 11 12:00 met 11 11:00", "solution 13 10:00 met 11 11:00"],
    ),
    "solving while paused keeps it, too, with the due time that stood": (
        lived(("11 11:00", Kind.STATUS_CHANGED, CUSTOMER), ("18 11:00", Kind.SOLVED))[1:],
        ["solution 13 10:00 met 18 11:00"],
    ),
    "reopened by the customer: another solution and an answer": (
        lived(("11 11:00", Kind.SOLVED), ("13 09:00", Kind.REOPENED, {"by_customer": True}))[2:],
        ["solution 16 09:00", "next_answer 13 13:00"],
    ),
    "reopened by an agent: another solution": (
        lived(("11 11:00", Kind.SOLVED), ("13 09:00", Kind.REOPENED))[2:],
        ["solution 16 09:00"],
    ),
    "other terms measure from the original start, and their clock counts": (
        lived(("11 10:10", Kind.SLA_APPLIED, {"terms": QUICK, "sla_type": QUICK})),
        ["first_answer 11 10:30", "solution 11 11:00"],
    ),
    "other terms count the pauses, too": (
        lived(
            ("11 11:00", Kind.REPLIED),
            ("11 11:00", Kind.STATUS_CHANGED, CUSTOMER),
            ("13 08:00", Kind.RECEIVED),
            ("13 09:00", Kind.SLA_APPLIED, {"terms": PATIENT, "sla_type": PATIENT}),
        )[1:2],
        ["solution 16 15:00"],
    ),
    "other terms leave what is kept and what is broken": (
        lived(
            ("11 11:00", Kind.REPLIED),
            ("16 08:00", Kind.SLA_APPLIED, {"terms": PATIENT, "sla_type": PATIENT}),
        ),
        ["first_answer 11 12:00 met 11 11:00", "solution 13 10:00 broken"],
    ),
    "other terms cannot break what was kept until then: the old time stays": (
        lived(("11 11:30", Kind.SLA_APPLIED, {"terms": QUICK, "sla_type": QUICK})),
        ["first_answer 11 12:00", "solution 13 10:00"],
    ),
    "other terms cannot break what stands still either: the old time stays": (
        lived(
            ("11 10:30", Kind.REPLIED),
            ("11 12:00", Kind.STATUS_CHANGED, CUSTOMER),
            ("13 08:00", Kind.SLA_APPLIED, {"terms": QUICK, "sla_type": QUICK}),
            ("13 09:00", Kind.RECEIVED),
        )[1:2],
        ["solution 13 15:00"],
    ),
    "by other terms waiting for the supplier may stop the clock": (
        lived(
            ("11 11:00", Kind.STATUS_CHANGED, SUPPLIER),
            ("11 12:00", Kind.SLA_APPLIED, {"terms": PATIENT, "sla_type": PATIENT}),
        )[1:],
        ["solution 16 10:00 paused 11 12:00"],
    ),
    "and by other terms it goes on": (
        lived(
            ("11 11:00", Kind.STATUS_CHANGED, SUPPLIER),
            ("13 08:00", Kind.SLA_APPLIED, {"terms": USUAL, "sla_type": USUAL}),
            terms=PATIENT,
        )[1:],
        ["solution 13 15:00"],
    ),
    "a message that waits gets the next answer that only other terms promise": (
        lived(
            ("11 11:00", Kind.REPLIED),
            ("11 11:30", Kind.RECEIVED),
            ("11 12:00", Kind.SLA_APPLIED, {"terms": USUAL, "sla_type": USUAL}),
            terms=PATIENT,
        )[2:],
        ["next_answer 13 08:00"],
    ),
    "what other terms do not promise stays promised": (
        lived(("11 11:00", Kind.SLA_APPLIED, {"terms": SILENT, "sla_type": SILENT})),
        ["first_answer 11 12:00", "solution 13 10:00"],
    ),
    "what only other terms promise begins with them": (
        lived(("11 11:00", Kind.SLA_APPLIED, {"terms": USUAL, "sla_type": USUAL}), terms=SILENT),
        ["first_answer 11 12:00", "solution 13 11:00"],
    ),
    "a clock that went back a little does not turn time": (
        lived(("11 11:00", Kind.RECEIVED), ("11 10:59", Kind.REPLIED))[:1],
        ["first_answer 11 12:00 met 11 11:00"],
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_rule(rule: str) -> None:
    promises, expected = RULES[rule]
    assert [told(promise) for promise in promises] == expected


def test_each_pause_is_told_with_what_was_waited_for() -> None:
    (solution,) = lived(
        ("11 10:30", Kind.REPLIED),
        ("11 11:00", Kind.STATUS_CHANGED, CUSTOMER),
        ("11 12:00", Kind.STATUS_CHANGED, SUPPLIER),
        ("11 13:00", Kind.STATUS_CHANGED, OPEN),
        terms=PATIENT,
    )[1:]
    assert solution.pauses == [
        (at("11 11:00"), at("11 12:00"), "waiting_customer"),
        (at("11 12:00"), at("11 13:00"), "waiting_supplier"),
    ]


def test_a_history_without_terms_promises_nothing() -> None:
    assert derive([Happened(Kind.OPENED, at("11 10:00"), True, {})], {}) == []


def test_working_time_is_measured_without_pauses_and_whatever_the_clock() -> None:
    first, solution = lived(
        ("11 11:00", Kind.REPLIED),
        ("11 11:00", Kind.STATUS_CHANGED, CUSTOMER),
        ("13 14:00", Kind.RECEIVED),
        ("16 08:00", Kind.SOLVED),
        terms=QUICK,
    )[:2]
    assert first.worked() == at("11 11:00") - at("11 10:00")
    assert (
        solution.worked().total_seconds() == 3 * 3600
    )  # one before the pause, one on the 13th, one on the 16th
