"""The words of mails as an admin writes them."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer
from customers.tests.factories import NOON, make_customer, make_shop
from tickets import actions
from tickets.access import ticket_url
from tickets.actions import draft as drafts
from tickets.built_in_mails import built_in
from tickets.channels import mail_out
from tickets.evidence.uploads import add_files
from tickets.mail_templates import VARIABLES, mistakes, render
from tickets.memory import remembering
from tickets.models import Delivery, MailTemplate, Message, Ticket
from tickets.tests.factories import make_agent, make_mailbox, make_ticket
from tickets.tests.mailing import write

Kind = MailTemplate.Kind
URL = "https://desk.example/t/abc.def"
VALUES = {"shop": "Key & Haven", "ticket_number": 100_001, "ticket_url": URL, "customer_name": "Carol"}


def make_template(kind: str = Kind.REPLY, text: str = "{text}\n\n{ticket_url}", **fields) -> MailTemplate:
    return MailTemplate.objects.create(kind=kind, text=text, **{"subject": "[#{ticket_number}]"} | fields)


def rendered(text: str, subject: str = "S", /, **values) -> tuple[str, str, str]:
    return render(MailTemplate(subject=subject, text=text), VALUES | values)


class TestMistakes:
    @pytest.mark.parametrize("by_mail", [True, False])
    @pytest.mark.parametrize("kind", Kind)
    def test_what_a_new_one_begins_with_has_none(self, kind: str, by_mail: bool) -> None:
        assert mistakes(kind, *built_in(kind, answers_by_mail=by_mail)) == {}

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            (
                "{text} {ticket_url} {custmer_name}",
                "There is no {custmer_name}. Do you mean {customer_name}?",
            ),
            ("{text} {ticket_url} {Ticket Number}", "Do you mean {ticket_number}?"),
            ("{text} {ticket_url} {xyz}", "There is no {xyz} here. There are: {customer_name}, {shop}"),
            ("{text} {ticket_url} {}", "There is no {} here."),
            ("{text} {ticket_url} {answer_by}", "There is no {answer_by}"),
            ("{text} {ticket_url} {customer_name", "A brace is not closed, or not opened."),
            ("{text} {ticket_url} customer_name}", "A brace is not closed, or not opened."),
            ("{text} {ticket_url} {{shop}}", "A brace is not closed, or not opened."),
            ("{text}", "{ticket_url} is missing."),
            ("{ticket_url}", "{text} is missing."),
        ],
    )
    def test_each_is_told_in_words(self, text: str, words: str) -> None:
        assert words in " ".join(mistakes(Kind.REPLY, "Subject", text)["text"])

    def test_in_a_subject_only_what_fits_in_a_line_is_right(self) -> None:
        assert mistakes(Kind.REPLY, "[#{ticket_number}] {subject}", "{text} {ticket_url}") == {}
        for name in ("ticket_url", "text", "promise"):
            assert "subject" in mistakes(Kind.REPLY, f"{{{name}}}", "{text} {ticket_url}")

    @pytest.mark.parametrize(
        ("kind", "subject", "text", "where", "words"),
        [
            (
                Kind.ACKNOWLEDGE,
                "Thank you",
                "Number {ticket_number}: an answer comes by {answer_by}, see {ticket_url}",
                "text",
                "{ticket_number} stands in a paragraph that is left out",
            ),
            (
                Kind.REPLY,
                "{customer_name}",
                "{text} {ticket_url}",
                "subject",
                "It is empty where nothing is known",
            ),
        ],
    )
    def test_what_a_mail_is_for_is_there_even_where_nothing_is_known(
        self, kind: str, subject: str, text: str, where: str, words: str
    ) -> None:
        assert words in mistakes(kind, subject, text)[where][0]

    def test_thanks_have_no_way_to_the_words_of_a_customer(self) -> None:
        assert not {"subject", "text"} & set(VARIABLES[Kind.ACKNOWLEDGE])


class TestRendering:
    def test_a_value_is_written_as_it_is_and_never_filled_in_itself(self) -> None:
        _subject, text, html = rendered("{text}", text="{shop} <b>1</b> & 2")
        assert text == "{shop} <b>1</b> & 2\n"
        assert "{shop} &lt;b&gt;1&lt;/b&gt; &amp; 2" in html

    def test_the_words_of_the_template_are_escaped_as_well(self) -> None:
        _subject, text, html = rendered("<script>alert(1)</script> {shop}")
        assert text == "<script>alert(1)</script> Key & Haven\n"
        assert "<script" not in html

    @pytest.mark.parametrize(
        ("template", "becomes"),
        [
            ("Hello {customer_name},", "Hello,"),
            ("{customer_name}, hello", "hello"),
            ("Hello {customer_name} {agent_name}!", "Hello!"),
            ("{agent_name}, {shop}", "Key & Haven"),
            ("{shop}, {agent_name}", "Key & Haven"),
            ("{agent_name}\n{shop}", "Key & Haven"),
            ("One\n\n{agent_name}\n\nTwo", "One\n\nTwo"),
            ("One\n\n\n\n\nTwo", "One\n\nTwo"),
            ("One\r\n \r\nTwo", "One\n\nTwo"),
            ("One\n\nBy {answer_by} you hear of us.\n\nTwo", "One\n\nTwo"),
            ("We got:\n{received}\n\nTwo", "Two"),
            ("By {answer_by} at {shop}\nthe latest", ""),
        ],
    )
    def test_what_is_not_there_leaves_no_hole(self, template: str, becomes: str) -> None:
        empty = {"customer_name": "", "agent_name": "", "answer_by": "", "received": ""}
        subject, text, html = rendered(template, "{agent_name}, {shop}", **empty)
        assert (subject, text) == ("Key & Haven", becomes + "\n")
        assert "<p></p>" not in html
        assert "\0" not in text + html

    def test_commas_in_a_value_are_nobodys_business(self) -> None:
        assert rendered("Hello {customer_name} {agent_name}", customer_name=", Carol ,", agent_name="")[
            1
        ] == ("Hello , Carol ,\n")

    def test_the_address_of_the_ticket_alone_in_a_line_is_a_button(self) -> None:
        _subject, text, html = rendered("Look here:\n{ticket_url}\nor not.")
        assert text == f"Look here:\n{URL}\nor not.\n"
        assert html.startswith("<p>Look here:</p>")
        assert f'<p><a class="mail-btn" href="{URL}">Open your ticket</a></p>' in html
        assert html.endswith("<p>or not.</p>")

    def test_elsewhere_addresses_are_links(self) -> None:
        html = rendered("See {ticket_url} or https://keyhaven.example/help.")[2]
        assert f'<a href="{URL}">{URL}</a>' in html
        assert '<a href="https://keyhaven.example/help">https://keyhaven.example/help</a>.' in html
        assert "mail-btn" not in html

    def test_an_address_that_breaks_out_of_its_link_does_not(self) -> None:
        html = rendered("{text}", text='https://x.example/"onclick="alert(1) javascript:alert(1)')[2]
        assert '"onclick' not in html
        assert "javascript:alert(1)" in html
        assert 'href="javascript' not in html

    def test_what_the_agent_wrote_keeps_its_paragraphs(self) -> None:
        html = rendered("{text}\n\n-- \n{shop}", text="One\ntwo\n\nThree")[2]
        assert '<div class="mail-quote"><p>One<br>two</p>\n\n<p>Three</p></div>' in html
        assert "--" not in html

    def test_what_was_received_is_a_list(self) -> None:
        _subject, text, html = rendered("We got:\n{received}", received="- A <picture>\n- 1 more file")
        assert text == "We got:\n- A <picture>\n- 1 more file\n"
        assert "<ul><li>A &lt;picture&gt;</li><li>1 more file</li></ul>" in html


@pytest.mark.django_db
class TestWhichOne:
    def answered(self, ticket: Ticket) -> str:
        return actions.reply(ticket, by=make_agent(), text="Hello", at=NOON).deliveries.get().text.split()[0]

    def make(self, words: str, **fields) -> None:
        make_template(text=f"{words} {{text}} {{ticket_url}}", **fields)

    def test_the_shops_own_comes_before_that_of_all_and_the_customers_language_before_english(self) -> None:
        make_customer(language="et")
        ticket = make_ticket()
        assert self.answered(ticket) == "Hello"
        self.make("all-en")
        assert self.answered(ticket) == "all-en"
        self.make("all-et", language="et")
        assert self.answered(ticket) == "all-et"
        self.make("other-et", language="et", shop=make_shop("other"))
        assert self.answered(ticket) == "all-et"
        self.make("own-en", shop=ticket.shop)
        assert self.answered(ticket) == "own-en"
        self.make("own-et", shop=ticket.shop, language="et")
        assert self.answered(ticket) == "own-et"
        make_template(Kind.SOLVED, text="another kind {ticket_url}", shop=ticket.shop, language="et")
        assert self.answered(ticket) == "own-et"

    def test_where_the_program_speaks_the_language_english_for_all_shops_waits_behind_it(
        self, settings
    ) -> None:
        settings.LANGUAGES = [("en", "English"), ("et", "eesti")]
        make_customer(language="et")
        self.make("all-en")
        assert self.answered(make_ticket()) == "Hello"

    def test_of_many_tickets_in_a_row_those_without_templates_ask_for_none(self) -> None:
        ticket = make_ticket()
        with remembering():
            actions.solve(ticket, by=make_agent(), at=NOON)
            actions.reopen(ticket, by=make_agent(), at=NOON)
            with CaptureQueriesContext(connection) as asked:
                actions.solve(ticket, by=make_agent(), at=NOON)
        assert not [one["sql"] for one in asked if "mailtemplate" in one["sql"]]


@pytest.mark.django_db
class TestWithTheSameWords:
    """A template of the words that came with the program says what these say."""

    def both(self, kind: str, send) -> list[Delivery]:
        known = set(Delivery.objects.values_list("pk", flat=True))
        send()
        make_template(kind, subject=built_in(kind)[0], text=built_in(kind)[1])
        send()
        mails = list(Delivery.objects.filter(kind=kind).exclude(pk__in=known).order_by("pk"))
        assert len(mails) == 2
        return mails

    def test_thanks(self) -> None:
        ticket = make_ticket()
        plain, own = self.both(
            Kind.ACKNOWLEDGE, lambda: mail_out.acknowledge(ticket, first=ticket.messages.first(), at=NOON)
        )
        assert "You will have an answer by" in plain.text
        assert own.text == plain.text
        assert own.subject == f"[#{ticket.number}] We have your report"

    def test_a_reply(self) -> None:
        ticket, alice = make_ticket(), make_agent()
        plain, own = self.both(
            Kind.REPLY, lambda: actions.reply(ticket, by=alice, text="One\n\nTwo", at=NOON)
        )
        assert (own.subject, own.text) == (plain.subject, plain.text)

    def test_solved(self) -> None:
        ticket = make_ticket()
        plain, own = self.both(Kind.SOLVED, lambda: mail_out.tell_solved(ticket, at=NOON))
        assert (own.subject, own.text) == (plain.subject, plain.text)

    def test_a_delay_names_the_same_time(self) -> None:
        ticket = make_ticket()
        promise = SimpleNamespace(kind="first_answer", due_at=datetime(2026, 3, 12, 8, tzinfo=UTC))
        plain, own = self.both(Kind.DELAY, lambda: mail_out.tell_delay(ticket, promise=promise, at=NOON))
        assert own.subject == plain.subject
        for mail in (plain, own):
            assert "by Thursday, 12 March 2026, 10:00 (EET)" in mail.text
            assert ticket_url(ticket) in mail.text


@pytest.mark.django_db
class TestMails:
    def test_text_and_html_say_the_same_in_the_frame_of_all_mails(self) -> None:
        text = "Dear {customer_name},\n\n{text}\n\n{ticket_url}\n\n{agent_name}"
        make_template(text=text, subject="{shop}: {subject}")
        ticket = make_ticket()
        mail = actions.reply(ticket, by=make_agent(), text="Try <this>", at=NOON).deliveries.get()
        assert mail.subject == f"Keyhaven: {ticket.subject}"
        assert mail.text == f"Dear Carol Customer,\n\nTry <this>\n\n{ticket_url(ticket)}\n\nAlice Agent\n"
        for words in (
            "Dear Carol Customer,",
            "Try &lt;this&gt;",
            f'href="{ticket_url(ticket)}"',
            "mail-card",
        ):
            assert words in mail.html
        assert mail.html.count("<style") == 1

    def test_those_who_take_part_never_get_the_shops_words_with_the_customers_link(self) -> None:
        make_template(text="OWN {text}\n\n{ticket_url}")
        ticket, alice = make_ticket(), make_agent()
        actions.add_participant(ticket, email="dave@example.com", by=alice, at=NOON)
        said = actions.reply(ticket, by=alice, text="Hello", at=NOON)
        copy = said.deliveries.get(to="dave@example.com")
        assert ticket_url(ticket) not in copy.text + copy.html
        assert "OWN" in said.deliveries.get(to="carol@example.com").text

    def test_files_without_room_in_the_mail_are_named_behind_the_text(self, settings) -> None:
        settings.MAIL_FILES_MB = 0
        make_template(text="{text}\n\nBye\n\n{ticket_url}")
        ticket, alice = make_ticket(), make_agent()
        draft = drafts.reply_draft(ticket, agent=alice, at=NOON)
        add_files(draft, [SimpleUploadedFile("big.txt", b"log")], at=NOON)
        mail = actions.reply(ticket, by=alice, text="See here", draft=draft, at=NOON).deliveries.get()
        told = "Too large for a mail, you find it on the page of your ticket:\n- big.txt"
        assert mail.text.startswith(f"See here\n\n{told}\n\nBye")
        assert "big.txt" in mail.html

    def test_a_line_break_in_a_value_breaks_no_header(self) -> None:
        make_template(subject="For {customer_name}")
        ticket = make_ticket()
        Customer.objects.update(name="Carol\r\nBcc: x@example.com")
        mail = actions.reply(Ticket.objects.get(), by=make_agent(), text="Hi", at=NOON).deliveries.get()
        assert ticket.pk
        assert mail.subject == "For Carol Bcc: x@example.com"

    def test_what_a_template_does_not_use_is_not_looked_up(self) -> None:
        make_template(Kind.SOLVED, text="{ticket_url}")
        ticket = make_ticket()
        with CaptureQueriesContext(connection) as asked:
            mail_out.tell_solved(ticket, at=NOON)
        assert not [one["sql"] for one in asked if "sla_promise" in one["sql"]]

    def test_nothing_that_an_unproven_sender_wrote_comes_back_by_a_machine(self) -> None:
        text = "Hi {customer_name}! {received}\n\n{ticket_number} {ticket_url}"
        make_template(Kind.ACKNOWLEDGE, text=text, subject="For {customer_name}")
        make_template(
            Kind.DELAY, text="Hi {customer_name}: {subject} {ticket_url}", subject="Late: {subject}"
        )
        ticket = write(
            "Cheap pills", subject="Pills http://x.example", sender="Buy pills <carol@example.com>"
        ).ticket
        mail_out.tell_delay(ticket, promise=SimpleNamespace(kind="solution", due_at=NOON), at=NOON)
        mails = Delivery.objects.filter(kind__in=[Kind.ACKNOWLEDGE, Kind.DELAY])
        assert mails.count() == 2
        for mail in mails:
            assert "pills" not in f"{mail.subject}{mail.text}{mail.html}".casefold()
        assert mails.get(kind=Kind.DELAY).subject == "Late"

    def test_nor_by_the_words_that_came_with_the_program(self) -> None:
        ticket = write("Cheap pills", subject="Pills", sender="Buy pills <carol@example.com>").ticket
        mail_out.tell_delay(ticket, promise=SimpleNamespace(kind="solution", due_at=NOON), at=NOON)
        for mail in Delivery.objects.all():
            assert "pills" not in f"{mail.subject}{mail.text}{mail.html}".casefold()
            assert "Hello," in mail.text

    def test_a_note_has_no_way_into_a_mail(self) -> None:
        for kind in Kind:
            make_template(kind, text=" ".join(f"{{{name}}}" for name in VARIABLES[kind]))
        ticket, alice = make_ticket(), make_agent()
        actions.add_note(ticket, by=alice, text="CANARY", at=NOON)
        actions.reply(ticket, by=alice, text="Hello", at=NOON)
        actions.solve(ticket, by=alice, at=NOON + timedelta(hours=1))
        assert Delivery.objects.count() == 3
        for mail in Delivery.objects.all():
            assert "CANARY" not in mail.text + mail.html

    def test_a_reply_of_files_alone_has_no_empty_quote(self) -> None:
        make_template()
        ticket, alice = make_ticket(), make_agent()
        draft = drafts.reply_draft(ticket, agent=alice, at=NOON)
        add_files(draft, [SimpleUploadedFile("a.txt", b"log")], at=NOON)
        said = actions.reply(ticket, by=alice, text="", draft=draft, at=NOON)
        assert Message.objects.get(pk=said.pk).text == ""
        assert 'class="mail-quote"' not in said.deliveries.get().html

    def test_where_mails_are_read_a_new_template_says_so(self) -> None:
        make_mailbox()
        assert built_in(Kind.REPLY, answers_by_mail=True)[1].count("Just answer this mail") == 1
        assert "by answering this mail" in built_in(Kind.SOLVED, answers_by_mail=True)[1]
