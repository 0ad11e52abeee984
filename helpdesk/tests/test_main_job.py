"""The main job in a real browser: from the link in the order mail to a solved ticket, with scripts and without."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from customers.links import order_url
from customers.models import ActivationCode
from customers.tests.factories import make_category, make_code, make_product
from sla.tests.factories import make_sla_type
from tickets.channels import deliver
from tickets.models import Event, EvidenceSlot, ProblemType, Ticket
from tickets.models.ticket import Status
from tickets.tests.factories import (
    PASSWORD,
    make_agent,
    make_picture,
    make_problem_type,
    make_slot,
    make_team,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REPORT = "Report a problem with this activation code"


@dataclass
class Watched:
    """A browser of one person, and what it complained about."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)


@pytest.fixture
def open_browser(browser: Browser, live_server, settings) -> Iterator:
    settings.SITE_URL = live_server.url
    opened: list[Watched] = []

    def open_one(*, scripts: bool, width: int = 1280) -> Watched:
        context = browser.new_context(
            base_url=live_server.url,
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
            locale="en-GB",
        )
        watched = Watched(context, context.new_page())

        def listen(said: ConsoleMessage) -> None:
            # The answer 422 to an incomplete form is what the test asks for.
            if said.type in ("error", "warning") and "422" not in said.text:
                watched.complaints.append(said.text)

        watched.page.on("console", listen)
        watched.page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        opened.append(watched)
        return watched

    yield open_one
    for watched in opened:
        watched.context.close()


@pytest.fixture
def code() -> ActivationCode:
    """Something bought by Carol, and a problem type that wants a picture and an answer for it."""
    category = make_category("game-keys")
    code = make_code("ABCDE-FGHIJ-KLMNO", product=make_product(category=category, name="Harbour Lights"))
    used = make_problem_type("code-used", name="The code is already used")
    used.categories.add(category)
    make_slot(used, category=category, label="A screenshot of the error message", position=1)
    make_slot(
        used,
        kind=EvidenceSlot.Kind.CHOICE,
        label="Where did you redeem it?",
        choices="Shop A\nShop B",
        position=2,
    )
    make_sla_type("Keys", problem_type=used, responsible_team=make_team("Keys", make_agent()))
    ProblemType.objects.exclude(pk=used.pk).update(is_active=False)
    return code


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "error.png"
    file.write_bytes(make_picture("This code has already been redeemed", size=(1200, 800)))
    return file


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_the_order_mail_to_a_solved_ticket(open_browser, code, picture, scripts) -> None:
    carol, alice = open_browser(scripts=scripts, width=390), open_browser(scripts=scripts)

    customer_reports(carol.page, code, picture, scripts)
    ticket = Ticket.objects.get()
    assert ticket.code == code
    assert ticket.evidence.get(kind="choice").value == "Shop A"
    assert ticket.evidence.get(kind="picture").attachments.count() == 1
    expect(carol.page.get_by_text(f"Ticket {ticket.number}")).to_be_visible()

    agent_answers(alice.page, ticket)
    assert Ticket.objects.get().status == Status.WAITING_CUSTOMER

    customer_reads_and_replies(carol.page)
    agent_solves(alice.page, ticket)
    expect_solved(carol.page)

    kinds = list(ticket.events.values_list("kind", flat=True))
    for kind in (
        Event.Kind.OPENED,
        Event.Kind.CLAIMED,
        Event.Kind.REPLIED,
        Event.Kind.RECEIVED,
        Event.Kind.SOLVED,
    ):
        assert kind in kinds
    assert not ticket.promises.filter(met_at=None).exists()
    assert carol.complaints == alice.complaints == []


def customer_reports(page: Page, code: ActivationCode, picture: Path, scripts: bool) -> None:
    page.goto(order_url(code.item.order, now=timezone.now()))
    assert code.code not in page.content()
    page.get_by_role("link", name=REPORT).click()
    page.get_by_role("link", name="The code is already used").click()
    # The first try lacks the picture: what was chosen stays.
    page.get_by_label("Shop A").check()
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_text("Please add a picture here.").first).to_be_visible()
    expect(page.get_by_label("Shop A")).to_be_checked()
    page.locator("input[type=file]").first.set_input_files(picture)
    if scripts:
        expect(page.locator(".upload-done")).to_have_count(1)
    no_sideways(page)
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", name="Thank you, we have it")).to_be_visible()
    expect(page.get_by_text("You will have an answer")).to_be_visible()
    no_sideways(page)


def agent_answers(page: Page, ticket: Ticket) -> None:
    page.goto("/desk/")
    page.get_by_label(re.compile("e-mail", re.IGNORECASE)).fill("alice@desk.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name=re.compile("Harbour Lights")).first.click()
    page.get_by_role("button", name="Take into work").click()
    expect(page.get_by_text("The ticket is yours.")).to_be_visible()
    page.locator("textarea[name=text]").fill("Thank you. Which account is it on?")
    page.get_by_role("button", name="Send and wait for customer").click()
    expect(page.get_by_text("Your reply is on its way.")).to_be_visible()


def customer_reads_and_replies(page: Page) -> None:
    """From the mail, as she would."""
    deliver.send_due()
    answer = last_mail()
    assert "Which account is it on?" in answer
    page.goto(re.search(r"http://\S+/t/\S+", answer)[0])
    expect(page.get_by_text("Thank you. Which account is it on?")).to_be_visible()
    expect(page.get_by_text("We are waiting for your answer.")).to_be_visible()
    page.locator("textarea[name=text]").fill("It is carol_77. Děkuji, päev läbi proovisin 🙂")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("carol_77")).to_be_visible()
    no_sideways(page)


def agent_solves(page: Page, ticket: Ticket) -> None:
    page.goto(f"/desk/tickets/{ticket.number}/")
    expect(page.get_by_text("päev läbi proovisin 🙂")).to_be_visible()
    page.locator("textarea[name=text]").fill("Here is a new code: it is on your order page.")
    page.get_by_role("button", name="Send and solve").click()
    expect(page).to_have_url(re.compile(r"/desk/(#\w+)?$"))


def expect_solved(page: Page) -> None:
    page.reload()
    expect(page.get_by_text("This is solved.")).to_be_visible()
    page.get_by_role("button", name="Still a problem").click()
    expect(page.get_by_role("button", name="Solved, thanks")).to_be_visible()
    page.get_by_role("button", name="Solved, thanks").click()
    expect(page.get_by_text("This is solved.")).to_be_visible()


def last_mail() -> str:
    """The text of the newest mail that went out."""
    message = message_from_bytes(mail.outbox[-1].message().as_bytes(), policy=policy.default)
    return message.get_body(("plain",)).get_content()


def no_sideways(page: Page) -> None:
    size = page.locator("html").bounding_box()
    assert size
    assert size["width"] <= page.viewport_size["width"]
