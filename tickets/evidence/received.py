"""Files that came with a mail. Nothing is refused, for its sender is not there to choose another: all of it is kept as
it came, and what a browser may be shown of it a worker finds out later, off the path of the mail."""

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from tickets.evidence.names import clean_file_name
from tickets.evidence.pictures import BadPicture, look_at
from tickets.models import Attachment, Message

logger = logging.getLogger(__name__)

UNKNOWN = "application/octet-stream"
LEASE = timedelta(minutes=2)
"""A picture takes its process half a minute at most."""
BATCH = 100
HEADS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
HEIC_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"hevc")


class Received(Protocol):
    """Of a file as the mail's reader hands it over."""

    @property
    def name(self) -> str: ...

    @property
    def content(self) -> bytes: ...


def kind_of(content: bytes) -> str:
    """What the content is, as far as it matters for showing; `UNKNOWN` for all that is never shown."""
    for head, kind in HEADS:
        if content.startswith(head):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        brand = content[8:12]
        return "image/heic" if brand in HEIC_BRANDS else "image/avif" if brand == b"avif" else UNKNOWN
    return UNKNOWN


def keep_files(files: Sequence[Received], message: Message, *, at: datetime) -> list[Attachment]:
    """Give the files of a mail to its message. In the transaction of the message."""
    kept = []
    for file in files:
        kind = kind_of(file.content)
        attachment = Attachment(
            message=message,
            name=clean_file_name(file.name),
            content_type=kind,
            size=len(file.content),
            sha256=hashlib.sha256(file.content).hexdigest(),
            preview_due_at=at if kind.startswith("image/") else None,
            uploaded_at=at,
        )
        attachment.original.save("", ContentFile(file.content), save=False)
        kept.append(attachment)
    Attachment.objects.bulk_create(kept)
    return kept


def look_at_received(*, now: datetime) -> int:
    """Make the previews that are due. Several workers may at once. Returns how many files were looked at."""
    due = Attachment.objects.filter(preview_due_at__lte=now).order_by("preview_due_at")
    return sum(_look(pk, now=timezone.now()) for pk in list(due.values_list("pk", flat=True)[:BATCH]))


def _look(pk: int, *, now: datetime) -> bool:
    mine = Attachment.objects.filter(pk=pk, preview_due_at__lte=now)
    if not mine.update(preview_due_at=now + LEASE):
        return False
    attachment = Attachment.objects.get(pk=pk)
    values = {"preview_due_at": None}
    try:
        with attachment.original.open("rb") as file:
            picture = look_at(file)
    except BadPicture as refusal:
        logger.info("Attachment %s is shown as a file only: %s", pk, refusal.reason)
    except FileNotFoundError:
        logger.error("The file of attachment %s is gone", pk)
    else:
        attachment.preview.save("", ContentFile(picture.preview), save=False)
        attachment.thumbnail.save("", ContentFile(picture.thumbnail), save=False)
        values |= {
            "content_type": picture.content_type,
            "preview": attachment.preview.name,
            "thumbnail": attachment.thumbnail.name,
            "width": picture.width,
            "height": picture.height,
        }
    with transaction.atomic():
        Attachment.objects.filter(pk=pk).update(**values)
    return True
