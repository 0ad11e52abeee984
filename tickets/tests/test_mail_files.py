"""The files of an answer go along in its mail, as they are; what has no room is named."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.base import ContentFile

from customers.tests.factories import NOON
from tickets import actions
from tickets.access import ticket_url
from tickets.actions import draft as drafts
from tickets.channels import deliver
from tickets.models import Attachment, Delivery, DeliveryAttempt, Message
from tickets.tests.factories import make_agent, make_picture, make_ticket
from tickets.tests.mail_server import MailServer, mail_server

pytestmark = pytest.mark.django_db

MB = 1024 * 1024


@pytest.fixture
def server(settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    monkeypatch.setattr(deliver, "_rest_until", 0.0)
    settings.EMAIL_BACKEND = "tickets.channels.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        yield server


def answer_with(*files: tuple[str, str, bytes], sizes: tuple[int, ...] = ()) -> Message:
    """`sizes` are what the rows say, for files that are not that large."""
    ticket, alice = make_ticket(), make_agent()
    actions.add_participant(ticket, email="dave@example.com", by=alice, at=NOON)
    Delivery.objects.all().delete()
    draft = drafts.reply_draft(ticket, agent=alice, at=NOON)
    for number, (name, content_type, content) in enumerate(files):
        file = Attachment(
            draft=draft,
            name=name,
            content_type=content_type,
            size=sizes[number] if sizes else len(content),
            sha256="0" * 64,
            uploaded_at=NOON,
        )
        file.original.save("", ContentFile(content), save=False)
        file.save()
    return actions.reply(ticket, by=alice, text="See the files.", draft=draft, at=NOON)


def attached(taken: Any) -> list[tuple[str, str, bytes]]:
    return [
        (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
        for part in taken.mail.iter_attachments()
    ]


FILES = [
    ("error.png", "image/png", make_picture()),
    ("steps.txt", "text/plain", b"1. Open it.\r\n2. \xff\xfe \xd5un\n"),
    ("page.html", "text/html", b"<script>alert(1)</script>"),
    ("letter.pdf", "application/pdf", b"%PDF-1.7\r\n\x00\x01"),
    ("mail.eml", "message/rfc822", b"Subject: x\n\nFrom here\n"),
    ("empty.bin", "application/octet-stream", b""),
    ('arve "kolm"; õ.zip', "application/zip", b"PK"),
]


def test_files_arrive_byte_by_byte_under_their_names(server: MailServer) -> None:
    answer_with(*FILES)
    assert deliver.send_due() == 2
    for taken in server.taken:
        arrived = attached(taken)
        assert [(name, content) for name, _kind, content in arrived] == [(n, c) for n, _kind, c in FILES]
        assert not taken.mail.defects
    assert [kind for _name, kind, _content in arrived] == [
        *("image/png", "application/octet-stream", "application/octet-stream", "application/pdf"),
        *("application/octet-stream", "application/octet-stream", "application/zip"),
    ]


@pytest.mark.parametrize("name", ["文" * 116 + ".png", "õ" * 120, "x" * 120, "🍏" * 100 + ".jpeg"])
def test_a_long_name_fits_into_a_line_of_a_mail(server: MailServer, name: str) -> None:
    answer_with((name, "image/png", b"x"))
    assert deliver.send_due() == 2
    ((arrived, _kind, _content),) = attached(server.taken[0])
    assert arrived.rpartition(".")[2] == name.rpartition(".")[2] or arrived == name[: len(arrived)]
    assert name.startswith(arrived[:20])
    assert max(map(len, server.taken[0].raw.split(b"\r\n"))) <= 998


def test_what_has_no_room_is_named_and_can_be_had(settings, server: MailServer) -> None:
    settings.MAIL_FILES_MB = 2
    message = answer_with(
        ("a.bin", "application/zip", b"a"),
        ("<huge>.bin", "application/zip", b"b"),
        ("c.bin", "application/zip", b"c"),
        sizes=(MB, 2 * MB, MB),
    )
    customer, participant = message.deliveries.order_by("pk")
    assert "- <huge>.bin" in customer.text
    assert "&lt;huge&gt;.bin" in customer.html
    assert "on the page of your ticket" in customer.text
    assert ticket_url(message.ticket) in customer.text
    assert "- <huge>.bin" in participant.text
    assert "ask us for it" in participant.text
    assert "a.bin" not in customer.text
    assert deliver.send_due() == 2
    for taken in server.taken:
        assert [name for name, *_rest in attached(taken)] == ["a.bin", "c.bin"]


def test_no_room_at_all_leaves_the_text(settings, server: MailServer) -> None:
    settings.MAIL_FILES_MB = 0
    answer_with(("a.bin", "application/zip", b"a"))
    assert deliver.send_due() == 2
    assert attached(server.taken[0]) == []


def test_other_mails_about_a_message_carry_no_files(server: MailServer) -> None:
    ticket = make_ticket()
    message = ticket.messages.get()
    file = Attachment(
        message=message, name="code.png", content_type="image/png", size=1, sha256="0" * 64, uploaded_at=NOON
    )
    file.original.save("", ContentFile(b"x"))
    assert deliver.send_due() == 1
    assert server.taken[0].mail["Auto-Submitted"] == "auto-replied"
    assert attached(server.taken[0]) == []


def test_a_file_that_cannot_be_read_now_is_tried_again_and_loses_no_mail(server: MailServer) -> None:
    message = answer_with(("a.bin", "application/zip", b"a"))
    file = message.attachments.get()
    file.original.storage.delete(file.original.name)
    assert deliver.send_due() == 2
    assert server.taken == []
    assert set(message.deliveries.values_list("state", flat=True)) == {Delivery.State.DEFERRED}
    assert DeliveryAttempt.objects.filter(detail__contains="FileNotFoundError").count() == 2
