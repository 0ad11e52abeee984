"""Django's admin has scripts and styles of its own: they must work under our Content-Security-Policy."""

import pytest
from playwright.sync_api import Page, expect

from customers.tests.factories import make_category, make_shop
from tickets.models import EvidenceSlot, MailTemplate, ProblemType
from tickets.tests.factories import PASSWORD, make_agent, make_picture, make_problem_type, make_slot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def violations(page: Page) -> list[str]:
    """What the browser complains about on any page of this test."""
    found: list[str] = []
    page.context.on(
        "console", lambda message: found.append(message.text) if message.type == "error" else None
    )
    page.context.on("weberror", lambda error: found.append(str(error.error)))
    return found


@pytest.fixture
def admin(page: Page, live_server, violations) -> Page:
    make_agent("Olga Owner", is_staff=True, is_superuser=True)
    page.goto(f"{live_server.url}/admin/")
    page.fill("[name=username]", "olga@desk.example")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page.get_by_role("heading", name="Site administration")).to_be_visible()
    return page


def test_popups_double_lists_and_new_rows_work(admin, live_server, violations):
    make_category("game-keys")
    admin.goto(f"{live_server.url}/admin/tickets/problemtype/add/")
    admin.locator("#id_name").press_sequentially("Code already used")
    expect(admin.locator("#id_slug")).to_have_value("code-already-used")

    admin.select_option("#id_categories_from", label="Game Keys")
    admin.locator(".field-categories .selector-add").click()
    expect(admin.locator("#id_categories_to option")).to_have_count(1)

    with admin.expect_popup() as opened:
        admin.click("#add_id_categories")
    opened.value.fill("#id_name", "E-books")
    opened.value.click("input[name=_save]")
    expect(admin.locator("#id_categories_to option")).to_have_count(2)

    admin.get_by_text("Add another Evidence slot").click()
    admin.fill("#id_slots-0-label", "A screenshot of the error")
    admin.click("input[name=_save]")
    expect(admin.locator(".messagelist .success")).to_be_visible()
    problem_type = ProblemType.objects.get()
    assert {category.slug for category in problem_type.categories.all()} == {"game-keys", "e-books"}
    assert EvidenceSlot.objects.get().problem_type == problem_type
    assert violations == []


def test_an_example_picture_is_uploaded_and_seen(admin, live_server, violations):
    slot = make_slot()
    admin.goto(f"{live_server.url}/admin/tickets/evidenceslot/{slot.pk}/change/")
    admin.get_by_text("Add another Example picture").click()
    file = {"name": "error.png", "mimeType": "image/png", "buffer": make_picture()}
    admin.set_input_files("#id_examples-0-picture", file)
    admin.click("input[name=_continue]")
    picture = admin.locator(".field-preview img").first
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth") == 640
    assert violations == []


def test_lists_actions_filters_and_the_link_secret_work(admin, live_server, violations):
    make_problem_type()
    shop = make_shop(link_secret="the-secret-of-this-shop")
    for address in (
        "tickets/problemtype/",
        "sla/slatype/",
        "sla/calendar/add/",
        "customers/order/",
        "tickets/ticket/",
    ):
        admin.goto(f"{live_server.url}/admin/{address}")
    admin.goto(f"{live_server.url}/admin/sla/slatype/")
    admin.check("input.action-select")
    expect(admin.locator(".action-counter")).to_contain_text("1 of 1 selected")

    admin.goto(f"{live_server.url}/admin/customers/shop/{shop.pk}/change/")
    admin.click("text=Show the link secret")
    admin.click("text=Show the secret")
    expect(admin.locator("code.secret")).to_have_text("the-secret-of-this-shop")
    assert violations == []


def test_a_mail_template_is_looked_at_as_it_stands_and_keeps_what_is_typed(admin, live_server, violations):
    admin.goto(f"{live_server.url}/admin/tickets/mailtemplate/add/?kind=solved")
    look = admin.frame_locator("iframe[name=mail-look]")
    mail = look.frame_locator("iframe")
    expect(mail.get_by_text("we believe that the problem of your ticket")).to_be_visible()
    admin.fill("#id_text", "All is {wel} <script>alert(1)</script>\n\n{ticket_url}")
    admin.get_by_role("button", name="Show it as it stands above").click()
    expect(look.get_by_role("alert")).to_contain_text("There is no {wel} here.")
    admin.fill("#id_text", "All is well <script>alert(1)</script>\n\n{ticket_url}")
    admin.get_by_role("button", name="Send a test mail to me").click()
    expect(look.get_by_role("status")).to_have_text("A test mail is on its way to olga@desk.example.")
    expect(mail.get_by_text("All is well <script>alert(1)</script>")).to_be_visible()
    expect(mail.get_by_role("link", name="Open your ticket")).to_be_visible()
    expect(admin.locator("#id_text")).to_have_value("All is well <script>alert(1)</script>\n\n{ticket_url}")
    assert not MailTemplate.objects.exists()
    admin.click("input[name=_save]")
    expect(admin.locator(".messagelist .success")).to_be_visible()
    assert MailTemplate.objects.get().kind == "solved"
    # The browser logs that the first try was answered with 422.
    assert [text for text in violations if "422" not in text] == []
