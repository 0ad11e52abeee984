"""V10 to V13: what a customer's link opens, and what it never does."""

import random
import re
import secrets

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.tests.factories import make_code, make_customer, make_order
from tickets.actions import add_note, close, solve
from tickets.actions import draft as drafts
from tickets.evidence.uploads import add_files
from tickets.models import Attachment, Ticket
from tickets.tests.factories import make_agent, make_problem_type, make_ticket
from tickets.tests.portal import order_link, picture, report_url, ticket_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(client) -> Ticket:
    """Carol's, with a picture in it."""
    ticket = make_ticket(at=timezone.now())
    client.post(ticket_page(ticket, "reply"), {"text": "Look", "files": picture()})
    return ticket


@pytest.fixture
def mallory() -> Ticket:
    """A ticket that Mallory may open."""
    order = make_order(customer=make_customer("mallory@example.com"))
    return make_ticket(code=make_code(order=order), at=timezone.now())


def test_random_tokens_open_nothing(client, ticket):
    chance = random.Random(7)
    for _ in range(100):
        token = f"{secrets.token_urlsafe(16)}.{secrets.token_urlsafe(chance.choice((0, 1, 31, 32, 33)))}"
        assert client.get(f"/t/{token}/").status_code == 404


def test_an_attachment_opens_only_by_the_link_of_its_ticket(client, ticket, mallory):
    file = Attachment.objects.get()
    assert client.get(ticket_page(ticket, "file", file.public_id)).status_code == 200
    for size in ("thumb", "preview", "original"):
        assert client.get(ticket_page(mallory, "file", file.public_id), {"size": size}).status_code == 404
    assert client.post(ticket_page(mallory, "file-remove", file.public_id)).status_code == 404
    url = report_url(mallory.code, mallory.problem_type, "report-file", file.public_id)
    assert client.get(url).status_code == 404


def test_a_file_of_a_note_or_of_an_agents_draft_never_opens_for_the_customer(client, ticket):
    alice = make_agent()
    now = timezone.now()
    draft = drafts.reply_draft(ticket, agent=alice, at=now)
    secret = add_files(draft, [picture("canary.png")], at=now).attachments[0]
    assert client.get(ticket_page(ticket, "file", secret.public_id)).status_code == 404
    assert client.post(ticket_page(ticket, "file-remove", secret.public_id)).status_code == 404
    add_note(ticket, by=alice, text="look", draft=draft)
    assert client.get(ticket_page(ticket, "file", secret.public_id)).status_code == 404
    assert "canary" not in client.get(ticket_page(ticket)).content.decode()


def test_a_file_of_a_report_on_its_way_opens_only_by_its_order_and_code(client, mallory):
    code, problem_type = make_code(), make_problem_type()
    sibling = make_code(order=code.item.order)
    client.post(report_url(code, problem_type, "report-upload"), {"files": picture()})
    file = Attachment.objects.get()
    assert client.get(report_url(code, problem_type, "report-file", file.public_id)).status_code == 200
    for other in (sibling, mallory.code):
        assert client.get(report_url(other, problem_type, "report-file", file.public_id)).status_code == 404
        url = report_url(other, problem_type, "report-file-remove", file.public_id)
        assert client.post(url).status_code == 404


def test_a_revoked_link_closes_the_files_too(client, ticket):
    solve(ticket, by=None)
    close(ticket, by=None)
    url = ticket_page(ticket, "file", Attachment.objects.get().public_id)
    assert client.get(url).status_code == 200
    Ticket.objects.update(link_epoch=1)
    assert client.get(url).status_code == 404


def test_no_sequential_number_stands_in_a_customers_address(client, ticket):
    pages = [
        reverse("portal:order", args=order_link(ticket.order)),
        ticket_page(ticket),
        ticket_page(ticket, "received"),
    ]
    for page in pages:
        body = client.get(page).content.decode()
        for address in re.findall(r'(?:href|src|action|formaction)="(/[^"#?]*)', body):
            parts = [part for part in address.split("/") if part.isdigit()]
            assert not parts, address


def test_pages_behind_links_stay_out_of_caches_search_and_referrers(client, ticket):
    file = Attachment.objects.get().public_id
    for url in (
        ticket_page(ticket),
        ticket_page(ticket, "file", file),
        *map(str, [ticket_page(ticket, "received")]),
    ):
        headers = client.get(url).headers
        assert headers["Cache-Control"] == "no-store"
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Referrer-Policy"] in ("same-origin", "no-referrer")


def test_pages_load_nothing_from_elsewhere(client, ticket):
    body = client.get(ticket_page(ticket)).content.decode()
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', body)
    assert "<style" not in body
    assert " style=" not in body
    assert not re.findall(r"<script(?![^>]*src=)", body)


def test_the_number_of_a_ticket_opens_nothing(client, ticket):
    for url in (
        f"/t/{ticket.number}/",
        f"/t/{ticket.pk}/",
        f"/t/{ticket.public_id}/",
        f"/my/tickets/{ticket.number}/",
    ):
        assert client.get(url).status_code == 404
