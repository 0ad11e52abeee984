"""Who takes part in a ticket besides its customer, and who of them gets an answer."""

from datetime import timedelta

import pytest

from customers.models import CustomerAddress
from customers.tests.factories import NOON, make_shop
from tickets.actions import add_participant, remove_participant
from tickets.actions.participants import AT_MOST
from tickets.actions.refusals import Refused
from tickets.channels.reply_address import REPLY, signed_address
from tickets.models import Delivery, Event, Message, Participant, Ticket
from tickets.tests.desk import address, composer_of, kinds, signed_in
from tickets.tests.factories import make_agent, make_mailbox, make_ticket

pytestmark = pytest.mark.django_db
DAVE, EVE = "dave@example.com", "eve@example.com"


def with_two() -> tuple[Ticket, Participant, Participant]:
    ticket, alice = make_ticket(), make_agent()
    for email, name in ((DAVE, "Dave Partner"), (EVE, "")):
        add_participant(ticket, email=email, name=name, by=alice, at=NOON)
    dave, eve = ticket.participants.all()
    return ticket, dave, eve


def got_it() -> set[str]:
    return set(Delivery.objects.filter(kind__startswith="reply").values_list("to", flat=True))


class TestAdding:
    def test_it_is_one_event_that_names_who_was_added(self) -> None:
        ticket, alice = make_ticket(), make_agent()
        assert add_participant(ticket, email=f" {DAVE} ", name="Dave\nPartner", by=alice, at=NOON)
        one = ticket.participants.get()
        assert (one.email, one.name, one.added_by, one.added_at) == (DAVE, "Dave Partner", alice, NOON)
        event = ticket.events.get(kind=Event.Kind.PARTICIPANT_ADDED)
        assert (event.agent, event.at, event.data["address"]) == (alice, NOON, DAVE)

    def test_who_takes_part_already_is_not_added_again(self) -> None:
        ticket, alice = make_ticket(), make_agent()
        add_participant(ticket, email=DAVE, by=alice, at=NOON)
        assert not add_participant(ticket, email=DAVE.upper(), by=alice, at=NOON)
        assert kinds(ticket) == ["participant_added"]

    def test_who_was_removed_can_come_back(self) -> None:
        ticket, dave, _eve = with_two()
        remove_participant(dave, by=make_agent(), at=NOON)
        assert add_participant(ticket, email=DAVE, by=make_agent(), at=NOON)
        assert ticket.participants.filter(removed_at=None).count() == 2

    @pytest.mark.parametrize(
        "email", ["", "no address", "a@b@c.example", "dave@", "x" * 250 + "@example.com"]
    )
    def test_what_is_no_address_is_refused(self, email: str) -> None:
        ticket = make_ticket()
        with pytest.raises(Refused, match="is no e-mail address"):
            add_participant(ticket, email=email, by=make_agent(), at=NOON)
        assert not Participant.objects.exists()

    def test_every_address_of_the_customer_is_refused(self) -> None:
        ticket = make_ticket()
        CustomerAddress.objects.create(customer=ticket.customer, email="carol@work.example")
        for email in ("Carol@Example.com", "carol@work.example"):
            with pytest.raises(Refused, match="is the customer's own address"):
                add_participant(ticket, email=email, by=make_agent(), at=NOON)

    def test_addresses_of_our_own_are_refused_in_all_their_forms(self) -> None:
        ticket = make_ticket()
        make_mailbox("orders@keyhaven.example")
        make_shop("bookbay")
        answered = Delivery.objects.filter(ticket=ticket).first()
        ours = [
            "HELP@keyhaven.example",
            "orders@keyhaven.example",
            "help@bookbay.example",
            "help+x@bookbay.example",
        ]
        for email in (*ours, signed_address(REPLY, answered, extension="+")):
            with pytest.raises(Refused, match="one of our own addresses"):
                add_participant(ticket, email=email, by=make_agent(), at=NOON)
        assert kinds(ticket) == []

    def test_there_is_room_for_twenty(self) -> None:
        ticket = make_ticket()
        for number in range(AT_MOST):
            add_participant(ticket, email=f"p{number}@example.com", by=make_agent(), at=NOON)
        with pytest.raises(Refused, match="20 people take part"):
            add_participant(ticket, email=DAVE, by=make_agent(), at=NOON)
        remove_participant(ticket.participants.first(), by=make_agent(), at=NOON)
        assert add_participant(ticket, email=DAVE, by=make_agent(), at=NOON)

    def test_by_the_system_nothing_is_said_and_nobody_is_added(self) -> None:
        ticket = make_ticket()
        assert not add_participant(ticket, email="carol@example.com", by=None, at=NOON)
        assert kinds(ticket) == []


class TestRemoving:
    def test_it_is_one_event_and_what_they_said_stays(self) -> None:
        ticket, dave, eve = with_two()
        said = Message.objects.create(
            ticket=ticket, direction=Message.Direction.IN, participant=dave, text="Hi", created_at=NOON
        )
        assert remove_participant(dave, by=make_agent(), at=NOON + timedelta(hours=1))
        assert not remove_participant(dave, by=make_agent(), at=NOON + timedelta(hours=2))
        assert kinds(ticket) == ["participant_added", "participant_added", "participant_removed"]
        assert list(ticket.participants.filter(removed_at=None)) == [eve]
        assert Message.objects.get(pk=said.pk).participant == dave


class TestAtTheComposer:
    def test_everybody_stands_there_ticked_with_the_customer_first(self) -> None:
        ticket, dave, eve = with_two()
        page = signed_in().get(address("ticket", ticket)).content.decode()
        places = page[page.index('class="recipients"') :]
        named = [places.index(who) for who in ("To Carol Customer, carol@example.com", "Dave Partner", EVE)]
        assert named == sorted(named)
        for one in (dave, eve):
            assert f'name="participant" value="{one.pk}" autocomplete="off" checked' in page

    def test_an_address_that_mails_come_back_from_is_told_with_why(self) -> None:
        ticket = make_ticket()
        ticket.customer.addresses.update(bounced_at=NOON, bounce_detail="550 no such <user>")
        page = signed_in().get(address("ticket", ticket)).content.decode()
        assert "A mail to it came back on 11 Mar" in page
        assert "550 no such &lt;user&gt;" in page

    def test_a_customer_without_an_address_is_told_of(self) -> None:
        ticket = make_ticket()
        ticket.customer.addresses.all().delete()
        assert "No address is known" in signed_in().get(address("ticket", ticket)).content.decode()

    def test_only_who_is_ticked_gets_the_reply(self) -> None:
        ticket, _dave, eve = with_two()
        typed = composer_of(ticket, make_agent(), text="Hello", chose_participants="1", participant=[eve.pk])
        signed_in().post(address("reply", ticket), typed)
        assert got_it() == {"carol@example.com", EVE}

    def test_with_nobody_ticked_only_the_customer_gets_it(self) -> None:
        ticket, _dave, _eve = with_two()
        typed = composer_of(ticket, make_agent(), text="Hello", chose_participants="1")
        signed_in().post(address("reply", ticket), typed)
        assert got_it() == {"carol@example.com"}

    @pytest.mark.parametrize("posted", ["x", "9" * 40, "-1", "٣"])
    def test_nonsense_for_a_box_ticks_nobody(self, posted: str) -> None:
        ticket, _dave, _eve = with_two()
        typed = composer_of(ticket, make_agent(), text="Hello", chose_participants="1", participant=[posted])
        assert signed_in().post(address("reply", ticket), typed).status_code == 302
        assert got_it() == {"carol@example.com"}

    def test_the_boxes_stay_as_they_were_on_a_page_that_asks(self) -> None:
        ticket, dave, eve = with_two()
        typed = composer_of(
            ticket, make_agent(), text="Dear {customer_name}", chose_participants="1", participant=[eve.pk]
        )
        asked = signed_in().post(address("reply", ticket), typed)
        assert asked.status_code == 422
        assert asked.context["composer"]["left_out"] == {dave.pk}
        page = asked.content.decode()
        assert f'name="participant" value="{dave.pk}" autocomplete="off">' in page
        assert f'name="participant" value="{eve.pk}" autocomplete="off" checked>' in page

    def test_who_did_not_get_it_does_not_get_it_after_it_was_taken_back_either(self, settings) -> None:
        settings.SEND_DELAY_SECONDS = 10
        ticket, dave, eve = with_two()
        browser, alice = signed_in(), make_agent()
        typed = composer_of(ticket, alice, text="Hello", chose_participants="1", participant=[eve.pk])
        browser.post(address("reply", ticket), typed)
        said = ticket.messages.get(direction="out")
        browser.post(f"{address('ticket', ticket)}messages/{said.pk}/undo/")
        assert browser.get(address("ticket", ticket)).context["composer"]["left_out"] == {dave.pk}
        assert browser.get(address("ticket", make_ticket())).context["composer"]["left_out"] == set()
        browser.post(
            address("reply", ticket),
            composer_of(ticket, alice, text="Hello", chose_participants="1", participant=[eve.pk]),
        )
        assert browser.get(address("ticket", ticket)).context["composer"]["left_out"] == set()

    def test_a_ticket_with_participants_can_still_be_handed_over(self) -> None:
        """The boxes stand in one form with the choice of whom it is handed over to."""
        ticket, dave, eve = with_two()
        bob = make_agent("Bob Other")
        typed = composer_of(
            ticket,
            make_agent(),
            to=f"agent:{bob.pk}",
            where_it_stands="All done but the answer.",
            chose_participants="1",
            participant=[dave.pk, eve.pk],
        )
        assert signed_in().post(address("hand-over", ticket), typed).status_code == 302
        ticket.refresh_from_db()
        assert ticket.assignee == bob

    def test_somebody_is_added_and_what_is_typed_stays(self) -> None:
        ticket, alice = make_ticket(), make_agent()
        browser = signed_in(alice)
        typed = composer_of(
            ticket, alice, text="Half", participant_email=f"{DAVE}\n", participant_name="Dave"
        )
        response = browser.post(address("add-participant", ticket), typed)
        assert response.url == address("ticket", ticket)
        assert (ticket.participants.get().email, ticket.participants.get().name) == (DAVE, "Dave")
        page = browser.get(address("ticket", ticket))
        assert "dave@example.com gets the replies from now on." in page.content.decode()
        assert page.context["composer"]["text"] == "Half"

    def test_what_was_typed_about_somebody_is_still_there_when_it_is_refused(self) -> None:
        ticket, alice = make_ticket(), make_agent()
        typed = composer_of(
            ticket, alice, text="Half", participant_email="dave at example", participant_name="Dave"
        )
        response = signed_in(alice).post(address("add-participant", ticket), typed)
        page = response.content.decode()
        assert response.status_code == 409
        assert "“dave at example” is no e-mail address." in page
        assert '<details class="menu menu-start menu-up recipients-add" open>' in page
        assert ">dave at example</textarea>" in page
        assert ">Dave</textarea>" in page
        assert response.context["composer"]["text"] == "Half"

    def test_somebody_is_removed_and_one_of_another_ticket_is_not_there(self) -> None:
        ticket, dave, _eve = with_two()
        where = f"{address('ticket', ticket)}participants/{dave.pk}/remove/"
        other = f"{address('ticket', make_ticket())}participants/{dave.pk}/remove/"
        browser = signed_in()
        assert browser.post(other).status_code == 404
        assert browser.get(where).status_code == 302
        assert kinds(ticket) == ["participant_added", "participant_added"]
        assert browser.post(where).url == address("ticket", ticket)
        assert kinds(ticket)[-1] == "participant_removed"
