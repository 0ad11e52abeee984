from datetime import date, timedelta

import pytest

from customers.tests.factories import NOON
from sla.models import Responsible, SlaType
from sla.tests.factories import make_sla_type, promise_of
from tickets import actions
from tickets.models import Absence, Agent, Event, Ticket
from tickets.tests.factories import make_agent, make_problem_type, make_team, make_ticket

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


def trail_of(ticket: Ticket) -> list[tuple[str, ...]]:
    """Each step as (step, what became of it, name)."""
    event = ticket.events.get(kind=Event.Kind.ROUTED)
    return [(line["step"], line["why"], line.get("name", "")) for line in event.data["trail"]]


def absent(agent: Agent, *, substitute: Agent | None = None, first: date = TODAY, days: int = 1) -> Absence:
    last = first + timedelta(days=days - 1)
    return Absence.objects.create(agent=agent, first_day=first, last_day=last, substitute=substitute)


@pytest.fixture
def codes() -> SlaType:
    return make_sla_type(problem_type=make_problem_type())


def test_a_new_ticket_goes_to_the_responsible_agent_and_the_event_says_why() -> None:
    alice = make_agent()
    make_sla_type(problem_type=make_problem_type(), responsible_agent=alice)
    ticket = make_ticket()
    assert (ticket.assignee, ticket.team) == (alice, None)
    event = ticket.events.get(kind=Event.Kind.ROUTED)
    assert event.data["why"] == "sla_type"
    assert event.data["to_name"] == alice.name
    assert trail_of(ticket) == [("sla_type", "taken", "Alice Agent")]


def test_a_new_ticket_waits_in_the_responsible_team() -> None:
    team = make_team("Keys", make_agent())
    make_sla_type(problem_type=make_problem_type(), responsible_team=team)
    ticket = make_ticket()
    assert (ticket.assignee, ticket.team) == (None, team)


def test_then_comes_the_agent_of_the_customer_then_of_the_channel_then_of_all_the_rest(
    codes: SlaType,
) -> None:
    alice, bob, keys = make_agent(), make_agent("Bob Other"), make_team("Keys")
    nobody = make_ticket()
    assert (nobody.assignee, nobody.team) == (None, None)
    assert trail_of(nobody) == [
        (step, "nobody_named", "") for step in ("sla_type", "customer", "channel", "general")
    ]
    Responsible.objects.create(agent=alice)
    assert make_ticket().assignee == alice
    Responsible.objects.create(channel="web", team=keys)
    by_channel = make_ticket()
    assert (by_channel.assignee, by_channel.team) == (None, keys)
    Responsible.objects.create(customer=by_channel.customer, agent=bob)
    by_customer = make_ticket()
    assert by_customer.assignee == bob
    assert trail_of(by_customer) == [("sla_type", "nobody_named", ""), ("customer", "taken", "Bob Other")]
    Responsible.objects.create(channel="mail", agent=alice)
    assert trail_of(make_ticket())[-1] == ("customer", "taken", "Bob Other")


def test_an_agent_who_left_is_passed_over(codes: SlaType) -> None:
    gone, alice = make_agent("Gone Agent", is_active=False), make_agent()
    SlaType.objects.filter(pk=codes.pk).update(responsible_agent=gone)
    Responsible.objects.create(agent=alice)
    ticket = make_ticket()
    assert ticket.assignee == alice
    assert trail_of(ticket)[0] == ("sla_type", "left", "Gone Agent")
    assert promise_of(ticket)


def test_who_is_absent_is_stood_in_for(codes: SlaType) -> None:
    alice, bob, cleo = make_agent(), make_agent("Bob Other"), make_agent("Cleo Third")
    SlaType.objects.filter(pk=codes.pk).update(responsible_agent=alice)
    absent(alice, substitute=bob, days=3)
    absent(bob, substitute=cleo)
    ticket = make_ticket()
    assert ticket.assignee == cleo
    assert trail_of(ticket) == [
        ("sla_type", "absent", "Alice Agent"),
        ("sla_type", "absent", "Bob Other"),
        ("sla_type", "taken", "Cleo Third"),
    ]


def test_who_is_absent_with_nobody_to_stand_in_is_passed_over_and_only_on_those_days(codes: SlaType) -> None:
    alice, bob = make_agent(), make_agent("Bob Other")
    SlaType.objects.filter(pk=codes.pk).update(responsible_agent=alice)
    Responsible.objects.create(agent=bob)
    absent(alice, first=TODAY + timedelta(days=1))
    absent(alice, first=TODAY - timedelta(days=1))
    assert make_ticket().assignee == alice
    absent(alice)
    assert make_ticket().assignee == bob


def test_agents_who_stand_in_for_each_other_make_no_endless_circle(codes: SlaType) -> None:
    alice, bob = make_agent(), make_agent("Bob Other")
    SlaType.objects.filter(pk=codes.pk).update(responsible_agent=alice)
    absent(alice, substitute=bob)
    absent(bob, substitute=alice)
    assert make_ticket().assignee is None


def test_the_day_is_the_desk_s_and_not_the_server_s(codes: SlaType, settings) -> None:
    """23:30 UTC on the 11th is the 12th in Tallinn."""
    alice = make_agent()
    SlaType.objects.filter(pk=codes.pk).update(responsible_agent=alice)
    absent(alice, first=date(2026, 3, 12))
    assert make_ticket(at=NOON.replace(hour=21)).assignee == alice
    assert make_ticket(at=NOON.replace(hour=23)).assignee is None


def test_a_team_that_shares_out_gives_to_the_member_present_with_the_fewest_open_tickets(
    codes: SlaType,
) -> None:
    alice, bob, cleo = make_agent(), make_agent("Bob Other"), make_agent("Cleo Third")
    gone = make_agent("Gone Agent", is_active=False)
    keys = make_team("Keys", alice, bob, cleo, gone)
    keys.shares_out = True
    keys.save()
    SlaType.objects.filter(pk=codes.pk).update(responsible_team=keys)
    absent(cleo)
    got = [make_ticket().assignee for _ in range(4)]
    assert got == [alice, bob, alice, bob]
    # Solved ones do not count.
    for ticket in Ticket.objects.filter(assignee=bob):
        actions.solve(ticket, by=bob, at=NOON)
    assert make_ticket().assignee == bob
    absent(alice)
    absent(bob)
    ticket = make_ticket()
    assert (ticket.assignee, ticket.team) == (None, keys)
    assert trail_of(ticket) == [("sla_type", "nobody_present", "Keys"), ("sla_type", "taken", "Keys")]
