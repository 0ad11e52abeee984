"""What becomes of a mail that came in."""

from datetime import timedelta

import pytest

from customers.linking import find_customer
from customers.models import CustomerAddress
from customers.tests.factories import make_code, make_customer, make_order, make_shop
from tickets import actions
from tickets.models import Delivery, Event, InMail, Message, Participant, Ticket
from tickets.models.ticket import Channel, Status, Verified
from tickets.tests.desk import kinds
from tickets.tests.factories import last_message, make_agent, make_mailbox, make_picture, make_ticket
from tickets.tests.mailing import CAROL, DAVE, MALLORY, NOON, make_mail, take, write

pytestmark = pytest.mark.django_db
Outcome = InMail.Outcome


def test_a_mail_opens_a_ticket_of_its_sender() -> None:
    mail = write("The code is refused.\n\nCarol", subject="Code refused")
    ticket = mail.ticket
    assert mail.outcome == Outcome.OPENED
    assert (ticket.subject, ticket.channel, ticket.status) == ("Code refused", Channel.MAIL, Status.NEW)
    assert ticket.customer == find_customer(CAROL)
    assert ticket.shop == mail.mailbox.shop
    assert ticket.problem_type == mail.mailbox.problem_type
    assert ticket.waiting_since == NOON
    assert mail.message.text == "The code is refused.\n\nCarol"
    assert ticket.events.filter(kind=Event.Kind.OPENED).count() == 1


def test_a_mail_of_a_known_address_is_its_customers() -> None:
    carol = make_customer(CAROL)
    assert write(sender="CAROL@Example.com").ticket.customer == carol


def test_files_come_along_and_pictures_are_shown_later(settings) -> None:
    picture = make_picture()
    mail = take(make_mail(files={"error.png": picture, "log.txt": b"line"}))
    files = list(mail.message.attachments.all())
    assert [(file.name, file.size) for file in files] == [("error.png", len(picture)), ("log.txt", 4)]
    with files[0].original.open("rb") as kept:
        assert kept.read() == picture

    from django.utils import timezone

    from tickets.evidence.received import look_at_received

    assert look_at_received(now=timezone.now()) == 1
    files[0].refresh_from_db()
    assert files[0].is_picture
    assert look_at_received(now=timezone.now()) == 0


def test_the_same_mail_twice_is_one() -> None:
    raw = make_mail()
    first = take(raw)
    again = take(b"Received: from elsewhere by mx.example\n" + raw)
    assert (first.outcome, again.outcome) == (Outcome.OPENED, Outcome.DUPLICATE)
    assert Message.objects.count() == 1


def test_another_mail_under_the_same_message_id_is_not_lost() -> None:
    write("One.", message_id="<same@example.com>")
    assert write("Two.", message_id="<same@example.com>").outcome == Outcome.OPENED


def test_one_mail_to_two_shops_is_a_ticket_in_each() -> None:
    raw = make_mail(to="help@keyhaven.example, help@other.example")
    first = take(raw, make_mailbox())
    second = take(raw, make_mailbox("help@other.example", shop=make_shop("other")))
    assert (first.outcome, second.outcome) == (Outcome.OPENED, Outcome.OPENED)
    assert first.ticket.shop != second.ticket.shop


def test_two_mails_without_id_and_date_are_two() -> None:
    first, second = (
        take(b"From: carol@example.com\nSubject: Hello\nReceived: %d\n\nText\n" % number) for number in (1, 2)
    )
    assert (first.outcome, second.outcome) == (Outcome.OPENED, Outcome.OPENED)


def test_a_mail_without_a_sender_is_parked() -> None:
    mail = take(b"Subject: Hello\n\nText\n")
    assert (mail.outcome, mail.ticket) == (Outcome.PARKED, None)
    assert mail.reason


def test_a_mail_from_our_own_address_is_parked() -> None:
    make_mailbox()
    assert write(sender="help@keyhaven.example").outcome == Outcome.PARKED


def test_nothing_at_all_is_parked() -> None:
    assert take(b"").outcome == Outcome.PARKED


def test_a_form_of_the_shop_counts_for_whom_it_names() -> None:
    mail = write(sender="Shop <help@keyhaven.example>", reply_to=f"Carol <{CAROL}>")
    assert mail.ticket.customer == find_customer(CAROL)
    assert mail.verified == Verified.NOT
    assert not Delivery.objects.exists()


def test_an_order_and_a_code_in_the_text_are_suggested_and_not_linked() -> None:
    carol = make_customer(CAROL)
    order = make_order(customer=carol)
    code = make_code("QWERT-12345-ASDFG", order=order)
    by_number = write(f"My order is {order.number}.")
    assert (by_number.mentions_order, by_number.ticket.order) == (order, None)
    assert write("It is qwert 12345 asdfg.").mentions_code == code
    assert write("Nothing of that kind 4711.").mentions_order is None


def test_an_order_of_another_shop_is_not_suggested() -> None:
    order = make_order(shop=make_shop("other"))
    assert write(f"My order is {order.number}.").mentions_order is None


def test_an_automatic_answer_without_a_ticket_opens_none() -> None:
    mail = write("I am away.", auto_submitted="auto-replied", subject="Automatic reply: hello")
    assert (mail.outcome, mail.is_automatic, mail.ticket) == (Outcome.AUTO_REPLY, True, None)


@pytest.mark.parametrize(
    "mail",
    [
        {"text": "I am on holiday and the code I bought does not work. Please send me a new one."},
        {"subject": "Urlaubsgutschein funktioniert nicht"},
        {"subject": "Lomalla ostettu koodi ei toimi"},
        {"subject": "Please confirm that my code is valid"},
        {"sender": "Jan <postmaster@firma.sk>"},
        {"return_path": "<>", "subject": "Delivery problem with order 1234"},
        {"sender": "System Administrator <admin@firma.sk>", "subject": "Delivery problem with order 1234"},
    ],
)
def test_who_writes_like_a_machine_gets_a_ticket_all_the_same(mail: dict[str, str]) -> None:
    taken = write(**mail)
    assert taken.outcome == Outcome.OPENED
    assert taken.ticket in Ticket.objects.unanswered()


def test_an_automatic_answer_changes_nothing_in_its_ticket() -> None:
    ticket = make_ticket()
    agent = make_agent()
    message = actions.reply(ticket, by=agent, text="Try again.", then=Status.SOLVED, at=NOON)
    delivery = message.deliveries.get()
    mail = write(
        "I am away.",
        auto_submitted="auto-replied",
        in_reply_to=_id(delivery),
        subject="Automatic reply",
    )
    ticket.refresh_from_db()
    assert mail.outcome == Outcome.AUTO_REPLY
    assert mail.message.is_automatic
    assert (ticket.status, ticket.waiting_since) == (Status.SOLVED, None)
    assert kinds(ticket)[-1] == Event.Kind.MACHINE_WROTE
    assert mail.message not in Message.objects.for_customer(NOON)


def test_a_newsletter_opens_a_ticket_and_is_not_thanked() -> None:
    mail = write(list_unsubscribe="<https://news.example/off>", list_id="<news.example>")
    assert (mail.outcome, mail.is_automatic) == (Outcome.OPENED, True)
    assert not Delivery.objects.exists()


def test_a_stranger_who_answers_is_shown_as_such_and_reopens_nothing() -> None:
    ticket = make_ticket()
    message = actions.reply(ticket, by=make_agent(), text="Try again.", at=NOON)
    mail = write("Let me in.", sender=MALLORY, in_reply_to=_id(message.deliveries.get()))
    ticket.refresh_from_db()
    assert (mail.outcome, mail.ticket) == (Outcome.REPLIED, ticket)
    assert mail.message.is_stranger
    assert mail.message.customer is None
    assert ticket.waiting_since == NOON
    assert kinds(ticket)[-1] == Event.Kind.STRANGER_WROTE
    assert mail.message not in Message.objects.for_customer(NOON)


def test_a_stranger_who_answers_a_solved_ticket_gets_one_that_looks_like_it() -> None:
    ticket = make_ticket()
    message = actions.reply(ticket, by=make_agent(), text="Done.", then=Status.SOLVED, at=NOON)
    mail = write(sender=MALLORY, in_reply_to=_id(message.deliveries.get()))
    ticket.refresh_from_db()
    assert (mail.outcome, mail.looks_like) == (Outcome.OPENED, ticket)
    assert ticket.status == Status.SOLVED


def test_copies_of_a_verified_customer_take_part_and_of_an_unverified_one_do_not() -> None:
    ticket = make_ticket()
    message = actions.reply(ticket, by=make_agent(), text="Try again.", at=NOON)
    write("Again.", in_reply_to=_id(message.deliveries.get()), cc=f"Dave <{DAVE}>")
    assert not Participant.objects.exists()
    write("And again.", to=_reply_to(message.deliveries.get()), cc=f"Dave <{DAVE}>, help@keyhaven.example")
    assert [one.email for one in ticket.participants.all()] == [DAVE]


def test_a_reply_address_is_no_word_against_the_mail_servers_of_the_sender() -> None:
    make_mailbox(trusted_hosts="mx.keyhaven.example")
    message = actions.reply(make_ticket(), by=make_agent(), text="Try again.", at=NOON)
    to, fails = _reply_to(message.deliveries.get()), "mx.keyhaven.example; dmarc=fail header.from=example.com"
    mail = write("Forged.", to=to, cc=MALLORY, authentication_results=fails)
    assert (mail.outcome, mail.verified) == (Outcome.REPLIED, Verified.NOT)
    assert not Participant.objects.exists()


def test_a_crowd_in_copy_is_not_taken_along() -> None:
    ticket = make_ticket()
    message = actions.reply(ticket, by=make_agent(), text="Try again.", at=NOON)
    crowd = ", ".join(f"someone{number}@example.org" for number in range(900))
    write("All of you!", to=_reply_to(message.deliveries.get()), cc=crowd)
    assert ticket.participants.count() <= 20


def test_a_participant_says_something_in_the_ticket() -> None:
    ticket = make_ticket()
    actions.reply(ticket, by=make_agent(), text="Try again.", then=Status.WAITING_CUSTOMER, at=NOON)
    actions.add_participant(ticket, email=DAVE, by=make_agent(), at=NOON)
    mail = write("I know more.", sender=DAVE, subject=f"Re: [#{ticket.number}] My code")
    ticket.refresh_from_db()
    assert (mail.outcome, mail.ticket) == (Outcome.REPLIED, ticket)
    assert mail.message.participant.email == DAVE
    assert not mail.message.is_stranger
    assert ticket.status == Status.OPEN


def test_a_mail_to_a_closed_ticket_opens_one_that_follows_it() -> None:
    ticket = make_ticket()
    message = actions.reply(ticket, by=make_agent(), text="Done.", then=Status.SOLVED, at=NOON)
    actions.close(ticket, by=None, at=NOON)
    mail = write("Not done.", to=_reply_to(message.deliveries.get()))
    assert mail.outcome == Outcome.OPENED
    assert mail.ticket.follows == ticket
    assert last_message(mail.ticket).text == "Not done."


def test_what_follows_a_closed_ticket_is_thanked_within_the_same_limits() -> None:
    make_mailbox()
    tickets = [write(f"{number}", at=NOON - timedelta(days=9 - number)).ticket for number in range(3)]
    for ticket in tickets:
        actions.solve(ticket, by=make_agent(), at=NOON)
        actions.close(ticket, by=None, at=NOON)
    Delivery.objects.all().delete()
    quiet = write(
        "Hm?", subject=f"Re: [#{tickets[0].number}]", x_auto_response_suppress="All", thread_index="a"
    )
    assert (quiet.outcome, quiet.thanked) == (Outcome.OPENED, InMail.Thanked.NO)
    for ticket in tickets[1:]:
        write("Not done.", subject=f"Re: [#{ticket.number}]")
    assert Delivery.objects.filter(kind="acknowledge").count() == 1
    assert InMail.objects.exclude(thanked=InMail.Thanked.NO).filter(handled_at=NOON).count() == 1


def test_a_mail_makes_a_bounced_address_good_again() -> None:
    make_customer(CAROL)
    CustomerAddress.objects.update(bounced_at=NOON, bounce_detail="no such user")
    write()
    assert CustomerAddress.objects.get().bounced_at is None


def test_headers_of_other_systems_have_no_effect() -> None:
    names = ("X-Zammad-Ticket-Priority", "X-Priority", "X-Helpdesk-Ticket", "X-OTRS-Queue", "Importance")
    raw = make_mail()
    plain = take(raw).ticket
    extra = "".join(f"{name}: 1 high urgent\n" for name in names).encode()
    dressed = take(extra + make_mail("Another one.")).ticket
    same = ("priority", "status", "team_id", "assignee_id", "problem_type_id", "verified")
    assert [getattr(plain, name) for name in same] == [getattr(dressed, name) for name in same]
    assert Ticket.objects.count() == 2


def _id(delivery: Delivery) -> str:
    from tickets.channels.message_ids import message_id

    return message_id(delivery)


def _reply_to(delivery: Delivery) -> str:
    from tickets.channels.reply_address import REPLY, signed_address

    return signed_address(REPLY, delivery, extension="+")
