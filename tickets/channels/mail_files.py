"""Which files of an answer go along in its mail."""

from collections.abc import Sequence

from django.conf import settings

from tickets.models import Attachment, Message


def split_files(message: Message) -> tuple[list[Attachment], list[Attachment]]:
    """Those that are attached, and those for which the mail has no room (MAIL_FILES_MB in all). The same at each call:
    the text says what is left out long before the files are read."""
    return split(list(message.attachments.order_by("pk")))


def split(files: Sequence[Attachment]) -> tuple[list[Attachment], list[Attachment]]:
    room = settings.MAIL_FILES_MB * 1024 * 1024
    attached, left_out = [], []
    for file in files:
        if file.size <= room:
            room -= file.size
            attached.append(file)
        else:
            left_out.append(file)
    return attached, left_out
