"""Whatever somebody or something is called, a mail reaches the intended recipient and nobody else."""

from collections.abc import Iterator
from email.utils import getaddresses

import pytest
from django.core import mail

from customers.tests.factories import NOON, make_customer, make_order, make_product, make_shop
from tickets import actions
from tickets.channels import deliver, mail_out
from tickets.models import Agent, Delivery, Ticket
from tickets.tests.factories import make_problem_type, make_ticket
from tickets.tests.mail_server import MailServer, mail_server
from tickets.tests.test_deliver import make_delivery

pytestmark = pytest.mark.django_db

SUPPRESSED = "DR, RN, NRN, OOF, AutoReply"
"""All but what tells that a mail did not arrive."""

HOSTILE = [
    "Carol\r\nBcc: mallory@evil.example",
    "Carol\nBcc: mallory@evil.example\n\nBody",
    "Carol\rCc: mallory@evil.example",
    "Carol, mallory@evil.example",
    "Carol; mallory@evil.example",
    "Carol <mallory@evil.example>",
    '"Carol" <mallory@evil.example>, "x',
    'Carol" <mallory@evil.example>, "',
    "Carol\\",
    'Carol\\" <mallory@evil.example>',
    "Carol\u2028Bcc: mallory@evil.example",
    "Carol\u2029Bcc: mallory@evil.example",
    "Carol\x85Bcc: mallory@evil.example",
    "Carol\x0b\x0c\x1c\x1d\x1eBcc: mallory@evil.example",
    "Carol\u202emoc.elpmaxe@lorac",
    "=?utf-8?q?Carol=0D=0ABcc:_mallory@evil.example?=",
    "(comment) Carol",
    "Carol: mallory@evil.example;",
    "@evil.example:carol",
    "Żółć Čeněk 🍏" * 7,
    "Ω" * 100,
    "%0d%0aBcc:mallory@evil.example",
    "{{ customer.email }}{% debug %}",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    ".",
    "\r\n.\r\nMAIL FROM:<mallory@evil.example>",
    "undefined",
    "-1",
    " ",
]


def everything_called(name: str) -> Ticket:
    """A ticket with this name wherever a name can be, answered and solved."""
    shop = make_shop(name=name[:100])
    order = make_order(
        shop=shop, customer=make_customer("carol@example.com", name=name), number=f"1{name}"[:64]
    )
    order.items.create(product=make_product(shop=shop, name=name), quantity=1, unit_price=1)
    ticket = make_ticket(order=order, problem_type=make_problem_type(name=name[:100]), text=name + " x")
    agent = Agent.objects.create_user("alice@desk.example", name=name[:100])
    actions.reply(ticket, by=agent, text=name + " x", at=NOON)
    actions.solve(ticket, by=agent, at=NOON)
    mail_out.confirm_address("carol@example.com", order.customer, link="https://x.example/", at=NOON)
    return ticket


@pytest.fixture
def server(settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    monkeypatch.setattr(deliver, "_rest_until", 0.0)
    settings.EMAIL_BACKEND = "tickets.channels.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        yield server


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_any_kind_lead_to_the_one_recipient(server: MailServer, name: str) -> None:
    everything_called(name)
    assert deliver.send_due() == 4
    assert len(server.taken) == 4
    for taken in server.taken:
        assert taken.recipients == ["carol@example.com"]
        assert taken.sender in ("help@keyhaven.example", "help@localhost")
        assert taken.mail.get_all("To") == ["carol@example.com"]
        assert len(taken.mail.get_all("From")) == 1
        assert [address for _, address in getaddresses([str(taken.mail["From"])])] == [taken.sender]
        assert len(taken.mail.get_all("Subject")) == 1
        assert not set(taken.mail.keys()) & {"Bcc", "Cc", "Reply-To"}
        assert not taken.mail.defects


def test_a_nul_does_not_get_into_a_header() -> None:
    assert mail_out._named("Carol\0\r\nBcc: x", "help@x.example") == '"Carol Bcc: x" <help@x.example>'


@pytest.mark.parametrize(
    "address",
    [
        "",
        "carol",
        "carol@",
        "@example.com",
        "carol@example.com, mallory@evil.example",
        "carol@example.com;mallory@evil.example",
        "carol@example.com\nBcc: mallory@evil.example",
        "carol@example.com\r\nRCPT TO:<mallory@evil.example>",
        "Carol <mallory@evil.example>",
        "carol@example.com>",
        "carol\u2028@example.com",
        "õie@example.com",
        "carol@example.com ",
    ],
)
def test_what_is_not_one_address_is_not_sent_to(settings, address: str) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    delivery = make_delivery(to=address)
    assert deliver.send_one(delivery.pk)
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.FAILED
    assert mail.outbox == []


def test_a_domain_with_letters_of_its_own_is_written_for_the_servers(server: MailServer) -> None:
    delivery = make_delivery(to="carol@õun.example", sender='"Õun" <help@õun.example>')
    assert deliver.send_one(delivery.pk)
    (taken,) = server.taken
    assert taken.recipients == ["carol@xn--un-bka.example"]
    assert taken.sender == "help@xn--un-bka.example"
    assert str(taken.mail["Message-ID"]).endswith("@xn--un-bka.example>")


@pytest.mark.parametrize(
    ("kind", "automatic"),
    [("acknowledge", "auto-replied"), ("solved", "auto-generated"), ("reply", None)],
)
def test_what_no_person_wrote_says_so(settings, kind: str, automatic: str | None) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    ticket = make_ticket()
    Delivery.objects.all().delete()
    deliver.send_one(make_delivery(kind=kind, ticket=ticket).pk)
    (sent,) = mail.outbox
    message = sent.message()
    assert message["Auto-Submitted"] == automatic
    assert message["X-Auto-Response-Suppress"] == (SUPPRESSED if automatic else None)
    root = f"<{ticket.public_id}@keyhaven.example>"
    assert message["References"] == message["In-Reply-To"] == root
