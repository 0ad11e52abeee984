from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.tests.factories import NOON
from tickets.models import Agent, Notice, Ticket
from tickets.tests.desk import signed_in
from tickets.tests.factories import make_agent, make_ticket

pytestmark = pytest.mark.django_db


def make_notice(ticket: Ticket, agent: Agent, **data: str) -> Notice:
    told = {"promise_kind": "first_answer", "due_at": NOON.isoformat()} | data
    return Notice.objects.create(agent=agent, ticket=ticket, kind="warned", data=told, created_at=NOON)


def test_the_bell_shows_that_there_is_something_new_until_it_was_read():
    alice, ticket = make_agent(), make_ticket()
    browser = signed_in(alice)
    assert "bell-dot" not in browser.get("/desk/").content.decode()
    notice = make_notice(ticket, alice)
    assert "bell-dot" in browser.get("/desk/").content.decode()
    page = browser.get("/desk/notices/").content.decode()
    assert "An answer is late, it was due" in page
    assert f"/desk/tickets/{ticket.number}/" in page
    assert browser.post("/desk/notices/read/", {"newest": notice.pk}).status_code == 302
    assert "bell-dot" not in browser.get("/desk/").content.decode()


def test_an_old_notice_tells_days_as_of_today():
    alice, yesterday = make_agent(), timezone.now() - timedelta(days=1)
    notice = make_notice(make_ticket(), alice, due_at=(yesterday + timedelta(minutes=1)).isoformat())
    Notice.objects.filter(pk=notice.pk).update(created_at=yesterday)
    assert "An answer was due yesterday" in signed_in(alice).get("/desk/notices/").content.decode()


def test_what_came_after_the_page_was_shown_stays_new():
    alice, ticket = make_agent(), make_ticket()
    seen, since = make_notice(ticket, alice), make_notice(ticket, alice)
    signed_in(alice).post("/desk/notices/read/", {"newest": seen.pk})
    assert list(Notice.objects.filter(read_at=None)) == [since]


@pytest.mark.parametrize("newest", ["", "x", "9" * 30, "-1"])
def test_nonsense_reads_nothing(newest):
    alice = make_agent()
    make_notice(make_ticket(), alice)
    assert signed_in(alice).post("/desk/notices/read/", {"newest": newest}).status_code == 302
    assert Notice.objects.filter(read_at=None).exists()


def test_nobody_sees_or_reads_those_of_another():
    alice, bob = make_agent(), make_agent("Bob Other")
    notice = make_notice(make_ticket(), alice)
    browser = signed_in(bob)
    assert "bell-dot" not in browser.get("/desk/").content.decode()
    assert "Nothing yet." in browser.get("/desk/notices/").content.decode()
    browser.post("/desk/notices/read/", {"newest": notice.pk})
    notice.refresh_from_db()
    assert notice.read_at is None


def test_a_page_of_notices_costs_the_same_with_more():
    alice = make_agent()
    browser = signed_in(alice)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get("/desk/notices/").status_code == 200
        return len(captured)

    make_notice(make_ticket(), alice)
    few = queries()
    for _ in range(30):
        make_notice(make_ticket(), alice)
    assert queries() == few
    assert "Next page" in browser.get("/desk/notices/").content.decode()


def test_more_urgent_tickets_carry_a_mark_in_the_queue_and_on_their_page():
    ticket = make_ticket()
    browser = signed_in()
    assert "Priority:" not in browser.get("/desk/").content.decode()
    Ticket.objects.filter(pk=ticket.pk).update(priority=2)
    assert "Priority: urgent" in browser.get("/desk/").content.decode()
    assert "Priority: urgent" in browser.get(f"/desk/tickets/{ticket.number}/").content.decode()
