from datetime import UTC, datetime, timedelta

import pytest

from customers.tests.factories import NOON
from sla import promises
from sla.models import Calendar, OpeningHours, Promise, SlaRule, SlaType
from sla.terms import read_hours
from sla.tests.factories import make_calendar, make_sla_type, promise_of
from tickets import actions
from tickets.models import Event, Ticket
from tickets.tests.factories import make_agent, make_problem_type, make_ticket

pytestmark = pytest.mark.django_db

SOLUTION = Promise.Kind.SOLUTION
HOUR = timedelta(hours=1)
# NOON is Wednesday, 12:00 in Tallinn; the desk of make_sla_type works 9-17; Tallinn is at UTC+2 in winter.


@pytest.fixture(autouse=True)
def codes() -> SlaType:
    return make_sla_type(problem_type=make_problem_type())


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A moment of March 2026, UTC."""
    return datetime(2026, 3, day, hour, minute, second, tzinfo=UTC)


def broken_events(ticket: Ticket) -> list[Event]:
    return list(ticket.events.filter(kind=Event.Kind.PROMISE_BROKEN))


@pytest.mark.parametrize(
    ("opened", "answer", "solution"),
    [
        (at(11, 10), at(11, 12), at(12, 10)),  # in the middle of a Wednesday
        (at(11, 7), at(11, 9), at(11, 15)),  # at opening: the whole day lies within it
        (at(11, 14), at(12, 8), at(12, 14)),  # an hour before closing: the other hour is tomorrow
        (at(11, 13), at(11, 15), at(12, 13)),  # ends just at closing time, not at the next opening
        (at(11, 20), at(12, 9), at(12, 15)),  # at night
        (at(13, 14), at(16, 8), at(16, 14)),  # Friday afternoon, over the weekend
        (at(14, 10), at(16, 9), at(16, 15)),  # Saturday
        (at(27, 14), at(30, 7), at(30, 13)),  # over the night in which clocks go forward
        (at(11, 10, 0, 1), at(11, 12, 1), at(12, 10, 1)),  # up to the full minute
    ],
)
def test_a_new_ticket_is_promised_an_answer_and_a_solution_in_working_time(
    opened: datetime, answer: datetime, solution: datetime
) -> None:
    ticket = make_ticket(at=opened)
    assert promise_of(ticket).due_at == answer
    assert promise_of(ticket, SOLUTION).due_at == solution
    assert {p.started_at for p in ticket.promises.all()} == {opened}
    assert ticket.due_at == answer


def test_an_answer_in_time_keeps_the_first_answer_and_the_solution_is_next() -> None:
    ticket = make_ticket()
    actions.reply(ticket, by=make_agent(), text="Try this.", at=NOON + HOUR)
    promise = promise_of(ticket)
    assert (promise.met_at, promise.broken_at) == (NOON + HOUR, None)
    ticket.refresh_from_db()
    assert ticket.due_at == promise_of(ticket, SOLUTION).due_at
    assert not broken_events(ticket)


def test_an_answer_at_the_very_minute_is_in_time() -> None:
    ticket = make_ticket()
    actions.reply(ticket, by=make_agent(), text="Try this.", at=NOON + 2 * HOUR)
    assert promise_of(ticket).broken_at is None


def test_a_late_answer_meets_and_breaks_the_promise_with_one_event() -> None:
    ticket = make_ticket()
    late = NOON + 3 * HOUR
    actions.reply(ticket, by=make_agent(), text="Sorry.", at=late)
    promise = promise_of(ticket)
    assert (promise.met_at, promise.broken_at) == (late, promise.due_at)
    (event,) = broken_events(ticket)
    assert event.data == {
        "promise": promise.pk,
        "promise_kind": "first_answer",
        "due_at": promise.due_at.isoformat(),
    }


def test_only_the_first_answer_counts() -> None:
    ticket = make_ticket()
    alice = make_agent()
    actions.reply(ticket, by=alice, text="Try this.", at=NOON + HOUR)
    actions.reply(ticket, by=alice, text="And this.", at=NOON + 5 * HOUR)
    assert promise_of(ticket).met_at == NOON + HOUR
    assert ticket.promises.count() == 2


@pytest.mark.parametrize(("answered", "met"), [(True, NOON + HOUR), (False, None)])
def test_a_phone_call_counts_when_it_answered(answered: bool, met: datetime | None) -> None:
    ticket = make_ticket()
    actions.add_memo(ticket, by=make_agent(), text="Called.", answered=answered, at=NOON + HOUR)
    assert promise_of(ticket).met_at == met


def test_a_note_and_a_claim_are_no_answer() -> None:
    ticket = make_ticket()
    alice = make_agent()
    actions.claim(ticket, by=alice, at=NOON + HOUR)
    actions.add_note(ticket, by=alice, text="Asking the supplier.", at=NOON + HOUR)
    assert promise_of(ticket).met_at is None


@pytest.mark.parametrize("who", ["agent", "customer"])
def test_solving_meets_all_that_is_open_and_nothing_is_due(who: str) -> None:
    ticket = make_ticket()
    by = make_agent() if who == "agent" else ticket.customer
    actions.solve(ticket, by=by, at=NOON + HOUR)
    assert {p.met_at for p in ticket.promises.all()} == {NOON + HOUR}
    ticket.refresh_from_db()
    assert ticket.due_at is None


def test_a_reopened_ticket_gets_a_new_solution_promise_from_then_on() -> None:
    ticket = make_ticket()
    actions.solve(ticket, by=make_agent(), at=NOON + HOUR)
    actions.receive(ticket, by=ticket.customer, text="Again!", at=NOON + 2 * HOUR)
    assert ticket.promises.count() == 3
    again = promise_of(ticket, SOLUTION)
    assert (again.started_at, again.due_at) == (NOON + 2 * HOUR, at(12, 12))
    ticket.refresh_from_db()
    assert ticket.due_at == again.due_at


def test_an_answer_that_solves_a_solved_ticket_again_leaves_nothing_open() -> None:
    ticket = make_ticket()
    alice = make_agent()
    actions.solve(ticket, by=alice, at=NOON + HOUR)
    actions.reply(ticket, by=alice, text="One more thing.", then="solved", at=NOON + 2 * HOUR)
    assert not ticket.promises.open().exists()


def test_a_ticket_after_a_closed_one_has_promises_of_its_own() -> None:
    ticket = make_ticket()
    alice = make_agent()
    actions.solve(ticket, by=alice, at=NOON + HOUR)
    actions.close(ticket, by=alice, at=NOON + HOUR)
    message = actions.receive(ticket, by=ticket.customer, text="Again!", at=NOON + 2 * HOUR)
    assert message.ticket != ticket
    assert promise_of(message.ticket).due_at == NOON + 4 * HOUR


def test_another_problem_type_moves_open_promises_from_the_original_start() -> None:
    ticket = make_ticket()
    slow = make_sla_type(
        "Slow",
        first_answer_minutes=240,
        solution_minutes=960,
        problem_type=make_problem_type("refund"),
    )
    actions.change_problem_type(ticket, make_problem_type("refund"), by=make_agent(), at=NOON + HOUR)
    promise = promise_of(ticket)
    assert (promise.sla_type, promise.started_at) == (slow, NOON)
    assert promise.due_at == NOON + 4 * HOUR
    ticket.refresh_from_db()
    assert ticket.due_at == NOON + 4 * HOUR


def test_another_problem_type_of_the_same_sla_type_leaves_what_was_promised(codes: SlaType) -> None:
    SlaRule.objects.create(problem_type=make_problem_type("code-refused"), sla_type=codes)
    ticket = make_ticket()
    before = list(ticket.promises.values())
    SlaType.objects.update(first_answer_minutes=1, solution_minutes=2)
    actions.change_problem_type(ticket, make_problem_type("code-refused"), by=make_agent(), at=NOON)
    assert list(ticket.promises.values()) == before


def test_another_problem_type_leaves_kept_and_broken_promises_alone(codes: SlaType) -> None:
    make_sla_type(
        "Quick", first_answer_minutes=1, solution_minutes=2, problem_type=make_problem_type("quick")
    )
    ticket = make_ticket()
    actions.reply(ticket, by=make_agent(), text="Try this.", at=NOON + HOUR)
    solution = promise_of(ticket, SOLUTION)
    promises.mark_broken(solution, ticket, at=at(13, 8))
    before = list(ticket.promises.values())
    actions.change_problem_type(ticket, make_problem_type("quick"), by=make_agent(), at=at(13, 9))
    assert list(ticket.promises.values()) == before


def test_a_broken_promise_is_recorded_once() -> None:
    ticket = make_ticket()
    promise = promise_of(ticket)
    assert promises.mark_broken(promise, ticket, at=at(12, 9))
    assert not promises.mark_broken(promise, ticket, at=at(12, 10))
    actions.reply(ticket, by=make_agent(), text="Sorry.", at=at(12, 11))
    assert len(broken_events(ticket)) == 1
    promise.refresh_from_db()
    assert (promise.broken_at, promise.met_at) == (promise.due_at, at(12, 11))


def test_a_calendar_that_never_opens_counts_around_the_clock(codes: SlaType) -> None:
    codes.calendar.opening_hours.all().delete()
    assert promise_of(make_ticket(at=at(14, 23))).due_at == at(15, 1)


def test_a_time_zone_that_is_no_more_counts_around_the_clock(codes: SlaType) -> None:
    Calendar.objects.filter(pk=codes.calendar.pk).update(time_zone="Europe/Atlantis")
    assert promise_of(make_ticket(at=at(14, 23))).due_at == at(15, 1)


def test_a_promise_longer_than_time_itself_is_made_all_the_same(codes: SlaType) -> None:
    SlaType.objects.filter(pk=codes.pk).update(solution_minutes=2**31 - 1)
    assert promise_of(make_ticket(), SOLUTION).due_at.year > 6000


def test_a_day_may_have_a_break_and_go_on_past_midnight() -> None:
    night = make_calendar("Night", days=[2], opens=at(1, 22).time(), closes=at(1, 2).time())
    OpeningHours.objects.create(calendar=night, weekday=2, opens=at(1, 8).time(), closes=at(1, 9).time())
    hours = read_hours(night.hours_data(at(11, 6)))
    # Wednesday 8-9 and 22-2, in Tallinn
    assert hours.add(at(11, 6), 2 * HOUR) == at(11, 21)
    assert hours.add(at(11, 6), 5 * HOUR) == at(12, 0)


def test_changed_opening_hours_hold_for_the_next_ticket(codes: SlaType) -> None:
    assert promise_of(make_ticket()).due_at == NOON + 2 * HOUR
    codes.calendar.opening_hours.filter(weekday=2).update(closes=at(1, 13).time())
    assert promise_of(make_ticket()).due_at == at(12, 8)


class TestRepair:
    def promises_of(self, ticket: Ticket) -> list[tuple]:
        return list(
            ticket.promises.order_by("started_at", "kind").values_list(
                "kind", "started_at", "due_at", "met_at", "broken_at"
            )
        )

    def lived(self) -> Ticket:
        """A ticket to which everything happened."""
        ticket = make_ticket()
        alice = make_agent()
        actions.reply(ticket, by=alice, text="Try this.", at=NOON + 3 * HOUR)
        actions.solve(ticket, by=alice, at=NOON + 4 * HOUR)
        actions.receive(ticket, by=ticket.customer, text="Again!", at=NOON + 5 * HOUR)
        return ticket

    def test_a_ticket_whose_promises_are_lost_gets_the_same_again(self) -> None:
        ticket = self.lived()
        before = self.promises_of(ticket)
        ticket.promises.all().delete()
        assert promises.repair_missed() == 1
        assert self.promises_of(ticket) == before
        assert promises.repair_missed() == 0

    def test_following_all_events_again_changes_nothing(self) -> None:
        ticket = self.lived()
        before = self.promises_of(ticket), ticket.events.count()
        promises.repair(ticket.pk, now=at(12, 9))
        assert (self.promises_of(ticket), ticket.events.count()) == before

    def test_an_answer_and_a_solution_that_were_not_heard_of_are_found(self) -> None:
        answered, solved = make_ticket(), make_ticket()
        actions.reply(answered, by=make_agent(), text="Try this.", at=NOON + HOUR)
        actions.solve(solved, by=make_agent(), at=NOON + HOUR)
        Promise.objects.update(met_at=None)
        assert promises.repair_missed() == 2
        assert promise_of(answered).met_at == NOON + HOUR
        assert not solved.promises.open().exists()
        solved.refresh_from_db()
        assert solved.due_at is None

    def test_sound_tickets_are_left_alone(self) -> None:
        self.lived()
        make_ticket()
        assert promises.repair_missed() == 0

    def test_an_unsolved_ticket_without_a_history_is_promised_from_its_opening(self) -> None:
        """Such as the rows of another helpdesk, which came without events."""
        unsolved, solved = make_ticket(), make_ticket()
        Event.objects.all().delete()
        Promise.objects.all().delete()
        Ticket.objects.filter(pk=solved.pk).update(status="closed", solved_at=NOON + HOUR, due_at=None)
        assert promises.repair_missed() == 1
        assert promise_of(unsolved).started_at == unsolved.opened_at
        assert not solved.promises.exists()
        assert promises.repair_missed() == 0
