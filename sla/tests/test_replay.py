"""What would have been otherwise. NOON is Wednesday, 12:00 in Tallinn; the desk of make_sla_type works 9-17."""

from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.tests.factories import NOON, make_code, make_customer, make_order
from sla import replay as replaying
from sla.models import OpeningHours, Promise, SlaRule, SlaTerms, SlaType
from sla.promises import mark_broken
from sla.replay import UNSAVED, Change, replay
from sla.replayed import Line, Replay, Tally
from sla.tests.factories import make_calendar, make_sla_type, promise_of
from tickets import actions
from tickets.models import Delivery, Event, Ticket
from tickets.models.ticket import Status
from tickets.tests.factories import make_agent, make_problem_type, make_ticket

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
NEXT_DAY = NOON + 24 * HOUR


@pytest.fixture(autouse=True)
def codes() -> SlaType:
    return make_sla_type(problem_type=make_problem_type())


def tried(*sla_types: SlaType, rules: list[SlaRule] | None = None, now: datetime = NEXT_DAY) -> Replay:
    return replay(Change(sla_types, rules), days=30, now=now)


def answered_after(hours: float) -> Ticket:
    """Answered so long after NOON by Alice, who handles it then."""
    ticket = make_ticket()
    alice = make_agent()
    actions.claim(ticket, by=alice, at=NOON)
    actions.reply(ticket, by=alice, text="Try this.", at=NOON + hours * HOUR)
    return ticket


def counted(line: Line) -> list[tuple[int, int, int]]:
    return [(tally.kept, tally.broken, tally.warnings) for tally in (line.then, line.now)]


def told(result: Replay) -> list[tuple]:
    """Each difference as "kind, due and state then, and now"; hours after NOON."""
    return [
        (
            difference.kind,
            *(
                (f"{(one.due_at - NOON) / HOUR:g} {one.state}" if one else None)
                for one in (difference.then, difference.now)
            ),
        )
        for ticket in result.differs
        for difference in ticket.promises
    ]


def test_what_was_kept_breaks_with_less_time(codes: SlaType) -> None:
    ticket = answered_after(1.5)
    codes.first_answer_minutes = 60
    result = tried(codes, now=NOON + 2 * HOUR)
    assert told(result) == [("first_answer", "2 kept", "1 broken")]
    assert [one.number for one in result.differs] == [ticket.number]
    assert (result.tickets, result.differing, result.turned) == (1, 1, 1)
    assert counted(result.total) == [(1, 0, 0), (0, 1, 1)]
    assert [(line.name, *counted(line)) for line in result.sla_types] == [("Codes", (1, 0, 0), (0, 1, 1))]
    assert [(line.name, *counted(line)) for line in result.agents] == [("Alice Agent", (1, 0, 0), (0, 1, 1))]


def test_what_broke_is_kept_with_more_time(codes: SlaType) -> None:
    answered_after(3)
    codes.first_answer_minutes = 240
    result = tried(codes, now=NOON + 4 * HOUR)
    assert told(result) == [("first_answer", "2 broken", "4 kept")]
    assert counted(result.total) == [(0, 1, 1), (1, 0, 0)]


def test_that_it_was_noticed_then_breaks_nothing_now(codes: SlaType) -> None:
    ticket = make_ticket()
    mark_broken(promise_of(ticket), ticket, at=NOON + 3 * HOUR)
    codes.first_answer_minutes = 240
    assert told(tried(codes, now=NOON + 3.5 * HOUR)) == [("first_answer", "2 broken", "4 open")]


def test_an_open_promise_past_its_due_time_is_broken_though_nobody_noticed(codes: SlaType) -> None:
    make_ticket()
    codes.first_answer_minutes = 60
    assert told(tried(codes, now=NOON + 1.5 * HOUR)) == [("first_answer", "2 open", "1 broken")]
    assert told(tried(codes, now=NOON + 0.5 * HOUR)) == [("first_answer", "2 open", "1 open")]


def test_the_same_terms_change_nothing(codes: SlaType) -> None:
    answered_after(3)
    result = tried(codes)
    assert (result.differing, result.differs) == (0, [])
    # Of the solution, too, is warned: it is due at this very moment, and not broken yet.
    assert result.total.then == result.total.now == Tally(kept=0, broken=1, warnings=2)


def test_a_ticket_that_only_is_due_at_another_time_differs_but_does_not_turn(codes: SlaType) -> None:
    answered_after(1)
    codes.first_answer_minutes = 180
    result = tried(codes)
    assert (result.differing, result.turned) == (1, 0)
    assert told(result) == [("first_answer", "2 kept", "3 kept")]


def test_pauses_count_now_as_they_did_then(codes: SlaType) -> None:
    ticket = make_ticket()
    alice = make_agent()
    actions.reply(ticket, by=alice, text="Which code?", then=Status.WAITING_CUSTOMER, at=NOON + HOUR)
    actions.receive(ticket, by=ticket.customer, text="This.", at=NOON + 4 * HOUR)
    actions.solve(ticket, by=alice, at=NOON + 4.5 * HOUR)
    # One hour before the pause of three, half of one after it.
    codes.solution_minutes = 120
    assert told(tried(codes))[-1] == ("solution", "27 kept", "5 kept")
    codes.first_answer_minutes = codes.solution_minutes = 80
    assert told(tried(codes))[-1][2].endswith("broken")


def test_a_promise_that_the_type_does_not_make_any_more(codes: SlaType) -> None:
    answered_after(1)
    codes.solution_minutes = None
    assert told(tried(codes)) == [("solution", "24 open", None)]


def test_tickets_under_another_sla_type_stay_as_they_were(codes: SlaType) -> None:
    make_ticket(problem_type=make_problem_type("refund"))
    codes.first_answer_minutes = 1
    assert tried(codes).differing == 0


def test_tickets_that_opened_before_are_left_out(codes: SlaType) -> None:
    make_ticket(at=NOON - timedelta(days=31))
    make_ticket(at=NOON - timedelta(days=28))
    codes.first_answer_minutes = 1
    assert (tried(codes).tickets, tried(codes).differing) == (1, 1)


def test_other_opening_hours_move_the_tickets_of_each_sla_type_that_uses_them(codes: SlaType) -> None:
    late = make_calendar("Late", opens=time(13), closes=time(21))
    other = make_sla_type("Other", calendar=codes.calendar, problem_type=make_problem_type("refund"))
    make_ticket()
    make_ticket(problem_type=make_problem_type("refund"))
    codes.calendar = other.calendar = late
    result = tried(codes, other, now=NOON)
    assert result.differing == 2
    assert ("first_answer", "2 open", "3 open") in told(result)


def test_another_rule_moves_tickets_to_another_sla_type(codes: SlaType) -> None:
    quick = make_sla_type("Quick", first_answer_minutes=30)
    answered_after(1)
    result = tried(rules=[SlaRule(problem_type=make_problem_type(), sla_type=quick)], now=NOON + 2 * HOUR)
    assert told(result)[0] == ("first_answer", "2 kept", "0.5 broken")
    assert [(line.name, *counted(line)) for line in result.sla_types] == [
        ("Codes", (1, 0, 0), (0, 0, 0)),
        ("Quick", (0, 0, 0), (0, 1, 1)),
    ]


def test_without_its_rule_a_ticket_falls_to_the_default() -> None:
    make_ticket()
    result = tried(rules=[])
    assert [line.name for line in result.sla_types] == ["Codes", "Standard"]


def test_the_more_specific_rule_wins_in_a_replay_too(codes: SlaType) -> None:
    quick = make_sla_type("Quick", first_answer_minutes=30)
    carols, doras = (
        make_ticket(),
        make_ticket(code=make_code(order=make_order(customer=make_customer("d@e.example", "Dora")))),
    )
    rules = [*SlaRule.objects.all(), SlaRule(customer=carols.customer, sla_type=quick)]
    assert [one.number for one in tried(rules=rules).differs] == [carols.number]
    assert doras.customer != carols.customer


def test_rules_that_choose_the_same_leave_all_as_it_was_applied(codes: SlaType) -> None:
    """Also where the rules of today would choose otherwise than those of then."""
    make_ticket()
    SlaRule.objects.update(sla_type=make_sla_type("Quick", first_answer_minutes=1))
    assert tried(rules=list(SlaRule.objects.all())).differing == 0


def test_only_what_was_applied_last_is_moved_by_rules(codes: SlaType) -> None:
    refund = make_problem_type("refund")
    make_sla_type("Refunds", first_answer_minutes=60, problem_type=refund)
    ticket = make_ticket()
    actions.change_problem_type(ticket, refund, by=make_agent(), at=NOON + HOUR / 2)
    rules = list(SlaRule.objects.all())
    for rule in rules:
        rule.sla_type = codes
    assert told(tried(rules=rules, now=NOON + HOUR)) == [("first_answer", "1 open", "2 open")]


def test_an_sla_type_that_is_not_saved_yet_takes_tickets_by_its_rules(codes: SlaType) -> None:
    make_ticket()
    new = SlaType(pk=UNSAVED, name="New", calendar=codes.calendar, first_answer_minutes=30)
    result = tried(new, rules=[SlaRule(problem_type=make_problem_type(), sla_type=new)])
    assert [line.name for line in result.sla_types] == ["Codes", "New"]
    assert told(result)[0] == ("first_answer", "2 broken", "0.5 broken")


def test_tickets_of_nobody_are_counted_last() -> None:
    answered_after(1)
    make_ticket()
    assert [line.name for line in tried().agents] == ["Alice Agent", None]


def test_those_that_turn_are_shown_first_and_all_are_counted(
    codes: SlaType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sla.replayed.LISTED", 2)
    turns = [answered_after(1.5).number, answered_after(1.5).number]
    for _ticket in range(2):
        answered_after(0.5)
    codes.first_answer_minutes = 60
    result = tried(codes)
    assert [one.number for one in result.differs] == turns[::-1]
    assert (result.differing, result.turned) == (4, 2)


def test_a_batch_costs_the_same_number_of_statements_however_many_tickets_it_has(
    codes: SlaType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def statements(tickets: int) -> int:
        while Ticket.objects.count() < tickets:
            answered_after(1)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert tried(codes).differing == tickets
        return len(captured)

    codes.first_answer_minutes = 30
    one = statements(1)
    assert statements(6) == one
    monkeypatch.setattr(replaying, "AT_ONCE", 2)
    assert statements(6) == one + 2


def test_a_replay_writes_and_sends_nothing(codes: SlaType) -> None:
    answered_after(3)
    before = everything()
    codes.first_answer_minutes = 1
    with CaptureQueriesContext(connection) as captured:
        assert tried(codes, rules=[]).differing
    # PostgreSQL streams the tickets by a cursor, which is declared for a SELECT.
    assert all(query["sql"].startswith(("SELECT", "DECLARE")) for query in captured)
    assert everything() == before


def everything() -> list[list]:
    models = (Ticket, Event, Promise, Delivery, SlaType, SlaRule, SlaTerms, OpeningHours)
    return [list(model.objects.values()) for model in models]
