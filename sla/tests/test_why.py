"""What a ticket answers when it is asked why."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.tests.factories import NOON
from sla.escalation import sweep
from sla.models import EscalationStep, Promise, Responsible, SlaType
from sla.tests.factories import make_sla_type, make_special_hours, make_step
from sla.why import why
from sla.why_in_words import agent_in_words, deadline_in_words, sla_type_in_words
from tickets import actions
from tickets.models import Absence, Ticket
from tickets.models.ticket import Status
from tickets.tests.desk import signed_in
from tickets.tests.factories import make_agent, make_problem_type, make_team, make_ticket

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
# NOON is Wednesday, 11 March, 12:00 in Tallinn; the desk works 9-17 there.


@pytest.fixture
def codes() -> SlaType:
    sla_type = make_sla_type(problem_type=make_problem_type())
    sla_type.steps.all().delete()
    return sla_type


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def said_of(ticket: Ticket, kind: Promise.Kind) -> list[str]:
    names = [one["kind"] for one in why(ticket)["promises"]]
    return deadline_in_words(why(ticket))[names.index(kind)][1]


def test_it_says_which_rule_won_and_which_were_passed_over(codes: SlaType) -> None:
    assert sla_type_in_words(why(make_ticket())) == [
        "The SLA type “Codes” holds: a rule for this problem.",
        "More specific rules were looked for and not found: customer and problem, customer, customer group and "
        "problem, customer group, shop and problem, shop.",
    ]


def test_it_counts_the_days_and_names_those_that_were_closed(codes: SlaType) -> None:
    make_special_hours(codes.calendar, on=at(12, 0).date(), name="Inventory")
    ticket = make_ticket()
    assert said_of(ticket, Promise.Kind.SOLUTION)[:4] == [
        "Promised within 8 h in opening hours from Wed 11 Mar, 12:00 (EET), so it is due on Fri 13 Mar, 12:00 (EET).",
        "Counted: 5 h on Wed 11 Mar, 3 h on Fri 13 Mar.",
        "Closed, so not counted: Thu 12 Mar.",
        "Holidays and days with hours of their own: Thu 12 Mar.",
    ]


def test_it_tells_each_pause_and_that_it_stands_still(codes: SlaType) -> None:
    ticket, alice = make_ticket(), make_agent()
    actions.reply(ticket, by=alice, text="Which?", then=Status.WAITING_CUSTOMER, at=NOON + HOUR)
    actions.receive(ticket, by=ticket.customer, text="This.", at=NOON + 3 * HOUR)
    actions.wait_for(ticket, Status.WAITING_CUSTOMER, by=alice, at=NOON + 4 * HOUR)
    words = said_of(ticket, Promise.Kind.SOLUTION)
    assert (
        "From Wed 11 Mar, 13:00 (EET) to Wed 11 Mar, 15:00 (EET) it stood still: waiting for customer."
        in words
    )
    assert (
        "Since Wed 11 Mar, 16:00 (EET) it stands still, and will be due later by as long: waiting for customer."
        in words
    )


def test_it_tells_warnings_given_to_come_and_not_needed(codes: SlaType) -> None:
    for amount in (25, 50, 75):
        make_step(codes, when=EscalationStep.When.PERCENT, amount=amount)
    ticket = make_ticket(assignee=make_agent())
    sweep(now=NOON + HOUR / 2)
    words = said_of(ticket, Promise.Kind.FIRST_ANSWER)
    assert "Warning when 25 % of the time is over: given on Wed 11 Mar, 12:30 (EET)." in words
    assert "Warning when 50 % of the time is over: to come on Wed 11 Mar, 13:00 (EET)." in words
    actions.reply(ticket, by=make_agent(), text="Try this.", at=NOON + HOUR)
    words = said_of(ticket, Promise.Kind.FIRST_ANSWER)
    assert "It was met on Wed 11 Mar, 13:00 (EET)." in words
    assert "Warning when 75 % of the time is over: not needed any more." in words


def test_it_tells_what_was_not_kept(codes: SlaType) -> None:
    ticket = make_ticket()
    sweep(now=NOON + 3 * HOUR)
    assert "It was not kept in time." in said_of(ticket, Promise.Kind.FIRST_ANSWER)


def test_it_counts_up_to_the_due_time_and_in_whole_minutes(codes: SlaType) -> None:
    ticket = make_ticket(at=NOON + timedelta(seconds=20))
    actions.reply(ticket, by=make_agent(), text="Late.", at=NOON + 3 * HOUR)
    assert said_of(ticket, Promise.Kind.FIRST_ANSWER)[:2] == [
        "Promised within 2 h in opening hours from Wed 11 Mar, 12:00 (EET), so it is due on Wed 11 Mar, 14:01 (EET).",
        "Counted: 2 h 1 min on Wed 11 Mar.",
    ]


def test_it_tells_each_step_to_the_agent_and_who_had_it_since(codes: SlaType) -> None:
    alice, bob, keys = make_agent(), make_agent("Bob Other"), make_team("Keys")
    SlaType.objects.filter(pk=codes.pk).update(responsible_agent=alice)
    Absence.objects.create(agent=alice, first_day=NOON.date(), last_day=NOON.date())
    Responsible.objects.create(agent=bob)
    ticket = make_ticket()
    actions.hand_over(ticket, by=bob, to=keys, where_it_stands="New.", at=NOON)
    actions.claim(ticket, by=alice, at=NOON)
    assert agent_in_words(why(ticket)) == [
        "The SLA type: Alice Agent is absent.",
        "Who looks after the customer: names nobody.",
        "Who looks after the channel: names nobody.",
        "Who looks after all the rest: Bob Other gets it.",
        "Bob Other handed it over to Keys.",
        "Alice Agent took it into work.",
    ]


def test_the_page_says_it_in_words_and_in_json(codes: SlaType) -> None:
    ticket = make_ticket()
    browser = signed_in()
    page = browser.get(f"/desk/tickets/{ticket.number}/why/")
    assert "a rule for this problem" in page.content.decode()
    assert "Nobody was found, so it waits for whoever takes it." in page.content.decode()
    facts = browser.get(f"/desk/tickets/{ticket.number}/why/", headers={"accept": "application/json"}).json()
    assert facts["ticket"] == ticket.number
    assert [one["minutes"] for one in facts["promises"]] == [120, 480]
    assert facts["promises"][0]["days"] == [
        {"date": "2026-03-11", "open": [["09:00", "17:00"]], "special": False, "minutes": 120.0}
    ]
    assert (
        f"/desk/tickets/{ticket.number}/why/"
        in browser.get(f"/desk/tickets/{ticket.number}/").content.decode()
    )


def test_the_answer_costs_the_same_for_a_long_story(codes: SlaType) -> None:
    make_step(codes)
    ticket, alice = make_ticket(), make_agent()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            why(ticket)
        return len(captured)

    few = queries()
    for hours in range(1, 6):
        actions.solve(ticket, by=alice, at=NOON + hours * HOUR)
        actions.receive(ticket, by=ticket.customer, text=f"Again {hours}", at=NOON + hours * HOUR)
    assert queries() == few


def test_a_ticket_without_promises_says_so() -> None:
    ticket = make_ticket()
    ticket.events.all().delete()
    ticket.promises.all().delete()
    page = signed_in().get(f"/desk/tickets/{ticket.number}/why/").content.decode()
    assert "Nothing was promised for this ticket." in page
