"""To whom and from where mails go, and to whom none goes by itself."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from customers.linking import mark_bounced
from customers.models import CustomerAddress
from tickets import actions
from tickets.channels import mail_out
from tickets.channels.addresses_of import answers_come_by_mail, written_from, written_to
from tickets.models import Delivery, InMail, Mailbox, Participant, Ticket
from tickets.tests.factories import make_agent, make_mailbox, make_ticket
from tickets.tests.mailing import CAROL, DAVE, NOON, make_mail, take, write

pytestmark = pytest.mark.django_db

WORK = "carol@work.example"
PROMISE = SimpleNamespace(due_at=NOON + timedelta(hours=1), kind="first_answer")


def with_a_second_address(ticket: Ticket) -> Ticket:
    CustomerAddress.objects.create(customer=ticket.customer, email=WORK)
    return Ticket.objects.get(pk=ticket.pk)


def to_whom(ticket: Ticket) -> str:
    address = written_to(Ticket.objects.get(pk=ticket.pk))
    return address.email if address else ""


class TestToWhom:
    def test_the_first_address_is_written_to_while_the_customer_wrote_no_mail(self) -> None:
        assert to_whom(with_a_second_address(make_ticket())) == CAROL

    def test_one_that_mails_come_back_from_is_not_written_to_while_there_is_another(self) -> None:
        ticket = with_a_second_address(make_ticket())
        mark_bounced(CAROL, "no such user", at=NOON)
        assert to_whom(ticket) == WORK
        mark_bounced(WORK, "no such user", at=NOON)
        assert to_whom(ticket) == CAROL

    def test_the_answer_goes_where_the_customer_wrote_from(self) -> None:
        ticket = with_a_second_address(write().ticket)
        write(sender=WORK, subject=f"Re: [#{ticket.number}] My code", at=NOON + timedelta(minutes=5))
        actions.reply(ticket, by=make_agent(), text="Try this.", at=NOON + timedelta(hours=1))
        assert Delivery.objects.get(kind="reply").to == WORK

    def test_what_a_stranger_wrote_from_is_nobodys_address(self) -> None:
        ticket = with_a_second_address(write().ticket)
        write(sender=DAVE, subject="Re: My code", in_reply_to=ticket.messages.get().header_id)
        assert to_whom(ticket) == CAROL


class TestFromWhere:
    def test_an_answer_comes_from_the_mailbox_that_was_written_to(self) -> None:
        make_mailbox()
        other = make_mailbox(address="returns@keyhaven.example")
        ticket = take(make_mail(to=other.address), other).ticket
        ticket.shop.support_email = "elsewhere@keyhaven.example"
        assert written_from(ticket) == other.address
        assert answers_come_by_mail(ticket)

    def test_one_that_is_not_in_use_any_more_answers_no_more(self) -> None:
        ticket = write().ticket
        Mailbox.objects.update(is_active=False)
        ticket = Ticket.objects.get(pk=ticket.pk)
        ticket.shop.support_email = "shop@keyhaven.example"
        assert written_from(ticket) == "shop@keyhaven.example"
        assert not answers_come_by_mail(ticket)


class TestByThemselves:
    @pytest.mark.parametrize(
        "headers", [{"precedence": "bulk"}, {"auto_submitted": "auto-generated"}, {"list_id": "<x.example>"}]
    )
    def test_machines_are_told_neither_of_a_delay_nor_of_an_end(self, headers: dict[str, str]) -> None:
        ticket = write(sender="robot@list.example", **headers).ticket
        assert mail_out.tell_delay(ticket, promise=PROMISE, at=NOON) is None
        actions.solve(ticket, by=make_agent(), at=NOON)
        assert not Delivery.objects.exists()

    def test_who_was_not_thanked_is_told_nothing_before_an_agent_answered(self, settings) -> None:
        settings.UNKNOWN_THANKED_PER_HOUR = 0
        mail = write(sender="victim@x.example")
        assert mail.thanked == InMail.Thanked.NO
        assert mail_out.tell_delay(mail.ticket, promise=PROMISE, at=NOON) is None
        actions.reply(mail.ticket, by=make_agent(), text="Try this.", at=NOON)
        assert mail_out.tell_delay(mail.ticket, promise=PROMISE, at=NOON)

    def test_nothing_that_a_stranger_wrote_is_repeated_at_the_end(self) -> None:
        ticket = write(
            sender="Buy pills <victim@x.example>", subject="CHEAP PILLS http://spam.example"
        ).ticket
        actions.solve(ticket, by=make_agent(), at=NOON)
        told = Delivery.objects.get(kind="solved")
        assert "spam.example" not in told.subject + told.text + told.html
        assert "Buy pills" not in told.text + told.html

    def test_a_report_on_the_page_is_told_of_both(self) -> None:
        ticket = make_ticket()
        assert mail_out.tell_delay(ticket, promise=PROMISE, at=NOON)
        actions.solve(ticket, by=make_agent(), at=NOON)
        assert ticket.subject in Delivery.objects.get(kind="solved").subject


def test_who_was_removed_gets_nothing_that_still_waits(settings) -> None:
    settings.SEND_DELAY_SECONDS = 10
    ticket, alice = make_ticket(), make_agent()
    actions.add_participant(ticket, email=DAVE, by=alice)
    said = actions.reply(ticket, by=alice, text="Try this.", at=NOON)
    actions.remove_participant(Participant.objects.get(), by=alice)
    assert [one.to for one in said.deliveries.all()] == [CAROL]
    actions.undo_reply(said, by=alice, at=NOON + timedelta(seconds=1))
    assert not Delivery.objects.filter(kind="reply").exists()


def test_a_stranger_who_takes_part_already_is_accepted_as_who_they_are() -> None:
    ticket, alice = write().ticket, make_agent()
    write(sender=DAVE, subject="Re: My code", in_reply_to=ticket.messages.get().header_id)
    actions.add_participant(ticket, email=DAVE, by=alice)
    actions.add_participant(ticket, email="eve@example.com", by=alice)
    stranger = ticket.messages.get(is_stranger=True)
    actions.accept_sender(stranger, as_="participant", by=alice, at=NOON)
    stranger.refresh_from_db()
    assert stranger.participant.email == DAVE
