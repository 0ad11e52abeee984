"""`bin/run` as a person meets it: it starts, says what to open, leaves nothing behind, keeps the data."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings

pytestmark = pytest.mark.standalone
READY = "Ctrl-C ends it."
TIMEOUT = 90
TIMEOUT_WITH_DEMO = 240
SMALL_DEMO = "helpdesk.tests.small_demo_settings"
TOLD = "SELECT count(*), max(opened_at) FROM tickets_ticket"
# A proxy of the environment is for other machines.
DIRECT = urllib.request.ProxyHandler({})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Run:
    """A running `bin/run` with the environment that these tests run in."""

    def __init__(
        self, data: Path, port: int | None = None, *, empty: bool = True, settings_module: str = ""
    ) -> None:
        self.port = port or free_port()
        self.address = f"http://localhost:{self.port}"
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        own = {"HELPDESK_VENV": sys.prefix, "HELPDESK_DATA": data.name, "PORT": str(self.port)}
        if settings_module:
            own["DJANGO_SETTINGS_MODULE"] = settings_module
        self.process = subprocess.Popen(
            [settings.BASE_DIR / "bin" / "run", *(["--empty"] if empty else [])],
            env={**kept, **own},
            cwd=data.parent,  # HELPDESK_DATA is relative to where the person stands
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.printed = ""
        self._alarm = threading.Timer(TIMEOUT if empty else TIMEOUT_WITH_DEMO, self.process.kill)
        self._alarm.start()

    def wait_until_ready(self) -> "Run":
        while READY not in self.printed:
            line = self.process.stdout.readline()
            assert line, f"it ended before it was ready:\n{self.printed}"
            self.printed += line
        self.family = descendants(self.process.pid)
        return self

    def health(self) -> dict:
        with urllib.request.build_opener(DIRECT).open(self.address + "/healthz", timeout=10) as answer:
            return json.load(answer)

    def end(self, number: signal.Signals | None = None) -> int:
        if number:
            self.process.send_signal(number)
        self.printed += self.process.communicate(timeout=TIMEOUT)[0]
        self._alarm.cancel()
        return self.process.returncode


def descendants(pid: int) -> dict[int, str]:
    """Commands of all processes below this one."""
    listed = subprocess.run(
        ["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    family: dict[int, str] = {}
    parents = {pid}
    while parents:
        children = {int(child): command for child, parent, command in rows if int(parent) in parents}
        family |= children
        parents = set(children)
    return family


def still_there(pids: dict[int, str]) -> dict[int, str]:
    return {pid: command for pid, command in pids.items() if Path(f"/proc/{pid}").exists()}


@pytest.fixture
def run(tmp_path):
    """Starts it on a data folder of this test's own, and ends whatever the test leaves running."""
    started: list[Run] = []

    def run(port: int | None = None, **how: Any) -> Run:
        started.append(Run(tmp_path / "my data", port, **how))
        return started[-1]

    yield run
    for one in started:
        if one.process.poll() is None:
            one.end(signal.SIGTERM)


def test_it_starts_empty_or_with_the_demo_ends_by_ctrl_c_and_keeps_the_data(run, tmp_path):
    """One walk, for each start in a fresh folder takes many seconds."""
    data = tmp_path / "my data"
    first = run().wait_until_ready()
    assert first.address in first.printed
    assert "createsuperuser" in first.printed
    state = first.health()
    assert all(state[part]["ok"] for part in ("database", "broker", "worker", "beat"))
    assert len(first.family) >= 4  # web and its child, worker, beat
    one_that_dies_ends_all(first)
    assert rows(data, "SELECT count(*) FROM customers_shop") == [(0,)]

    # As if this were its first start, but for the tables.
    (data / "started").unlink()
    second = run(empty=False, settings_module=SMALL_DEMO).wait_until_ready()
    links_and_logins_work(second)
    assert second.end(signal.SIGINT) == 0
    assert still_there(second.family) == {}
    assert "What you did is kept" in second.printed
    assert not re.search(r"Traceback|ERROR", second.printed)

    secret, told = (data / "secret.key").read_text(), rows(data, TOLD)
    rows(data, "INSERT INTO tickets_team (name, shares_out) VALUES ('Kept', 0)")
    third = run(empty=False, settings_module=SMALL_DEMO).wait_until_ready()
    assert "Loading the demo" not in third.printed
    assert third.end(signal.SIGTERM) == 0
    assert still_there(third.family) == {}
    assert (data / "secret.key").read_text() == secret
    assert rows(data, TOLD) == told
    assert rows(data, "SELECT name FROM tickets_team WHERE name = 'Kept'") == [("Kept",)]


@pytest.mark.heavy
def test_the_whole_demo_is_loaded_in_a_fresh_folder_and_what_it_prints_works(run):
    links_and_logins_work(run(empty=False).wait_until_ready())


def rows(data: Path, statement: str) -> list[tuple]:
    with closing(sqlite3.connect(data / "helpdesk.sqlite3")) as connection, connection:
        return connection.execute(statement).fetchall()


def one_that_dies_ends_all(running: Run) -> None:
    worker = next(pid for pid, command in running.family.items() if "celery -A helpdesk worker" in command)
    os.kill(worker, signal.SIGKILL)
    assert running.end() != 0
    assert "“worker” ended by itself" in running.printed
    assert still_there(running.family) == {}


def links_and_logins_work(running: Run) -> None:
    links = re.findall(r"^  (http\S+/o/\S+)$", running.printed, re.MULTILINE)
    logins = re.findall(r"^  (\S+@\S+) +(\S+) ", running.printed, re.MULTILINE)
    assert (len(links), len(logins)) == (3, 7)
    browser = urllib.request.build_opener(DIRECT, urllib.request.HTTPCookieProcessor())
    for link in links:
        with browser.open(link, timeout=30) as page:
            assert "Report a problem with this activation code" in page.read().decode()
    with browser.open(running.address + "/desk/", timeout=30) as page:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())[1]
        where = page.url
    form = {"csrfmiddlewaretoken": token, "username": logins[0][0], "password": logins[0][1]}
    with browser.open(where, urlencode(form).encode(), timeout=30) as queue:
        assert queue.url == running.address + "/desk/"
        assert "/desk/tickets/" in queue.read().decode()


def test_a_port_in_use_is_told_kindly(run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = run(port)
        assert refused.end() != 0
    assert f"Port {port} cannot be used" in refused.printed
    assert f"PORT={port + 1} bin/run" in refused.printed
    assert "Traceback" not in refused.printed
