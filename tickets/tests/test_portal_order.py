from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.links import order_token
from customers.tests.factories import make_code, make_customer, make_order, make_product, make_shop
from tickets.actions import solve
from tickets.models import Ticket
from tickets.tests.factories import make_ticket
from tickets.tests.portal import order_link, report_url, ticket_page

pytestmark = pytest.mark.django_db
BUTTON = "Report a problem with this activation code"


def order_page(order) -> str:
    return reverse("portal:order", args=order_link(order))


def test_shows_items_and_masked_codes_with_a_button_each(client):
    first = make_code("SECRET-AAAA-1111")
    second = make_code("SECRET-BBBB-2222", order=first.item.order, product=make_product())
    page = client.get(order_page(first.item.order)).content.decode()
    assert page.count(BUTTON) == 2
    for code in (first, second):
        assert code.masked in page
        assert code.code not in page
        assert code.item.product.name in page


def test_a_code_with_an_open_ticket_leads_to_it(client):
    ticket = make_ticket(at=timezone.now())
    page = client.get(order_page(ticket.order)).content.decode()
    assert BUTTON not in page
    assert ticket_page(ticket) in page


def test_a_solved_code_can_be_reported_again(client):
    ticket = make_ticket(at=timezone.now())
    solve(ticket, by=ticket.customer)
    page = client.get(order_page(ticket.order)).content.decode()
    assert BUTTON in page
    assert ticket_page(ticket) in page


def test_a_ticket_of_another_customer_is_not_shown(client):
    ticket = make_ticket(at=timezone.now())
    Ticket.objects.update(customer=make_customer("mallory@example.com"))
    assert ticket_page(Ticket.objects.get()) not in client.get(order_page(ticket.order)).content.decode()


def test_a_ticket_whose_link_has_expired_is_not_shown_and_the_code_can_be_reported_again(client, settings):
    settings.TICKET_LINK_DAYS = 30
    ticket = make_ticket(at=timezone.now() - timedelta(days=31))
    assert client.get(ticket_page(ticket)).status_code == 404
    page = client.get(order_page(ticket.order)).content.decode()
    assert BUTTON in page
    assert ticket_page(ticket) not in page
    choose = reverse("portal:choose", args=[*order_link(ticket.order), ticket.code.public_ref])
    assert client.get(choose).status_code == 200
    answer = client.post(
        report_url(ticket.code, ticket.problem_type), {"text": "Still waiting."}, follow=True
    )
    assert answer.status_code == 200
    new = Ticket.objects.latest("pk")
    assert (new.follows, new.messages.get().text) == (ticket, "Still waiting.")
    assert BUTTON not in client.get(order_page(ticket.order)).content.decode()


def test_units_without_a_code_are_told_about(client):
    code = make_code()
    code.item.quantity = 3
    code.item.save()
    assert "2 codes have not been delivered yet" in client.get(order_page(code.item.order)).content.decode()


def test_an_order_that_was_not_imported_yet_gets_a_kind_page(client):
    shop = make_shop()
    url = reverse("portal:order", args=[shop.slug, order_token(shop, "not-here", timezone.now())])
    answer = client.get(url)
    assert answer.status_code == 404
    assert "has not sent us this order yet" in answer.content.decode()
    assert client.post(url + "report/order/other/", {"text": "x"}).status_code == 404


def test_forged_expired_and_revoked_links_are_not_found(client):
    order = make_order()
    now = timezone.now()
    expired = order_token(order.shop, order.number, now - timedelta(days=731))
    forged = order_token(make_shop("other"), order.number, now)
    good = order_token(order.shop, order.number, now)
    for token in (expired, forged, good[:-2], "x", "a.b.c", "%00", good + ".x"):
        assert client.get(f"/o/{order.shop.slug}/{token}/").status_code == 404
    order.links_revoked_at = now
    order.save()
    assert client.get(f"/o/{order.shop.slug}/{good}/").status_code == 404


def test_the_page_only_reads(client):
    assert client.post(order_page(make_order())).status_code == 405


@pytest.mark.parametrize("codes", [1, 12])
def test_same_queries_for_any_number_of_codes(client, codes, django_assert_num_queries):
    order = make_order()
    for _ in range(codes):
        make_ticket(code=make_code(order=order), at=timezone.now())
    with django_assert_num_queries(5):
        client.get(order_page(order))
