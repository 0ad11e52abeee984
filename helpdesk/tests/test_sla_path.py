"""The whole path of a promise in a real browser: Olga the owner makes an SLA type with its steps and tries it, Carol's
ticket comes under it, Alice is warned by mail, at the desk and a chat by a webhook, and the desk can say why."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from customers.tests.factories import make_code, make_customer, make_order
from sla.escalation import sweep
from sla.models import EscalationStep, SlaType
from sla.tests.factories import make_calendar, make_sla_type
from tickets import actions
from tickets.channels import deliver
from tickets.models import Delivery, Ticket
from tickets.tests.factories import PASSWORD, make_agent, make_problem_type, make_ticket
from tickets.tests.mail_server import MailServer, mail_server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TALLINN = ZoneInfo("Europe/Tallinn")
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@dataclass
class Webhook:
    """An HTTP server on loopback, and what was posted to it."""

    url: str
    taken: list[tuple[str, dict]] = field(default_factory=list)


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    class Take(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.taken.append((self.path, json.loads(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Take)
    hook = Webhook(f"json://127.0.0.1:{server.server_port}/late?token=only-we-know")
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield hook
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def mails(settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    monkeypatch.setattr(deliver, "_rest_until", 0.0)
    settings.EMAIL_BACKEND = "tickets.channels.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        yield server


@pytest.fixture
def yesterday() -> datetime:
    """At midnight in Tallinn: all that the path needs has happened by now, and no test waits."""
    day = timezone.now().astimezone(TALLINN).date() - timedelta(days=1)
    return datetime.combine(day, time(), TALLINN)


@contextmanager
def browser_of(name: str, browser: Browser, base_url: str, path: str) -> Iterator[Page]:
    """Signed in; fails at the end when the browser had anything to complain about, such as our policy."""
    complaints: list[str] = []
    with browser.new_context(base_url=base_url, viewport=DESKTOP, locale="en-GB") as context:
        context.on(
            "console",
            lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None,
        )
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        page = context.new_page()
        page.goto(path)
        page.fill("[name=username]", f"{name}@desk.example")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        yield page
    assert complaints == []


def test_from_a_new_sla_type_to_warnings_and_their_reasons(
    browser: Browser, live_server, settings, yesterday, webhook, mails
) -> None:
    settings.SITE_URL = live_server.url
    alice = make_agent()
    make_agent("Olga Owner", is_staff=True, is_superuser=True)
    SlaType.objects.all().delete()
    hours = make_calendar("Every day", days=range(7), time_zone="Europe/Tallinn")
    make_sla_type("Standard", calendar=hours, first_answer_minutes=240, is_default=True)
    problem_type = make_problem_type("code-used", name="The code is already used")
    # Two and a half hours to an answer: in time as it was, too late under the new SLA type.
    earlier = make_ticket(problem_type=problem_type, at=yesterday + timedelta(hours=9))
    actions.reply(earlier, by=alice, text="A new code is on its way.", at=yesterday + timedelta(hours=11.5))

    with browser_of("olga", browser, live_server.url, "/admin/") as page:
        admin_makes_the_sla_type(page, webhook)

    carol = make_customer("carol.c@example.com", "Carol Customer")
    ticket = make_ticket(
        code=make_code(order=make_order(customer=carol)),
        problem_type=problem_type,
        at=yesterday + timedelta(hours=10),
    )
    assert ticket.assignee == alice
    warned_by_mail(ticket, mails, at=yesterday + timedelta(hours=11, minutes=1))
    warned_by_webhook(ticket, webhook, at=yesterday + timedelta(hours=12, minutes=1))

    with browser_of("alice", browser, live_server.url, "/desk/") as page:
        agent_sees_the_notice(page, ticket)
        agent_asks_why(page, ticket, yesterday)


def admin_makes_the_sla_type(page: Page, webhook: Webhook) -> None:
    page.get_by_role("link", name="SLA types", exact=True).first.click()
    page.get_by_role("link", name="Add SLA type").first.click()
    page.fill("#id_name", "Keys")
    page.select_option("#id_calendar", label="Every day")
    page.fill("#id_first_answer_minutes", "120")
    page.select_option("#id_responsible_agent", label="Alice Agent")
    fill_in_steps(page, webhook)
    page.get_by_text("Add another Rule").click()
    page.select_option("#id_rules-0-problem_type", label="The code is already used")

    page.get_by_role("button", name="Replay", exact=True).click()
    panel = page.get_by_role("region", name="Replay on the last 30 days")
    expect(panel.get_by_text("1 ticket would have turned out otherwise.")).to_be_visible()
    expect(panel.locator(".replay-counts").get_by_text("Keys")).to_be_visible()
    assert not SlaType.objects.filter(name="Keys").exists()
    no_sideways(page)

    expect(page.locator("#id_steps-1-url")).to_have_value(webhook.url)
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    steps_read_well_and_keep_their_secret(page, webhook)
    no_sideways(page)


def fill_in_steps(page: Page, webhook: Webhook) -> None:
    """One by mail when half of the time is over, which the form has room for, and one by the webhook when due."""
    page.select_option("#id_steps-0-promise_kind", label="first answer")
    page.select_option("#id_steps-0-when", "percent")
    page.fill("#id_steps-0-amount", "50")
    page.get_by_text("Add another Escalation step").click()
    page.select_option("#id_steps-1-promise_kind", label="first answer")
    page.uncheck("#id_steps-1-to_assignee")
    page.uncheck("#id_steps-1-by_notice")
    page.uncheck("#id_steps-1-by_mail")
    page.fill("#id_steps-1-url", webhook.url)


def steps_read_well_and_keep_their_secret(page: Page, webhook: Webhook) -> None:
    steps = page.locator("#steps-group .has_original summary")
    expect(steps).to_have_text(
        [
            re.compile(r"First answer: when 50 % of the time is over\s+the handler · in the desk, by mail"),
            re.compile(r"First answer: when it is due\s+by json"),
        ]
    )
    steps.nth(1).click()
    address = page.locator("#id_steps-1-url")
    expect(address).to_have_attribute("placeholder", "json://••••••••")
    assert "only-we-know" not in page.content()
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert EscalationStep.objects.get(when="at", sla_type__name="Keys").url == webhook.url


def warned_by_mail(ticket: Ticket, mails: MailServer, *, at: datetime) -> None:
    sweep(now=at)
    deliver.send_due()
    (taken,) = [one for one in mails.taken if one.recipients == ["alice@desk.example"]]
    assert taken.mail["Subject"] == f"[#{ticket.number}] Answer is due soon: {ticket.subject}"
    text = taken.mail.get_body(("plain",)).get_content()
    assert "Hello Alice Agent," in text
    assert re.search(r"An answer is promised by \w+, .+, 12:00 \(EES?T\)\.", text)
    assert "Customer: Carol Customer" in text
    assert f"/desk/tickets/{ticket.number}/" in text


def warned_by_webhook(ticket: Ticket, webhook: Webhook, *, at: datetime) -> None:
    assert webhook.taken == []
    sweep(now=at)
    deliver.send_due()
    ((path, told),) = webhook.taken
    assert path.startswith("/late")
    assert told["title"] == f"[#{ticket.number}] Answer is late: {ticket.subject}"
    assert re.search(r"An answer was promised by \w+, .+, 12:00 \(EES?T\)\.", told["message"])
    assert not Delivery.objects.exclude(state=Delivery.State.SENT).exists()


def agent_sees_the_notice(page: Page, ticket: Ticket) -> None:
    page.get_by_role("link", name="Notices, some are new").click()
    row = page.get_by_role("link", name=re.compile("An answer was due yesterday 12:00"))
    expect(row).to_have_count(1)
    no_sideways(page)
    row.click()
    expect(page).to_have_url(re.compile(f"/desk/tickets/{ticket.number}/$"))
    no_sideways(page)


def agent_asks_why(page: Page, ticket: Ticket, yesterday: datetime) -> None:
    page.get_by_role("link", name="Why this deadline, why this agent?").click()
    day = rf"\w+ {yesterday.day} \w+"
    for sentence in (
        r"The SLA type “Keys” holds: a rule for this problem\.",
        r"More specific rules were looked for and not found: .*customer",
        rf"Promised within 2 h in opening hours from {day}, 10:00 \(EES?T\), so it is due on {day}, 12:00",
        rf"Counted: 2 h on {day}\.",
        r"It was not kept in time\.",
        rf"Warning when 50 % of the time is over: given on {day}, 11:01",
        rf"Warning when it is due: given on {day}, 12:01",
        r"The SLA type: Alice Agent gets it\.",
    ):
        expect(page.get_by_text(re.compile(sentence)).first).to_be_visible()
    no_sideways(page)


def no_sideways(page: Page) -> None:
    """On a phone the page is not wider than the screen."""
    page.set_viewport_size(PHONE)
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth"), page.url
    page.set_viewport_size(DESKTOP)
