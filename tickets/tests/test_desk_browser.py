"""The desk in a real browser: what scripts add, and that the strict policy on content has nothing to object to."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tickets.actions import receive
from tickets.models import Draft, ReplyTemplate
from tickets.tests.desk import address, kinds, signed_in
from tickets.tests.factories import make_agent, make_picture, make_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(page: Page, live_server) -> Iterator[Page]:
    """A browser with Alice signed in. Fails for anything that the console complains about."""
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation', e => console.error('CSP: ' + e.violatedDirective))"
    )
    session = signed_in(make_agent()).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    yield page
    # The browser logs every 409 and 422, which are answers like any other.
    assert [text for text in complaints if "Failed to load resource" not in text] == []


def _version(page: Page) -> str:
    return page.locator("[name=draft]").input_value()


def test_the_queue_goes_by_keyboard(desk, live_server):
    first, _second = make_ticket(text="Refused at checkout"), make_ticket(text="Somebody used it")
    desk.goto(f"{live_server.url}/desk/")
    desk.keyboard.press("j")
    expect(desk.locator(":focus")).to_have_text("Refused at checkout")
    desk.keyboard.press("j")
    expect(desk.locator(":focus")).to_have_text("Somebody used it")
    desk.keyboard.press("k")
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(f"{live_server.url}{address('ticket', first)}")


def test_a_filter_applies_when_it_is_chosen_and_the_address_stays_short(desk, live_server):
    make_ticket()
    desk.goto(f"{live_server.url}/desk/")
    desk.select_option("#id_status", "solved")
    expect(desk).to_have_url(f"{live_server.url}/desk/?status=solved")
    expect(desk.get_by_text("Nothing fits")).to_be_visible()


def test_the_slash_puts_the_cursor_into_the_search(desk, live_server):
    desk.goto(f"{live_server.url}/desk/")
    desk.keyboard.press("/")
    desk.keyboard.type("hello")
    expect(desk.locator(".topbar input[type=search]")).to_have_value("hello")


def test_what_is_typed_is_kept_without_pressing_anything(desk, live_server):
    ticket = make_ticket()
    desk.goto(live_server.url + address("ticket", ticket))
    desk.locator("[name=text]").fill("Half a reply")
    expect(desk.locator("[data-draft-state]")).to_have_text("Kept as a draft.")
    desk.reload()
    expect(desk.locator("[name=text]")).to_have_value("Half a reply")


def test_a_page_that_is_typed_in_again_and_again_keeps_its_last_words(desk, live_server):
    ticket = make_ticket()
    desk.goto(live_server.url + address("ticket", ticket))
    desk.locator("[name=text]").fill("Half a reply")
    expect(desk.locator("[name=draft]")).not_to_have_value("")
    desk.locator("[name=text]").fill("Begun anew")
    desk.wait_for_function(
        "before => document.querySelector('[name=draft]').value !== before", arg=_version(desk)
    )
    desk.reload()
    expect(desk.locator("[name=text]")).to_have_value("Begun anew")


def test_a_template_comes_in_at_the_cursor_and_the_reply_is_sent_with_a_file(desk, live_server):
    ticket = make_ticket()
    ReplyTemplate.objects.create(title="Greeting", text="Dear {customer_name}")
    desk.goto(live_server.url + address("ticket", ticket))
    desk.get_by_text("Templates").click()
    desk.get_by_role("link", name="Greeting").click()
    expect(desk.locator("[name=text]")).to_have_value("Dear Carol Customer")
    desk.locator(".composer input[type=file][multiple]").set_input_files(
        {"name": "proof.png", "mimeType": "image/png", "buffer": make_picture()}
    )
    expect(desk.locator(".upload-done")).to_contain_text("proof.png")
    desk.get_by_role("button", name="Send", exact=True).click()
    expect(desk.locator(".msg-out")).to_contain_text("Dear Carol Customer")
    expect(desk.locator(".msg-out .file-name")).to_have_text("proof.png")
    assert kinds(ticket) == ["claimed", "replied"]
    assert not Draft.objects.exists()


def test_a_note_is_written_on_its_own_paper_and_the_reply_stays(desk, live_server):
    ticket = make_ticket()
    desk.goto(live_server.url + address("ticket", ticket))
    desk.locator("[name=text]").fill("Half a reply")
    desk.locator(".composer-tab", has_text="Note").click()
    expect(desk.locator("[name=text]")).to_be_hidden()
    desk.locator("[name=note]").fill("Only for us")
    desk.get_by_role("button", name="Write the note").click()
    expect(desk.locator(".msg-note")).to_contain_text("Only for us")
    expect(desk.locator("[name=text]")).to_have_value("Half a reply")


def test_news_stops_the_reply_and_the_second_press_sends(desk, live_server):
    ticket = make_ticket()
    desk.goto(live_server.url + address("ticket", ticket))
    receive(ticket, by=ticket.customer, text="It works now!")
    desk.locator("[name=text]").fill("A new code is on its way")
    desk.get_by_role("button", name="Send", exact=True).click()
    expect(desk.locator(".msg-new")).to_contain_text("It works now!")
    expect(desk.locator("[name=text]")).to_have_value("A new code is on its way")
    desk.get_by_role("button", name="Send", exact=True).click()
    expect(desk.locator(".msg-out")).to_contain_text("A new code is on its way")


def test_the_code_is_revealed_on_the_page(desk, live_server):
    ticket = make_ticket()
    desk.goto(live_server.url + address("ticket", ticket))
    desk.get_by_role("button", name="Reveal").click()
    expect(desk.locator("[data-revealed]")).to_have_text(re.compile(r"^QWERT-"))


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_scrolls_sideways(desk, live_server, width):
    ticket = make_ticket(text="https://example.com/" + "x" * 400)
    desk.set_viewport_size({"width": width, "height": 900})
    for where in ("/desk/", address("ticket", ticket), f"/desk/customers/{ticket.customer_id}/"):
        desk.goto(live_server.url + where)
        assert desk.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_a_ticket_is_taken_answered_and_solved(browser, live_server):
    ticket = make_ticket()
    session = signed_in(make_agent()).cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/desk/")
    page.get_by_role("link", name="It says the code is already used.").click()
    page.get_by_role("button", name="Take into work").click()
    page.locator("[name=text]").fill("Here is a new code")
    page.locator(".composer input[type=file][multiple]").set_input_files(
        {"name": "proof.png", "mimeType": "image/png", "buffer": make_picture()}
    )
    page.get_by_role("button", name="Send and solve").click()
    expect(page).to_have_url(re.compile(r"/desk/(#composer)?$"))
    assert kinds(ticket) == ["claimed", "replied", "solved"]
    assert ticket.messages.get(direction="out").attachments.count() == 1
    context.close()
