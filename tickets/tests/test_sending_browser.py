"""Sending in a real browser: the question before an answer leaves, and taking it back, also without scripts."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from customers.tests.factories import NOON, make_customer, make_order
from tickets.actions import add_participant
from tickets.tests.desk import address, kinds, signed_in
from tickets.tests.factories import make_agent, make_ticket
from tickets.tests.test_desk_browser import desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
__all__ = ["desk"]

FOREIGN = "Your order B-70001 is on its way."


@pytest.fixture(autouse=True)
def another_customers_order() -> None:
    make_order(customer=make_customer("mallory@example.com"), number="B-70001")


def test_the_agent_is_asked_and_sends_it_anyway_by_keyboard(desk: Page, live_server) -> None:
    ticket = make_ticket()
    desk.goto(live_server.url + address("ticket", ticket))
    desk.locator("[name=text]").fill(FOREIGN)
    desk.get_by_role("button", name="Send and wait for customer", exact=True).click()
    asked = desk.locator("#findings")
    expect(asked).to_contain_text("Order B-70001 is another customer's.")
    expect(asked).to_be_focused()
    expect(asked).to_be_in_viewport()
    expect(desk.locator("[name=text]")).to_have_value(FOREIGN)
    desk.keyboard.press("Tab")
    expect(desk.locator(":focus")).to_have_text("Send it anyway and wait for customer")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".msg-out")).to_contain_text(FOREIGN)
    ticket.refresh_from_db()
    assert ticket.status == "waiting_customer"


def test_a_changed_answer_is_looked_over_anew(desk: Page, live_server) -> None:
    ticket = make_ticket()
    desk.goto(live_server.url + address("ticket", ticket))
    desk.locator("[name=text]").fill(FOREIGN)
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#findings")).to_be_visible()
    desk.get_by_role("link", name="Change it").click()
    expect(desk.locator("[name=text]")).to_be_focused()
    desk.locator("[name=text]").fill(f"{FOREIGN} See attached.")
    desk.get_by_role("button", name="Send it anyway").click()
    expect(desk.locator("#findings")).to_contain_text("You write that something is attached")
    desk.locator("[name=text]").fill("It is on its way.")
    desk.get_by_role("button", name="Send", exact=True).click()
    expect(desk.locator(".msg-out")).to_contain_text("It is on its way.")
    assert kinds(ticket) == ["claimed", "replied"]


@pytest.mark.parametrize("key", ["z", "Control+z"])
def test_a_key_takes_the_answer_back_but_not_while_one_types(desk: Page, live_server, settings, key) -> None:
    settings.SEND_DELAY_SECONDS = 120
    ticket = make_ticket()
    desk.goto(live_server.url + address("ticket", ticket))
    desk.locator("[name=text]").fill("Try this.")
    desk.keyboard.press("Control+Enter")
    held = desk.locator(".held")
    expect(held).to_contain_text(re.compile(rf"Your reply to #{ticket.number} leaves in 1?[0-9]+ s"))
    expect(held).to_be_in_viewport()
    desk.locator("[name=text]").fill("Or that.")
    desk.keyboard.press(key)
    expect(held).to_be_visible()
    desk.locator("[name=text]").fill("Or that.")
    desk.locator(".ticket-title").click()
    desk.keyboard.press(key)
    expect(desk.locator("[name=text]")).to_have_value("Try this.\n\nOr that.")
    expect(held).to_have_count(0)
    assert kinds(ticket) == ["claimed", "replied", "reply_undone"]


def test_after_solving_it_is_taken_back_from_the_queue(desk: Page, live_server, settings) -> None:
    settings.SEND_DELAY_SECONDS = 120
    ticket = make_ticket()
    desk.goto(live_server.url + address("ticket", ticket))
    desk.locator("[name=text]").fill("Solved it.")
    desk.get_by_role("button", name="Send and solve").click()
    expect(desk.get_by_text("Nothing is waiting")).to_be_visible()
    desk.keyboard.press("z")
    expect(desk.locator("[name=text]")).to_have_value("Solved it.")
    expect(desk.locator("[name=text]")).to_be_in_viewport()
    ticket.refresh_from_db()
    assert ticket.status == "new"


def test_the_offer_goes_when_its_time_is_over(desk: Page, live_server, settings) -> None:
    settings.SEND_DELAY_SECONDS = 2
    ticket = make_ticket()
    desk.goto(live_server.url + address("ticket", ticket))
    desk.locator("[name=text]").fill("Try this.")
    desk.get_by_role("button", name="Send", exact=True).click()
    expect(desk.locator(".msg-out")).to_contain_text("Try this.")
    expect(desk.locator(".held")).to_be_hidden()
    expect(desk.locator(".msg-out")).to_contain_text("On its way")
    expect(desk.get_by_role("button", name="Undo")).to_have_count(0)


def test_somebody_is_added_with_enter_and_left_out_with_a_click(desk: Page, live_server) -> None:
    ticket = make_ticket()
    add_participant(ticket, email="eve@example.com", by=make_agent(), at=NOON)
    desk.goto(live_server.url + address("ticket", ticket))
    desk.locator("[name=text]").fill("Hello all")
    desk.get_by_text("Add somebody").click()
    desk.get_by_label("E-mail").fill("dave@partner.example")
    desk.keyboard.press("Enter")
    expect(desk.locator(".recipient", has_text="dave@partner.example")).to_be_visible()
    expect(desk.locator("[name=text]")).to_have_value("Hello all")
    desk.get_by_label("eve@example.com", exact=True).uncheck()
    desk.get_by_role("button", name="Send", exact=True).click()
    expect(desk.locator(".msg-out")).to_contain_text("dave@partner.example")
    expect(desk.locator(".msg-out")).not_to_contain_text("eve@example.com")


def test_without_scripts_one_is_asked_sends_and_takes_it_back(browser, live_server, settings) -> None:
    settings.SEND_DELAY_SECONDS = 120
    ticket = make_ticket()
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([session_of(live_server)])
    page = context.new_page()
    page.goto(live_server.url + address("ticket", ticket))
    page.locator("[name=text]").fill(FOREIGN)
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("button", name="Send it anyway").click()
    expect(page.locator(".held")).to_contain_text("leaves in")
    page.locator(".held").get_by_role("button").click()
    expect(page.locator("[name=text]")).to_have_value(FOREIGN)
    assert kinds(ticket) == ["claimed", "replied", "reply_undone"]
    context.close()


def session_of(live_server) -> dict[str, str]:
    value = signed_in(make_agent()).cookies[settings.SESSION_COOKIE_NAME].value
    return {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}
