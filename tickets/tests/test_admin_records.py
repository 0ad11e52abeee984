import pytest
from django.test import Client

from customers.tests.factories import make_code, make_customer, make_order
from tickets.models import Delivery, Event, Message, Note
from tickets.tests.factories import NOON, make_agent, make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(make_agent("Olga Owner", is_staff=True))
    return client


@pytest.fixture
def ticket():
    return make_ticket(
        code=make_code("CANARY-CODE-1234", order=make_order(number="KH-100042")), text="It says used."
    )


def test_the_page_of_a_ticket_shows_all_of_it_and_leads_to_the_desk(staff, ticket):
    Note.objects.create(ticket=ticket, agent=make_agent(), text="Ask the supplier", created_at=NOON)
    page = staff.get(f"/admin/tickets/ticket/{ticket.pk}/change/").content.decode()
    for words in (
        "It says used.",
        "Ask the supplier",
        "Carol Customer",
        "opened",
        f"/desk/tickets/{ticket.number}/",
    ):
        assert words in page
    assert "CANARY" not in page
    assert ticket.public_id not in page


@pytest.mark.parametrize("address", ["999", "x", "1' OR 1=1", "9" * 30, "٣"])
def test_a_ticket_that_does_not_exist_leads_back_to_the_index(staff, address):
    assert staff.get(f"/admin/tickets/ticket/{address}/change/").status_code in (302, 404)


def test_tickets_are_found_by_number_order_address_and_subject(staff, ticket):
    other = make_ticket(
        code=make_code(order=make_order(number="ZZ-1", customer=make_customer("dave@example.com", "Dave")))
    )
    for text in (str(ticket.number), f"#{ticket.number}", "kh-100042", "Carol@example.com"):
        page = staff.get("/admin/tickets/ticket/", {"q": text}).content.decode()
        assert f">{ticket.number}<" in page, text
        assert f">{other.number}<" not in page, text
    assert (
        f">{ticket.number}<"
        in staff.get("/admin/tickets/ticket/", {"q": ticket.subject[:6]}).content.decode()
    )


@pytest.mark.parametrize("model", [Message, Event, Delivery])
def test_records_are_found_by_the_number_of_their_ticket(staff, ticket, model):
    make_ticket()
    name = model._meta.model_name
    page = staff.get(f"/admin/tickets/{name}/", {"q": f"#{ticket.number}"}).content.decode()
    ours = model.objects.filter(ticket=ticket)
    assert ours
    assert all(f"/admin/tickets/{name}/{row.pk}/change/" in page for row in ours)
    others = model.objects.exclude(ticket=ticket)
    assert not any(f"/admin/tickets/{name}/{row.pk}/change/" in page for row in others)


def test_a_mail_that_signs_its_reader_in_is_not_shown(staff):
    delivery = Delivery.objects.create(
        kind="confirm_address",
        to="carol@example.com",
        sender="help@keyhaven.example",
        subject="Your tickets",
        text="CANARY-LINK",
        html="CANARY-LINK",
        holds_secret=True,
        created_at=NOON,
        next_attempt_at=NOON,
    )
    page = staff.get(f"/admin/tickets/delivery/{delivery.pk}/change/").content.decode()
    assert "CANARY" not in page
    assert "Holds a secret link." in page


def test_deliveries_are_found_by_address(staff, ticket):
    assert (
        "carol@example.com"
        in staff.get("/admin/tickets/delivery/", {"q": "Carol@Example.com"}).content.decode()
    )
    assert "0 deliveries" in staff.get("/admin/tickets/delivery/", {"q": "dave@example.com"}).content.decode()
