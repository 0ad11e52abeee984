"""Programs that run as one: whatever ends their parent, none is left, and their logs stay small."""

import os
import select
import signal
import subprocess
import sys

import pytest
from django.conf import settings

from helpdesk import processes
from helpdesk.processes import Processes, Program

pytestmark = pytest.mark.standalone

PARENT = """
import os, signal, sys
from pathlib import Path
from helpdesk.processes import Processes, Program
running = Processes(Path.cwd(), Path(sys.argv[1]), tell=print)
running.start(Program("one", [sys.executable, "-c", "import signal; signal.pause()"]), dict(os.environ))
print(running._running["one"].pid, flush=True)
signal.pause()
"""


def ends_within(pid: int, seconds: float) -> bool:
    with os.fdopen(os.pidfd_open(pid)) as process:
        return bool(select.select([process], [], [], seconds)[0])


def test_a_parent_that_is_killed_leaves_no_program_behind(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, tmp_path], cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True
    ) as parent:
        child = int(parent.stdout.readline())
        assert not ends_within(child, 0)
        parent.send_signal(signal.SIGKILL)
        assert ends_within(child, 20)


def test_a_program_that_writes_for_ever_fills_no_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "LOG_BYTES", 10_000)
    running = Processes(tmp_path, tmp_path, tell=lambda line: None)
    script = "for n in range(5000): print('line', n)"
    running.start(Program("talker", [sys.executable, "-c", script]), dict(os.environ))
    running._running["talker"].wait(20)
    running.stop(hurry=lambda: False)
    logs = sorted(tmp_path.glob("talker.log*"))
    assert [log.name for log in logs] == ["talker.log", "talker.log.1"]
    assert all(log.stat().st_size <= 10_000 for log in logs)
    assert logs[0].read_text().endswith("line 4999\n")
