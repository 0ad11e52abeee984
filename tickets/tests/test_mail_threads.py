"""Answers hang under what their reader wrote and got before, and what is answered or comes back finds its way."""

from collections.abc import Iterator
from datetime import timedelta
from email.utils import parseaddr

import pytest

from customers.tests.factories import NOON, make_customer
from tickets import actions
from tickets.actions.by_mail import ByMail
from tickets.channels import deliver
from tickets.channels.message_ids import THREAD_AT_MOST, message_id
from tickets.channels.reply_address import BOUNCE, REPLY, Token, read_token
from tickets.models import Delivery, Participant, Ticket
from tickets.tests.factories import make_agent, make_mailbox, make_ticket
from tickets.tests.mail_server import MailServer, Taken, mail_server
from tickets.tests.mailing import write
from tickets.tests.test_deliver import make_delivery
from tickets.tests.test_mail_headers import HOSTILE

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def server(settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    monkeypatch.setattr(deliver, "_rest_until", 0.0)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        yield server


def answer(ticket: Ticket, text: str = "Try this.", minutes: int = 0) -> Delivery:
    message = actions.reply(ticket, by=make_agent(), text=text, at=NOON + minutes * MINUTE)
    return message.deliveries.get(participant=None)


def customer_writes(ticket: Ticket, header_id: str, minutes: int) -> None:
    mail = ByMail(name="Carol", address="carol@example.com", header_id=header_id)
    actions.receive(
        ticket, by=ticket.customer, text=f"Hello {minutes}", mail=mail, at=NOON + minutes * MINUTE
    )


def dave(ticket: Ticket) -> Participant:
    actions.add_participant(ticket, email="dave@example.com", name="Dave", by=make_agent(), at=NOON)
    return ticket.participants.get()


def root(ticket: Ticket) -> str:
    return f"<{ticket.public_id}@keyhaven.example>"


def sent(server: MailServer, delivery: Delivery) -> Taken:
    assert deliver.send_one(delivery.pk)
    return server.taken[-1]


class TestTheThread:
    def test_begins_under_the_root_of_the_ticket(self) -> None:
        ticket = make_ticket()
        first = Delivery.objects.get()
        assert (first.in_reply_to, first.references) == (root(ticket), root(ticket))

    def test_names_what_the_reader_wrote_and_got_oldest_first(self) -> None:
        ticket = make_ticket()
        thanks = Delivery.objects.get()
        customer_writes(ticket, "<one@carol.example>", 1)
        first = answer(ticket, minutes=2)
        customer_writes(ticket, "<two@carol.example>", 3)
        second = answer(ticket, minutes=4)
        assert first.references.split() == [root(ticket), message_id(thanks), "<one@carol.example>"]
        assert first.in_reply_to == "<one@carol.example>"
        expected = [message_id(thanks), "<one@carol.example>", message_id(first), "<two@carol.example>"]
        assert second.references.split() == [root(ticket), *expected]
        assert second.in_reply_to == "<two@carol.example>"

    def test_grows_no_longer_than_ten(self) -> None:
        ticket = make_ticket()
        for minutes in range(1, 15):
            last = answer(ticket, minutes=minutes)
        names = last.references.split()
        assert len(names) == 1 + THREAD_AT_MOST
        assert names[0] == root(ticket)
        assert last.in_reply_to == names[-1]

    def test_of_a_participant_names_nothing_of_the_customers(self) -> None:
        ticket = make_ticket()
        customer_writes(ticket, "<secret@carol.example>", 1)
        participant = dave(ticket)
        first = answer(ticket, minutes=2).message.deliveries.get(participant=participant)
        mail = ByMail(name="Dave", address="dave@example.com", header_id="<dave1@example.com>")
        actions.receive(ticket, by=participant, text="I know.", mail=mail, at=NOON + 3 * MINUTE)
        second = answer(ticket, minutes=4).message.deliveries.get(participant=participant)
        assert first.references == root(ticket)
        assert second.references.split() == [root(ticket), message_id(first), "<dave1@example.com>"]

    @pytest.mark.parametrize(
        "strange",
        ["<õ@x.example>", f"<{'a' * 600}@x.example>", "<a\x01b@x.example>", "no brackets", "<a b@x>"],
    )
    def test_leaves_out_ids_that_no_header_can_hold(self, strange: str) -> None:
        ticket = make_ticket()
        customer_writes(ticket, strange, 1)
        assert strange not in answer(ticket, minutes=2).references

    def test_is_folded_into_lines_that_any_server_takes(self, server: MailServer) -> None:
        ticket = make_ticket()
        for minutes in range(1, 12):
            customer_writes(ticket, f"<{'x' * 230}{minutes}@carol.example>", minutes)
        delivery = answer(ticket, minutes=20)
        taken = sent(server, delivery)
        assert str(taken.mail["References"]).split() == delivery.references.split()
        assert max(map(len, taken.raw.split(b"\r\n"))) <= 998


class TestAddresses:
    def test_answers_and_bounces_go_to_addresses_of_this_mail_alone(self, server: MailServer) -> None:
        make_mailbox()
        delivery = answer(make_ticket())
        taken = sent(server, delivery)
        assert parseaddr(str(taken.mail["From"])) == ("Keyhaven", "help@keyhaven.example")
        assert read_token(str(taken.mail["Reply-To"])) == Token(REPLY, delivery.pk)
        assert read_token(taken.sender) == Token(BOUNCE, delivery.pk)
        assert str(taken.mail["Reply-To"]).startswith("help+r")
        assert len(taken.mail.get_all("Reply-To", [])) == 1

    def test_each_reader_has_others(self, server: MailServer) -> None:
        make_mailbox()
        ticket = make_ticket()
        dave(ticket)
        mails = answer(ticket).message.deliveries.all()
        addresses = {str(sent(server, one).mail["Reply-To"]) for one in mails}
        assert len(addresses) == 2

    @pytest.mark.parametrize("extension", ["-", ""])
    def test_follow_what_the_mail_server_knows(self, server: MailServer, extension: str) -> None:
        make_mailbox(extension=extension)
        taken = sent(server, answer(make_ticket()))
        if extension:
            assert taken.sender.startswith("help-b")
        else:
            assert taken.sender == "help@keyhaven.example"
            assert taken.mail["Reply-To"] is None

    def test_are_plain_where_there_is_no_mailbox(self, server: MailServer) -> None:
        taken = sent(server, answer(make_ticket()))
        assert (taken.sender, taken.mail["Reply-To"]) == ("help@keyhaven.example", None)

    def test_cost_one_statement(self, django_assert_num_queries) -> None:
        make_mailbox()
        delivery = Delivery.objects.select_related("ticket", "message").get(pk=answer(make_ticket()).pk)
        with django_assert_num_queries(2):  # the mailbox, the files of the message
            from tickets.channels.compose import mail_of

            mail_of(delivery)

    def test_what_is_sent_to_one_comes_into_the_ticket(self, server: MailServer) -> None:
        make_mailbox()
        ticket = make_ticket()
        taken = sent(server, answer(ticket))
        mail = write("It works!", to=str(taken.mail["Reply-To"]), subject="whatever")
        assert (mail.outcome, mail.ticket, mail.verified) == ("replied", ticket, "reply_address")

    @pytest.mark.parametrize("name", HOSTILE)
    def test_hold_whatever_people_are_called(self, server: MailServer, name: str) -> None:
        make_mailbox()
        ticket = make_ticket()
        ticket.shop.name = name[:100]
        ticket.shop.save()
        Participant.objects.create(ticket=ticket, name=name[:200], email="dave@example.com", added_at=NOON)
        message = actions.reply(ticket, by=make_agent(), text=f"Hello {name}", at=NOON)
        for delivery in message.deliveries.all():
            taken = sent(server, delivery)
            assert taken.recipients == [delivery.to]
            assert taken.mail.get_all("To") == [delivery.to]
            assert parseaddr(str(taken.mail["From"]))[1] == "help@keyhaven.example"
            assert len(taken.mail.get_all("From")) == len(taken.mail.get_all("Reply-To")) == 1
            assert not set(taken.mail.keys()) & {"Bcc", "Cc"}
            assert not taken.mail.defects


def test_a_mail_of_no_ticket_hangs_under_nothing(server: MailServer) -> None:
    make_mailbox()
    taken = sent(server, make_delivery(kind="confirm_address"))
    assert (taken.mail["References"], taken.mail["In-Reply-To"]) == (None, None)


class TestParticipants:
    def test_each_gets_a_mail_of_their_own(self) -> None:
        ticket = make_ticket()
        participant = dave(ticket)
        message = answer(ticket).message
        rows = message.deliveries.order_by("pk").values_list("kind", "to", "participant")
        assert list(rows) == [
            ("reply", "carol@example.com", None),
            ("reply_participant", "dave@example.com", participant.pk),
        ]

    def test_only_the_chosen_ones_do(self) -> None:
        ticket = make_ticket()
        participant = dave(ticket)
        actions.add_participant(ticket, email="erin@example.com", by=make_agent(), at=NOON)
        agent = make_agent()
        some = actions.reply(ticket, by=agent, text="One.", participants=[participant], at=NOON)
        none = actions.reply(ticket, by=agent, text="Two.", participants=[], at=NOON)
        assert set(some.deliveries.values_list("to", flat=True)) == {"carol@example.com", "dave@example.com"}
        assert set(none.deliveries.values_list("to", flat=True)) == {"carol@example.com"}

    def test_one_who_was_removed_or_takes_part_elsewhere_does_not(self) -> None:
        ticket, other = make_ticket(), make_ticket()
        removed, stranger = dave(ticket), dave(other)
        actions.remove_participant(removed, by=make_agent(), at=NOON)
        message = actions.reply(
            ticket, by=make_agent(), text="One.", participants=[removed, stranger], at=NOON
        )
        assert set(message.deliveries.values_list("to", flat=True)) == {"carol@example.com"}

    def test_get_no_link_no_order_and_no_code(self) -> None:
        make_mailbox()
        ticket = make_ticket()
        dave(ticket)
        mail = answer(ticket, "Here is how.").message.deliveries.get(kind="reply_participant")
        whole = f"{mail.subject}\n{mail.text}\n{mail.html}"
        assert mail.text.startswith("Here is how.")
        assert "Just answer it to take part." in mail.text
        for secret in (ticket.public_id, "/t/", ticket.order.number, ticket.code.tail, "my code"):
            assert secret not in whole, secret

    def test_of_a_mailed_ticket_read_its_subject_only_if_the_customer_brought_them(self) -> None:
        make_mailbox()
        ticket = write(subject="Order 4711, key ABCDE").ticket
        actions.add_participant(ticket, email="erin@example.com", by=make_agent(), at=NOON)
        actions.add_participant(ticket, email="frank@example.com", by=None, at=NOON)
        message = actions.reply(ticket, by=make_agent(), text="Hello.", at=NOON)
        subjects = dict(message.deliveries.values_list("to", "subject"))
        assert "4711" not in subjects["erin@example.com"]
        assert subjects["frank@example.com"] == f"[#{ticket.number}] Order 4711, key ABCDE"

    def test_get_it_when_the_customer_has_no_address(self) -> None:
        ticket = make_ticket()
        make_customer().addresses.all().delete()
        dave(ticket)
        message = actions.reply(ticket, by=make_agent(), text="Hello.", at=NOON)
        assert list(message.deliveries.values_list("kind", flat=True)) == ["reply_participant"]
