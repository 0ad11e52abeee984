"""As many SQL statements for much as for little: no page asks the database once a row."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import CustomerAddress
from customers.tests.factories import NOON, make_code, make_customer, make_order
from tickets.actions import Answer, add_memo, add_note, claim, open_ticket, receive, reply, wait_for
from tickets.actions import draft as drafts
from tickets.evidence.uploads import add_files
from tickets.models import Event, ExamplePicture, Message, ReplyTemplate, Ticket
from tickets.models.ticket import Status
from tickets.tests.desk import address, signed_in
from tickets.tests.factories import (
    make_agent,
    make_picture,
    make_problem_type,
    make_slot,
    make_team,
    make_ticket,
)

pytestmark = pytest.mark.django_db
QUEUE, TICKET, CUSTOMER = 8, 16, 6


def statements(browser, where):
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(where).status_code == 200
    return [query["sql"] for query in captured]


def many(count):
    """Copies of one ticket with its first message, in bulk."""
    one = make_ticket()
    tickets = [
        Ticket(
            **{
                field.attname: getattr(one, field.attname)
                for field in Ticket._meta.concrete_fields
                if field.attname not in ("id", "public_id", "waiting_since")
            },
            waiting_since=NOON - timedelta(seconds=number) if number % 3 else None,
        )
        for number in range(count)
    ]
    made = Ticket.objects.bulk_create(tickets, batch_size=1000)
    Message.objects.bulk_create(
        [
            Message(
                ticket=t, direction="in", customer_id=t.customer_id, text=f"Hello {t.pk}", created_at=NOON
            )
            for t in made
        ],
        batch_size=1000,
    )
    return one


@pytest.mark.parametrize("query", ["", "?whose=mine", "?q=hello", "?status=solved", "?team=1&type=1"])
def test_the_queue_asks_the_same_with_ten_and_with_three_hundred_tickets(query):
    browser = signed_in()
    many(9)
    few = statements(browser, f"/desk/{query}")
    many(290)
    assert len(statements(browser, f"/desk/{query}")) == len(few) <= QUEUE


@pytest.mark.heavy
def test_queue_and_ticket_page_ask_the_same_with_fifty_thousand_tickets():
    browser = signed_in()
    pages = {"/desk/": QUEUE, address("ticket", many(100)): TICKET}
    few = [len(statements(browser, page)) for page in pages]
    many(50_000)
    assert [len(statements(browser, page)) for page in pages] == few
    assert all(count <= limit for count, limit in zip(few, pages.values(), strict=True))


def make_evidence(ticket_count):
    """A ticket with everything on it, `ticket_count` times of each."""
    alice, bob = make_agent(), make_agent("Bob Other")
    carol = make_customer()
    order = make_order(customer=carol)
    code = make_code(order=order)
    problem = make_problem_type()
    slots = [make_slot(problem, position=number) for number in range(ticket_count)]
    for slot in slots:
        ExamplePicture(slot=slot).picture.save("x", ContentFile(make_picture()))
    draft = drafts.report_draft(order, code, at=NOON)
    for slot in slots:
        add_files(draft, [SimpleUploadedFile("a.png", make_picture())], slot=slot, at=NOON)
    ticket = open_ticket(
        by=carol,
        order=order,
        code=code,
        problem_type=problem,
        text="Hello",
        answers=[Answer(slot) for slot in slots],
        draft=draft,
        at=NOON,
    ).ticket
    claim(ticket, by=alice)
    for number in range(ticket_count):
        file = SimpleUploadedFile(f"{number}.txt", b"log")
        mine = drafts.reply_draft(ticket, agent=None, at=NOON)
        add_files(mine, [file], at=NOON)
        receive(ticket, by=carol, text=f"Again {number}", draft=mine)
        add_note(ticket, by=bob, text="Note")
        add_memo(ticket, by=bob, text="Memo", answered=False)
        reply(ticket, by=alice, text="Answer")
        wait_for(ticket, Status.WAITING_SUPPLIER, by=alice)
        make_code(order=order)
        make_ticket(code=make_code(order=make_order(customer=carol)))
        make_team(f"Team {number}")
        make_problem_type(f"type-{number}")
        ReplyTemplate.objects.create(title=f"T{number}", text="Dear {customer_name}")
        CustomerAddress.objects.create(customer=carol, email=f"carol{number}-{ticket.pk}@example.com")
    mine = drafts.reply_draft(ticket, agent=alice, at=NOON)
    add_files(mine, [SimpleUploadedFile("draft.txt", b"log")], at=NOON)
    return ticket


def test_the_ticket_page_asks_the_same_for_a_short_and_for_a_long_story():
    browser = signed_in()
    short = statements(browser, address("ticket", make_evidence(1)))
    long = statements(browser, address("ticket", make_evidence(6)))
    assert len(long) == len(short) <= TICKET, (len(long), len(short))


def test_the_ticket_page_never_reads_the_code_or_the_secret_of_the_shop():
    ticket = make_ticket()
    for sql in statements(signed_in(), address("ticket", ticket)):
        assert '"customers_activationcode"."code"' not in sql
        assert "link_secret" not in sql


def test_the_customer_page_asks_the_same_for_one_and_for_many_tickets():
    browser = signed_in()
    ticket = make_ticket()
    where = f"/desk/customers/{ticket.customer_id}/"
    few = statements(browser, where)
    for _ in range(5):
        make_ticket()
    assert len(statements(browser, where)) == len(few) <= CUSTOMER


@pytest.mark.parametrize("page", ["/desk/", "ticket", "customer"])
def test_looking_changes_nothing(page):
    ticket = make_ticket()
    where = {"ticket": address("ticket", ticket), "customer": f"/desk/customers/{ticket.customer_id}/"}
    events = Event.objects.count()
    for sql in statements(signed_in(), where.get(page, page)):
        assert sql.startswith(("SELECT", "(SELECT")), sql
    assert Event.objects.count() == events
