"""What the mails say, and what they must never say."""

import re

import pytest
from django.conf import settings
from django.template.loader import get_template

from customers.models import Customer
from customers.tests.factories import NOON, make_code, make_customer, make_order, make_shop
from tickets import actions
from tickets.access import ticket_url
from tickets.channels import mail_out
from tickets.models import Attachment, Delivery, Draft, EvidenceSlot, Ticket
from tickets.models.ticket import Status
from tickets.tests.factories import make_agent, make_mailbox, make_problem_type, make_slot, make_ticket

pytestmark = pytest.mark.django_db


def mail(kind: str) -> Delivery:
    return Delivery.objects.get(kind=kind)


def parts(delivery: Delivery) -> list[str]:
    return [delivery.subject, delivery.text, delivery.html]


def ticket_with_evidence() -> Ticket:
    """Opened with two pictures for one slot, an answer that is a code, and a file besides."""
    order = make_order()
    code = make_code("SECRE-TCODE-12345", order=order)
    picture, which, region = (
        make_slot(label="A screenshot of the error message"),
        make_slot(kind=EvidenceSlot.Kind.TEXT, label="Which code did you type?"),
        make_slot(kind=EvidenceSlot.Kind.TEXT, label="Your region", required=False),
    )
    draft = Draft.objects.create(order=order, code=code, updated_at=NOON)
    for slot in (picture, picture, None):
        Attachment.objects.create(
            draft=draft,
            slot=slot,
            name="IMG_1.png",
            content_type="image/png",
            size=1,
            sha256="0" * 64,
            original="x",
            uploaded_at=NOON,
        )
    return actions.open_ticket(
        by=order.customer,
        order=order,
        code=code,
        problem_type=make_problem_type(),
        text="My code SECRE-TCODE-12345 is used <script>alert(1)</script>",
        answers=[
            actions.Answer(picture),
            actions.Answer(which, "SECRE-TCODE-12345"),
            actions.Answer(region, ""),
        ],
        draft=draft,
        at=NOON,
    ).ticket


class TestAcknowledgement:
    def test_thanks_names_the_number_and_what_arrived(self) -> None:
        ticket = ticket_with_evidence()
        delivery = mail("acknowledge")
        assert delivery.to == "carol@example.com"
        assert delivery.subject == f"[#{ticket.number}] We have your report: {ticket.subject}"
        lines = delivery.text.splitlines()
        assert "- A screenshot of the error message – 2 pictures" in lines
        assert "- Which code did you type? – answered" in lines
        assert "- 1 more file" in lines
        assert "- Your description" in lines
        assert not [line for line in lines if "Your region" in line]
        assert ticket_url(ticket) in lines

    def test_repeats_neither_the_code_nor_the_customers_words(self) -> None:
        ticket_with_evidence()
        for part in parts(mail("acknowledge")):
            assert "SECRE" not in part
            assert "alert(1)" not in part

    def test_says_the_same_in_text_and_html(self) -> None:
        ticket = ticket_with_evidence()
        html = mail("acknowledge").html
        for words in (str(ticket.number), "2 pictures", "1 more file", ticket_url(ticket)):
            assert words in html

    def test_goes_to_nobody_when_there_is_no_address(self) -> None:
        order = make_order(customer=Customer.objects.create(name="Walk-in"))
        ticket = make_ticket(order=order)
        assert ticket.pk
        assert not Delivery.objects.exists()

    def test_is_queued_in_the_transaction_and_due_at_once(self) -> None:
        make_ticket()
        delivery = mail("acknowledge")
        assert (delivery.state, delivery.next_attempt_at) == (Delivery.State.QUEUED, NOON)


def test_an_answer_is_mailed_in_the_agents_words() -> None:
    ticket = make_ticket()
    text = "Try again & tell me:\nhttps://keyhaven.example/redeem <now>"
    actions.reply(ticket, by=make_agent(), text=text, at=NOON)
    delivery = mail("reply")
    assert delivery.text.startswith(text)
    assert "Alice Agent" in delivery.text
    assert "&lt;now&gt;" in delivery.html
    assert 'href="https://keyhaven.example/redeem"' in delivery.html
    assert ticket_url(ticket) in delivery.text


def test_an_answer_that_solves_is_one_mail() -> None:
    ticket = make_ticket()
    actions.reply(ticket, by=make_agent(), text="Done.", then=Status.SOLVED, at=NOON)
    assert sorted(Delivery.objects.values_list("kind", flat=True)) == ["acknowledge", "reply"]


def test_solved_by_an_agent_the_customer_hears_how_to_object() -> None:
    ticket = make_ticket()
    actions.solve(ticket, by=make_agent(), at=NOON)
    delivery = mail("solved")
    assert f"within {settings.REOPEN_DAYS} days" in delivery.text
    assert ticket_url(ticket) in delivery.text


@pytest.mark.parametrize("is_read", [True, False])
def test_people_are_asked_to_answer_by_mail_only_where_mail_is_read(is_read: bool) -> None:
    make_mailbox(is_active=is_read)
    ticket, alice = make_ticket(), make_agent()
    actions.add_participant(ticket, email="dave@example.com", by=alice, at=NOON)
    actions.reply(ticket, by=alice, text="Try again.", at=NOON)
    actions.solve(ticket, by=alice, at=NOON)
    asked = ["Just answer this mail", "Just answer it to take part", "by answering this mail"]
    for kind, words in zip(("reply", "reply_participant", "solved"), asked, strict=True):
        for part in parts(mail(kind))[1:]:
            assert (words in part) == is_read
    assert "on the page" in mail("reply").text


def test_what_agents_say_among_themselves_is_in_no_mail() -> None:
    ticket = make_ticket()
    alice, bob = make_agent("Alice Agent"), make_agent("Bob Agent")
    actions.add_note(ticket, by=alice, text="INTERNAL-1", at=NOON)
    actions.add_memo(ticket, by=alice, text="INTERNAL-2", answered=False, at=NOON)
    actions.hand_over(ticket, by=alice, to=bob, where_it_stands="INTERNAL-3", at=NOON)
    actions.reply(ticket, by=bob, text="Hello.", at=NOON)
    actions.solve(ticket, by=bob, at=NOON)
    assert Delivery.objects.count() == 3
    for delivery in Delivery.objects.all():
        assert "INTERNAL" not in "".join(parts(delivery))


def test_the_link_to_the_list_holds_a_secret_that_is_not_kept() -> None:
    customer = make_customer()
    delivery = mail_out.confirm_address(
        "carol@example.com", customer, link="https://x.example/my/TOKEN/", at=NOON
    )
    assert delivery.holds_secret
    assert "https://x.example/my/TOKEN/" in delivery.text
    assert "https://x.example/my/TOKEN/" in delivery.html
    assert delivery.sender == settings.DEFAULT_FROM_EMAIL


def test_plain_text_is_not_escaped_and_has_no_holes() -> None:
    make_shop(name='Key & Co "Haven" <shop>')
    ticket = make_ticket(text="x")
    actions.reply(ticket, by=make_agent(), text="Don't worry & wait.", at=NOON)
    for delivery in Delivery.objects.all():
        assert not re.search(r"&(amp|lt|gt|quot|#x?[0-9a-f]+);", delivery.subject + delivery.text)
        assert "\n\n\n" not in delivery.text
        assert 'Key & Co "Haven" <shop>' in delivery.text


def test_html_needs_no_style_sheet_but_the_one_for_dark_mode() -> None:
    make_ticket()
    html = mail("acknowledge").html
    assert html.count("<style") == 1
    assert "prefers-color-scheme: dark" in html
    assert re.search(r'class="mail-btn"[^>]* style="[^"]*background-color', html) or re.search(
        r'style="[^"]*background-color[^"]*"[^>]* class="mail-btn"', html
    )


def test_a_long_subject_fits() -> None:
    make_problem_type(name="W" * 100)
    ticket = make_ticket(code=make_code(product=None))
    Ticket.objects.filter(pk=ticket.pk).update(subject="Ž" * 200)
    ticket.refresh_from_db()
    delivery = mail_out.tell_solved(ticket, at=NOON)
    assert delivery is not None
    assert len(delivery.subject) <= 300


@pytest.mark.parametrize("kind", ["acknowledge", "reply", "solved", "confirm_address", "warning", "delay"])
def test_each_mail_has_three_templates(kind: str) -> None:
    for ending in ("subject.txt", "txt", "html"):
        assert get_template(f"mail/{kind}.{ending}")
