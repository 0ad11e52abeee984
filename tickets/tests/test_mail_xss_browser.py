# ruff: noqa: E501
"""Nothing that a mail brings runs in the browser of an agent or a customer: its HTML, its subject, names, file names and
files, on every page where they are shown."""

from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page

from tickets.access import ticket_url
from tickets.channels.mail_in.html_view import clean
from tickets.models import InMail, Ticket
from tickets.tests.desk import address, signed_in
from tickets.tests.factories import make_agent
from tickets.tests.mailing import make_mail, take
from tickets.tests.mails.vectors import VECTORS

AT_ONCE = 30
PICTURE = b"no picture at all"


def test_there_are_more_than_150_vectors() -> None:
    assert len(set(VECTORS)) > 150


@pytest.mark.parametrize("remote", [False, True])
def test_what_was_cleaned_stays_as_it_is_when_cleaned_again(remote: bool) -> None:
    for vector in VECTORS:
        once = clean(vector, pictures={"x": "/files/x"}, remote=remote).html
        again = clean(once, pictures={"x": "/files/x"}, remote=remote).html
        assert without_ours(again) == without_ours(once)
        assert "<script" not in once.casefold()
        assert " on" not in "".join(tag for tag in once.split(">") if "<" in tag).casefold().replace(
            " one", ""
        )


def without_ours(html: str) -> str:
    """The two attributes that the cleaner itself gives each link come in any order."""
    return html.replace(' target="_blank"', "").replace(' rel="noopener noreferrer nofollow"', "")


def mail_of(vectors: list[str], number: int) -> bytes:
    """A mail that has them in all its places."""
    one = vectors[number % len(vectors)].replace("\n", " ").replace("\x01", "")
    files = {
        f"{number} {one}.html": "".join(vectors).encode(),
        f"{number}.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="ran()"><script>ran()</script></svg>',
        f'{number}" onerror="ran()" x=".png': PICTURE,
        f"{number}<img src=x onerror=ran()>.png": PICTURE,
    }
    # As a machine would write it: the library that makes mails would refuse some of these names.
    raw = make_mail(
        "\n".join(vectors),
        html="\n".join(vectors),
        files={f"f{n}.bin": data for n, data in enumerate(files.values())},
    )
    for place, name in enumerate(files):
        quoted = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\r", " ")
        raw = raw.replace(
            f'filename="f{place}.bin"'.encode(), f'filename="{quoted}"'.encode("utf-8", "replace")
        )
    sender = f'From: "{one.replace(chr(34), chr(39))}" <vector{number}@example.com>'.encode(
        "utf-8", "replace"
    )
    subject = f"Subject: {one}".encode("utf-8", "replace").replace(b"\r", b" ")
    return raw.replace(b"From: Carol Customer <carol@example.com>", sender).replace(
        b"Subject: My code", subject
    )


@pytest.fixture
def watched(page: Page, live_server) -> tuple[Page, list[str]]:
    """A browser with Alice signed in, and what happened in it that must not."""
    bad: list[str] = []
    own = urlsplit(live_server.url).netloc
    page.context.expose_function("ran", lambda *_arguments: bad.append("a script ran"))
    page.context.add_init_script(
        "document.addEventListener('securitypolicyviolation', e => console.error('CSP: ' + e.violatedDirective + ' ' + e.blockedURI))"
    )
    page.on("dialog", lambda dialog: (bad.append("a dialog"), dialog.dismiss()))
    page.on(
        "console",
        lambda said: bad.append(said.text) if "CSP" in said.text or "Content Security" in said.text else None,
    )
    page.on("pageerror", lambda error: bad.append(str(error)))

    def asked(request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.netloc != own:
            bad.append(f"asked {request.url}")

    page.on("request", asked)
    session = signed_in(make_agent()).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    return page, bad


def look(page: Page, url: str) -> None:
    page.goto(url)
    page.mouse.move(200, 200)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert page.url.split("#")[0] == url.split("#")[0]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("at_once", "copies"), [(60, 2), pytest.param(AT_ONCE, 3, marks=pytest.mark.heavy)])
def test_no_vector_runs_at_the_desk_or_for_the_customer(
    watched, live_server, settings, at_once, copies
) -> None:
    """All vectors stand in the text and the HTML of some mail, and one of them in the headers of each copy."""
    settings.SITE_URL = live_server.url
    page, bad = watched
    mails: list[InMail] = []
    for begin in range(0, len(VECTORS), at_once):
        some = VECTORS[begin : begin + at_once]
        mails += [take(mail_of(some, begin + number)) for number in range(copies)]
    # Also one that is parked.
    mails.append(take(mail_of(VECTORS[:AT_ONCE], 0).replace(b"example.com>", b"bad address>")))
    assert {mail.outcome for mail in mails} <= {"opened", "parked"}
    for mail in mails:
        pages = [
            reverse("desk:mail-one", args=[mail.public_id]),
            reverse("desk:mail-html", args=[mail.public_id]),
        ]
        if mail.ticket:
            pages += [
                address("ticket", mail.ticket),
                reverse("desk:customer", args=[mail.ticket.customer_id]),
            ]
        for path in pages:
            look(page, live_server.url + path)
            assert bad == [], path
        if mail.ticket:
            look(page, ticket_url(mail.ticket))
            assert bad == [], "portal"
    for path in ("/desk/", "/desk/mail/", "/desk/mail/?view=all", "/desk/?q=script"):
        look(page, live_server.url + path)
        assert bad == [], path
    assert Ticket.objects.count() >= 0.7 * len(mails)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pictures_from_elsewhere_are_asked_for_only_when_somebody_wants_them_and_run_nothing(
    watched, live_server
) -> None:
    page, bad = watched
    mail = take(make_mail(html="<p>Hello</p><img src=https://evil.example/3.png>" + "".join(VECTORS)))
    page.route("**/*evil.example/**", lambda route: route.abort())
    look(page, live_server.url + reverse("desk:mail-html", args=[mail.public_id]))
    assert bad == []
    page.goto(live_server.url + reverse("desk:mail-html-pictures", args=[mail.public_id]))
    assert bad
    assert all(one.startswith("asked https://evil.example/3.png") for one in bad), bad


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_files_of_a_mail_are_downloads_and_run_nothing(watched, live_server) -> None:
    page, bad = watched
    mail = take(mail_of(VECTORS[:AT_ONCE], 0))
    addresses = [reverse("desk:file", args=[file.public_id]) for file in mail.message.attachments.all()]
    addresses += [reverse("desk:mail-part", args=[mail.public_id, index]) for index in range(len(addresses))]
    addresses.append(reverse("desk:mail-original", args=[mail.public_id]))
    page.goto(live_server.url + "/desk/")
    open_it = "path => { const link = document.createElement('a'); link.href = path; document.body.append(link); link.click() }"
    for path in addresses:
        with page.expect_download() as download:
            page.evaluate(open_it, path)
        assert download.value.failure() is None
    assert bad == []
