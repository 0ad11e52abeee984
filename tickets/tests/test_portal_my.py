import re
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from customers.tests.factories import make_customer, make_order
from tickets.actions import receive, reply
from tickets.models import AddressConfirmation, Delivery, Ticket
from tickets.portal import confirmations
from tickets.tests.factories import make_agent, make_ticket
from tickets.tests.portal import ticket_page

pytestmark = pytest.mark.django_db
MY, LIST = "/my/", "/my/tickets/"


@pytest.fixture
def carol():
    return make_customer()


def mailed_link() -> str:
    return re.search(r"https?://[^/]+(/my/\S+)", Delivery.objects.latest("pk").text).group(1)


def test_from_address_to_list(client, carol):
    ticket = make_ticket(order=make_order(customer=carol), at=timezone.now())
    client.post(MY, {"email": "Carol@Example.com "})
    link = mailed_link()
    assert "Show my tickets" in client.get(link).content.decode()
    before = client.session.session_key
    assert client.post(link).url == LIST
    assert client.session.session_key != before
    page = client.get(LIST).content.decode()
    assert ticket.subject in page
    assert ticket_page(ticket) in page


def test_known_and_unknown_addresses_are_answered_alike(client, carol):
    known = client.post(MY, {"email": "carol@example.com"})
    unknown = client.post(MY, {"email": "mallory@example.com"})
    assert known.status_code == unknown.status_code == 200
    words = [answer.content.decode().replace("carol", "mallory") for answer in (known, unknown)]
    assert words[0] == words[1]
    assert AddressConfirmation.objects.count() == 2
    assert [mail.to for mail in Delivery.objects.all()] == ["carol@example.com"]


def test_known_and_unknown_addresses_cost_the_same_work(client, carol):
    counts = []
    for email in ("carol@example.com", "mallory@example.com"):
        with CaptureQueriesContext(connection) as queries:
            client.post(MY, {"email": email})
        counts.append(
            len([q for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))])
        )
    assert counts[0] == counts[1]


def test_known_and_unknown_addresses_are_answered_after_the_same_time(client, carol):
    for email in ("carol@example.com", "mallory@example.com"):
        started = monotonic()
        client.post(MY, {"email": email})
        assert monotonic() - started >= confirmations.EVEN_SECONDS


def test_mail_goes_to_the_address_that_is_known(client):
    make_customer("carol@strasse.example")
    client.post(MY, {"email": "carol@straße.example"})
    assert [mail.to for mail in Delivery.objects.all()] == ["carol@strasse.example"]


def test_following_the_link_does_not_use_it_up(client, carol):
    client.post(MY, {"email": carol.email})
    for _ in range(3):
        assert client.get(mailed_link()).status_code == 200
    assert client.post(mailed_link()).status_code == 302


def test_a_link_works_once(client, carol):
    client.post(MY, {"email": carol.email})
    client.post(mailed_link())
    client.post("/my/sign-out/")
    for answer in (client.get(mailed_link()), client.post(mailed_link())):
        assert answer.status_code == 404
        assert "Mail me a new link" in answer.content.decode()
    assert client.get(LIST).url == MY


def test_unknown_expired_and_used_links_look_alike(client, carol):
    client.post(MY, {"email": carol.email})
    link = mailed_link()
    unknown = client.get("/my/" + "x" * 43 + "/")
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        expired = client.get(link)
        assert client.post(link).status_code == 404
    assert (unknown.status_code, unknown.content) == (expired.status_code, expired.content)


def test_the_token_is_not_stored(client, carol):
    client.post(MY, {"email": carol.email})
    token = mailed_link().split("/")[2]
    assert token not in str(AddressConfirmation.objects.values().get())


def test_an_empty_token_matches_nothing(client, carol):
    AddressConfirmation.objects.create(
        folded=carol.email, token_hash="", created_at=timezone.now(), expires_at=timezone.now() + timedelta(1)
    )
    for token in ("%20", "%00", "null", "[]"):
        assert client.post(f"/my/{token}/").status_code == 404


def test_no_more_than_three_mails_an_hour_to_one_address(client, carol):
    pages = {client.post(MY, {"email": carol.email}).content for _ in range(5)}
    assert len(pages) == 1
    assert Delivery.objects.count() == confirmations.PER_ADDRESS


def test_no_more_than_twenty_an_hour_from_one_network_whichever_process_answers(client):
    for number in range(25):
        cache.clear()  # what a process remembers, another one does not know
        make_customer(f"carol{number}@example.com")
        assert client.post(MY, {"email": f"carol{number}@example.com"}).status_code == 200
    assert Delivery.objects.count() == confirmations.PER_NETWORK
    client.post(MY, {"email": "carol24@example.com"}, REMOTE_ADDR="192.0.2.7")
    assert Delivery.objects.count() == confirmations.PER_NETWORK + 1
    assert "127.0.0.1" not in str(list(AddressConfirmation.objects.values()))


def test_only_own_tickets_are_listed(client, carol):
    mine = make_ticket(order=make_order(customer=carol), at=timezone.now())
    other = make_ticket(order=make_order(customer=make_customer("mallory@example.com")), at=timezone.now())
    client.post(MY, {"email": carol.email})
    client.post(mailed_link())
    page = client.get(LIST).content.decode()
    assert str(mine.number) in page
    assert str(other.number) not in page


def test_pages_by_key_without_a_number_in_the_address(client, carol):
    for _ in range(60):
        make_ticket(order=make_order(customer=carol), at=timezone.now())
    client.post(MY, {"email": carol.email})
    client.post(mailed_link())
    seen, url = [], LIST
    while url:
        page = client.get(url).content.decode()
        seen += re.findall(r"<small>(\d{6}) ·", page)
        found = re.search(r'rel="next" href="(\?after=[\w-]+)"', page)
        url = LIST + found.group(1) if found else ""
    assert seen == [str(ticket.number) for ticket in Ticket.objects.order_by("-pk")]
    for strange in ("", "%00", "x", "' OR 1=1 --"):
        assert client.get(LIST, {"after": strange}).status_code == 200


def test_the_list_promises_what_the_ticket_page_does(client, carol):
    wednesday = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
    with time_machine.travel(wednesday, tick=False):
        ticket = make_ticket(order=make_order(customer=carol), at=wednesday)
        client.post(MY, {"email": carol.email})
        client.post(mailed_link())
        page = client.get(ticket_page(ticket)).content.decode()
        promise = re.search(r"We answer <time[^>]*>([^<]+)</time>", page).group(1)
        assert f"we answer {promise}" in client.get(LIST).content.decode()
        ticket.promises.update(due_at=wednesday - timedelta(minutes=1))
        assert "we are late with our answer" in client.get(LIST).content.decode()
        reply(ticket, by=make_agent(), text="Try again.")
        receive(ticket, by=carol, text="No luck.")
        page = client.get(LIST).content.decode()
        assert "we have your message" in page
        assert "we answer" not in page


def test_the_list_costs_four_queries_for_any_number(client, carol, django_assert_num_queries):
    for _ in range(8):
        make_ticket(order=make_order(customer=carol), at=timezone.now())
    client.post(MY, {"email": carol.email})
    client.post(mailed_link())
    with django_assert_num_queries(4):
        client.get(LIST)


def test_the_list_closes_after_some_hours(client, carol):
    client.post(MY, {"email": carol.email})
    client.post(mailed_link())
    with time_machine.travel(timezone.now() + confirmations.LIFETIME + timedelta(hours=12)):
        assert client.get(LIST).url == MY


@pytest.mark.parametrize(
    "email", ["", "no address", "a@b@c", "x" * 300 + "@example.com", "a@" + "õ." * 100 + "com"]
)
def test_what_is_no_address_is_told_so(client, email):
    answer = client.post(MY, {"email": email})
    assert answer.status_code == 422
    assert "is-invalid" in answer.content.decode()
    assert not AddressConfirmation.objects.exists()


def test_what_slips_in_when_an_address_is_pasted_is_left_out(client, carol):
    assert client.post(MY, {"email": "carol\x00@example.com\u200b "}).status_code == 200
    assert [mail.to for mail in Delivery.objects.all()] == ["carol@example.com"]


def test_sign_out_is_a_post(client):
    assert client.get("/my/sign-out/").status_code == 405
    assert client.get(reverse("portal:my-tickets")).url == MY
