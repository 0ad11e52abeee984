"""The dev mail page shows what would have been sent, safely, and only where that hurts nobody."""

from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.urls import reverse

from helpdesk import mail_folder

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mail_to_the_folder(settings):
    settings.EMAIL_BACKEND = "helpdesk.mail_folder.EmailBackend"


def make_mail(
    subject="Your ticket 100001", text="Read it: https://help.example.com/t/abc/", html="", **kwargs
):
    mail = EmailMultiAlternatives(subject, text, "help@example.com", ["carol@example.com"], **kwargs)
    if html:
        mail.attach_alternative(html, "text/html")
    return mail


def send(**kwargs) -> str:
    """The name under which the page knows the mail."""
    return mail_folder.write(make_mail(**kwargs)).stem


def test_an_empty_folder_is_told_kindly(client):
    assert "No mail yet" in client.get(reverse("dev-mail")).content.decode()


def test_the_newest_mail_stands_first(client):
    for number in (1, 2, 3):
        send(subject=f"Mail {number}")
    page = client.get(reverse("dev-mail")).content.decode()
    assert page.index("Mail 3") < page.index("Mail 2") < page.index("Mail 1")


def test_a_mail_shows_its_headers_and_a_link_that_can_be_clicked(client):
    page = client.get(reverse("dev-mail-one", args=[send()])).content.decode()
    assert "carol@example.com" in page
    assert 'href="https://help.example.com/t/abc/"' in page


def test_letters_of_all_languages_survive(client):
    name = send(subject="Võti juba kasutatud – klíč už použit", text="Zażółć gęślą jaźń")
    page = client.get(reverse("dev-mail-one", args=[name])).content.decode()
    assert "Võti juba kasutatud – klíč už použit" in page
    assert "Zażółć gęślą jaźń" in page


def test_the_html_part_stands_in_a_sandbox_of_its_own_address(client):
    name = send(html="<p>Hello <script>alert(1)</script></p>")
    page = client.get(reverse("dev-mail-one", args=[name])).content.decode()
    assert "alert(1)" not in page
    response = client.get(reverse("dev-mail-html", args=[name]))
    assert "<p>Hello" in response.content.decode()
    policy = response.headers["Content-Security-Policy"]
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_subject_cannot_bring_markup(client):
    send(subject="<b>bold</b>")
    assert "<b>bold</b>" not in client.get(reverse("dev-mail")).content.decode()


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff\xfe", b"Subject: =?utf-8?B?!!!?=\n\nhello", b"Content-Type: x/\n\n"]
)
def test_a_damaged_file_does_not_break_the_page(client, settings, content):
    name = send()
    (Path(settings.EMAIL_FILE_PATH) / f"{name}.eml").write_bytes(content)
    assert client.get(reverse("dev-mail")).status_code == 200
    assert client.get(reverse("dev-mail-one", args=[name])).status_code == 200


@pytest.mark.parametrize("name", ["dev-mail", "dev-mail-one", "dev-mail-html"])
def test_production_has_no_such_page(client, settings, name):
    arguments = [] if name == "dev-mail" else [send(html="<p>x</p>")]
    assert client.get(reverse(name, args=arguments)).status_code == 200
    settings.PRODUCTION = True
    assert client.get(reverse(name, args=arguments)).status_code == 404


def test_there_is_no_such_page_when_mail_goes_out(client, settings):
    settings.EMAIL_BACKEND = "tickets.channels.smtp.EmailBackend"
    assert client.get(reverse("dev-mail")).status_code == 404


@pytest.mark.parametrize(
    "path", ["..%2f..%2fsecret.key", "../helpdesk.sqlite3", "00000000000000000000-000000000000"]
)
def test_other_files_cannot_be_reached(client, path):
    assert client.get(f"/dev/mail/{path}/").status_code == 404


def test_the_page_only_reads(client):
    assert client.post(reverse("dev-mail")).status_code == 405


def test_a_batch_of_mails_becomes_as_many_files_and_no_drafts(settings):
    assert get_connection().send_messages([make_mail(), make_mail()]) == 2
    assert [file.suffix for file in Path(settings.EMAIL_FILE_PATH).iterdir()] == [".eml", ".eml"]


def test_the_message_id_is_kept(settings):
    name = send(headers={"Message-ID": "<stable@example.com>"})
    assert (
        b"Message-ID: <stable@example.com>" in (Path(settings.EMAIL_FILE_PATH) / f"{name}.eml").read_bytes()
    )
