"""Files on their way into a draft: checked, stored, counted; each refused one with a sentence that says
what to do."""

import codecs
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.evidence.names import clean_file_name
from tickets.evidence.pictures import BadPicture, Picture, look_at
from tickets.models import Attachment, Draft, EvidenceSlot

MAX_FILES = 10
"""In one message, beside what evidence slots ask for."""
HEAD = 4096
"""Bytes by which the kind of a document is told."""
TEXT_ENDINGS = (".txt", ".log", ".csv")


class BadFile(ValueError):
    """`str()` names the file and says what to do."""


@dataclass
class Added:
    attachments: list[Attachment] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


def add_files(
    draft: Draft, files: Iterable[UploadedFile], *, slot: EvidenceSlot | None = None, at: datetime
) -> Added:
    """Put files into a draft. One bad file does not keep the others out."""
    added = Added()
    for file in files:
        try:
            added.attachments.append(add_file(draft, file, slot=slot, at=at))
        except BadFile as error:
            added.refusals.append(str(error))
    return added


def add_file(
    draft: Draft, file: UploadedFile, *, slot: EvidenceSlot | None = None, at: datetime
) -> Attachment:
    """Put one file into a draft: for a slot pictures only, else also PDF and plain text. Raises `BadFile`."""
    name = clean_file_name(file.name or "")
    _check_size(name, file)
    _check_room(name, draft, slot)
    picture = None
    content_type = "" if slot else _document_type(name, file)
    if not content_type:
        try:
            picture = look_at(file)
        except BadPicture as error:
            raise BadFile(_("“%(name)s” was not taken. %(why)s") % {"name": name, "why": error}) from error
        content_type = picture.content_type
    return _store(draft, file, name=name, content_type=content_type, picture=picture, slot=slot, at=at)


def limit_of(slot: EvidenceSlot | None) -> int:
    return slot.max_files if slot else MAX_FILES


def _check_size(name: str, file: UploadedFile) -> None:
    if not file.size:
        raise BadFile(_("“%(name)s” is empty. Please choose it once more.") % {"name": name})
    if file.size > settings.UPLOAD_MAX_MB * 1024 * 1024:
        raise BadFile(
            _("“%(name)s” is larger than %(limit)s MB. Please send a smaller copy, or a screenshot of it.")
            % {"name": name, "limit": settings.UPLOAD_MAX_MB}
        )


def _check_room(name: str, draft: Draft, slot: EvidenceSlot | None) -> None:
    limit = limit_of(slot)
    if Attachment.objects.filter(draft=draft, slot=slot).count() >= limit:
        raise BadFile(
            ngettext(
                "“%(name)s” was left out: one file is enough here. Remove it first if this one is better.",
                "“%(name)s” was left out: there is room for %(limit)s files here. Remove one that matters less.",
                limit,
            )
            % {"name": name, "limit": limit}
        )


def _document_type(name: str, file: UploadedFile) -> str:
    """The kind of a file that is no picture, by content; empty for all that must be a picture to be taken."""
    file.seek(0)
    head = file.read(HEAD)
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if name.casefold().endswith(TEXT_ENDINGS) and _is_plain_text(head):
        return "text/plain"
    return ""


def _is_plain_text(head: bytes) -> bool:
    """Nothing that a browser could take for markup and no controls. The last character may be cut in the
    middle."""
    # What Notepad calls "Unicode" is UTF-16 and says so at its beginning.
    is_utf16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    decoder = codecs.getincrementaldecoder("utf-16" if is_utf16 else "utf-8")()
    try:
        text = decoder.decode(head, final=len(head) < HEAD)
    except UnicodeDecodeError:
        return False
    return not text.lstrip("\ufeff \t\r\n").startswith("<") and not any(
        character < " " and character not in "\t\r\n\f" for character in text
    )


def _store(
    draft: Draft,
    file: UploadedFile,
    *,
    name: str,
    content_type: str,
    picture: Picture | None,
    slot: EvidenceSlot | None,
    at: datetime,
) -> Attachment:
    attachment = Attachment(
        draft=draft,
        slot=slot,
        name=name,
        content_type=content_type,
        size=file.size or 0,
        sha256=_sha256(file),
        width=picture.width if picture else None,
        height=picture.height if picture else None,
        uploaded_at=at,
    )
    stored = []
    try:
        file.seek(0)
        attachment.original.save(name, file, save=False)
        stored.append(attachment.original)
        if picture:
            attachment.preview.save("", ContentFile(picture.preview), save=False)
            stored.append(attachment.preview)
            attachment.thumbnail.save("", ContentFile(picture.thumbnail), save=False)
            stored.append(attachment.thumbnail)
        with transaction.atomic():
            # Counted again while nobody else can add: thirty uploads at once may all have seen room.
            if not Draft.objects.select_for_update().filter(pk=draft.pk).exists():
                raise BadFile(_("“%(name)s” came too late: this was just sent.") % {"name": name})
            _check_room(name, draft, slot)
            attachment.save()
    except Exception:
        for field_file in stored:
            field_file.delete(save=False)
        raise
    return attachment


def _sha256(file: UploadedFile) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()
