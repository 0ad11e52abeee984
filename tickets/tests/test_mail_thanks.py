"""Automatic answers to mails: whom they go to, how often, and what stops a loop."""

from datetime import timedelta

import pytest

from customers.tests.factories import make_customer, make_order
from tickets.models import Delivery, InMail, Mailbox, Notice
from tickets.tests.factories import make_agent, make_mailbox
from tickets.tests.mailing import CAROL, NOON, write

pytestmark = pytest.mark.django_db
Thanked = InMail.Thanked


def thanks() -> list[str]:
    return list(Delivery.objects.filter(kind="acknowledge").order_by("pk").values_list("to", flat=True))


def test_a_person_is_thanked_with_nothing_of_their_own_words() -> None:
    write("Buy pills at http://spam.example", subject="Cheap pills for victim@example.org")
    mail = Delivery.objects.get()
    assert mail.to == CAROL
    for part in (mail.subject, mail.text, mail.html):
        assert "pills" not in part
        assert "spam.example" not in part


def test_nobody_is_thanked_twice_in_a_day_unless_the_address_is_proven() -> None:
    write("One.")
    write("Two.", at=NOON + timedelta(hours=2))
    assert thanks() == [CAROL]
    write("Three.", at=NOON + timedelta(hours=25))
    assert thanks() == [CAROL, CAROL]


def test_a_mailbox_that_thanks_nobody_thanks_nobody() -> None:
    make_mailbox(acknowledges=False)
    write()
    assert thanks() == []


@pytest.mark.parametrize(
    "header",
    [
        {"auto_submitted": "auto-generated"},
        {"precedence": "bulk"},
        {"list_id": "<list.example>"},
        {"return_path": "<>"},
        {"sender": "no-reply@slack.com"},
        {"x_auto_response_suppress": "All"},
    ],
)
def test_machines_are_not_thanked(header: dict[str, str]) -> None:
    write(**header)
    assert thanks() == []


def test_an_answer_without_headers_to_one_of_our_mails_is_not_thanked() -> None:
    first = write()
    write(sender="robot1@elsewhere.example", subject=f"Re: [#{first.ticket.number}] We have your report")
    assert thanks() == [CAROL]


def test_too_many_people_we_do_not_know_open_the_breaker_and_the_admin_hears_of_it_once(settings) -> None:
    settings.UNKNOWN_THANKED_PER_HOUR = 3
    admin = make_agent("Olga Owner", is_staff=True)
    mails = [write(f"Text {n}", sender=f"robot{n}@robots.example") for n in range(6)]
    assert [mail.outcome for mail in mails] == ["opened"] * 6
    assert len(thanks()) == 3
    assert Mailbox.objects.get().silent_until > NOON
    assert Notice.objects.filter(agent=admin, kind="breaker").count() == 1
    assert Delivery.objects.filter(kind="breaker", to=admin.email).count() == 1


def test_while_the_breaker_is_open_only_proven_addresses_are_thanked() -> None:
    make_mailbox(silent_until=NOON + timedelta(hours=1))
    make_order(customer=make_customer(CAROL))
    write(sender="robot@robots.example")
    write()
    assert thanks() == []


def test_the_breaker_closes_by_itself(settings) -> None:
    settings.UNKNOWN_THANKED_PER_HOUR = 1
    for number in range(3):
        write(f"Text {number}", sender=f"robot{number}@robots.example")
    write("Later", sender="human@example.net", at=NOON + timedelta(hours=7))
    assert thanks()[-1] == "human@example.net"


def test_a_flood_in_the_name_of_customers_opens_the_breaker(monkeypatch) -> None:
    monkeypatch.setattr("tickets.channels.mail_in.thanks.IN_A_BURST", 4)
    for number in range(6):
        address = f"customer{number}@example.com"
        make_order(customer=make_customer(address))
        write(f"Text {number}", sender=address)
    assert len(thanks()) == 4
