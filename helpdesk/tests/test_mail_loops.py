"""Machines that answer each other, through the real way in and out: our mails are made as they would be sent, and what
answers them is handed to the real way in. It must be quiet after a handful of mails."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from customers.tests.migrated import migrated_copy
from tickets.channels.deliver import send_due
from tickets.models import Delivery, InMail, Ticket
from tickets.tests.factories import make_mailbox
from tickets.tests.mail_server import MailServer, mail_server
from tickets.tests.mailing import make_mail, take

pytestmark = pytest.mark.django_db
HANDFUL = 10


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    with mail_server() as server:
        settings.EMAIL_BACKEND = "tickets.channels.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield server


def to_customers(server: MailServer) -> list[EmailMessage]:
    return [taken.mail for taken in server.taken if "desk.example" not in taken.recipients[0]]


def go_round(server: MailServer, answer, *, rounds: int) -> int:
    """Send what is due and hand each mail's answer in, until nothing goes out any more. Returns how many went out."""
    seen = 0
    for _round in range(rounds):
        send_due()
        new = to_customers(server)[seen:]
        if not new:
            break
        seen += len(new)
        for mail in new:
            for raw in answer(mail):
                take(raw, at=timezone.now())
    return seen


def test_two_helpdesks_of_ours_that_mail_each_other_fall_silent(server: MailServer, tmp_path: Path) -> None:
    """The other one is a helpdesk of its own, with a database and processes of its own."""
    other = OtherHelpdesk(tmp_path)
    ours = make_mailbox()

    def deliver(mail: EmailMessage) -> list[bytes]:
        return other.receive(mail.as_bytes())

    # Somebody at the other helpdesk wrote to ours by hand; from then on there are only machines.
    take(make_mail(sender=f"Other shop <{other.ADDRESS}>", to=ours.address), ours, at=timezone.now())
    assert go_round(server, deliver, rounds=20) == 1
    assert other.sent <= 1
    assert InMail.objects.count() <= 2


class OtherHelpdesk:
    """Another installation: `receive_mail` on a SQLite database of its own, and what its own worker would send."""

    ADDRESS = "help@other.example"

    def __init__(self, folder: Path) -> None:
        self.sent = 0
        self._mails = folder / "sent"
        (folder / "data").mkdir()
        self._environment = {
            **{
                name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")
            },
            "HELPDESK_DATA": str(folder / "data"),
            "EMAIL_URL": f"file://{self._mails}",
        }
        migrated_copy(folder / "data" / "helpdesk.sqlite3")
        self._manage("migrate", "--verbosity", "0")
        shop = "name='Other', slug='other', support_email='help@other.example'"
        self._manage("shell", "-c", f"from customers.models import Shop; Shop.objects.create({shop})")

    def receive(self, raw: bytes) -> list[bytes]:
        """What it sends because of a mail."""
        self._manage("receive_mail", "--mailbox", self.ADDRESS, mail=raw)
        self._manage("shell", "-c", "from tickets.channels.deliver import send_due; send_due()")
        files = sorted(self._mails.glob("*.eml"))
        new = [file.read_bytes() for file in files[self.sent :]]
        self.sent = len(files)
        return new

    def _manage(self, *arguments: str, mail: bytes = b"") -> None:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=self._environment,
            input=mail,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()


def test_an_autoresponder_that_answers_everything_from_changing_addresses_is_not_answered_for_long(
    server: MailServer,
) -> None:
    """It has no header that says so, a text and subject of its own each time, and answers each mail twice."""
    mailbox = make_mailbox()
    chance = random.Random(1)

    def answer(mail: EmailMessage) -> list[bytes]:
        return [
            make_mail(
                f"Dear friend {chance.random()}, we value you.",
                sender=f"agent{chance.randrange(10**9)}@shop{chance.randrange(10**6)}.example",
                to=mailbox.address,
                subject=f"Hello {chance.randrange(10**6)}",
            )
            for _ in range(2)
        ]

    take(make_mail(sender="first@robots.example"), mailbox, at=timezone.now())
    assert go_round(server, answer, rounds=100) <= HANDFUL
    mailbox.refresh_from_db()
    assert mailbox.silent_until > timezone.now()
    assert Ticket.objects.count() >= 10  # all of it is there for the agents


def test_an_autoresponder_that_answers_below_our_mails_adds_to_one_ticket_and_gets_one_mail(
    server: MailServer,
) -> None:
    mailbox = make_mailbox()

    def answer(mail: EmailMessage) -> list[bytes]:
        return [
            make_mail(
                "We got your mail.",
                sender="anna@robots.example",
                to=mail["Reply-To"] or mailbox.address,
                subject=f"Re: {mail['Subject']}",
                in_reply_to=mail["Message-ID"],
            )
        ]

    take(make_mail(sender="anna@robots.example"), mailbox, at=timezone.now())
    assert go_round(server, answer, rounds=50) == 1
    assert Ticket.objects.count() == 1


def test_the_same_autoresponder_over_days_gets_a_mail_a_day(server: MailServer) -> None:
    mailbox, begin = make_mailbox(), timezone.now()
    for hour in range(72):
        at = begin + timedelta(hours=hour)
        take(make_mail(f"Number {hour}", sender="anna@robots.example"), mailbox, at=at)
    assert Delivery.objects.filter(kind="acknowledge").count() == 3


def test_mail_between_our_own_mailboxes_is_parked(server: MailServer) -> None:
    ours = make_mailbox()
    make_mailbox("orders@keyhaven.example")
    mail = take(make_mail(sender="orders@keyhaven.example", to=ours.address), ours, at=timezone.now())
    assert mail.outcome == InMail.Outcome.PARKED
    assert not Delivery.objects.exists()
