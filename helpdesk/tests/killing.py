"""Real processes on the database of a test, to be killed in the middle of their work; and what must be true of
their mails afterwards."""

import json
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from sla.models import Escalation, Promise, Warning
from tickets.channels.message_ids import message_id
from tickets.models import Delivery, DeliveryAttempt
from tickets.tests.mail_server import MailServer

LEASE_SECONDS = 3
Outcome = DeliveryAttempt.Outcome


class Processes:
    """Programs by name that can be killed and started again."""

    def __init__(self, commands: Mapping[str, Sequence[str]], environment: dict[str, str], log: Path) -> None:
        self._commands = commands
        self._environment = environment
        self._log = log
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.kills: Counter[str] = Counter()
        for name in commands:
            self.start(name)

    def kill(self, name: str) -> None:
        """As the kernel does when memory runs out: at once, in the middle of anything."""
        process = self._running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.kills[name.split()[0]] += 1

    def kill_and_restart(self, name: str) -> None:
        self.kill(name)
        self.start(name)

    def end(self) -> None:
        for process in self._running.values():
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def start(self, name: str) -> None:
        with self._log.open("ab") as log:
            self._running[name] = subprocess.Popen(
                self._commands[name],
                env=self._environment,
                cwd=settings.BASE_DIR,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def pid(self, name: str) -> int:
        return self._running[name].pid

    def said(self) -> str:
        return self._log.read_text()[-5000:]


@contextmanager
def running(
    commands: Mapping[str, Sequence[str]], folder: Path, server: MailServer | None = None, **more: str
) -> Iterator[Processes]:
    """`folder` is their HELPDESK_DATA and holds what they say; `more` is added to their environment."""
    environment = environment_of(folder, server, **more)
    processes = Processes(commands, environment, folder / "processes.log")
    try:
        yield processes
    finally:
        processes.end()


def environment_of(folder: Path, server: MailServer | None = None, **more: str) -> dict[str, str]:
    """Of a process on the database of the test."""
    known = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    return {
        **{name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")},
        "DJANGO_SETTINGS_MODULE": "helpdesk.tests.kill_settings",
        "KILL_TEST_DATABASE": json.dumps({key: connection.settings_dict[key] for key in known}),
        "HELPDESK_DATA": str(folder),
        "DELIVERY_LEASE_SECONDS": str(LEASE_SECONDS),
        **({"EMAIL_URL": f"smtp://127.0.0.1:{server.port}"} if server else {}),
        **more,
    }


def wait_until(reached: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if reached():
            return True
        time.sleep(0.05)
    return False


def all_swept() -> bool:
    now = timezone.now()
    waiting = (Promise.objects.to_break(now), Escalation.objects.due(now), Warning.objects.filter(batch=None))
    return not any(rows.exists() for rows in waiting)


def all_sent() -> bool:
    return not Delivery.objects.exclude(state=Delivery.State.SENT).exists()


def check_digests() -> int:
    """Each warning is part of one mail, and each such mail is about its warnings alone. Returns how many mails."""
    assert not Warning.objects.filter(batch=None).exists()
    batches = set(Warning.objects.order_by().values_list("batch", "delivery", "to").distinct())
    mails = set(Delivery.objects.filter(kind="warning").values_list("pk", "to"))
    assert len(batches) == len({batch for batch, _, _ in batches}) == len(mails)
    assert {(delivery, to) for _, delivery, to in batches} == mails
    return len(mails)


def check_mails(server: MailServer) -> int:
    """Each delivery reached the server, and one that did more than once has an attempt that says why. Returns how
    many attempts were cut off."""
    taken = server.times_taken()
    attempts: dict[int, list[DeliveryAttempt]] = {}
    for attempt in DeliveryAttempt.objects.order_by("delivery", "number"):
        attempts.setdefault(attempt.delivery_id, []).append(attempt)
    for delivery in Delivery.objects.all():
        log = attempts[delivery.pk]
        times = taken.pop(message_id(delivery), 0)
        assert delivery.state == Delivery.State.SENT
        assert times >= 1, f"lost: {delivery}"
        assert [a.number for a in log] == list(range(1, delivery.attempts_made + 1))
        assert {a.outcome for a in log} <= {Outcome.SENT, Outcome.INTERRUPTED}, [a.outcome for a in log]
        # One that was taken each time but for those cut off, of which nobody can know.
        sent = sum(a.outcome == Outcome.SENT for a in log)
        assert sent <= times <= len(log)
    assert not taken, "mails that nobody queued"
    return DeliveryAttempt.objects.filter(outcome=Outcome.INTERRUPTED).count()
