"""Mailboxes in the admin."""

import pytest
from django.test import Client

from customers.tests.factories import make_shop
from tickets.models import Mailbox
from tickets.tests.factories import make_agent, make_mailbox, make_problem_type

pytestmark = pytest.mark.django_db


def client(**rights: bool) -> Client:
    browser = Client()
    browser.force_login(make_agent("Olga Owner", is_staff=True, **rights))
    return browser


def typed(**fields: object) -> dict[str, object]:
    values = {
        "address": "help@keyhaven.example",
        "shop": make_shop().pk,
        "is_active": "on",
        "problem_type": make_problem_type("mail").pk,
        "language": "en",
        "source": "imap",
        "host": "imap.example",
        "security": "tls",
        "user": "help",
        "password": "secret-word",
        "folders": "INBOX",
        "extension": "+",
    }
    return values | fields


def test_a_password_is_kept_secret_and_stays_when_nothing_is_typed() -> None:
    boss = client(is_superuser=True)
    boss.post("/admin/tickets/mailbox/add/", typed())
    box = Mailbox.objects.get()
    assert box.password == "secret-word"
    address = f"/admin/tickets/mailbox/{box.pk}/change/"
    assert "secret-word" not in boss.get(address).content.decode()
    boss.post(address, typed(password="", user="support"))
    box.refresh_from_db()
    assert (box.user, box.password) == ("support", "secret-word")


def test_imap_needs_a_server_and_a_user() -> None:
    page = client(is_superuser=True).post("/admin/tickets/mailbox/add/", typed(host="", user=""))
    assert page.content.decode().count("Needed to fetch mail by IMAP.") == 2
    assert not Mailbox.objects.exists()


def test_one_address_is_one_mailbox() -> None:
    make_mailbox()
    page = client(is_superuser=True).post(
        "/admin/tickets/mailbox/add/", typed(address="HELP@keyhaven.example")
    )
    assert "There is a mailbox of this address already." in page.content.decode()


def test_only_a_superuser_writes_where_mail_is_fetched_from() -> None:
    box = make_mailbox(host="imap.example", user="help", password="secret-word", source="imap")
    staff = client()
    address = f"/admin/tickets/mailbox/{box.pk}/change/"
    assert "secret-word" not in staff.get(address).content.decode()
    staff.post(address, typed(host="evil.example", password="other", language="et"))
    box.refresh_from_db()
    assert (box.host, box.password, box.language) == ("imap.example", "secret-word", "et")


def test_the_connection_is_tried_and_the_error_told() -> None:
    box = make_mailbox(host="127.0.0.1", port=1, user="help", source="imap", security="none")
    boss = client(is_superuser=True)
    page = boss.post(f"/admin/tickets/mailbox/{box.pk}/try/", follow=True)
    assert "That did not work" in page.content.decode()
    assert boss.get(f"/admin/tickets/mailbox/{box.pk}/try/").status_code == 405
