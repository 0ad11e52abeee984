import pytest

from sla.models import SlaType
from sla.routing import decide
from sla.tests.factories import make_sla_type, promise_of
from tickets.models import Event
from tickets.tests.factories import make_agent, make_problem_type, make_team, make_ticket

pytestmark = pytest.mark.django_db


def test_the_rule_of_the_problem_type_wins_over_the_default() -> None:
    codes = make_sla_type(problem_type=make_problem_type())
    decision = decide(make_problem_type())
    assert decision is not None
    assert (decision.sla_type, decision.why) == (codes, "problem_type")


def test_a_problem_type_without_a_rule_follows_the_default() -> None:
    make_sla_type("Aardvark")  # the first by name, and by nothing else
    decision = decide(make_problem_type())
    assert decision is not None
    assert decision.sla_type.is_default
    assert decision.why == "default"


def test_a_fresh_installation_has_a_default_with_office_hours() -> None:
    default = SlaType.objects.get(is_default=True)
    assert [str(hours) for hours in default.calendar.opening_hours.all()] == [
        f"{day} 09:00–17:00" for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    ]


def test_with_no_sla_type_left_a_ticket_still_gets_its_promises() -> None:
    SlaType.objects.all().delete()
    assert decide(make_problem_type()) is None
    ticket = make_ticket()
    assert ticket.promises.count() == 2
    assert SlaType.objects.get().is_default


def test_a_new_ticket_goes_to_the_responsible_agent_and_the_event_says_why() -> None:
    alice = make_agent()
    make_sla_type(problem_type=make_problem_type(), responsible_agent=alice)
    ticket = make_ticket()
    assert (ticket.assignee, ticket.team) == (alice, None)
    event = ticket.events.get(kind=Event.Kind.ROUTED)
    assert event.data["why"] == "problem_type"
    assert event.data["to_name"] == alice.name


def test_a_new_ticket_waits_in_the_responsible_team() -> None:
    team = make_team("Keys", make_agent())
    make_sla_type(problem_type=make_problem_type(), responsible_team=team)
    ticket = make_ticket()
    assert (ticket.assignee, ticket.team) == (None, team)


def test_an_agent_who_left_is_passed_over() -> None:
    gone = make_agent("Gone Agent", is_active=False)
    make_sla_type(problem_type=make_problem_type(), responsible_agent=gone)
    ticket = make_ticket()
    assert ticket.assignee is None
    assert not ticket.events.filter(kind=Event.Kind.ROUTED).exists()
    assert promise_of(ticket)
