"""Which ticket a mail belongs to, and as whom its sender writes there."""

import random

import pytest

from tickets import actions
from tickets.channels.message_ids import message_id
from tickets.channels.reply_address import BOUNCE, REPLY, read_token, signed_address
from tickets.models import Delivery, InMail, Participant, Ticket
from tickets.models.ticket import Verified
from tickets.tests.factories import make_agent, make_mailbox, make_ticket
from tickets.tests.mailing import CAROL, MALLORY, NOON, make_mail, take, write

pytestmark = pytest.mark.django_db
Outcome = InMail.Outcome


def answered(ticket: Ticket) -> Delivery:
    return actions.reply(ticket, by=make_agent(), text="Try again.", at=NOON).deliveries.get()


def test_the_reply_address_finds_the_ticket_and_proves_its_sender() -> None:
    ticket = make_ticket()
    mail = write("Thanks.", to=signed_address(REPLY, answered(ticket), extension="+"), subject="Anything")
    assert (mail.ticket, mail.verified) == (ticket, Verified.REPLY_ADDRESS)
    ticket.refresh_from_db()
    assert mail.message.verified == Verified.REPLY_ADDRESS


def test_the_reply_address_survives_a_mail_server_that_changes_the_case() -> None:
    ticket = make_ticket()
    address = signed_address(REPLY, answered(ticket), extension="+")
    assert write("Thanks.", to=address.upper()).ticket == ticket


def test_the_reply_address_is_read_where_the_mail_server_wrote_it_down() -> None:
    ticket = make_ticket()
    address = signed_address(REPLY, answered(ticket), extension="+")
    assert write("Thanks.", delivered_to=address).ticket == ticket


def test_the_reply_address_of_somebody_else_makes_a_stranger() -> None:
    ticket = make_ticket()
    mail = write("Me too.", sender=MALLORY, to=signed_address(REPLY, answered(ticket), extension="+"))
    assert mail.message.is_stranger
    assert mail.verified == Verified.NOT


def test_a_forged_reply_address_finds_nothing() -> None:
    delivery = answered(make_ticket())
    genuine = signed_address(REPLY, delivery, extension="+")
    local, _, domain = genuine.partition("@")
    chance = random.Random(1)
    forged = [
        f"help+r{number}-{''.join(chance.choices('abcdefghijklmnopqrstuvwxyz234567', k=26))}@{domain}"
        for number in range(200)
    ]
    forged += [f"{local[:-1]}@{domain}", f"{local}a@{domain}", local.replace("+r", "+b") + f"@{domain}"]
    assert read_token(genuine) is not None
    assert [address for address in forged if read_token(address)] == []


def test_the_bounce_address_is_no_reply_address() -> None:
    ticket = make_ticket()
    mail = write("Hello.", sender=MALLORY, to=signed_address(BOUNCE, answered(ticket), extension="+"))
    assert mail.ticket != ticket


def test_the_message_id_of_our_mail_finds_the_ticket() -> None:
    ticket = make_ticket()
    delivery = answered(ticket)
    assert write("One.", in_reply_to=message_id(delivery)).ticket == ticket
    assert write("Two.", references=f"<foreign@x.example> {message_id(delivery)}").ticket == ticket
    assert write("Three.", in_reply_to=message_id(delivery)).verified == Verified.NOT


def test_the_message_id_of_the_customers_own_mail_finds_the_ticket() -> None:
    first = write("Hello.", message_id="<first@example.com>")
    assert write("I forgot:", in_reply_to="<first@example.com>").ticket == first.ticket


def test_the_number_in_the_subject_counts_for_who_takes_part() -> None:
    ticket = make_ticket()
    mail = write("More.", subject=f"Re: [#{ticket.number}] We have your report")
    assert (mail.outcome, mail.ticket) == (Outcome.REPLIED, ticket)


def test_the_number_in_the_subject_means_nothing_from_others() -> None:
    ticket = make_ticket()
    mail = write("More.", sender=MALLORY, subject=f"Re: [#{ticket.number}] We have your report")
    assert (mail.outcome, mail.looks_like) == (Outcome.OPENED, ticket)
    assert mail.ticket != ticket


def test_an_answer_that_lost_its_headers_looks_like_the_open_ticket() -> None:
    first = write("Hello.", subject="My code")
    mail = write("Any news?", subject="Re: My code")
    assert (mail.outcome, mail.looks_like) == (Outcome.OPENED, first.ticket)


def test_a_mail_for_a_ticket_that_was_joined_goes_where_that_went() -> None:
    old, new = make_ticket(), make_ticket()
    delivery = answered(old)
    Ticket.objects.filter(pk=old.pk).update(merged_into=new)
    assert write("Hello.", to=signed_address(REPLY, delivery, extension="+")).ticket == new


def test_guessed_numbers_and_forged_senders_add_nobody_and_send_nothing() -> None:
    """Zendesk 2024 (THREATS V2), the small size of it."""
    make_mailbox()
    ticket = make_ticket()
    Delivery.objects.all().delete()
    for number in range(ticket.number - 10, ticket.number + 10):
        take(
            make_mail(
                f"Add me {number}",
                sender=CAROL,
                to=f"help+id{number}@keyhaven.example",
                subject=f"Re: [#{number}]",
                cc=MALLORY,
            )
        )
    assert not Participant.objects.exists()
    assert not Delivery.objects.filter(to=MALLORY).exists()
