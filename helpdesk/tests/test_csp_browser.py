"""In a real browser neither the admin, which is Django's, nor the dev mail page breaks our policy."""

import pytest
from django.contrib import admin
from django.urls import reverse

from helpdesk import mail_folder
from helpdesk.tests.test_dev_mail import make_mail
from tickets.tests.factories import PASSWORD, make_agent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def faults(page):
    """What the browser complained about: policy violations, failing scripts, missing files."""
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    return faults


def sign_in(page, live_server) -> None:
    boss = make_agent("Alice Admin", is_staff=True, is_superuser=True)
    page.goto(f"{live_server.url}/admin/login/?next=/admin/")
    page.fill("[name=username]", boss.email)
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")
    page.wait_for_url("**/admin/")


def test_every_admin_list_and_form_keeps_the_policy(page, live_server, faults):
    sign_in(page, live_server)
    for model, model_admin in admin.site._registry.items():
        options = model._meta
        pages = [reverse(f"admin:{options.app_label}_{options.model_name}_changelist")]
        request = type("Request", (), {"user": make_agent("Alice Admin")})()
        if model_admin.has_add_permission(request):
            pages.append(reverse(f"admin:{options.app_label}_{options.model_name}_add"))
        for path in pages:
            assert page.goto(live_server.url + path).status == 200, path
    assert faults == []


def test_the_dev_mail_page_shows_a_mail_in_its_sandbox(page, live_server, faults, settings):
    settings.EMAIL_BACKEND = "helpdesk.mail_folder.EmailBackend"
    link = f"{live_server.url}/admin/login/"
    name = mail_folder.write(
        make_mail(html=f'<p style="color:red">Read it <a href="{link}">here</a></p>')
    ).stem
    page.goto(live_server.url + reverse("dev-mail"))
    page.click("text=Your ticket 100001")
    assert page.url.endswith(f"/{name}/")
    with page.context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link", name="here").click()
    opened.value.wait_for_load_state()
    assert opened.value.url == link
    assert faults == []
