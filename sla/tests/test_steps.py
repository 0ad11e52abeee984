"""When the steps of a promise happen, who is told and how, and what else they do."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError

from customers.tests.factories import NOON
from sla.escalation import Swept, sweep
from sla.models import Escalation, EscalationStep, Promise, SlaType
from sla.tests.factories import make_sla_type, make_step, promise_of
from tickets import actions
from tickets.models import Agent, Delivery, Event, Notice, Ticket
from tickets.models.ticket import Priority, Status
from tickets.tests.factories import make_agent, make_problem_type, make_team, make_ticket

pytestmark = pytest.mark.django_db

When, State = EscalationStep.When, Escalation.State
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
# NOON is Wednesday, 12:00 in Tallinn. The desk works 9-17 there, 7-15 in UTC; an answer is due at 14:00, 12:00 UTC.


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def codes() -> SlaType:
    """Without the steps that come with it."""
    sla_type = make_sla_type(problem_type=make_problem_type())
    sla_type.steps.all().delete()
    return sla_type


def planned(ticket: Ticket) -> list[tuple[str, datetime | None]]:
    rows = Escalation.objects.filter(promise__ticket=ticket).order_by("pk")
    return [(one.state, one.due_at) for one in rows]


@pytest.mark.parametrize(
    ("when", "amount", "moment"),
    [
        (When.PERCENT, 50, NOON + HOUR),
        (When.PERCENT, 100, NOON + 2 * HOUR),
        (When.PERCENT, 1, NOON + 2 * MINUTE),  # 1:12, up to the full minute
        (When.BEFORE, 30, NOON + 90 * MINUTE),
        (When.BEFORE, 500, NOON),  # longer than the promise itself: at once
        (When.AT, 0, NOON + 2 * HOUR),
        (When.AFTER, 60, NOON + 3 * HOUR),
        (When.AFTER, 240, at(12, 8)),  # working time: three hours today, one tomorrow
    ],
)
def test_a_step_is_planned_on_the_clock_of_its_promise(
    codes: SlaType, when: str, amount: int, moment: datetime
) -> None:
    make_step(codes, when=when, amount=amount)
    assert planned(make_ticket()) == [(State.WAITING, moment)]


def test_nothing_happens_before_its_moment_and_then_once(codes: SlaType) -> None:
    make_step(codes, when=When.PERCENT, amount=50)
    ticket = make_ticket(assignee=make_agent())
    assert sweep(now=NOON + HOUR - timedelta(seconds=1)).steps == 0
    assert sweep(now=NOON + HOUR).steps == 1
    assert sweep(now=NOON + HOUR).steps == 0
    assert planned(ticket) == [(State.DONE, NOON + HOUR)]
    assert promise_of(ticket).broken_at is None


def test_an_answer_cancels_what_is_not_due(codes: SlaType) -> None:
    make_step(codes, when=When.PERCENT, amount=50)
    ticket = make_ticket()
    actions.reply(ticket, by=make_agent(), text="Try this.", at=NOON + 59 * MINUTE)
    assert planned(ticket) == [(State.CANCELLED, NOON + HOUR)]
    assert sweep(now=NOON + 5 * HOUR).steps == 0


def test_a_pause_holds_a_step_and_resuming_moves_it(codes: SlaType) -> None:
    make_step(codes, Promise.Kind.SOLUTION, when=When.PERCENT, amount=50)
    ticket, alice = make_ticket(), make_agent()
    assert planned(ticket) == [(State.WAITING, NOON + 4 * HOUR)]
    actions.reply(ticket, by=alice, text="Which one?", then=Status.WAITING_CUSTOMER, at=NOON + HOUR)
    assert planned(ticket) == [(State.WAITING, None)]
    assert sweep(now=at(12, 14)).steps == 0
    actions.receive(ticket, by=ticket.customer, text="This one.", at=at(13, 9))
    assert planned(ticket) == [(State.WAITING, at(13, 12))]


def test_a_pause_within_the_last_minute_of_a_step_does_not_lose_it(codes: SlaType) -> None:
    """Due at half a minute, planned for the full one, and paused between the two."""
    make_step(codes, Promise.Kind.SOLUTION, when=When.PERCENT, amount=50)
    seconds = timedelta(seconds=30)
    ticket, alice = make_ticket(at=NOON + seconds), make_agent()
    assert planned(ticket) == [(State.WAITING, NOON + 4 * HOUR + MINUTE)]
    later = NOON + 4 * HOUR + 1.5 * seconds
    actions.reply(ticket, by=alice, text="Which?", then=Status.WAITING_CUSTOMER, at=later)
    assert planned(ticket) == [(State.WAITING, None)]
    actions.receive(ticket, by=ticket.customer, text="This.", at=at(13, 9))
    assert sweep(now=at(13, 9)).steps == 1


def test_a_step_missed_while_nobody_swept_is_caught_up_once_and_marked_late(codes: SlaType) -> None:
    alice = make_agent()
    make_step(codes, when=When.PERCENT, amount=50)
    make_step(codes, when=When.AT)
    ticket = make_ticket(assignee=alice)
    assert sweep(now=NOON + 2 * HOUR + MINUTE) == Swept(broken=1, steps=2, deliveries=1)
    late = [e.data["late"] for e in ticket.events.filter(kind=Event.Kind.WARNED).order_by("pk")]
    assert late == [True, False]


def test_steps_follow_the_terms_under_which_the_promise_was_made(codes: SlaType) -> None:
    step = make_step(codes, when=When.PERCENT, amount=50)
    before = make_ticket()
    EscalationStep.objects.filter(pk=step.pk).update(amount=25)
    added = make_step(codes, when=When.AT)
    assert planned(before) == [(State.WAITING, NOON + HOUR)]
    assert planned(make_ticket()) == [(State.WAITING, NOON + HOUR / 2), (State.WAITING, NOON + 2 * HOUR)]
    added.delete()
    step.delete()
    actions.claim(before, by=make_agent(), at=NOON)
    assert planned(before) == []


def test_other_terms_cancel_their_steps_and_do_not_call_up_the_past(codes: SlaType) -> None:
    make_step(codes, when=When.PERCENT, amount=50)
    refund = make_sla_type("Refunds", problem_type=make_problem_type("refund"), first_answer_minutes=100)
    refund.steps.all().delete()
    make_step(refund, when=When.PERCENT, amount=10)
    make_step(refund, when=When.AT)
    ticket = make_ticket()
    actions.change_problem_type(ticket, make_problem_type("refund"), by=make_agent(), at=NOON + HOUR / 2)
    assert planned(ticket) == [
        (State.CANCELLED, NOON + HOUR),
        (State.CANCELLED, NOON + 10 * MINUTE),
        (State.WAITING, NOON + 100 * MINUTE),
    ]


def test_it_tells_all_whom_it_names_each_once_and_in_each_way(codes: SlaType) -> None:
    alice, bob, cleo, dan = (make_agent(f"{name} Agent") for name in ("Alice", "Bob", "Cleo", "Dan"))
    keys = make_team("Keys", alice, bob)
    keys.lead = cleo
    keys.save()
    SlaType.objects.filter(pk=codes.pk).update(responsible_agent=dan)
    step = make_step(
        codes,
        to_team=True,
        to_lead=True,
        to_responsible=True,
        address="boss@elsewhere.example",
        url="json://127.0.0.1:9/hook",
        by_notice=True,
    )
    step.agents.set([alice])
    ticket = make_ticket(assignee=alice, team=keys)
    assert sweep(now=NOON + 2 * HOUR).steps == 1
    people = [alice, bob, cleo, dan]
    assert list(Notice.objects.order_by("agent").values_list("agent", flat=True)) == [a.pk for a in people]
    mails = Delivery.objects.filter(kind="warning", via="mail").values_list("to", flat=True)
    assert sorted(mails) == sorted([*(agent.email for agent in people), "boss@elsewhere.example"])
    note = Delivery.objects.get(via="url")
    assert (note.to, note.url, note.ticket) == ("json", "json://127.0.0.1:9/hook", ticket)
    assert "hook" not in str(list(Event.objects.values_list("data", flat=True)))


def test_several_things_at_once_for_one_person_come_as_one_mail(codes: SlaType) -> None:
    alice, bob = make_agent(), make_agent("Bob Other")
    make_step(codes).agents.set([bob])
    tickets = [make_ticket(assignee=alice) for _ in range(3)]
    lone = make_ticket()
    assert sweep(now=NOON + 2 * HOUR) == Swept(broken=0, steps=4, deliveries=2)
    to_alice = Delivery.objects.get(kind="warning", to=alice.email)
    assert to_alice.subject == "3 promises need somebody"
    for ticket in tickets:
        assert f"/desk/tickets/{ticket.number}/" in to_alice.text
        assert f"/desk/tickets/{ticket.number}/" in to_alice.html
    assert f"#{lone.number}" not in to_alice.text
    assert Delivery.objects.get(kind="warning", to=bob.email).subject == "4 promises need somebody"


def test_of_very_many_one_mail_names_the_first_and_counts_the_rest(codes: SlaType, monkeypatch) -> None:
    monkeypatch.setattr("tickets.channels.mail_out.WARNED_OF_AT_MOST", 2)
    make_step(codes)
    alice = make_agent()
    for _ in range(5):
        make_ticket(assignee=alice)
    sweep(now=NOON + 2 * HOUR)
    mail = Delivery.objects.get(kind="warning")
    assert mail.text.count("/desk/tickets/") == 2
    assert "And 3 more" in mail.text
    assert "And 3 more" in mail.html


def test_in_quiet_hours_the_mail_waits_and_all_of_the_night_is_one(codes: SlaType) -> None:
    alice = make_agent()
    Agent.objects.filter(pk=alice.pk).update(quiet_from=time(12), quiet_until=time(15))
    make_step(codes, when=When.PERCENT, amount=50, by_notice=True)
    make_step(codes)
    make_ticket(assignee=alice)
    assert sweep(now=NOON + HOUR) == Swept(0, 1, 0)
    assert Notice.objects.count() == 1
    assert sweep(now=NOON + 2 * HOUR) == Swept(0, 1, 0)
    assert sweep(now=NOON + 3 * HOUR - timedelta(seconds=1)) == Swept(1, 0, 0)
    assert sweep(now=NOON + 3 * HOUR) == Swept(0, 0, 1)
    mail = Delivery.objects.get(kind="warning")
    assert "Answer is late" in mail.subject
    assert mail.text.count("/desk/tickets/") == 1


def test_who_left_while_the_mail_waited_gets_none(codes: SlaType) -> None:
    alice = make_agent()
    Agent.objects.filter(pk=alice.pk).update(quiet_from=time(12), quiet_until=time(15))
    make_step(codes)
    make_ticket(assignee=alice)
    sweep(now=NOON + 2 * HOUR)
    Agent.objects.filter(pk=alice.pk).update(is_active=False)
    assert sweep(now=NOON + 3 * HOUR) == Swept(1, 0, 0)
    assert not Delivery.objects.filter(kind="warning").exists()
    assert sweep(now=NOON + 4 * HOUR) == Swept(0, 0, 0)


@pytest.mark.parametrize(
    ("begin", "end", "now", "ends"),
    [
        (None, None, at(11, 12), at(11, 12)),
        (time(22), time(7), at(11, 12), at(11, 12)),
        (time(22), time(7), at(11, 21), at(12, 5)),  # 23:00 in Tallinn, until 7:00 tomorrow
        (time(22), time(7), at(11, 4), at(11, 5)),  # 6:00, until 7:00 today
        (time(22), time(7), at(11, 5), at(11, 5)),  # 7:00 sharp is not quiet any more
        (time(12), time(14), at(11, 10), at(11, 12)),
        (time(9), time(9), at(11, 10), at(11, 10)),
    ],
)
def test_quiet_hours_are_those_of_the_desk_and_may_go_over_midnight(
    begin: time | None, end: time | None, now: datetime, ends: datetime
) -> None:
    assert Agent(quiet_from=begin, quiet_until=end).quiet_ends(now) == ends


def test_the_customer_is_told_before_it_is_late_and_never_after(codes: SlaType) -> None:
    make_step(codes, when=When.BEFORE, amount=30, to_customer=True, to_assignee=False, by_mail=False)
    in_time, missed = make_ticket(), make_ticket()
    missed_promise = promise_of(missed)
    Escalation.objects.filter(promise=missed_promise).update(due_at=NOON + 90 * MINUTE)
    assert sweep(now=NOON + 91 * MINUTE).steps == 2
    mail = Delivery.objects.get(kind="delay", ticket=in_time)
    assert mail.to == in_time.customer.email
    assert "It may take longer" in mail.subject
    again = make_ticket()
    sweep(now=NOON + 3 * HOUR)
    assert not Delivery.objects.filter(kind="delay", ticket=again).exists()
    assert promise_of(in_time).met_at is None  # an automatic word is no answer


def test_the_customer_is_told_once_whatever_steps_there_are_and_not_while_we_wait_for_them(
    codes: SlaType,
) -> None:
    for amount in (25, 50, 75):
        make_step(codes, when=When.PERCENT, amount=amount, to_customer=True)
    ticket, asked = make_ticket(), make_ticket()
    actions.wait_for(asked, Status.WAITING_CUSTOMER, by=make_agent(), at=NOON + 35 * MINUTE)
    for hours in (0.5, 1, 1.5):
        sweep(now=NOON + hours * HOUR)
    assert list(Delivery.objects.filter(kind="delay").values_list("ticket", flat=True)) == [ticket.pk]


def test_nothing_is_taken_from_anybody_for_what_was_kept_meanwhile(codes: SlaType) -> None:
    alice, bob = make_agent(), make_agent("Bob Other")
    make_step(codes, when=When.PERCENT, amount=50, raise_priority=True, hand_to_agent=bob)
    ticket = make_ticket(assignee=alice)
    actions.reply(ticket, by=alice, text="Try this.", at=NOON + HOUR + MINUTE)
    sweep(now=NOON + 3 * HOUR)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.priority) == (alice, Priority.NORMAL)
    assert "Answer is due soon" in Delivery.objects.get(kind="warning").subject


def test_a_step_that_asks_for_people_and_finds_none_tells_the_team_also_beside_others(codes: SlaType) -> None:
    bob = make_agent("Bob Other")
    make_step(codes, when=When.PERCENT, amount=50, address="boss@elsewhere.example", to_customer=True)
    make_ticket(team=make_team("Keys", bob))
    sweep(now=NOON + HOUR)
    told = sorted(Delivery.objects.filter(kind="warning").values_list("to", flat=True))
    assert told == sorted([bob.email, "boss@elsewhere.example"])


def test_two_steps_to_one_notification_address_are_one_notification(codes: SlaType) -> None:
    for amount in (40, 50):
        make_step(codes, when=When.PERCENT, amount=amount, url="json://127.0.0.1:9/hook")
    make_ticket(assignee=make_agent())
    sweep(now=NOON + HOUR)
    assert Delivery.objects.filter(via="url").count() == 1


def test_it_raises_the_priority_as_far_as_it_goes(codes: SlaType) -> None:
    for amount in (25, 50, 75):
        make_step(codes, when=When.PERCENT, amount=amount, raise_priority=True)
    ticket = make_ticket(assignee=make_agent())
    sweep(now=NOON + 2 * HOUR)
    ticket.refresh_from_db()
    assert ticket.priority == Priority.URGENT
    assert ticket.events.filter(kind=Event.Kind.PRIORITY_RAISED).count() == 2


@pytest.mark.parametrize("to", ["agent", "team"])
def test_it_hands_over(codes: SlaType, to: str) -> None:
    alice, bob, keys = make_agent(), make_agent("Bob Other"), make_team("Keys")
    make_step(codes, **{"hand_to_agent": bob} if to == "agent" else {"hand_to_team": keys})
    ticket = make_ticket(assignee=alice)
    sweep(now=NOON + 2 * HOUR)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.team) == ((bob, None) if to == "agent" else (None, keys))
    event = ticket.events.get(kind=Event.Kind.HANDED_OVER)
    assert event.agent is None
    assert event.data["promise"] == promise_of(ticket).pk


def test_who_gets_it_is_told_and_who_cannot_take_it_is_passed_over(codes: SlaType) -> None:
    alice, bob = make_agent(), make_agent("Bob Other")
    make_step(codes, hand_to_agent=bob)
    given = make_ticket(assignee=alice)
    sweep(now=NOON + 2 * HOUR)
    given.refresh_from_db()
    assert given.assignee == bob
    assert Delivery.objects.filter(kind="warning", to=bob.email).exists()
    Agent.objects.filter(pk=bob.pk).update(is_active=False)
    kept = make_ticket(assignee=alice)
    sweep(now=NOON + 3 * HOUR)
    kept.refresh_from_db()
    assert kept.assignee == alice
    passed = kept.events.get(kind=Event.Kind.WARNED).data["passed_over"]
    assert passed == [{"step": "step", "why": "left", "name": "Bob Other"}]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"when": When.PERCENT, "amount": 0}, "amount"),
        ({"when": When.PERCENT, "amount": 101}, "amount"),
        ({"when": When.BEFORE, "amount": 0}, "amount"),
        ({"when": When.AFTER, "amount": 5, "to_customer": True}, "to_customer"),
        ({"when": When.PERCENT, "amount": 100, "to_customer": True}, "to_customer"),
        ({"url": "nonsense"}, "url"),
        ({"url": "syslog://"}, "url"),
    ],
)
def test_a_step_that_makes_no_sense_is_told_at_its_field(codes: SlaType, fields: dict, wrong: str) -> None:
    step = EscalationStep(sla_type=codes, promise_kind=Promise.Kind.FIRST_ANSWER, **fields)
    with pytest.raises(ValidationError) as told:
        step.full_clean()
    assert wrong in told.value.message_dict


def test_a_hundred_minutes_before_are_not_a_hundred_percent(codes: SlaType) -> None:
    fields = {"when": When.BEFORE, "amount": 100, "to_customer": True}
    EscalationStep(sla_type=codes, promise_kind=Promise.Kind.FIRST_ANSWER, **fields).full_clean()
