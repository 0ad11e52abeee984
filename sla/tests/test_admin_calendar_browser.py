"""The next 14 days are drawn anew while the calendar is changed, in a real browser and under our policy."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from sla.models import Calendar
from tickets.tests.factories import PASSWORD, make_agent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def violations(page: Page) -> list[str]:
    """What the browser complains about on any page of this test."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture
def admin(page: Page, live_server, violations) -> Page:
    make_agent("Olga Owner", is_staff=True, is_superuser=True)
    page.goto(f"{live_server.url}/admin/login/?next=/admin/sla/calendar/add/")
    page.fill("[name=username]", "olga@desk.example")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page.get_by_role("heading", name="Add calendar")).to_be_visible()
    return page


def test_the_drawing_follows_what_is_typed_and_only_saving_saves(admin, violations):
    drawing = admin.get_by_role("region", name="The next 14 days")
    expect(drawing.get_by_role("listitem")).to_have_count(14)
    expect(drawing.locator("rect")).to_have_count(0)

    admin.select_option("#id_opening_hours-0-weekday", label="Monday")
    admin.fill("#id_opening_hours-0-opens", "09:00")
    expect(drawing.get_by_role("status")).to_have_text(
        "What is not complete yet or has a mistake is left out."
    )
    admin.fill("#id_opening_hours-0-closes", "17:30")
    expect(drawing.locator("rect")).to_have_count(2)
    expect(drawing.get_by_text("8 h 30 min")).to_have_count(2)
    expect(admin.locator("#id_opening_hours-0-closes")).to_be_focused()

    in_three_days = timezone.now().date() + timedelta(days=3)
    admin.get_by_text("Add another Own day").click()
    admin.fill("#id_special_hours-1-on", in_three_days.isoformat())
    admin.fill("#id_special_hours-1-name", "Inventory")
    expect(drawing.get_by_text("Inventory")).to_be_visible()
    admin.locator("#special_hours-1 .inline-deletelink").click()
    expect(drawing.get_by_text("Inventory")).to_have_count(0)
    assert not Calendar.objects.filter(name="Shop hours").exists()

    admin.fill("#id_name", "Shop hours")
    admin.press("#id_name", "Enter")
    expect(admin.locator(".messagelist .success")).to_be_visible()
    assert Calendar.objects.get(name="Shop hours").opening_hours.count() == 1
    assert violations == []


def test_without_scripts_a_button_draws_and_keeps_what_was_typed(admin, live_server, browser):
    cookies = admin.context.cookies()
    with browser.new_context(java_script_enabled=False, base_url=live_server.url) as context:
        context.add_cookies(cookies)
        plain = context.new_page()
        plain.goto("/admin/sla/calendar/add/")
        plain.select_option("#id_opening_hours-0-weekday", label="Monday")
        plain.fill("#id_opening_hours-0-opens", "09:00")
        plain.fill("#id_opening_hours-0-closes", "17:30")
        plain.get_by_role("button", name="Show the next 14 days").click()
        expect(plain.locator("#next-days rect")).to_have_count(2)
        expect(plain.locator("#id_opening_hours-0-closes")).to_have_value("17:30")
        expect(plain.locator("#next-days")).to_be_in_viewport()
    assert not Calendar.objects.filter(opening_hours__closes="17:30").exists()
