"""Everything that `bin/run` does once Python is there."""

import hashlib
import json
import os
import shlex
import socket
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError

from customers.models import Shop
from helpdesk.environment import host_of
from helpdesk.file_broker import clear_leftovers
from helpdesk.models import Heartbeat
from helpdesk.processes import Processes, Program, StopRequests

PYTHON = sys.executable
CELERY = [PYTHON, "-m", "celery", "-A", "helpdesk"]
# Workers that talk to each other gain nothing here: there is one.
ALONE = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
PROGRAMS = [
    Program("web", [PYTHON, "-m", "gunicorn", "-c", "helpdesk/gunicorn.py", "helpdesk.wsgi"]),
    Program("worker", [*CELERY, "worker", "--pool=threads", "--concurrency=4", *ALONE]),
    Program("beat", [*CELERY, "beat", "--pidfile="]),
]
ALIVE_WITHIN_SECONDS = 60


class Command(BaseCommand):
    help = "Starts web, worker and beat on this machine and ends them together. Loads the demo shop once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--empty", action="store_true", help="Start without the demo shop.")

    def handle(self, *args: Any, empty: bool, **options: Any) -> None:
        refuse_a_port_in_use()
        try:
            self._prepare(empty)
        except KeyboardInterrupt:
            raise CommandError("Stopped before it started. Start again with bin/run.") from None
        except OperationalError as error:
            raise CommandError(f"The database cannot be used: {error}") from error
        self._tell("Starting web, worker and beat ...")
        processes = Processes(settings.BASE_DIR, Path(settings.HELPDESK_DATA) / "log", tell=self._tell)
        with StopRequests() as requests:
            try:
                for program in PROGRAMS:
                    processes.start(program, {**os.environ, "PYTHONUNBUFFERED": "1"})
                if wait_until_alive(processes, requests):
                    self._welcome()
                stay(processes, requests)
                self._tell("Stopping ...")
            finally:
                processes.stop(hurry=lambda: requests.count > 1)
        self._tell("Stopped. What you did is kept; start again with bin/run.")

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _prepare(self, empty: bool) -> None:
        data = Path(settings.HELPDESK_DATA)
        data.mkdir(parents=True, exist_ok=True)
        # The broker's folder is made by the first message; /healthz should not wait for one.
        (data / "broker").mkdir(exist_ok=True)
        clear_leftovers(data / "broker")
        call_command("migrate", interactive=False, verbosity=0)
        Heartbeat.objects.all().delete()  # those of an earlier run would count as life
        collect_static(self._tell)
        started_before = data / "started"
        if not (empty or settings.PRODUCTION or started_before.exists() or Shop.objects.exists()):
            self._tell("Loading the demo shop (once, about a minute) ...")
            call_command("demo", stdout=self.stdout)
        started_before.touch()

    def _welcome(self) -> None:
        self._tell(f"\nThe helpdesk runs: {settings.SITE_URL}\n")
        if not Shop.objects.exists():
            self._tell("It is empty. Make the first admin in a second terminal:")
            data = os.environ.get("HELPDESK_DATA")
            self._tell(
                f"  {f'HELPDESK_DATA={shlex.quote(data)} ' if data else ''}{PYTHON} manage.py createsuperuser"
            )
            self._tell(f"and add a shop at {settings.SITE_URL}/admin/")
        else:
            self._show_demo()
        if settings.EMAIL_BACKEND == "helpdesk.mail_folder.EmailBackend" and not settings.PRODUCTION:
            self._tell(f"\nMail that would go out:  {settings.SITE_URL}/dev/mail/")
        self._tell(f"Logs:                    {Path(settings.HELPDESK_DATA) / 'log'}")
        self._tell("\nCtrl-C ends it.")

    def _show_demo(self) -> None:
        printed = StringIO()
        try:
            call_command("demo", json=True, stdout=printed)
        except CommandError:
            return  # the shop is not the demo's
        demo = json.loads(printed.getvalue())
        self._tell("As a customer, open an order link:")
        for link in demo["order_links"][:3]:
            self._tell(f"  {link['url']}")
        self._tell(f"\nAs an agent, sign in at {settings.SITE_URL}/desk/ with:")
        for login in demo["logins"]:
            self._tell(f"  {login['email']:<28} {login['password']:<16} {login['name']}, {login['role']}")


def collect_static(tell: Callable[[str], Any]) -> None:
    """Only when something changed: hashing and compressing all files takes seconds. The stamp lies among what was
    collected, to be gone with it."""
    folders = [settings.BASE_DIR / "static", settings.BASE_DIR / "requirements.txt"]
    files = [file for folder in folders for file in (folder, *folder.rglob("*")) if file.is_file()]
    sources = sorted([str(f), f.stat().st_size, f.stat().st_mtime_ns] for f in files)
    state = hashlib.sha256(repr([settings.STORAGES["staticfiles"], sources]).encode()).hexdigest()
    stamp = Path(settings.STATIC_ROOT) / "collected.txt"
    # The manifest, without which no page can be shown, may have been deleted alone.
    complete = settings.DEBUG or stamp.with_name("staticfiles.json").exists()
    if complete and stamp.exists() and stamp.read_text() == state:
        return
    tell("Collecting static files ...")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(state)


def refuse_a_port_in_use() -> None:
    host, port = host_of(settings.WEB_BIND), settings.WEB_BIND.rpartition(":")[2]
    if not port.isdigit():
        return  # a socket file; the web server tells
    try:
        [(family, _, _, _, address), *_] = socket.getaddrinfo(
            host or "127.0.0.1", port, type=socket.SOCK_STREAM
        )
    except socket.gaierror as error:
        raise CommandError(f"WEB_BIND names no address of this machine: {settings.WEB_BIND}") from error
    with closing(socket.socket(family)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({error.strerror}). Perhaps the helpdesk runs already? "
                f"Choose another: PORT={int(port) + 1} bin/run"
            ) from error


def wait_until_alive(processes: Processes, requests: StopRequests) -> bool:
    """Until /healthz finds every part alive, or somebody stops it before."""
    own = settings.WEB_BIND.replace("0.0.0.0", "127.0.0.1").replace("[::]", "[::1]")  # noqa: S104
    # A proxy that the environment names is for other machines, and knows nothing of this one.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + ALIVE_WITHIN_SECONDS
    state = "no answer"
    while not requests.count:
        refuse_if_one_ended(processes)
        try:
            with direct.open(f"http://{own}/healthz", timeout=5):
                return True
        except urllib.error.HTTPError as answer:
            state = answer.read(1000).decode(errors="replace")
        except OSError:
            pass  # the web server does not listen yet
        if time.monotonic() > deadline:
            raise CommandError(f"It did not come to life within {ALIVE_WITHIN_SECONDS} seconds: {state}")
        time.sleep(0.2)
    return False


def stay(processes: Processes, requests: StopRequests) -> None:
    while not requests.count:
        refuse_if_one_ended(processes)
        time.sleep(0.3)


def refuse_if_one_ended(processes: Processes) -> None:
    if name := processes.ended():
        log = Path(settings.HELPDESK_DATA) / "log" / f"{name}.log"
        raise CommandError(f"The program “{name}” ended by itself, so all are stopped. Its last words: {log}")
