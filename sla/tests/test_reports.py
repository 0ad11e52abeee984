"""What the figures of the report count."""

from datetime import UTC, date, datetime, timedelta
from math import ceil
from random import Random

import pytest
from django.db import connection
from django.http import QueryDict

from customers.tests.factories import make_code, make_order, make_shop
from sla import reports
from sla.models import Promise
from sla.promises import mark_broken
from sla.report_filter import NumberFilter, ReportFilter
from sla.reports import Tally, Times, nearest_rank, tallies, times
from sla.tests.factories import make_sla_type, promise_of
from tickets import actions
from tickets.models import Agent, Ticket
from tickets.models.ticket import Status
from tickets.tests.factories import make_agent, make_problem_type, make_team, make_ticket

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
FIRST, SOLUTION = Promise.Kind.FIRST_ANSWER, Promise.Kind.SOLUTION


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026, UTC; Tallinn is two hours ahead. The 9th is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


NOW = at(20, 10)


@pytest.fixture(autouse=True)
def codes():
    """Two working hours to the first answer, eight to the solution, Monday to Friday from 9 to 17."""
    return make_sla_type(problem_type=make_problem_type())


def wanted(text: str = "", form: type[ReportFilter] = ReportFilter, agent: Agent | None = None):
    return form(QueryDict(text), agent=agent or make_agent(), now=NOW)


def answered(opened: datetime, after: timedelta, **fields) -> Ticket:
    ticket = make_ticket(at=opened, **fields)
    actions.reply(ticket, by=make_agent(), text="Try this.", at=opened + after)
    return ticket


def of_kind(kind: str, text: str = "") -> Tally:
    return tallies(wanted(text).due())["kind"][kind]


def test_kept_is_met_in_time_and_broken_is_late_or_never() -> None:
    answered(at(9, 8), HOUR)
    answered(at(9, 8), 3 * HOUR)
    unanswered = make_ticket(at=at(9, 8))
    mark_broken(promise_of(unanswered), unanswered, at=at(9, 12))
    make_ticket(at=at(20, 9))
    assert of_kind(FIRST) == Tally(kept=1, broken=2, open=1)
    assert of_kind(SOLUTION) == Tally(open=3)  # the fourth is due after the period


def test_a_paused_promise_is_open_and_belongs_where_its_clock_stopped() -> None:
    ticket = make_ticket(at=at(9, 8))
    actions.wait_for(ticket, Status.WAITING_CUSTOMER, by=make_agent(), at=at(9, 9))
    assert of_kind(FIRST, "first=2026-03-09&last=2026-03-09") == Tally(open=1)


def test_the_share_is_kept_out_of_decided_and_never_rounded_up() -> None:
    assert Tally(kept=1, broken=2, open=5).permille == 333
    assert Tally(kept=9999, broken=1).permille == 999
    assert Tally(kept=7).permille == 1000
    assert Tally(open=3).permille is None


def test_a_promise_belongs_to_the_day_it_was_due_whenever_it_was_made_or_met() -> None:
    answered(at(13, 14), 80 * HOUR)  # Friday 16:00 local, due Monday 10:00, met on Monday night
    assert of_kind(FIRST, "first=2026-03-13&last=2026-03-15") == Tally()
    assert of_kind(FIRST, "first=2026-03-16&last=2026-03-16") == Tally(broken=1)


def test_weeks_and_days_are_those_of_the_desk(codes) -> None:
    codes.first_answer_clock = "always"
    codes.save()
    make_ticket(at=at(15, 19, 59))  # due on Sunday at 23:59 local
    make_ticket(at=at(15, 20))  # due on Monday at midnight, while it is Sunday by UTC
    weeks = tallies(wanted("kind=first_answer").due())["week"]
    assert weeks == {date(2026, 3, 9): Tally(open=1), date(2026, 3, 16): Tally(open=1)}
    assert of_kind(FIRST, "last=2026-03-15") == Tally(open=1)
    assert of_kind(FIRST, "first=2026-03-16") == Tally(open=1)


def test_weeks_hold_when_clocks_change(codes) -> None:
    codes.first_answer_clock = "always"
    codes.save()
    make_ticket(at=at(29, 18, 59))  # Sunday, in summer time since this morning: due 23:59 local
    make_ticket(at=at(29, 19))
    weeks = tallies(wanted("kind=first_answer&first=2026-03-23&last=2026-04-05").due())["week"]
    assert weeks == {date(2026, 3, 23): Tally(open=1), date(2026, 3, 30): Tally(open=1)}


def test_each_dimension_sums_up_to_the_same_and_the_team_is_the_one_of_now(codes) -> None:
    lost = make_problem_type("lost")
    other = make_sla_type("Lost", problem_type=lost, solution_minutes=None)
    keys, night = make_team("Keys"), make_team("Night")
    answered(at(9, 8), HOUR, team=keys)
    moved = answered(at(10, 8), 3 * HOUR, team=keys, problem_type=lost)
    answered(at(16, 8), HOUR)
    Ticket.objects.filter(pk=moved.pk).update(team=night)
    found = tallies(wanted().due())
    assert {sum((one for one in rows.values()), Tally()) for rows in found.values()} == {Tally(2, 1, 2)}
    assert found["team"] == {keys.pk: Tally(1, 0, 1), night.pk: Tally(0, 1, 0), None: Tally(1, 0, 1)}
    assert found["sla_type"] == {codes.pk: Tally(2, 0, 2), other.pk: Tally(0, 1, 0)}
    assert found["week"][date(2026, 3, 9)] == Tally(1, 1, 1)


def test_filters_narrow_to_type_team_shop_and_kind(codes) -> None:
    keys, second = make_team("Keys"), make_shop("second")
    mine = answered(at(9, 8), HOUR, team=keys, code=make_code(order=make_order(shop=second)))
    answered(at(9, 8), HOUR)
    for text in (f"team={keys.pk}", f"shop={second.pk}", f"team={keys.pk}&type={codes.pk}&kind=first_answer"):
        assert set(wanted(text).due().values_list("ticket", flat=True)) == {mine.pk}, text
    assert not wanted("team=0").due().filter(ticket=mine).exists()
    assert wanted("team=0").due().count() == 2


def test_who_sees_no_tickets_counts_none() -> None:
    make_ticket(at=at(19, 8))
    gone = make_agent("Grete Gone", is_active=False)
    assert wanted().either().count() == 2
    assert wanted(agent=gone).either().count() == 0


def test_times_belong_to_when_they_were_met_and_apart_for_when_they_began() -> None:
    answered(at(10, 8), HOUR)  # in opening hours
    answered(at(10, 8), 5 * HOUR)
    answered(at(10, 17), 16 * HOUR)  # in the evening; answered at 11:00 local the next day
    answered(at(14, 8), 49 * HOUR)  # on Saturday; answered on Monday at 11:00 local
    make_ticket(at=at(10, 8))
    found = times(wanted("first=2026-03-10&last=2026-03-15").met())
    assert found == {
        (FIRST, "hours"): Times(2, {"working": 3600, "clock": 3600}, {"working": 18000, "clock": 18000}),
        (FIRST, "evening"): Times(1, {"working": 7200, "clock": 57600}, {"working": 7200, "clock": 57600}),
        (FIRST, ""): Times(3, {"working": 7200, "clock": 18000}, {"working": 18000, "clock": 57600}),
    }
    weekend = times(wanted("first=2026-03-16").met())
    assert weekend[FIRST, "day_off"] == Times(
        1, {"working": 7200, "clock": 49 * 3600}, {"working": 7200, "clock": 49 * 3600}
    )


def test_working_time_leaves_out_pauses_and_the_clock_does_not() -> None:
    ticket = answered(at(9, 8), HOUR)
    actions.wait_for(ticket, Status.WAITING_CUSTOMER, by=make_agent(), at=at(9, 9))
    actions.solve(ticket, by=make_agent(), at=at(9, 12))
    assert times(wanted().met())[SOLUTION, ""].median == {"working": 3600, "clock": 4 * 3600}


def test_every_database_ranks_as_python_does() -> None:
    """One table of random times through whatever ranks here, and through the plain definition."""
    rng = Random(7)
    ticket = make_ticket(at=at(1, 8))
    like = promise_of(ticket)
    rows = []
    for _ in range(137):
        started = at(2, 0) + timedelta(seconds=rng.randrange(10**6), microseconds=rng.randrange(10**6))
        took = timedelta(seconds=rng.randrange(10**5), microseconds=rng.randrange(10**6))
        rows.append(
            Promise(
                ticket=ticket,
                kind=rng.choice(Promise.Kind.values),
                sla_type=like.sla_type,
                terms=like.terms,
                started_at=started,
                started_in=rng.choice(Promise.StartedIn.values),
                due_at=started,
                met_at=started + took,
                worked_seconds=rng.randrange(50),
            )
        )
    Promise.objects.bulk_create(rows)
    found = times(Promise.objects.filter(met_at__isnull=False))
    assert len(found) == 12
    for (kind, part), one in found.items():
        these = [row for row in rows if row.kind == kind and part in (row.started_in, "")]
        clock = sorted((row.met_at - row.started_at) // timedelta(seconds=1) for row in these)
        working = sorted(row.worked_seconds for row in these)
        assert one.met == len(these)
        for measure, values in (("clock", clock), ("working", working)):
            assert one.median[measure] == next(v for v in values if 2 * count_to(values, v) >= len(values))
            assert one.ninety[measure] == next(
                v for v in values if 10 * count_to(values, v) >= 9 * len(values)
            )


def count_to(values: list[int], most: int) -> int:
    return sum(value <= most for value in values)


@pytest.mark.parametrize(
    ("count", "median", "ninety"), [(1, 1, 1), (2, 1, 2), (3, 2, 3), (10, 5, 9), (11, 6, 10), (100, 50, 90)]
)
def test_the_nearest_rank_is_always_a_value_that_is_there(count: int, median: int, ninety: int) -> None:
    values = range(1, count + 1)
    assert (nearest_rank(values, reports.HALF), nearest_rank(values, reports.NINE_TENTHS)) == (median, ninety)


def test_whole_numbers_rank_as_the_floats_of_postgresql_do() -> None:
    for count in range(1, 20_000):
        assert -(-count * 9 // 10) == ceil(0.9 * count)
        assert -(-count * 5 // 10) == ceil(0.5 * count)


def test_a_list_of_slow_ones_begins_with_the_very_time_that_led_to_it() -> None:
    slow = [answered(at(9, 8), after) for after in (HOUR, 3 * HOUR, timedelta(hours=5, microseconds=9))]
    one = times(wanted().met())[FIRST, ""]
    for measure, least, count in (
        ("clock", one.median["clock"], 2),
        ("clock", one.ninety["clock"], 1),
        ("working", one.median["working"], 2),
        ("working", one.ninety["working"], 1),
    ):
        text = f"met=1&kind=first_answer&measure={measure}&least={least}"
        found = set(wanted(text, NumberFilter).promises().values_list("ticket", flat=True))
        assert found == {ticket.pk for ticket in slow[-count:]}, text


def test_each_promise_is_kept_or_broken_or_open_and_only_one_of_them() -> None:
    answered(at(9, 8), HOUR)
    answered(at(9, 8), 3 * HOUR)
    make_ticket(at=at(19, 8))
    where = [reports.STATES[name].where for name in ("kept", "broken", "open")]
    due = wanted("last=2026-03-31").due()
    assert due.filter(where[0] | where[1] | where[2]).count() == due.count() == 6
    assert sum(due.filter(one).count() for one in where) == 6


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("", (2026, 2, 19), (2026, 3, 20)),
        ("days=7", (2026, 3, 14), (2026, 3, 20)),
        ("days=90", (2025, 12, 21), (2026, 3, 20)),
        ("days=8", (2026, 2, 19), (2026, 3, 20)),
        ("first=2026-03-01", (2026, 3, 1), (2026, 3, 20)),
        ("last=2026-03-10&days=7", (2026, 3, 4), (2026, 3, 10)),
        ("first=2026-03-10&last=2026-03-01", (2026, 3, 1), (2026, 3, 10)),
        ("first=2027-01-01", (2027, 1, 1), (2027, 1, 1)),
        ("first=0001-01-01&last=9999-12-31", (2026, 2, 19), (2026, 3, 20)),
        ("first=yesterday&last=%00&team=x&type=%F0&shop=-1&kind=all", (2026, 2, 19), (2026, 3, 20)),
    ],
)
def test_a_period_is_read_kindly(text: str, first: tuple[int, ...], last: tuple[int, ...]) -> None:
    period = wanted(text)
    assert (period.first_day, period.last_day) == (date(*first), date(*last))
    assert not period.is_narrowed


def test_a_period_is_found_by_an_index_of_its_promises() -> None:
    make_ticket()
    for promises, index in (
        (wanted().due(), "promise_due_in_period"),
        (wanted().met(), "promise_met_in_period"),
    ):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL enable_seqscan = off")  # the table is too small to bother otherwise
        assert index in promises.order_by().explain()
