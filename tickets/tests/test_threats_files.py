"""V22 and V23: what strangers call their files and put into them never gets a browser or the disk to act on
it."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from tickets.models import Attachment, ExamplePicture
from tickets.tests.factories import make_picture, make_slot, make_ticket
from tickets.tests.portal import picture, ticket_page, upload

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}

NAMES = [
    ".htaccess",
    "\u200b.htaccess",
    "x.php",
    "x.pht",
    "x.png.php",
    "../../../tmp/owned.png",
    "..\\..\\owned.png",
    "/etc/passwd",
    "nul\x00.php.png",
    "a" * 4096 + ".html",
    "\u202egnp.lmth",
    "con.html",
    "<img src=x onerror=alert(1)>.png",
    'quote".png; filename="evil.html',
    "line\r\nSet-Cookie: x=1.png",
    "õäöü žščř ½.png",
    "🙈.png",
    "%2e%2e%2fowned.png",
    " ",
]

POLYGLOTS = [
    (b"GIF89a/*", b"*/=1;alert(1)//"),
    (b"\xff\xd8\xff\xe0", b"<script>alert(1)</script>"),
    (b"<html>", b"<script>alert(1)</script>"),
    (b"<?xml version='1.0'?>", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    (b"<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML'>", b"<html/>"),
]


@pytest.fixture
def ticket():
    return make_ticket(at=timezone.now())


@pytest.mark.parametrize("name", NAMES)
def test_no_name_reaches_the_disk_or_breaks_a_header(client, ticket, settings, name):
    client.post(ticket_page(ticket, "upload"), {"files": upload(name or "x", make_picture())}, headers=JSON)
    client.post(ticket_page(ticket, "reply"), {"text": "Look"})
    stored = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert len(stored) == 3 * Attachment.objects.count()
    for path in stored:
        assert path.parent.parent == Path(settings.MEDIA_ROOT) / "attachments"
        assert len(path.name) == 32
        assert not path.suffix
    for file in Attachment.objects.all():
        answer = client.get(ticket_page(ticket, "file", file.public_id), {"size": "original"})
        assert answer.headers["Content-Disposition"].startswith("attachment; filename")
        assert "\n" not in answer.headers["Content-Disposition"]
        assert "Set-Cookie" not in answer.headers
    assert "<img src=x" not in client.get(ticket_page(ticket)).content.decode()


@pytest.mark.parametrize(("head", "tail"), POLYGLOTS)
def test_polyglots_are_refused(client, ticket, head, tail):
    client.post(ticket_page(ticket, "upload"), {"files": upload("x.png", head + tail)}, headers=JSON)
    assert not Attachment.objects.exists()


def test_a_picture_with_a_script_behind_it_is_shown_without_it(client, ticket):
    script = b"<script>alert(1)</script>"
    client.post(
        ticket_page(ticket, "upload"), {"files": upload("x.png", make_picture() + script)}, headers=JSON
    )
    file = Attachment.objects.get()
    for size in ("preview", "thumb"):
        answer = client.get(ticket_page(ticket, "file", file.public_id), {"size": size})
        assert answer.headers["Content-Type"] == "image/webp"
        assert script not in b"".join(answer.streaming_content)


def test_every_file_is_sealed(client, ticket):
    pdf = upload("x.pdf", b"%PDF-1.7 /JS (app.alert(1))", "text/html")
    client.post(ticket_page(ticket, "upload"), {"files": [picture(), pdf]}, headers=JSON)
    for file in Attachment.objects.all():
        for size in ("preview", "thumb", "original"):
            answer = client.get(ticket_page(ticket, "file", file.public_id), {"size": size})
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
            inline = "Content-Disposition" not in answer.headers or not answer.headers[
                "Content-Disposition"
            ].startswith("attachment")
            assert answer.headers["Content-Type"] == ("image/webp" if inline else "application/octet-stream")
            assert not inline or file.is_picture
    assert client.get(ticket_page(ticket, "file", file.public_id), {"size": "../x"}).status_code == 404


def test_an_example_that_is_no_picture_is_never_served(client):
    slot = make_slot()
    bad = ExamplePicture.objects.create(slot=slot, picture=ContentFile(b"<html><script>", name="x.html"))
    good = ExamplePicture.objects.create(slot=slot, picture=ContentFile(make_picture(), name="x.png"))
    lost = ExamplePicture.objects.create(slot=slot, picture="examples/gone")
    assert client.get(f"/examples/{bad.public_id}/").status_code == 404
    assert client.get(f"/examples/{lost.public_id}/").status_code == 404
    answer = client.get(f"/examples/{good.public_id}/")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert client.post(f"/examples/{good.public_id}/").status_code == 405
