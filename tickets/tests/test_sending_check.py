"""What an agent is asked about before an answer leaves, and what not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.links import order_url
from customers.models import CustomerAddress
from customers.tests.factories import NOON, make_code, make_customer, make_order, make_shop
from tickets.access import ticket_url
from tickets.actions import add_memo, add_note, add_participant
from tickets.models import Message, Ticket
from tickets.models.ticket import Verified
from tickets.said_attached import says_attached
from tickets.sending_check import findings, seal
from tickets.tests.desk import address, composer_of, signed_in
from tickets.tests.factories import make_agent, make_mailbox, make_problem_type, make_ticket

pytestmark = pytest.mark.django_db
MALLORY = "mallory@example.com"


def found(ticket: Ticket, text: str, *, files: int = 0) -> list[tuple[str, str]]:
    return [(one.kind, one.sentence) for one in findings(ticket, text, files=files, agent=make_agent())]


def kinds_found(ticket: Ticket, text: str, *, files: int = 0) -> list[str]:
    return [kind for kind, _sentence in found(ticket, text, files=files)]


def others_order(number: str = "B-70001", **fields):
    return make_order(customer=make_customer(MALLORY, "Mallory Stranger"), number=number, **fields)


def test_an_ordinary_answer_is_asked_about_nothing() -> None:
    ticket = make_ticket()
    others_order("2026")
    text = (
        f"Hello Carol,\n\nyour order {ticket.order.number} of 14.03.2026 is fine; ticket {ticket.number}, 29.90 EUR. "
        "Please press [ENTER] and try https://keyhaven.example/redeem?id=5 again.\n\nAlice"
    )
    assert found(ticket, text) == []


class TestVariables:
    @pytest.mark.parametrize(
        "left",
        ["{customer_name}", "{{ name }}", "{{customer.name}}", "{Customer Name}", "[NAME]", "[ORDER NUMBER]"],
    )
    def test_what_nobody_filled_in_is_named_once(self, left: str) -> None:
        sentence = f"{left} is not filled in: the ticket does not say it."
        assert found(make_ticket(), f"Dear {left}, dear {left},") == [("variable", sentence)]

    @pytest.mark.parametrize("text", ["Press [ENTER].", "{}", "{ 1, 2 }", "[1] see below", "Names [A-Z]"])
    def test_other_brackets_are_left_alone(self, text: str) -> None:
        assert found(make_ticket(), text) == []


class TestOrders:
    @pytest.mark.parametrize(
        "text",
        [
            "Your order B-70001.",
            "order b-70001",
            "(#B-70001)",
            "B-70001, B-70001",
            "https://keyhaven.example/orders/B-70001/",
            "A-1/B-70001",
        ],
    )
    def test_that_of_another_customer_is_named(self, text: str) -> None:
        others_order()
        assert found(make_ticket(), text) == [("order", "Order B-70001 is another customer's.")]

    def test_ones_own_is_fine_also_when_another_shop_counts_the_same(self) -> None:
        ticket = make_ticket(order=make_order(number="70001"))
        others_order("70001", shop=make_shop("bookbay"))
        assert found(ticket, "Your order 70001") == []

    def test_of_a_word_in_a_long_text_none_is_missed(self) -> None:
        others_order()
        text = " ".join(f"x{number}" for number in range(3000)) + " B-70001"
        assert kinds_found(make_ticket(), text) == ["order"]


class TestCodes:
    @pytest.mark.parametrize(
        "text",
        [
            "Use MNBVC-12345-LKJHG.",
            "use mnbvc12345lkjhg",
            "the new code MNBVC 12345 LKJHG works now",
            "code mnbvc 12345 lkjhg please",
            "MNBVC–12345–LKJHG",
            "MNBVC-12345\nLKJHG",
            "MNBVC-12345-LKJHG\nMNBVC-12345-LKJHG",
        ],
    )
    def test_that_of_another_customer_is_named_by_its_end(self, text: str) -> None:
        make_code("MNBVC-12345-LKJHG", order=others_order())
        sentence = "The activation code ending in JHG is another customer's."
        assert found(make_ticket(), text) == [("code", sentence)]

    def test_one_of_letters_only_is_found_in_capitals(self) -> None:
        make_code("ABCD-EFGH-IJKL", order=others_order())
        assert kinds_found(make_ticket(), "Type ABCD EFGH IJKL") == ["code"]

    def test_ones_own_is_fine_and_one_that_both_got_as_well(self) -> None:
        order = make_order()
        ticket = make_ticket(code=make_code("MNBVC-12345-LKJHG", order=order))
        make_code("SECON-12345-DONEX", order=order)
        make_code("MNBVC-12345-LKJHG", order=others_order())
        assert found(ticket, "MNBVC-12345-LKJHG or SECON 12345 DONEX") == []

    def test_a_code_too_short_to_show_its_end_is_not_shown_at_all(self) -> None:
        make_code("AB1", order=others_order("B-1"))
        make_code("A7X9Q2", order=others_order("B-70002"))
        ticket = make_ticket()
        assert kinds_found(ticket, "A7X9Q2") == ["code"]
        assert "A7X9Q2" not in found(ticket, "A7X9Q2")[0][1]


class TestAddresses:
    def test_that_of_another_customer_is_named(self) -> None:
        make_customer(MALLORY)
        sentence = f"{MALLORY.upper()} is another customer's address."
        assert found(make_ticket(), f"We wrote to <{MALLORY.upper()}>.") == [("address", sentence)]

    def test_nobodys_and_ones_own_are_fine(self) -> None:
        ticket = make_ticket()
        CustomerAddress.objects.create(customer=ticket.customer, email="carol@work.example")
        assert found(ticket, "carol@example.com, carol@work.example, nobody@example.org") == []

    def test_those_of_the_desk_and_of_who_takes_part_are_fine(self) -> None:
        ticket, bob = make_ticket(), make_agent("Bob Other")
        mailbox = make_mailbox("orders@keyhaven.example")
        add_participant(ticket, email=MALLORY, by=bob, at=NOON)
        ours = [ticket.shop.support_email, mailbox.address, MALLORY, bob.email, make_agent().email]
        for email in ours:
            make_customer(email)
        assert found(ticket, " ".join(ours)) == []


class TestLinks:
    def test_those_that_need_no_password_are_named(self, settings) -> None:
        ticket, other = make_ticket(), make_ticket(code=make_code(order=others_order()))
        for link in (ticket_url(other), order_url(other.order, now=NOON)):
            assert link.startswith(settings.SITE_URL)
            assert kinds_found(ticket, f"See {link} for more.") == ["link"]

    @pytest.mark.parametrize("path", ["/", "/my/", "/my/tickets/", "/my/sign-out/", "/privacy/"])
    def test_open_pages_are_fine(self, settings, path: str) -> None:
        assert found(make_ticket(), f"See {settings.SITE_URL}{path}") == []


class TestNotes:
    NOTE = "Careful with him.\nThe supplier refunded us, so we may offer a new code."

    @pytest.mark.parametrize(
        "text",
        [
            "Hello,\n\nThe supplier refunded us, so we may offer a new code.\n\nAlice",
            "the  supplier refunded\nus, so we may offer a new code",
        ],
    )
    def test_a_line_out_of_one_is_shown(self, text: str) -> None:
        ticket = make_ticket()
        add_note(ticket, by=make_agent(), text=self.NOTE)
        sentence = "This stands in a note for agents: “The supplier refunded us, so we may offer a new code.”"
        assert found(ticket, text) == [("note", sentence)]

    def test_so_is_one_out_of_a_memo(self) -> None:
        ticket = make_ticket()
        add_memo(ticket, by=make_agent(), text="He shouted at me for the whole ten minutes.", answered=False)
        assert kinds_found(ticket, "He shouted at me for the whole ten minutes.") == ["note"]

    def test_short_lines_and_notes_of_other_tickets_are_no_matter(self) -> None:
        ticket, other = make_ticket(), make_ticket()
        add_note(ticket, by=make_agent(), text="Careful with him.")
        add_note(other, by=make_agent(), text=self.NOTE)
        assert found(ticket, f"Careful with him. {self.NOTE}") == []


class TestAttached:
    @pytest.mark.parametrize(
        "text",
        [
            "Hello,\nplease see the attached invoice.",
            "You find the guide attached.",
            "Attached is the new file.",
            "I've attached it.",
            "We attach the list. Could you send us the rest?",
            "The invoice is enclosed.",
            "Manuses on uus fail.",
            "Saadame juhendi manusena.",
            "Lisan juhendi failina.",
            "Liitteenä on ohje.",
            "Ohje löytyy: liitteessä kaikki tarvittava.",
            "V prílohe nájdete návod.",
            "Prikladám návod.",
            "V příloze najdete návod.",
            "Přikládáme nový soubor.",
            "W załączniku znajduje się instrukcja.",
            "Załączam instrukcję.",
        ],
    )
    def test_a_promised_file_that_is_not_there_is_asked_for(self, text: str) -> None:
        assert says_attached(text)
        assert kinds_found(make_ticket(), text) == ["attached"]
        assert found(make_ticket(), text, files=1) == []

    @pytest.mark.parametrize(
        "text",
        [
            "Thank you for the attached screenshot.",
            "We cannot open the file that you attached.",
            "Could you please attach a screenshot?",
            "The picture attached to your mail is too small.",
            "> I've attached it.",
            "Nothing was attached.",
            "Palun saatke ekraanipilt manusena.",
            "Voisitteko lähettää kuvan liitteenä?",
            "Pošlite nám snímku v prílohe.",
            "Pošlete nám snímek v příloze.",
            "Proszę przesłać zrzut ekranu w załączniku.",
            "Dziękujemy za załączony plik.",
        ],
    )
    def test_what_the_customer_attached_or_should_is_no_promise(self, text: str) -> None:
        assert not says_attached(text)


class TestWhoAsks:
    def test_it_is_asked_where_the_problem_type_wants_to_know(self) -> None:
        ticket = make_ticket(problem_type=make_problem_type("change-data", needs_verified=True))
        Ticket.objects.filter(pk=ticket.pk).update(verified=Verified.NOT)
        ticket.refresh_from_db()
        assert kinds_found(ticket, "Done.") == ["verified"]
        Ticket.objects.filter(pk=ticket.pk).update(verified=Verified.CODE)
        ticket.refresh_from_db()
        assert found(ticket, "Done.") == []

    def test_elsewhere_it_is_not(self) -> None:
        ticket = make_ticket()
        Ticket.objects.filter(pk=ticket.pk).update(verified=Verified.NOT)
        ticket.refresh_from_db()
        assert found(ticket, "Done.") == []


def test_the_database_is_asked_the_same_for_a_short_and_for_a_long_text() -> None:
    ticket, agent = make_ticket(), make_agent()
    few = "Order B-70001, code MNBVC-12345-LKJHG, mallory@example.com"
    many = "\n".join(f"B-{n} MNBVC-{n:05}-LKJHG mallory{n}@example.com" for n in range(1000))
    for note in range(20):
        add_note(ticket, by=agent, text=f"Note {note}")
    ticket = Ticket.objects.select_related("problem_type", "shop").get(pk=ticket.pk)
    for text in (few, many):
        with CaptureQueriesContext(connection) as asked:
            findings(ticket, text, files=0, agent=agent)
        assert len(asked) == 4


def test_the_seal_is_of_text_files_and_doubts() -> None:
    ticket = make_ticket()
    doubts = findings(ticket, "Dear {name}, see attached", files=0, agent=make_agent())
    one = seal(doubts, "Dear {name}, see attached", ["aa", "bb"])
    assert one == seal(doubts, " Dear {name}, see attached\n", ["bb", "aa"])
    assert one != seal(doubts[:1], "Dear {name}, see attached", ["aa", "bb"])
    assert one != seal(doubts, "Dear {name}, see attached", ["aa"])
    assert one != seal(doubts, "Dear {name}, see attached!", ["aa", "bb"])


class TestAtTheDesk:
    def test_the_agent_is_asked_once_and_nothing_is_lost(self) -> None:
        others_order()
        alice, ticket = make_agent(), make_ticket()
        browser, text = signed_in(alice), "Your order B-70001 is attached."
        asked = browser.post(address("reply", ticket), composer_of(ticket, alice, text=text))
        page = asked.content.decode()
        assert asked.status_code == 422
        assert "Order B-70001 is another customer" in page
        assert text in page
        assert not ticket.messages.filter(direction=Message.Direction.OUT).exists()
        again = composer_of(ticket, alice, text=text, seen_findings=asked.context["findings_seal"])
        assert browser.post(address("reply", ticket), again).status_code == 302
        assert ticket.messages.get(direction=Message.Direction.OUT).text == text

    def test_another_text_is_asked_about_anew(self) -> None:
        others_order()
        alice, ticket = make_agent(), make_ticket()
        first = seal(findings(ticket, "Order B-70001", files=0, agent=alice), "Order B-70001", [])
        typed = composer_of(ticket, alice, text="Order B-70001 is attached", seen_findings=first)
        assert signed_in(alice).post(address("reply", ticket), typed).status_code == 422
