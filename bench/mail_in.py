# ruff: noqa: E402  Django is set up before anything of it is imported
"""How fast mail comes in: stored, read and made a ticket by one process, beside the plain parser of the standard
library over the same bytes.

    DATABASE_URL=postgres://… python -m bench.mail_in [MAILS]

Makes its own mails: text and HTML of a few kilobytes with a quoted history, every fifth with a file of 60 kB, two by
each customer, vouched for by the mail server: the first of each is thanked. In a test database of its own, which is
gone at the end.
"""

import email
import os
import random
import sys
import tempfile
import time
from collections import Counter

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
os.environ.setdefault("SECRET_KEY", "only-for-the-bench-0123456789-abcdefghijklmnopqrstuvwxyz")
os.environ["HELPDESK_DATA"] = tempfile.mkdtemp(prefix="helpdesk-bench-")

import django

django.setup()

from django.db import connection
from django.utils import timezone

from customers.tests.factories import make_shop
from tickets.channels.mail_in.handle import handle
from tickets.channels.mail_in.mailboxes import mailbox_for
from tickets.channels.mail_in.parse import read
from tickets.channels.mail_in.store import store
from tickets.memory import remembering
from tickets.models import InMail
from tickets.tests.mailing import make_mail

SENTENCES = [
    "The code says that it was used already.",
    "I bought it on Monday and tried twice.",
    "Please look at the picture below.",
    "The shop sent me the mail an hour later.",
]


def make_mails(count: int) -> list[bytes]:
    chance = random.Random(1)  # noqa: S311  the same mails each time
    mails = []
    for number in range(count):
        words = "\n\n".join(chance.choices(SENTENCES, k=8)) + f"\n\nNumber {number}"
        history = "\n".join(f"> {line}" for line in chance.choices(SENTENCES, k=20))
        text = f"{words}\n\nOn Tue, 3 Nov 2026 at 10:00 Keyhaven <help@keyhaven.example> wrote:\n{history}\n"
        html = "<html><body><div>" + "</div><div>".join(words.split("\n\n")) + "</div><blockquote type=cite>"
        html += (
            "".join(f"<p style='margin:0'>{line}</p>" for line in history.split("\n"))
            + "</blockquote></body></html>"
        )
        files = {"screenshot.png": chance.randbytes(60_000)} if number % 5 == 0 else {}
        sender = f"customer{number % max(1, count // 2)}@example.com"
        vouched = "mx.keyhaven.example; dmarc=pass header.from=example.com"
        mail = make_mail(
            text,
            sender=sender,
            subject=f"Code {number}",
            html=html,
            files=files,
            authentication_results=vouched,
        )
        mails.append(mail)
    return mails


def measured(what: str, count: int, seconds: float, cpu: float, plain: float) -> None:
    rate, ratio = count / seconds, cpu / plain
    print(
        f"{what:46} {rate:9.1f} a second  {1000 * cpu / count:7.2f} ms CPU each  {ratio:6.1f} × plain parsing"
    )


def main(count: int) -> None:
    mails = make_mails(count)
    size = sum(map(len, mails)) / count / 1024
    print(f"{connection.vendor}, {count} mails of {size:.1f} kB on average")

    def timed(do) -> tuple[float, float]:  # noqa: ANN001
        begin, cpu = time.perf_counter(), time.process_time()
        do()
        return time.perf_counter() - begin, time.process_time() - cpu

    seconds, plain = timed(lambda: [plainly(raw) for raw in mails])
    measured("email.message_from_bytes, each part decoded", count, seconds, plain, plain)
    measured("parse.read: parts, words, files", count, *timed(lambda: [read(raw) for raw in mails]), plain)
    make_shop()
    mailbox = mailbox_for("help@keyhaven.example")
    mailbox.checks_dkim, mailbox.trusted_hosts = False, "mx.keyhaven.example"
    stored: list[InMail] = []
    begun = timed(lambda: stored.extend(store(mailbox, raw, at=timezone.now(), mine=True) for raw in mails))
    measured("store", count, *begun, plain)
    first, later = stored[: count // 2], stored[count // 2 :]
    done = [begun]
    for what, some in (("handle: ticket, promises, thanks", first), ("handle: ticket, promises", later)):
        with remembering():
            done.append(timed(lambda some=some: [handle(one, at=timezone.now()) for one in some]))
        measured(what, len(some), *done[-1], plain * len(some) / count)
    measured("all of it", count, *map(sum, zip(*done, strict=True)), plain)
    print(Counter(f"{one.get_outcome_display()}, thanked: {one.get_thanked_display()}" for one in stored))


def plainly(raw: bytes) -> list:
    mail = email.message_from_bytes(raw)
    return [part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart()]


if __name__ == "__main__":
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)
