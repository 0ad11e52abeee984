"""The door for mail servers: `receive_mail --mailbox help@shop.example < mail`."""

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from tickets.channels.mail_in.described import described
from tickets.channels.mail_in.handle import handle
from tickets.channels.mail_in.mailboxes import NoMailbox, mailbox_for
from tickets.channels.mail_in.store import store
from tickets.memory import remembering
from tickets.models import Mailbox

TRY_AGAIN = os.EX_TEMPFAIL
"""75: every mail server keeps the mail and comes back."""


class Command(BaseCommand):
    help = (
        "Takes mails from files, or one from standard input, and prints a line of JSON for each. Ends with 0 once all "
        "are stored, and with 75 (try again) when one could not be."
    )
    requires_system_checks: list[str] = []  # each mail of a pipe starts us anew, and must not be turned away

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--mailbox", required=True, metavar="ADDRESS", help="the address the mail came to"
        )
        parser.add_argument("files", nargs="*", metavar="FILE", help="one mail each, as it came (RFC 5322)")

    def handle(self, *args: Any, mailbox: str, files: list[str], **options: Any) -> None:
        try:
            box = mailbox_for(mailbox)
            with remembering():
                stored = [self._take(box, name, raw) for name, raw in self._mails(files)]
        except NoMailbox:
            stored = [False]
            self.stderr.write(f"There is no mailbox {mailbox}; make one in the admin.")
        except Exception as error:  # 1 would tell the mail server that nobody will ever take this mail
            stored = [False]
            self.stderr.write(f"{type(error).__name__}: {error}")
        if not all(stored):
            sys.exit(TRY_AGAIN)

    def _mails(self, files: list[str]) -> Iterator[tuple[str, bytes | None]]:
        if not files:
            yield "standard input", sys.stdin.buffer.read()
        for name in files:
            try:
                yield name, Path(name).read_bytes()
            except OSError as error:
                self.stderr.write(f"{name}: {error.strerror}")
                yield name, None

    def _take(self, box: Mailbox, name: str, raw: bytes | None) -> bool:
        """Whether the mail is stored; what becomes of it after that is no business of the mail server."""
        if raw is None:
            return False
        now = timezone.now()
        try:
            stored = store(box, raw, at=now, mine=True)
        except Exception as error:  # the others of this call still have their turn
            self.stderr.write(f"{name}: could not be stored: {error}")
            return False
        mail = handle(stored, at=now)
        with suppress(OSError):  # whoever reads no answer has handed the mail over all the same
            self.stdout.write(json.dumps(described(stored, mail), ensure_ascii=False))
            self.stdout.flush()
        return True
