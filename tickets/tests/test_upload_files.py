"""Files on their way into a report or an answer."""

import codecs
import hashlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tickets.actions import draft as drafts
from tickets.evidence.names import clean_file_name, clean_line, clean_text
from tickets.evidence.uploads import MAX_FILES, add_files
from tickets.models import Attachment, Draft
from tickets.tests.factories import make_picture, make_slot, make_ticket
from tickets.tests.portal import picture, ticket_page, upload

pytestmark = [pytest.mark.django_db, pytest.mark.standalone]


@pytest.fixture
def draft() -> Draft:
    return drafts.reply_draft(make_ticket(at=timezone.now()), agent=None, at=timezone.now())


def add(draft: Draft, *files: SimpleUploadedFile, slot=None):
    return add_files(draft, files, slot=slot, at=timezone.now())


def test_the_original_is_kept_as_it_came(draft):
    content = make_picture()
    kept = add(draft, upload("screen.png", content)).attachments[0]
    kept.refresh_from_db()
    assert kept.original.read() == content
    assert (kept.size, kept.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert (kept.width, kept.height, kept.content_type) == (640, 400, "image/png")
    assert kept.preview.size > 0
    assert kept.thumbnail.size > 0


def test_the_kind_that_the_browser_claims_is_not_believed(draft):
    kept = add(draft, SimpleUploadedFile("x.exe", make_picture(), content_type="text/html")).attachments[0]
    assert kept.content_type == "image/png"


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("invoice.pdf", b"%PDF-1.7 something", "application/pdf"),
        ("invoice.png", b"%PDF-1.7 something", "application/pdf"),
        ("log.txt", "Viga: õun ei tööta\r\n".encode(), "text/plain"),
        ("long.log", "õ".encode() * 10_000, "text/plain"),
        ("cut.log", b"x" + "õ".encode() * 10_000, "text/plain"),
        ("unicode.txt", "Viga: õun ei tööta\r\n".encode("utf-16"), "text/plain"),
        ("long.csv", codecs.BOM_UTF16_BE + ("x" + "🙈" * 10_000).encode("utf-16-be"), "text/plain"),
    ],
)
def test_beside_pictures_pdf_and_plain_text_are_taken(draft, name, content, content_type):
    assert add(draft, upload(name, content)).attachments[0].content_type == content_type


REFUSED = [
    ("empty.png", b"", "is empty"),
    ("page.png", b"<!doctype html><script>", "not a picture"),
    ("page.txt", b"  <script>alert(1)</script>", "not a picture"),
    ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a picture"),
    ("page.csv", "<script>alert(1)</script>".encode("utf-16"), "not a picture"),
    ("cut.txt", "õ".encode("utf-16")[:-1], "not a picture"),
    ("old.txt", "õ".encode("cp1257"), "not a picture"),
    ("program.exe", b"MZ\x90\x00", "not a picture"),
    ("binary.txt", b"\x00\x01\x02", "not a picture"),
    ("half.jpg", make_picture(kind="JPEG")[:900], "damaged"),
]


def test_what_is_refused_is_named_with_what_to_do(draft):
    added = add(draft, *(upload(name, content) for name, content, _why in REFUSED), picture("good.png"))
    for (name, _content, why), refusal in zip(REFUSED, added.refusals, strict=True):
        assert f"“{name}”" in refusal
        assert why in refusal
        assert "lease" in refusal
    assert [file.name for file in added.attachments] == ["good.png"]


def test_a_file_over_the_limit_is_refused(draft, settings):
    settings.UPLOAD_MAX_MB = 1
    added = add(draft, upload("big.png", make_picture() + b"\0" * 1024 * 1024))
    assert "“big.png” is larger than 1 MB" in added.refusals[0]


def test_of_thirty_files_at_once_the_surplus_is_left_out(client, draft):
    files = [upload(f"{number}.txt", b"Viga") for number in range(30)]
    answer = client.post(ticket_page(draft.ticket, "reply"), {"text": "All of them", "files": files})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert draft.attachments.count() == MAX_FILES
    assert page.count("” was left out: there is room for 10 files") == 30 - MAX_FILES
    assert "0.txt" in page
    assert "All of them" in page


def test_a_slot_takes_as_many_as_it_says_and_only_pictures(draft):
    slot = make_slot(max_files=1)
    added = add(draft, upload("x.pdf", b"%PDF-1.7"), picture("one.png"), picture("two.png"), slot=slot)
    assert [file.name for file in added.attachments] == ["one.png"]
    assert "“x.pdf” was not taken" in added.refusals[0]
    assert "one file is enough" in added.refusals[1]
    assert add(draft, picture("beside.png")).attachments  # counted apart


def test_nothing_stays_on_disk_of_a_file_that_came_too_late(draft, settings):
    Draft.objects.filter(pk=draft.pk).delete()
    assert "came too late" in add(draft, picture()).refusals[0]
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_removed_file_leaves_the_disk(client, draft, settings, django_capture_on_commit_callbacks):
    file = add(draft, picture()).attachments[0]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(ticket_page(draft.ticket, "file-remove", file.public_id))
    assert not Attachment.objects.exists()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_sent_file_cannot_be_removed(client, draft):
    ticket = draft.ticket
    client.post(ticket_page(ticket, "reply"), {"text": "x", "files": picture()})
    sent = Attachment.objects.get()
    assert client.post(ticket_page(ticket, "file-remove", sent.public_id)).status_code == 404
    assert Attachment.objects.exists()


def test_the_script_is_told_what_arrived(client, draft):
    answer = client.post(
        ticket_page(draft.ticket, "upload"), {"files": picture()}, headers={"accept": "application/json"}
    )
    file = answer.json()["files"][0]
    assert file["name"] == "screen.png"
    assert client.get(file["thumb"]).headers["Content-Type"] == "image/webp"
    answer = client.post(
        ticket_page(draft.ticket, "upload"),
        {"files": upload("x", b"")},
        headers={"accept": "application/json"},
    )
    assert answer.status_code == 422
    assert "is empty" in answer.json()["refused"][0]
    assert client.post(file["remove"], headers={"accept": "application/json"}).json() == {}


def test_text_on_its_way_survives_an_upload_of_the_script(client, draft):
    client.post(ticket_page(draft.ticket, "reply-draft"), {"text": "Half a sen"})
    client.post(ticket_page(draft.ticket, "upload"), {"files": picture()})
    assert Draft.objects.get().text == "Half a sen"


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("screen.png", "screen.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Carol\\screen.png", "screen.png"),
        ("\u200b.htaccess", "htaccess"),
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("a\x00b\r\nc.png", "ab c.png"),
        ("", "file"),
        ("...", "file"),
        ("õäöü ž.jpg", "õäöü ž.jpg"),
    ],
)
def test_names_are_made_safe_to_show(given, clean):
    assert clean_file_name(given) == clean


def test_a_name_of_four_kilobytes_is_cut_and_keeps_its_ending():
    name = clean_file_name("x" * 4096 + ".jpeg")
    assert len(name) <= 120
    assert name.endswith(".jpeg")


def test_text_keeps_what_people_write():
    assert clean_text("one\r\ntwo\x00\x1b 🙈\u202e") == "one\ntwo 🙈\u202e"
    assert clean_line(" one\n\ttwo\u202e ") == "one two"
