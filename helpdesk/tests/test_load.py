from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db.models import Count, F, Min, Q

from customers.models import Order
from customers.tests.factories import make_category, make_code, make_order, make_product
from helpdesk.demo import load
from helpdesk.demo.load import NothingToSpreadOver, add_tickets
from sla.escalation import sweep_broken
from sla.models import Promise
from sla.promises import mark_broken, repair_missed
from sla.tests.factories import make_sla_type
from tickets import actions
from tickets.actions import close_long_solved
from tickets.models import Agent, Delivery, Event, Message, ProblemType, Ticket
from tickets.models.ticket import Status
from tickets.tests.factories import make_agent, make_problem_type, make_team, make_ticket

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 10, 12, 34, 56, tzinfo=UTC)


@pytest.fixture(autouse=True)
def ground():
    """Three ways to be routed: to a team, to an agent, to nobody."""
    alice, bob = make_agent(), make_agent("Bob Other")
    team = make_team("Keys", alice)
    make_sla_type("Team's", problem_type=make_problem_type("used"), responsible_team=team)
    make_sla_type(
        "Bob's", problem_type=make_problem_type("lost"), responsible_agent=bob, solution_minutes=9000
    )
    make_problem_type("other").categories.add(make_category("e-books"))
    make_product(category=make_category("e-books"))
    make_code()


def test_as_many_as_asked_are_added_with_three_messages_each():
    before = make_ticket()
    assert add_tickets(120, now=NOW) == 120
    added = Ticket.objects.exclude(pk=before.pk)
    assert added.count() == 120
    assert set(added.annotate(said=Count("messages")).values_list("said", flat=True)) == {3}


def test_thirty_at_least_are_open_and_half_of_these_wait_for_an_answer():
    add_tickets(200, now=NOW)
    assert Ticket.objects.unsolved().count() == 30
    assert Ticket.objects.unanswered().count() == 15
    assert set(Ticket.objects.values_list("status", flat=True)) == set(Status.values)


def test_a_handful_is_all_open():
    assert add_tickets(3, now=NOW) == 3
    assert Ticket.objects.unsolved().count() == 3


def test_no_code_has_two_unsolved_tickets_also_when_there_were_some():
    add_tickets(60, now=NOW)
    add_tickets(60, now=NOW, seed=2)
    assert Ticket.objects.unsolved().count() == 60
    assert Ticket.objects.unsolved().values("code").distinct().count() == 60


def test_everything_fits_together():
    add_tickets(200, now=NOW)
    tickets = Ticket.objects.annotate(
        first_due=Min("promises__due_at", filter=Q(promises__met_at=None, promises__paused_since=None))
    )
    assert not tickets.exclude(due_at=F("first_due")).exclude(due_at=None, first_due=None).exists()
    assert not Ticket.objects.exclude(pk__in=Message.objects.filter(direction="in").values("ticket")).exists()
    solved = Ticket.objects.filter(status__in=[Status.SOLVED, Status.CLOSED])
    assert not solved.filter(
        Q(waiting_since__isnull=False) | Q(solved_at=None) | Q(due_at__isnull=False)
    ).exists()
    with_solution_promised = Promise.objects.filter(kind=Promise.Kind.SOLUTION, met_at=None).values("ticket")
    assert not Ticket.objects.unsolved().exclude(pk__in=with_solution_promised).exists()
    assert not Ticket.objects.filter(order__placed_at__gt=F("opened_at")).exists()
    assert not Ticket.objects.exclude(order__customer=F("customer"), order__shop=F("shop")).exists()
    assert not Event.objects.filter(at__gt=NOW).exists()
    assert not Message.objects.filter(created_at__gt=NOW).exists()


def test_there_is_nothing_left_to_do_for_those_who_sweep():
    add_tickets(200, now=NOW)
    assert repair_missed() == 0
    assert sweep_broken(now=NOW - timedelta(seconds=30)) == 0
    # Closing runs once an hour.
    long_ago = NOW - timedelta(days=settings.REOPEN_DAYS, hours=1)
    assert not Ticket.objects.filter(status=Status.SOLVED, solved_at__lte=long_ago).exists()
    assert close_long_solved(now=NOW - timedelta(hours=1)) == 0
    assert not Delivery.objects.exists()


def test_promises_are_kept_broken_and_met_late():
    add_tickets(200, now=NOW)
    met, broken = Q(met_at__isnull=False), Q(broken_at__isnull=False)
    for state in (met & ~broken, met & broken, ~met & broken):
        assert Promise.objects.filter(state).exists()


@pytest.mark.parametrize(("tickets", "kinds"), [(60, 15), pytest.param(150, 20, marks=pytest.mark.heavy)])
def test_each_ticket_is_as_the_verbs_would_have_left_it(tickets, kinds):
    add_tickets(tickets, now=NOW)
    stories = {}
    for ticket in Ticket.objects.order_by("-pk"):
        stories.setdefault(tuple(ticket.events.order_by("pk").values_list("kind", flat=True)), ticket)
    assert len(stories) > kinds
    for ticket in stories.values():
        assert told(retold(ticket)) == told(ticket)


def retold(ticket: Ticket) -> Ticket:
    """Another ticket of the same customer, with which the same was done by the verbs."""
    texts = iter(ticket.messages.values_list("text", flat=True))
    events = list(ticket.events.order_by("pk"))
    order = make_order(shop=ticket.shop, customer=ticket.customer)
    code = make_code(order=order, product=ticket.product)
    for event in events:
        by, at = event.agent or event.customer, event.at
        along = {other.kind: other for other in events if other.at == at}
        match event.kind:
            case "opened":
                problem = ticket.problem_type
                text = next(texts)
                copy = actions.open_ticket(
                    by=by, order=order, code=code, problem_type=problem, text=text, at=at
                ).ticket
            case "claimed" if "replied" not in along:
                actions.claim(copy, by=by, at=at)
            case "replied":
                changed = along.get("status_changed")
                then = Status.SOLVED if "solved" in along else changed.data["new"] if changed else Status.OPEN
                actions.reply(copy, by=by, text=next(texts), then=Status(then), at=at)
            case "received":
                actions.receive(copy, by=by, text=next(texts), at=at)
            case "noted":
                actions.add_note(copy, by=by, text=ticket.notes.get().text, at=at)
            case "solved" if "replied" not in along:
                actions.solve(copy, by=by, at=at)
            case "closed":
                actions.close(copy, by=by, at=at)
            case "promise_broken" if along.keys() == {"promise_broken"}:
                mark_broken(copy.promises.get(kind=event.data["promise_kind"]), copy, at=at)
    copy.refresh_from_db()
    return copy


FOR_UNDOING = ("before", "after", "turned")


def told(ticket: Ticket) -> dict:
    """All about a ticket, without what is another in each copy; ids of its own rows by position."""
    rows = [*ticket.messages.order_by("pk"), *ticket.notes.all(), *ticket.promises.all()]
    place = {(row._meta.model_name, str(row.pk)): number for number, row in enumerate(rows)}

    def plain(row, *, without=()):
        left_out = {"id", "ticket_id", *without}
        values = {
            f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname not in left_out
        }
        if "data" in values:
            # Those are for the seconds in which an answer can be taken back.
            data = {key: value for key, value in values["data"].items() if key not in FOR_UNDOING}
            values["data"] = {key: place.get((key, str(value)), value) for key, value in data.items()}
        return values

    return plain(ticket, without=("public_id", "order_id", "code_id")) | {
        "rows": [plain(row) for row in rows],
        "events": [plain(event) for event in ticket.events.order_by("pk")],
    }


def test_batches_are_told_of_as_they_are_done(monkeypatch):
    monkeypatch.setattr(load, "BATCH", 50)
    told_of = []
    assert (
        add_tickets(120, now=NOW, progress=lambda done: told_of.append((done, Ticket.objects.count()))) == 120
    )
    assert told_of == [(50, 50), (100, 100), (120, 120)]


@pytest.mark.django_db(transaction=True)
def test_batches_are_committed_one_by_one_so_that_what_was_added_stays(monkeypatch):
    monkeypatch.setattr(load, "BATCH", 50)

    def stop(done):
        if done == 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        add_tickets(1000, now=NOW, progress=stop)
    assert Ticket.objects.count() == 100
    assert not Ticket.objects.annotate(said=Count("messages")).exclude(said=3).exists()
    assert repair_missed() == 0


def test_the_same_seed_tells_the_same():
    add_tickets(40, now=NOW)
    first = list(Message.objects.order_by("pk").values_list("text", "created_at"))
    Promise.objects.all().delete()
    Ticket.objects.all().delete()
    Order.objects.filter(number__startswith="L").delete()
    add_tickets(40, now=NOW)
    assert list(Message.objects.order_by("pk").values_list("text", "created_at")) == first


def test_afterwards_customers_and_agents_go_on_as_ever():
    add_tickets(40, now=NOW)
    newest = Ticket.objects.latest("pk")
    ticket = make_ticket(at=NOW)
    assert ticket.pk > newest.pk
    actions.reply(ticket, by=make_agent(), text="Try this.", then=Status.SOLVED, at=NOW)
    actions.receive(newest, by=newest.customer, text="And now?", at=NOW)


@pytest.mark.parametrize(
    ("missing", "named"), [(Order, "order"), (ProblemType, "problem type"), (Agent, "agent")]
)
def test_with_nothing_to_spread_over_it_says_what_is_missing_and_writes_nothing(missing, named):
    if missing is Order:
        Order.objects.all().delete()
    else:
        missing.objects.update(is_active=False)
    with pytest.raises(NothingToSpreadOver, match=f"no {named} to"):
        add_tickets(10, now=NOW)
    assert not Ticket.objects.exists()
    assert not Order.objects.filter(number__startswith="L").exists()
