"""What agents decide about mails: who a stranger is, where a mail belongs, which order is meant, and who asks."""

from datetime import timedelta

import pytest

from customers.linking import find_customer
from customers.tests.factories import make_code, make_customer, make_order, make_shop
from tickets import actions
from tickets.actions.refusals import HeldBy, Refused
from tickets.actions.verify import TRIES, VALID
from tickets.models import Delivery, Event, InMail, Message, Ticket, VerificationCode
from tickets.models.ticket import Status, Verified
from tickets.tests.desk import address, kinds, signed_in
from tickets.tests.factories import make_agent, make_problem_type, make_ticket
from tickets.tests.mailing import CAROL, DAVE, MALLORY, NOON, take, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger() -> Message:
    """Who answered one of our mails from an address that takes no part."""
    ticket = make_ticket()
    answer = actions.reply(ticket, by=make_agent(), text="Try again.", at=NOON).deliveries.get()
    mail = write(
        "It is me.",
        sender=f"Carol at work <{DAVE}>",
        in_reply_to=f"<{answer.public_id.hex}@keyhaven.example>",
    )
    assert mail.message.is_stranger
    return mail.message


class TestAcceptSender:
    def test_as_the_customer_keeps_the_address_and_shows_the_message(self, stranger: Message) -> None:
        alice = make_agent()
        assert actions.accept_sender(stranger, as_="customer", by=alice, at=NOON)
        stranger.refresh_from_db()
        assert (stranger.is_stranger, stranger.customer) == (False, stranger.ticket.customer)
        assert find_customer(DAVE) == stranger.ticket.customer
        assert stranger in Message.objects.for_customer(NOON)
        assert kinds(stranger.ticket)[-1] == Event.Kind.SENDER_ACCEPTED
        assert not actions.accept_sender(stranger, as_="customer", by=alice, at=NOON)

    def test_as_a_participant_lets_them_take_part_from_now_on(self, stranger: Message) -> None:
        actions.accept_sender(stranger, as_="participant", by=make_agent(), at=NOON)
        stranger.refresh_from_db()
        assert stranger.participant.email == DAVE
        assert write("More.", sender=DAVE, subject=f"Re: #{stranger.ticket.number}").message.participant

    def test_an_address_of_another_customer_is_refused(self, stranger: Message) -> None:
        make_customer(DAVE, "Dave")
        with pytest.raises(Refused):
            actions.accept_sender(stranger, as_="customer", by=make_agent(), at=NOON)
        stranger.refresh_from_db()
        assert stranger.is_stranger

    def test_by_the_page(self, stranger: Message) -> None:
        browser = signed_in(make_agent())
        url = address("ticket", stranger.ticket) + f"messages/{stranger.pk}/sender/"
        assert browser.post(url, {"as": "nobody"}).status_code == 409
        assert browser.post(url, {"as": "participant"}).status_code == 302
        other = make_ticket(code=make_code(order=make_order(customer=make_customer("x@example.com"))))
        assert browser.post(address("ticket", other) + f"messages/{stranger.pk}/sender/").status_code == 404


class TestMoveOut:
    def test_makes_a_ticket_of_the_stranger(self, stranger: Message) -> None:
        before = stranger.ticket
        new = actions.move_out(stranger, by=make_agent(), at=NOON)
        stranger.refresh_from_db()
        before.refresh_from_db()
        assert (stranger.ticket, stranger.customer, stranger.is_stranger) == (new, find_customer(DAVE), False)
        assert (new.waiting_since, before.waiting_since) == (NOON, None)
        assert new.events.filter(kind=Event.Kind.OPENED).count() == 1
        assert new.promises.exists()
        assert kinds(before)[-1] == Event.Kind.JOINED

    def test_of_what_belongs_here_is_refused(self, stranger: Message) -> None:
        own = stranger.ticket.messages.first()
        with pytest.raises(Refused):
            actions.move_out(own, by=make_agent(), at=NOON)


class TestJoin:
    def test_moves_what_was_said_and_closes_the_emptied_ticket(self) -> None:
        into = make_ticket(at=NOON - timedelta(hours=1))
        mail = write("I forgot the picture.", sender=CAROL, subject="Re: something else")
        alice = make_agent()
        assert actions.join(mail.ticket, into, by=alice, at=NOON)
        mail.refresh_from_db()
        into.refresh_from_db()
        emptied = Ticket.objects.get(merged_into=into)
        assert (mail.ticket, mail.message.ticket, mail.message.is_stranger) == (into, into, False)
        assert into.waiting_since == NOON - timedelta(hours=1)
        assert (emptied.status, emptied.messages.count()) == (Status.CLOSED, 0)
        assert kinds(emptied)[-1] == kinds(into)[-1] == Event.Kind.JOINED
        assert not actions.join(emptied, into, by=alice, at=NOON)

    def test_leaves_who_takes_no_part_a_stranger(self) -> None:
        into = make_ticket()
        mail = write("Let me in.", sender=MALLORY, subject=f"Re: [#{into.number}]")
        assert mail.looks_like == into
        actions.join(mail.ticket, into, by=make_agent(), at=NOON)
        mail.message.refresh_from_db()
        assert mail.message.is_stranger
        assert mail.message not in Message.objects.for_customer(NOON)

    def test_reopens_a_solved_ticket(self) -> None:
        into = make_ticket()
        actions.solve(into, by=None, at=NOON)
        mail = write("Not solved.", sender=CAROL)
        actions.join(mail.ticket, into, by=make_agent(), at=NOON)
        into.refresh_from_db()
        assert (into.status, into.waiting_since) == (Status.OPEN, NOON)

    def test_is_refused_when_somebody_answered_or_it_is_held_or_closed(self) -> None:
        into, alice, bob = make_ticket(), make_agent(), make_agent("Bob Agent")
        answered = write("One.").ticket
        actions.reply(answered, by=alice, text="Hello", at=NOON)
        with pytest.raises(Refused):
            actions.join(answered, into, by=alice, at=NOON)
        held = write("Two.", sender=DAVE).ticket
        actions.claim(held, by=bob, at=NOON)
        with pytest.raises(HeldBy):
            actions.join(held, into, by=alice, at=NOON)
        free = write("Three.", sender=MALLORY).ticket
        with pytest.raises(Refused):
            actions.join(free, free, by=alice, at=NOON)
        actions.join(free, into, by=alice, at=NOON)
        with pytest.raises(Refused, match="went into another one"):
            actions.join(free, make_ticket(), by=alice, at=NOON)

    def test_by_the_page_and_the_other_button(self) -> None:
        first = write("Hello.", subject="My code")
        mail = write("Any news?", subject="Re: My code")
        browser = signed_in(make_agent())
        page = browser.get(address("ticket", mail.ticket)).content.decode()
        assert f"#{first.ticket.number}" in page
        assert browser.post(address("join", mail.ticket), {"into": "abc"}).status_code == 409
        assert browser.post(address("join", mail.ticket), {"into": "999999"}).status_code == 409
        assert browser.post(address("dismiss-join", mail.ticket)).status_code == 302
        assert "Attach it there" not in browser.get(address("ticket", mail.ticket)).content.decode()
        assert browser.post(address("join", mail.ticket), {"into": first.ticket.number}).status_code == 302
        assert "stands in" in browser.get(address("ticket", mail.ticket)).content.decode()


class TestLinkOrder:
    def test_binds_order_code_and_product(self) -> None:
        code = make_code("QWERT-12345-ASDFG", order=make_order(customer=make_customer(CAROL)))
        mail = write("It is QWERT-12345-ASDFG.")
        alice = make_agent()
        assert signed_in(alice).post(address("link-order", mail.ticket)).status_code == 302
        ticket = Ticket.objects.get(pk=mail.ticket.pk)
        assert (ticket.order, ticket.code, ticket.product) == (code.item.order, code, code.item.product)
        assert kinds(ticket) == [Event.Kind.ORDER_LINKED]
        assert not actions.link_order(ticket, code.item.order, code=code, by=alice, at=NOON)

    def test_of_another_customer_needs_a_word_and_takes_the_address_along(self) -> None:
        order = make_order(customer=make_customer(CAROL))
        mail = write(f"Order {order.number}, from my other address.", sender=DAVE)
        with pytest.raises(Refused):
            actions.link_order(mail.ticket, order, by=make_agent(), at=NOON)
        actions.link_order(mail.ticket, order, to_its_customer=True, by=make_agent(), at=NOON)
        ticket = Ticket.objects.get(pk=mail.ticket.pk)
        assert ticket.customer == find_customer(CAROL) == find_customer(DAVE)

    def test_never_takes_an_address_from_somebody_who_buys_here(self) -> None:
        order = make_order(customer=make_customer(CAROL))
        make_order(customer=make_customer(DAVE, "Dave"))
        mail = write(f"Order {order.number}.", sender=DAVE)
        with pytest.raises(Refused):
            actions.link_order(mail.ticket, order, to_its_customer=True, by=make_agent(), at=NOON)

    def test_of_another_shop_is_refused(self) -> None:
        mail = write("Hello.")
        with pytest.raises(Refused):
            actions.link_order(mail.ticket, make_order(shop=make_shop("other")), by=make_agent(), at=NOON)


class TestOneTimeCode:
    @pytest.fixture
    def ticket(self) -> Ticket:
        ticket = write("Change my address.").ticket
        type(ticket.problem_type).objects.update(needs_verified=True)
        return Ticket.objects.get(pk=ticket.pk)

    def send(self, ticket: Ticket) -> str:
        actions.send_code(ticket, to=ticket.customer.addresses.get(), by=make_agent(), at=NOON)
        text = Delivery.objects.filter(kind="verify_code").latest("pk").text
        return next(
            word for word in text.split() if word.isdigit() and len(word) == 6 and word != str(ticket.number)
        )

    def test_typed_by_the_agent_it_proves_who_asks(self, ticket: Ticket) -> None:
        code = self.send(ticket)
        assert code not in str(VerificationCode.objects.values_list())
        assert not actions.confirm_code(
            ticket, "000000" if code != "000000" else "1", by=make_agent(), at=NOON
        )
        assert actions.confirm_code(ticket, f" {code[:3]} {code[3:]} ", by=make_agent(), at=NOON)
        ticket.refresh_from_db()
        assert ticket.verified == Verified.CODE
        assert kinds(ticket) == [Event.Kind.CODE_SENT, Event.Kind.VERIFIED]
        assert not actions.confirm_code(ticket, code, by=make_agent(), at=NOON)

    def test_it_dies_of_wrong_ones_of_time_and_of_the_next_one(self, ticket: Ticket) -> None:
        code = self.send(ticket)
        wrong = "111111" if code != "111111" else "222222"
        for _ in range(TRIES):
            assert not actions.confirm_code(ticket, wrong, by=ticket.customer, at=NOON)
        assert not actions.confirm_code(ticket, code, by=ticket.customer, at=NOON)
        old = self.send(ticket)
        assert not actions.confirm_code(ticket, old, by=ticket.customer, at=NOON + VALID)
        newer = self.send(ticket)
        assert newer == old or not actions.confirm_code(ticket, old, by=ticket.customer, at=NOON)

    def test_it_goes_to_a_known_address_only(self, ticket: Ticket) -> None:
        other = make_customer(DAVE, "Dave").addresses.get()
        with pytest.raises(Refused):
            actions.send_code(ticket, to=other, by=make_agent(), at=NOON)

    def test_the_desk_asks_and_the_customer_types_it_on_the_page(self, ticket: Ticket, client) -> None:
        from tickets.access import ticket_token

        browser = signed_in(make_agent())
        assert "Ask for a one-time code" in browser.get(address("ticket", ticket)).content.decode()
        assert browser.post(address("send-code", ticket)).status_code == 302
        text = Delivery.objects.get(kind="verify_code").text
        code = next(w for w in text.split() if w.isdigit() and len(w) == 6 and w != str(ticket.number))
        page = f"/t/{ticket_token(ticket)}/"
        assert "one_time_code" in client.get(page).content.decode()
        client.post(f"{page}code/", {"code": "1"})
        client.post(f"{page}code/", {"code": code})
        ticket.refresh_from_db()
        assert ticket.verified == Verified.CODE
        assert "one_time_code" not in client.get(page).content.decode()


class TestParked:
    def test_a_mail_without_a_sender_becomes_a_ticket_when_an_agent_says_whose_it_is(self) -> None:
        mail = take(b"Subject: Code\n\nIt fails.\n")
        browser = signed_in(make_agent())
        url = f"/desk/mail/{mail.public_id}/"
        assert "It fails." in browser.get(url).content.decode()
        assert browser.post(f"{url}ticket/", {"email": "nobody"}).status_code == 422
        assert browser.post(f"{url}ticket/", {"email": CAROL, "name": "Carol"}).status_code == 302
        mail.refresh_from_db()
        assert (mail.outcome, mail.message.text) == (InMail.Outcome.OPENED, "It fails.")
        assert mail.ticket.customer == find_customer(CAROL)
        assert not Delivery.objects.exists()
        assert browser.post(f"{url}ticket/", {"email": CAROL}).status_code == 409

    def test_what_nobody_can_read_becomes_a_ticket_too(self) -> None:
        mail = take(b"")
        ticket = actions.make_ticket_of(mail, None, email=CAROL, name="", by=make_agent(), at=NOON)
        assert ticket.messages.get().text

    def test_set_aside_and_back(self) -> None:
        mail = take(b"Subject: Code\n\nIt fails.\n")
        browser = signed_in(make_agent())
        url = f"/desk/mail/{mail.public_id}/"
        assert "Code" in browser.get("/desk/mail/").content.decode()
        browser.post(f"{url}aside/")
        assert "Nothing is parked" in browser.get("/desk/mail/").content.decode()
        assert "Code" in browser.get("/desk/mail/?view=aside").content.decode()
        browser.post(f"{url}back/")
        mail.refresh_from_db()
        assert mail.outcome == InMail.Outcome.PARKED
        assert mail.told["set_aside_by"] == "Alice Agent"

    def test_let_through_again_it_is_read_by_the_rules_of_today(self, monkeypatch) -> None:
        def fail(*args: object, **kwargs: object) -> None:
            raise RuntimeError("a mistake of ours")

        with monkeypatch.context() as patched:
            patched.setattr("tickets.channels.mail_in.handle.settle", fail)
            mail = write("Hello.")
        assert mail.outcome == InMail.Outcome.PARKED
        signed_in(make_agent()).post(f"/desk/mail/{mail.public_id}/again/")
        mail.refresh_from_db()
        assert mail.outcome == InMail.Outcome.OPENED
        assert mail.told["again"][0]["by"] == "Alice Agent"


def test_a_code_is_not_revealed_for_a_request_that_nothing_proves() -> None:
    problem_type = make_problem_type("account", needs_verified=True)
    ticket = make_ticket(problem_type=problem_type)
    assert ticket.verified == Verified.LINK  # by the page, so it is proven
    Ticket.objects.filter(pk=ticket.pk).update(verified="")
    url = f"/desk/codes/{ticket.code.public_ref}/reveal/"
    response = signed_in(make_agent()).post(url, {"ticket": ticket.number})
    assert response.status_code == 409
    assert ticket.code.code not in response.content.decode()
