"""Mail for a machine without a mail server: each message becomes a file, shown by the dev mail page
(dev_mail.py)."""

import os
import tempfile
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Writes to EMAIL_FILE_PATH. A file appears by rename, whole or not at all; the names sort by time."""

    def __init__(self, fail_silently: bool = False, **kwargs: Any) -> None:
        super().__init__(fail_silently=fail_silently)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        sent = 0
        for message in email_messages:
            try:
                write(message)
                sent += 1
            except OSError:
                if not self.fail_silently:
                    raise
        return sent


def write(message: EmailMessage) -> Path:
    folder = Path(settings.EMAIL_FILE_PATH)
    folder.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=folder, suffix=".draft")
    with os.fdopen(handle, "wb") as stream:
        stream.write(message.message().as_bytes())
    file = folder / f"{time.time_ns():020d}-{uuid.uuid4().hex[:12]}.eml"
    os.rename(draft, file)
    return file
