from datetime import timedelta
from functools import partial

import pytest

from customers.tests.factories import NOON
from tickets.actions import Seen, close, close_long_solved, receive, reopen, solve, wait_for
from tickets.actions.refusals import ChangedMeanwhile, Finished, HeldBy, Refused
from tickets.models import Delivery
from tickets.models.ticket import Status
from tickets.tests.desk import address, composer_of, kinds, signed_in
from tickets.tests.factories import last_message, make_agent, make_ticket

pytestmark = pytest.mark.django_db


class TestWaiting:
    @pytest.mark.parametrize("status", [Status.OPEN, Status.WAITING_CUSTOMER, Status.WAITING_SUPPLIER])
    def test_it_changes_the_status_and_records_old_and_new(self, status):
        ticket = make_ticket()
        assert wait_for(ticket, status, by=make_agent()) is True
        assert kinds(ticket) == ["status_changed"]
        assert ticket.events.get(kind="status_changed").data == {"old": "new", "new": status}

    def test_the_same_status_again_is_no_change(self):
        ticket, alice = make_ticket(), make_agent()
        wait_for(ticket, Status.WAITING_SUPPLIER, by=alice)
        assert wait_for(ticket, Status.WAITING_SUPPLIER, by=alice) is False
        assert kinds(ticket) == ["status_changed"]

    def test_a_solved_ticket_waits_for_nothing(self):
        ticket = make_ticket()
        solve(ticket, by=None)
        with pytest.raises(Refused, match="Reopen it first"):
            wait_for(ticket, Status.OPEN, by=make_agent())

    @pytest.mark.parametrize("status", [Status.NEW, Status.SOLVED, Status.CLOSED])
    def test_other_statuses_have_verbs_of_their_own(self, status):
        with pytest.raises(ValueError, match="verb of its own"):
            wait_for(make_ticket(), status, by=make_agent())


class TestSolving:
    def test_an_agent_solves_and_the_customer_is_told(self):
        ticket = make_ticket()
        assert solve(ticket, by=make_agent(), at=NOON) is True
        ticket.refresh_from_db()
        assert (ticket.status, ticket.solved_at, ticket.waiting_since) == ("solved", NOON, None)
        assert kinds(ticket) == ["solved"]
        assert Delivery.objects.filter(ticket=ticket, kind="solved").count() == 1

    def test_a_closed_ticket_is_not_solved_again(self):
        ticket = make_ticket()
        solve(ticket, by=None)
        close(ticket, by=None)
        with pytest.raises(Finished):
            solve(ticket, by=make_agent())
        assert solve(ticket, by=ticket.customer) is False
        assert kinds(ticket) == ["solved", "closed"]

    def test_a_customer_who_solves_needs_no_mail_about_it(self):
        ticket = make_ticket()
        solve(ticket, by=ticket.customer)
        assert not Delivery.objects.filter(kind="solved").exists()

    def test_a_message_that_came_meanwhile_stops_the_agent(self):
        ticket = make_ticket()
        page = Seen(message=last_message(ticket).pk, assignee=None)
        newer = receive(ticket, by=ticket.customer, text="Still broken!")
        with pytest.raises(ChangedMeanwhile) as stopped:
            solve(ticket, by=make_agent(), seen=page)
        assert stopped.value.messages == [newer]
        assert kinds(ticket) == ["received"]

    def test_solving_twice_is_one_event(self):
        ticket = make_ticket()
        solve(ticket, by=None)
        assert solve(ticket, by=None) is False
        assert kinds(ticket) == ["solved"]


class TestReopening:
    def test_a_customers_word_puts_it_back_into_the_queue(self):
        ticket = make_ticket()
        solve(ticket, by=None)
        assert reopen(ticket, by=ticket.customer, at=NOON) is True
        ticket.refresh_from_db()
        assert (ticket.status, ticket.solved_at, ticket.waiting_since) == ("open", None, NOON)
        assert kinds(ticket) == ["solved", "reopened"]

    def test_an_agents_click_makes_nobody_wait(self):
        ticket = make_ticket()
        solve(ticket, by=None)
        reopen(ticket, by=make_agent())
        ticket.refresh_from_db()
        assert ticket.waiting_since is None

    def test_an_open_ticket_needs_no_reopening(self):
        ticket = make_ticket()
        assert reopen(ticket, by=make_agent()) is False
        assert kinds(ticket) == []

    def test_a_closed_ticket_stays_closed(self):
        ticket = make_ticket()
        solve(ticket, by=None)
        close(ticket, by=None)
        with pytest.raises(Finished):
            reopen(ticket, by=ticket.customer)


class TestClosing:
    def test_only_a_solved_ticket_is_closed(self):
        ticket = make_ticket()
        with pytest.raises(Refused, match="not solved"):
            close(ticket, by=make_agent())
        solve(ticket, by=None)
        assert close(ticket, by=make_agent()) is True
        assert close(ticket, by=make_agent()) is False
        assert kinds(ticket) == ["solved", "closed"]

    def test_one_reopened_meanwhile_does_not_keep_the_others_from_closing(self, monkeypatch):
        reopened, old = make_ticket(), make_ticket()
        for ticket in (reopened, old):
            solve(ticket, by=None, at=NOON)

        def close_after_a_reopening(ticket, **how):
            if ticket == reopened:
                reopen(ticket, by=ticket.customer)
            return close(ticket, **how)

        monkeypatch.setattr("tickets.actions.status.close", close_after_a_reopening)
        assert close_long_solved(now=NOON + timedelta(days=99)) == 1
        old.refresh_from_db()
        assert old.status == "closed"

    def test_what_was_solved_long_ago_closes_by_itself(self, settings):
        settings.REOPEN_DAYS = 14
        old, fresh = make_ticket(), make_ticket()
        solve(old, by=None, at=NOON)
        solve(fresh, by=None, at=NOON + timedelta(seconds=1))
        assert close_long_solved(now=NOON + timedelta(days=14)) == 1
        old.refresh_from_db()
        fresh.refresh_from_db()
        assert (old.status, fresh.status) == ("closed", "solved")
        assert old.events.get(kind="closed").agent is None


@pytest.mark.parametrize(
    ("verb", "was_solved"),
    [
        (solve, False),
        (partial(wait_for, status=Status.WAITING_SUPPLIER), False),
        (reopen, True),
        (close, True),
    ],
)
def test_what_a_colleague_has_in_work_changes_its_status_for_nobody_else(verb, was_solved):
    ticket = make_ticket(assignee=make_agent("Bob Other"))
    if was_solved:
        solve(ticket, by=None)
    mails, before = Delivery.objects.count(), kinds(ticket)
    with pytest.raises(HeldBy, match="Bob Other"):
        verb(ticket, by=make_agent())
    assert (Delivery.objects.count(), kinds(ticket)) == (mails, before)


class TestTheMenu:
    @pytest.mark.parametrize("status", ["open", "waiting_customer", "waiting_supplier"])
    def test_it_sets_the_status_and_stays_at_the_ticket(self, status):
        ticket = make_ticket()
        alice = make_agent()
        response = signed_in(alice).post(address("status", ticket), composer_of(ticket, alice, status=status))
        ticket.refresh_from_db()
        assert (response.url, ticket.status) == (address("ticket", ticket), status)

    def test_solving_leads_back_to_the_queue(self):
        ticket = make_ticket()
        alice = make_agent()
        typed = composer_of(ticket, alice, status="solved")
        assert signed_in(alice).post(address("status", ticket), typed).url == "/desk/"
        assert kinds(ticket) == ["solved"]

    def test_a_message_that_came_meanwhile_stops_solving_and_what_was_typed_stays(self):
        alice, ticket = make_agent(), make_ticket()
        typed = composer_of(ticket, alice, status="solved", text="Half a reply")
        newer = receive(ticket, by=ticket.customer, text="No, it does not work!")
        response = signed_in(alice).post(address("status", ticket), typed)
        page = response.content.decode()
        assert response.status_code == 409
        assert f'msg-new" id="m{newer.pk}"' in page
        assert "Half a reply" in page
        ticket.refresh_from_db()
        assert (ticket.status, kinds(ticket)) == ("new", ["received"])
        assert ticket.waiting_since is not None

    @pytest.mark.parametrize("status", ["solved", "waiting_customer"])
    def test_what_a_colleague_has_can_be_taken_over_instead(self, status):
        alice, ticket = make_agent(), make_ticket(assignee=make_agent("Bob Other"))
        response = signed_in(alice).post(address("status", ticket), composer_of(ticket, alice, status=status))
        page = response.content.decode()
        assert response.status_code == 409
        assert "Bob Other has this ticket in work." in page
        assert "Take over" in page
        assert kinds(ticket) == []

    def test_a_solved_ticket_is_reopened_into_any_unsolved_status(self):
        ticket = make_ticket()
        solve(ticket, by=None)
        alice = make_agent()
        signed_in(alice).post(
            address("status", ticket), composer_of(ticket, alice, status="waiting_supplier")
        )
        ticket.refresh_from_db()
        assert ticket.status == "waiting_supplier"
        assert kinds(ticket) == ["solved", "reopened", "status_changed"]

    def test_closing_what_a_customer_reopened_meanwhile_is_refused(self):
        alice, ticket = make_agent(), make_ticket()
        solve(ticket, by=alice)
        typed = composer_of(ticket, alice, status="closed")
        receive(ticket, by=ticket.customer, text="Still broken!")
        response = signed_in(alice).post(address("status", ticket), typed)
        assert response.status_code == 409
        assert "The ticket is not solved." in response.content.decode()

    @pytest.mark.parametrize("status", ["solved", "waiting_supplier"])
    def test_the_status_that_it_has_already_is_said_to_be_so(self, status):
        alice, ticket = make_agent(), make_ticket()
        browser, typed = signed_in(alice), composer_of(ticket, alice, status=status)
        browser.post(address("status", ticket), typed)
        page = browser.post(address("status", ticket), typed, follow=True).content.decode()
        assert f"The ticket is {Status(status).label} already." in page

    def test_a_closed_ticket_is_not_reopened(self):
        ticket = make_ticket()
        solve(ticket, by=None)
        close(ticket, by=None)
        alice = make_agent()
        typed = composer_of(ticket, alice, status="open")
        assert signed_in(alice).post(address("status", ticket), typed).status_code == 409

    @pytest.mark.parametrize("status", ["", "new", "asleep", "\x00"])
    def test_an_unknown_status_changes_nothing(self, status):
        ticket = make_ticket()
        alice = make_agent()
        typed = composer_of(ticket, alice, status=status)
        assert signed_in(alice).post(address("status", ticket), typed).status_code == 422
        assert kinds(ticket) == []

    def test_by_get_it_only_leads_to_the_ticket(self):
        ticket = make_ticket()
        assert signed_in().get(address("status", ticket)).url == address("ticket", ticket)
        assert kinds(ticket) == []
