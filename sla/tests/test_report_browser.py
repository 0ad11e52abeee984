"""The report in a real browser: it fits a phone, and its strict policy has nothing to object to."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from sla.tests.factories import make_sla_type
from tickets import actions
from tickets.tests.desk import signed_in
from tickets.tests.factories import make_agent, make_problem_type, make_ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = {"phone": 390, "desk": 1440}


@pytest.mark.parametrize("width", SIZES.values(), ids=SIZES)
def test_from_a_number_to_its_tickets_without_scrolling_sideways(page: Page, live_server, width: int) -> None:
    make_sla_type("Keys of all the shops in the north", problem_type=make_problem_type())
    for days in range(1, 20):
        opened = timezone.now() - timedelta(days=days)
        actions.reply(
            make_ticket(at=opened), by=make_agent(), text="Try this.", at=opened + timedelta(hours=9)
        )
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation', e => console.error('CSP: ' + e.violatedDirective))"
    )
    session = signed_in().cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/desk/")
    page.get_by_role("link", name="Reports").click()
    expect(page.get_by_role("heading", name="Kept and broken")).to_be_visible()
    page.get_by_text("How these numbers are made").click()
    expect(page.get_by_text("Began on a day without opening hours.")).to_be_visible()
    assert fits(page)
    number = page.locator("td.report-met a").last
    count = int(number.inner_text())
    number.click()
    expect(page.locator(".r-ticket")).to_have_count(count)
    assert fits(page)
    assert complaints == []


def fits(page: Page) -> bool:
    wide = "[document.documentElement, ...document.querySelectorAll('.report-card')]"
    return page.evaluate(f"{wide}.every(one => one.scrollWidth <= one.clientWidth)")
