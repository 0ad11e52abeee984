from datetime import timedelta

import pytest
from django.db import connection

from customers.tests.factories import NOON, make_code, make_customer, make_order
from tickets.actions import close, reply, solve
from tickets.desk import paging
from tickets.models import Ticket
from tickets.models.ticket import FAR_FUTURE, NUMBER_BASE
from tickets.tests.desk import signed_in
from tickets.tests.factories import make_agent, make_ticket

pytestmark = pytest.mark.django_db


def numbers(response):
    return [row["number"] for row in response.context["page"].rows]


def test_the_longest_waiting_stands_first_and_the_answered_last():
    second = make_ticket(at=NOON - timedelta(hours=1))
    answered = make_ticket(at=NOON - timedelta(days=9))
    reply(answered, by=make_agent(), text="Hello", at=NOON)
    first = make_ticket(at=NOON - timedelta(hours=2))
    response = signed_in().get("/desk/")
    assert numbers(response) == [first.number, second.number, answered.number]


def test_the_unanswered_are_marked_and_the_answered_are_not():
    make_ticket()
    answered = make_ticket()
    reply(answered, by=make_agent(), text="Hello")
    page = signed_in().get("/desk/").content.decode()
    assert page.count("is-unanswered") == 1
    assert page.count("is-answered") == 1


def test_solved_and_closed_tickets_are_out_of_the_way():
    ticket = make_ticket()
    solve(ticket, by=None)
    assert numbers(signed_in().get("/desk/")) == []


def test_a_customer_without_a_name_is_called_by_address():
    make_ticket(code=make_code(order=make_order(customer=make_customer("nameless@example.com", name=""))))
    assert "nameless@example.com" in signed_in().get("/desk/").content.decode()


def test_an_empty_queue_says_so():
    assert "Nothing is waiting" in signed_in().get("/desk/").content.decode()


def walk(browser, address):
    """All rows from page to page, by the links that the pages give."""
    found, pages = [], 0
    while address:
        response = browser.get(address)
        assert response.status_code == 200
        found += numbers(response)
        pages += 1
        page = response.context["page"]
        address = f"/desk/{response.context['next_link']}" if page.next else None
    return found, pages


def test_from_page_to_page_every_ticket_is_shown_once(monkeypatch):
    monkeypatch.setattr(paging, "PAGE", 3)
    for minutes in (5, 5, 5, 5, 3, 3, 1):
        make_ticket(at=NOON - timedelta(minutes=minutes))
    for _ in range(4):
        reply(make_ticket(), by=make_agent(), text="Hello", at=NOON)
    found, pages = walk(signed_in(), "/desk/")
    expected = Ticket.objects.unsolved().in_queue_order().values_list("pk", flat=True)
    assert found == [NUMBER_BASE + pk for pk in expected]
    assert pages == 4


def test_paging_keeps_the_filter(monkeypatch):
    monkeypatch.setattr(paging, "PAGE", 2)
    alice = make_agent()
    mine = [make_ticket(assignee=alice) for _ in range(5)]
    make_ticket()
    found, _pages = walk(signed_in(alice), "/desk/?whose=mine")
    assert found == [ticket.number for ticket in mine]


def test_solved_tickets_are_paged_newest_first(monkeypatch):
    monkeypatch.setattr(paging, "PAGE", 2)
    tickets = [make_ticket() for _ in range(5)]
    for ticket in tickets:
        solve(ticket, by=None)
    close(tickets[0], by=None)
    found, pages = walk(signed_in(), "/desk/?status=solved")
    assert found == [ticket.number for ticket in reversed(tickets[1:])]
    assert pages == 2


@pytest.mark.parametrize("count", [3, 4])
def test_the_count_stops_where_nobody_counts_any_more(monkeypatch, count):
    monkeypatch.setattr("tickets.desk.queue.COUNT_AT_MOST", 3)
    for _ in range(count):
        make_ticket()
    assert signed_in().get("/desk/").context["count"] == ("3" if count == 3 else "3+")


@pytest.mark.parametrize("place", [None, (NOON, 5), (FAR_FUTURE, 5)])
def test_the_database_walks_the_index_of_the_queue(place):
    """Whatever the filter's joins: no sorting of all tickets for one page. The planner is asked as for a big
    table."""
    tickets = Ticket.objects.unsolved().in_queue_order()
    if place:
        tickets = tickets.after(*place)
    rows = tickets.values("queue_at", "id", "problem_type__name", "product__name", "assignee__name")[:51]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    plan = rows.explain()
    assert "ticket_queue" in plan
    assert "ORDER BY" not in plan
    assert "Sort Key" not in plan


def test_strangers_are_asked_to_sign_in(client):
    assert client.get("/desk/?whose=mine").url == "/desk/login/?next=/desk/%3Fwhose%3Dmine"
