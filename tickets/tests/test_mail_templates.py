"""The words of mails as an admin writes them."""

import pytest
from django.test import Client

from customers.tests.factories import make_customer, make_shop
from tickets import actions
from tickets.admin.mail_templates import BUILT_IN
from tickets.mail_templates import mistakes, render
from tickets.models import Delivery, MailTemplate
from tickets.models.ticket import Status
from tickets.tests.factories import make_agent, make_ticket
from tickets.tests.mailing import NOON, write

Kind = MailTemplate.Kind


@pytest.mark.parametrize("kind", BUILT_IN)
def test_what_a_new_one_begins_with_is_right(kind: str) -> None:
    assert mistakes(kind, *BUILT_IN[kind]) == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{text} {ticket_url} {custmer_name}", "Do you mean {customer_name}?"),
        ("{text} {ticket_url} {xyz}", "There is no {xyz} here."),
        ("{text} {ticket_url} {customer_name", "not closed"),
        ("{text}", "{ticket_url} is missing"),
        ("{ticket_url}", "{text} is missing"),
    ],
)
def test_a_mistake_is_found(text: str, words: str) -> None:
    assert words in " ".join(mistakes(Kind.REPLY, "Subject", text)["text"])


def test_what_is_not_for_a_subject_is_found() -> None:
    assert "subject" in mistakes(Kind.REPLY, "{ticket_url}", "{text} {ticket_url}")


def test_values_are_escaped_and_empty_ones_leave_no_hole() -> None:
    template = MailTemplate(
        subject="{shop}", text="Hello {customer_name},\n\n{text}\n\nBy {agent_name}\n\n{ticket_url}"
    )
    values = {
        "shop": "A & B",
        "customer_name": "",
        "text": "<b>1</b>\n2",
        "agent_name": "Al",
        "ticket_url": "https://x.example/t",
    }
    subject, text, html = render(template, values)
    assert subject == "A & B"
    assert text == "<b>1</b>\n2\n\nBy Al\n\nhttps://x.example/t\n"
    assert "&lt;b&gt;1&lt;/b&gt;<br>" in html
    assert 'class="mail-btn" href="https://x.example/t"' in html
    assert "Hello" not in html


@pytest.mark.django_db
def test_the_shops_own_comes_before_that_of_all_and_the_customers_language_before_english() -> None:
    def make(words: str, **fields: object) -> None:
        MailTemplate.objects.create(
            kind=Kind.REPLY, subject="S", text=f"{words} {{text}} {{ticket_url}}", **fields
        )

    make_customer(language="et")
    ticket, alice = make_ticket(), make_agent()

    def answered() -> str:
        return actions.reply(ticket, by=alice, text="Hello", at=NOON).deliveries.get().text.split(" ")[0]

    make("all-en")
    assert answered() == "all-en"
    make("all-et", language="et")
    assert answered() == "all-et"
    make("other-et", language="et", shop=make_shop("other"))
    assert answered() == "all-et"
    make("own-en", shop=ticket.shop)
    assert answered() == "own-en"
    make("own-et", shop=ticket.shop, language="et")
    assert answered() == "own-et"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [Kind.ACKNOWLEDGE, Kind.SOLVED])
def test_the_words_that_came_with_the_program_work_as_a_template(kind: str) -> None:
    subject, text = BUILT_IN[kind]
    MailTemplate.objects.create(kind=kind, subject=subject, text=text)
    ticket = write("Cheap pills", subject="Pills").ticket
    if kind == Kind.SOLVED:
        actions.solve(ticket, by=make_agent(), at=NOON)
    mail = Delivery.objects.get(kind=kind)
    assert str(ticket.number) in mail.subject
    assert "/t/" in mail.text
    assert "{" not in mail.text
    assert kind == Kind.SOLVED or "pills" not in (mail.text + mail.subject).casefold()


@pytest.mark.django_db
class TestAdmin:
    @pytest.fixture
    def staff(self) -> Client:
        client = Client()
        client.force_login(make_agent("Olga Owner", is_staff=True))
        return client

    def test_a_wrong_variable_is_told_when_saving(self, staff: Client) -> None:
        typed = {"kind": "reply", "shop": "", "language": "en", "subject": "Hi", "text": "{txt} {ticket_url}"}
        page = staff.post("/admin/tickets/mailtemplate/add/", typed)
        assert "Do you mean {text}?" in page.content.decode()
        assert not MailTemplate.objects.exists()
        staff.post("/admin/tickets/mailtemplate/add/", typed | {"text": "{text} {ticket_url}"})
        assert MailTemplate.objects.count() == 1

    @pytest.mark.parametrize("kind", BUILT_IN)
    def test_it_is_shown_and_sent_to_oneself_without_any_ticket(self, staff: Client, kind: str) -> None:
        subject, text = BUILT_IN[kind]
        one = MailTemplate.objects.create(kind=kind, subject=subject, text=text)
        base = f"/admin/tickets/mailtemplate/{one.pk}"
        assert staff.get(f"{base}/preview/").status_code == 200
        shown = staff.get(f"{base}/html/")
        assert "mail-btn" in shown.content.decode()
        assert "default-src 'none'" in shown["Content-Security-Policy"]
        assert staff.get(f"{base}/test/").status_code == 405
        staff.post(f"{base}/test/")
        sent = Delivery.objects.get(kind="test")
        assert (sent.to, sent.ticket) == ("olga@desk.example", None)

    def test_with_a_ticket_it_is_shown_for_that(self, staff: Client) -> None:
        ticket = make_ticket()
        actions.solve(ticket, by=None, at=NOON)
        assert ticket.status == Status.NEW  # the row is another
        one = MailTemplate.objects.create(
            kind="solved", subject="{subject}", text="{ticket_number} {ticket_url}"
        )
        page = staff.get(f"/admin/tickets/mailtemplate/{one.pk}/preview/").content.decode()
        assert str(ticket.number) in page
