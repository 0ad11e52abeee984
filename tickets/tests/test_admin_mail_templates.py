"""Mail templates in the admin: written, looked at before they are saved, sent to oneself."""

import html as entities
import re

import pytest
from django.test import Client

from customers.tests.factories import make_shop
from tickets.built_in_mails import built_in
from tickets.models import Delivery, MailTemplate, Ticket
from tickets.tests.factories import make_agent, make_mailbox, make_ticket

pytestmark = pytest.mark.django_db
Kind = MailTemplate.Kind
LIST = "/admin/tickets/mailtemplate/"
ADD, TRY = f"{LIST}add/", f"{LIST}try/"


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(make_agent("Olga Owner", is_staff=True))
    return client


def typed(**fields) -> dict[str, str]:
    values = {"kind": "reply", "shop": "", "language": "en", "subject": "[#{ticket_number}]"}
    return values | {"text": "{text}\n\n{ticket_url}"} | fields


def mail_in(page: str) -> str:
    """The HTML of the mail in the frame of the page."""
    return entities.unescape(re.search(r'srcdoc="([^"]*)"', page)[1])


class TestWriting:
    def test_one_is_saved_and_listed_with_shop_kind_and_language(self, staff) -> None:
        make_shop()
        assert staff.post(ADD, typed()).status_code == 302
        assert (
            staff.post(ADD, typed(shop=make_shop().pk, kind="solved", text="{ticket_url}")).status_code == 302
        )
        page = staff.get(LIST).content.decode()
        for words in ("an agent&#x27;s answer", "all shops", "the problem is solved", "Keyhaven"):
            assert words in page

    def test_a_wrong_variable_is_told_and_nothing_is_saved(self, staff) -> None:
        page = staff.post(ADD, typed(text="{txt} {ticket_url}")).content.decode()
        assert "Do you mean {text}?" in page
        assert "{text} is missing." in page
        assert not MailTemplate.objects.exists()

    def test_a_second_one_for_the_same_mail_is_refused_in_words(self, staff) -> None:
        staff.post(ADD, typed())
        page = staff.post(ADD, typed()).content.decode()
        assert "There is a template for this mail, shop and language already." in page
        assert MailTemplate.objects.count() == 1

    @pytest.mark.parametrize("kind", Kind)
    def test_a_new_one_begins_with_the_words_that_came_with_the_program(self, staff, kind) -> None:
        form = staff.get(f"{ADD}?kind={kind}").context["adminform"].form
        assert form["kind"].value() == kind
        assert (form["subject"].value(), form["text"].value()) == built_in(kind)

    def test_with_a_mailbox_it_invites_to_answer_by_mail(self, staff) -> None:
        make_mailbox()
        assert "Just answer this mail" in staff.get(ADD).context["adminform"].form["text"].value()

    def test_while_one_shop_reads_no_mail_it_invites_to_none(self, staff) -> None:
        make_mailbox()
        make_shop(slug="other", support_email="help@other.example")
        assert "Just answer this mail" not in staff.get(ADD).context["adminform"].form["text"].value()

    def test_an_unknown_kind_begins_with_an_answer(self, staff) -> None:
        assert staff.get(f"{ADD}?kind=warning").context["adminform"].form["kind"].value() == Kind.REPLY

    def test_every_variable_stands_beside_the_form_with_its_meaning(self, staff) -> None:
        page = staff.get(ADD).content.decode()
        assert "by when an answer comes; its paragraph is left out when none is promised" in page
        assert page.count("<code>{ticket_url}</code>") == len(Kind)


class TestLooking:
    @pytest.mark.parametrize("kind", Kind)
    def test_without_any_ticket_one_is_invented_and_not_kept(self, staff, kind) -> None:
        subject, text = built_in(kind)
        page = staff.post(TRY, typed(kind=kind, subject=subject, text=text))
        assert page.status_code == 200
        assert "[#100001]" in page.context["subject"]
        assert "{" not in page.context["text"]
        assert 'class="mail-btn"' in mail_in(page.content.decode())
        assert not Ticket.objects.exists()

    def test_it_is_the_newest_ticket_of_the_shop_and_what_is_typed_now(self, staff) -> None:
        ticket = make_ticket()
        saved = MailTemplate.objects.create(
            kind="solved", subject="Old", text="{ticket_url}", shop=ticket.shop
        )
        words = {"subject": "New {ticket_number}", "text": "Dear {customer_name}\n\n{ticket_url}"}
        new = typed(kind="solved", shop=ticket.shop.pk, **words)
        page = staff.post(TRY, new)
        assert page.context["subject"] == f"New {ticket.number}"
        assert "Dear Carol Customer" in mail_in(page.content.decode())
        saved.refresh_from_db()
        assert saved.subject == "Old"
        assert staff.get(f"{TRY}?template={saved.pk}").context["subject"] == "Old"

    def test_of_another_shop_no_ticket_is_shown(self, staff) -> None:
        make_ticket()
        page = staff.post(TRY, typed(shop=make_shop("bookbay").pk, subject="{shop}, {customer_name}"))
        assert page.context["subject"] == "Bookbay, Carol Customer"
        assert "100001" in mail_in(page.content.decode())

    def test_no_link_opens_the_ticket(self, staff) -> None:
        ticket = make_ticket()
        assert ticket.public_id not in staff.post(TRY, typed()).content.decode()

    def test_mistakes_are_told_in_its_place(self, staff) -> None:
        page = staff.post(TRY, typed(text="{txt}", subject=""))
        assert page.status_code == 422
        words = page.content.decode()
        for mistake in ("Do you mean {text}?", "{ticket_url} is missing.", "This field is required."):
            assert mistake in words
        assert "srcdoc" not in words

    @pytest.mark.parametrize("asked", ["", "?template=999", "?template=x", "?kind=delay", "?kind=x"])
    def test_before_anything_is_typed_it_shows_what_there_is(self, staff, asked) -> None:
        assert staff.get(TRY + asked).context["html"]

    def test_it_runs_and_loads_nothing_and_only_we_may_frame_it(self, staff) -> None:
        page = staff.post(TRY, typed(text='{text} "><script>alert(1)</script> {ticket_url}'))
        policy = page["Content-Security-Policy"]
        for directive in ("default-src 'none'", "frame-ancestors 'self'", "form-action 'none'"):
            assert directive in policy
        assert "script-src" not in policy
        assert page["X-Frame-Options"] == "SAMEORIGIN"
        assert "<script" not in page.content.decode()
        assert "<script" not in mail_in(page.content.decode())


class TestSending:
    def test_a_test_mail_goes_to_who_asks_and_nobody_else(
        self, staff, django_capture_on_commit_callbacks
    ) -> None:
        make_ticket()
        Delivery.objects.all().delete()
        page = staff.post(TRY, typed(subject="Hi {customer_name}", _test="1"))
        sent = Delivery.objects.get()
        assert (sent.kind, sent.to, sent.ticket) == ("test", "olga@desk.example", None)
        assert sent.subject == "[Test] Hi Carol Customer"
        assert "This is where the words of the agent stand." in sent.text
        assert "Olga Owner" not in sent.sender
        assert "A test mail is on its way to olga@desk.example." in page.content.decode()

    def test_with_a_mistake_nothing_is_sent(self, staff) -> None:
        staff.post(TRY, typed(text="{txt}", _test="1"))
        assert not Delivery.objects.exists()

    def test_looking_sends_nothing(self, staff) -> None:
        staff.post(TRY, typed())
        staff.get(f"{TRY}?_test=1")
        assert not Delivery.objects.exists()


@pytest.mark.parametrize("who", ["agent", "nobody"])
def test_who_is_no_admin_comes_nowhere(who) -> None:
    client = Client()
    if who == "agent":
        client.force_login(make_agent())
    for where in (LIST, ADD, TRY):
        assert client.get(where).status_code == 302
    assert client.post(TRY, typed(_test="1")).status_code == 302
    assert not Delivery.objects.exists()
