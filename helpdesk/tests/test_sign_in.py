"""Guessing passwords is stopped, and nobody can lock an agent out from elsewhere."""

import pytest
from django.conf import settings
from django.test import RequestFactory

from helpdesk.sign_in import client_address, typed_address
from tickets.tests.factories import PASSWORD, make_agent

pytestmark = pytest.mark.django_db
LIMIT = settings.AXES_FAILURE_LIMIT
ALICE = "alice@desk.example"


def sign_in(client, username: str = ALICE, password: str = "wrong", **extra) -> int:
    return client.post(
        "/admin/login/", {"username": username, "password": password, "next": "/healthz"}, **extra
    ).status_code


@pytest.fixture(autouse=True)
def alice():
    return make_agent("Alice Agent", is_staff=True)


@pytest.mark.parametrize("username", [ALICE, "nobody@desk.example"])
def test_guessing_is_stopped_for_known_and_unknown_addresses_alike(client, username):
    answers = [sign_in(client, username) for _ in range(LIMIT + 1)]
    assert answers == [200] * (LIMIT - 1) + [429] * 2


def test_the_right_password_does_not_help_while_it_is_stopped(client):
    for _ in range(LIMIT):
        sign_in(client)
    assert sign_in(client, password=PASSWORD) == 429


def test_another_spelling_of_the_address_gives_no_further_tries(client):
    for number in range(LIMIT):
        sign_in(client, ALICE.upper() if number % 2 else f" {ALICE}")
    assert sign_in(client) == 429


def test_the_agent_herself_still_gets_in_from_another_network(client):
    for _ in range(LIMIT):
        sign_in(client)
    assert sign_in(client, password=PASSWORD, REMOTE_ADDR="203.0.113.9") == 302


def test_the_page_says_how_long_it_takes(client):
    for _ in range(LIMIT):
        sign_in(client)
    page = client.post("/admin/login/", {"username": ALICE, "password": "wrong"})
    assert "quarter of an hour" in page.content.decode()


def test_a_right_password_clears_the_count(client):
    for _ in range(LIMIT - 1):
        sign_in(client)
    assert sign_in(client, password=PASSWORD) == 302
    assert sign_in(client) == 200


def request_from(peer: str, forwarded: str = ""):
    extra = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return RequestFactory().post("/", {"username": " Alice@Desk.Example"}, REMOTE_ADDR=peer, **extra)


@pytest.mark.parametrize(
    ("behind_proxy", "peer", "forwarded", "address"),
    [
        (False, "203.0.113.9", "10.0.0.1", "203.0.113.9"),
        (True, "127.0.0.1", "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        (True, "127.0.0.1", "", "127.0.0.1"),
        (True, "", "2001:db8::1", "2001:db8::1"),
        (True, "127.0.0.1", "unknown", None),
        (False, "", "203.0.113.9", None),
    ],
)
def test_a_forwarded_address_counts_only_behind_our_own_proxy(
    settings, behind_proxy, peer, forwarded, address
):
    settings.BEHIND_PROXY = behind_proxy
    assert client_address(request_from(peer, forwarded)) == address


def test_a_forwarded_scheme_is_not_believed_without_a_proxy():
    assert not RequestFactory().get("/", HTTP_X_FORWARDED_PROTO="https").is_secure()


def test_the_typed_address_is_folded():
    assert typed_address(request_from("127.0.0.1")) == ALICE
