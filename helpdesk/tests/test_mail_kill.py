"""`kill -9` of everything that takes mail in: the command that a mail server calls, the process that fetches by IMAP,
and the one that reads what is stored. The mail server tries again what it was not told of, as they all do.

Afterwards each mail must stand in exactly one ticket.
"""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from helpdesk.tests.killing import environment_of, running, wait_until
from tickets.models import InMail, Mailbox, Message
from tickets.tests.factories import make_mailbox
from tickets.tests.imap_server import PASSWORD, USER, imap_server
from tickets.tests.mailing import make_mail

SWEEPER = [sys.executable, "-m", "helpdesk.tests.sweeper"]
RECEIVE = [sys.executable, "manage.py", "receive_mail", "--mailbox", "help@keyhaven.example"]
A_CALL = 25
"""Mails that the mail server hands over at once."""


@dataclass
class Figures:
    """What the test tells at its end."""

    mails: int
    kills: Counter[str] = field(default_factory=Counter)
    stored: int = 0
    duplicates: int = 0
    seconds: float = 0.0


class MailTransfer:
    """A mail server's queue: what `receive_mail` has not told of is handed over again. Its calls are killed now and
    then."""

    def __init__(self, files: Sequence[Path], environment: dict[str, str], chance: random.Random) -> None:
        self.queue = {str(file) for file in files}
        self.kills = 0
        self._environment = environment
        self._chance = chance

    def hand_over(self, *, kill_within: float | None) -> None:
        some = self._chance.sample(sorted(self.queue), min(A_CALL, len(self.queue)))
        process = subprocess.Popen(
            [*RECEIVE, *some],
            cwd=settings.BASE_DIR,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            said, complaint = process.communicate(
                timeout=kill_within and self._chance.uniform(0.5, kill_within)
            )
        except subprocess.TimeoutExpired:
            process.kill()
            said, complaint = process.communicate()
            self.kills += 1
        else:
            assert process.returncode == 0, complaint
        # Only the lines that it finished count; each stands for the file in its turn.
        told = [line for line in said.splitlines(keepends=True) if line.endswith("\n")]
        for line, file in zip(told, some, strict=False):
            assert json.loads(line)["outcome"]
            self.queue.discard(file)


def make_mails(count: int, folder: Path) -> list[Path]:
    """Each with a word of its own, some with a file."""
    files = []
    for number in range(count):
        files.append(folder / f"{number}.eml")
        attached = {"log.bin": b"x" * 2000} if number % 10 == 0 else {}
        files[-1].write_bytes(
            make_mail(f"Word{number:05}", sender=f"customer{number % 50}@example.com", files=attached)
        )
    return files


def all_read() -> bool:
    return not InMail.objects.filter(next_attempt_at__isnull=False).exists()


def check(count: int) -> None:
    words = Counter(Message.objects.values_list("text", flat=True))
    assert words == Counter({f"Word{number:05}": 1 for number in range(count)})
    outcomes = Counter(InMail.objects.values_list("outcome", flat=True))
    assert set(outcomes) <= {"opened", "replied", "duplicate"}
    assert outcomes["opened"] + outcomes["replied"] == count


def storm(count: int, folder: Path, *, kills: int, seed: int) -> Figures:
    """Half of the mails by the command, half by IMAP."""
    chance, begin = random.Random(seed), time.monotonic()
    figures = Figures(count)
    mails = make_mails(count, folder)
    by_pipe, by_imap = mails[: count // 2], mails[count // 2 :]
    (folder / "imap").mkdir()
    with imap_server(folder / "imap") as server:
        make_mailbox(
            source=Mailbox.Source.IMAP,
            host="127.0.0.1",
            port=server.port,
            security="none",
            user=USER,
            password=PASSWORD,
        )
        server.deliver(*(file.read_bytes() for file in by_imap))
        commands = {name: [*SWEEPER, name.split()[0]] for name in ("fetch 1", "fetch 2", "read 1", "read 2")}
        with running(commands, folder) as processes:
            transfer = MailTransfer(by_pipe, environment_of(folder), chance)
            while transfer.queue or sum(processes.kills.values()) < kills:
                if transfer.queue:
                    transfer.hand_over(kill_within=2.5 if transfer.kills < kills else None)
                else:
                    time.sleep(chance.uniform(0.2, 1.0))
                if sum(processes.kills.values()) < kills:
                    processes.kill_and_restart(chance.choice(list(commands)))
                # Somebody who was killed while fetching would keep the others away for minutes.
                Mailbox.objects.update(fetching_until=None)
            assert wait_until(lambda: _freed() and InMail.objects.count() >= count and all_read(), 240), (
                processes.said()
            )
            figures.kills = processes.kills + Counter({"receive_mail": transfer.kills})
    figures.stored = InMail.objects.count()
    figures.duplicates = InMail.objects.filter(outcome="duplicate").count()
    figures.seconds = round(time.monotonic() - begin, 1)
    return figures


def _freed() -> bool:
    Mailbox.objects.update(fetching_until=None)
    return True


@pytest.mark.imap
@pytest.mark.django_db(transaction=True)
def test_killed_doors_lose_and_double_no_mail(tmp_path: Path) -> None:
    figures = storm(40, tmp_path, kills=3, seed=1)
    check(figures.mails)
    assert figures.kills["receive_mail"] >= 1


@pytest.mark.heavy
@pytest.mark.imap
@pytest.mark.django_db(transaction=True)
def test_a_storm_of_kills_over_two_thousand_mails(tmp_path: Path, capsys) -> None:
    figures = storm(2000, tmp_path, kills=40, seed=2)
    check(figures.mails)
    with capsys.disabled():
        sys.stdout.write(f"\n{connection.vendor}: {figures}\n")
