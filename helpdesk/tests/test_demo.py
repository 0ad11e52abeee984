"""`manage.py demo`: the same shop every time, with a past that hangs together."""

import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from customers.models import Order, Shop
from customers.tests.factories import make_shop
from helpdesk.demo import build, sizes
from helpdesk.demo.history import working_hours
from helpdesk.demo.history.plan import stories_of
from sla.models import Promise
from sla.promises import repair_missed
from tickets.models import Agent, Delivery, Event, Message, Note, Ticket
from tickets.models.ticket import IS_UNSOLVED, Status

pytestmark = [pytest.mark.django_db, pytest.mark.standalone]
A_TUESDAY = datetime(2026, 3, 10, 13, 0, tzinfo=UTC)


def demo(*args: str, **options: object) -> str:
    printed = StringIO()
    call_command("demo", *args, stdout=printed, **options)
    return printed.getvalue()


def fingerprint() -> list:
    """All that was said and done, without secrets."""
    return [
        list(Order.objects.order_by("pk").values_list("number", "customer__name", "total")),
        list(Ticket.objects.order_by("pk").values_list("subject", "status", "opened_at", "assignee__email")),
        list(Message.objects.order_by("pk").values_list("text", "created_at")),
        list(Note.objects.order_by("pk").values_list("kind", "text")),
        list(Event.objects.order_by("pk").values_list("kind", "at")),
    ]


@pytest.fixture
def small(monkeypatch):
    """A demo of a fourth."""
    for name, size in {"ORDERS": 60, "OLD_TICKETS": 10, "NEW_TICKETS": 40}.items():
        monkeypatch.setattr(sizes, name, size)


@pytest.mark.heavy
def test_the_demo_is_believable_consistent_and_told_once():
    believable_consistent_and_told_once(orders=200, unsolved=range(20, 61), unanswered=8)
    assert {"en", "et", "fi", "sk", "cs", "pl"} <= set(
        Message.objects.values_list("customer__language", flat=True)
    )


def test_a_small_demo_is_believable_consistent_and_told_once(small):
    believable_consistent_and_told_once(orders=60, unsolved=range(10, 31), unanswered=4)


def believable_consistent_and_told_once(*, orders: int, unsolved: range, unanswered: int) -> None:
    with time_machine.travel(A_TUESDAY, tick=False):
        assert f"{orders} orders" in demo()
        first = fingerprint()

        assert Ticket.objects.unsolved().count() in unsolved
        assert Ticket.objects.unsolved().unanswered().count() >= unanswered
        assert not Ticket.objects.filter(~IS_UNSOLVED, waiting_since__isnull=False).exists()
        assert set(Ticket.objects.values_list("status", flat=True)) == set(Status)
        assert Promise.objects.filter(broken_at__isnull=False).exists()
        assert not Promise.objects.to_break(A_TUESDAY).exists()
        assert repair_missed() == 0
        assert not Delivery.objects.exclude(state=Delivery.State.SENT).exists()
        assert "{" not in "".join(Message.objects.values_list("text", flat=True))
        assert Event.objects.latest("at").at <= A_TUESDAY

        assert "already" in demo()
        assert fingerprint() == first
        links_of_the_demo_open()


def test_the_same_is_planned_at_each_hour_of_a_day(planned, small):
    at_noon = planned(A_TUESDAY)
    assert at_noon
    for hour in (0, 9, 21):
        assert planned(A_TUESDAY.replace(hour=hour)) == at_noon, hour


@pytest.fixture
def planned(monkeypatch):
    """Builds all but the past, and gives each story of it: who, what, when, and when which word follows."""
    monkeypatch.setattr(build, "_forms", lambda categories: None)  # draws examples, which takes seconds
    monkeypatch.setattr(build, "_promises", lambda now: None)
    told: list = []

    def plan(orders: list[Order], *, now: datetime, days: int) -> None:
        hours = working_hours()
        for story in stories_of(orders, today=now.date(), days=days):
            order, at, moments = story.code.item.order, story.opens_at, []
            while at:
                moments.append(at)
                story.turn += 1
                at = story.next_at(at, hours)
            told.append((order.number, order.placed_at, story.conversation.name, story.agent.email, moments))

    def planned(now: datetime) -> list:
        told.clear()
        monkeypatch.setattr(build, "tell", plan)
        with transaction.atomic():
            build.build(now=now)
            transaction.set_rollback(True)
        return list(told)

    return planned


@pytest.mark.heavy
@pytest.mark.django_db(transaction=True)
def test_later_on_the_same_day_only_more_has_happened():
    told = []
    for hour in (9, 13):
        with time_machine.travel(A_TUESDAY.replace(hour=hour), tick=False):
            demo()
        until = A_TUESDAY.replace(hour=9)
        told.append(
            [
                list(Order.objects.order_by("pk").values_list("number", "customer__name", "total")),
                list(
                    Message.objects.filter(created_at__lte=until)
                    .order_by("created_at")
                    .values_list("ticket__subject", "text", "created_at")
                ),
            ]
        )
        call_command("flush", interactive=False, verbosity=0)
    assert told[0] == told[1]


def links_of_the_demo_open() -> None:
    told = json.loads(demo("--json"))
    assert {login["role"] for login in told["logins"]} == {"agent", "admin"}
    browser = Client()
    for link in (*told["order_links"], *told["ticket_links"]):
        assert browser.get("/" + link["url"].split("/", 3)[3]).status_code == 200
    for login in told["logins"]:
        assert Agent.objects.get(email=login["email"]).check_password(login["password"])


def test_it_does_not_mix_with_a_shop_that_is_there():
    make_shop("bookshop")
    with pytest.raises(CommandError, match="a shop already"):
        demo()


def test_links_are_told_only_of_the_demo():
    with pytest.raises(CommandError, match="not built"):
        demo("--json")


def test_everybody_knows_its_passwords_so_a_production_must_ask_for_it(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="--in-production"):
        demo()
    assert not Shop.objects.exists()


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_an_error_half_way_leaves_nothing(monkeypatch, settings, error):
    def fails(*args: object, **kwargs: object) -> None:
        assert pictures()
        raise error

    def pictures() -> list[Path]:
        return [file for file in Path(settings.MEDIA_ROOT).rglob("*") if file.is_file()]

    monkeypatch.setattr(build.pictures, "good_example", lambda *args: b"drawn")
    monkeypatch.setattr(build.pictures, "bad_example", lambda *args: b"drawn")
    monkeypatch.setattr(build, "tell", fails)
    with pytest.raises(error):
        demo()
    assert not Shop.objects.exists()
    assert not pictures()


@pytest.mark.parametrize("options", [["--tickets=-5"], ["--json", "--tickets", "5"]])
def test_options_that_could_only_be_ignored_are_refused(options):
    with pytest.raises(CommandError, match="--tickets"):
        demo(*options)
