"""Runs several programs as one: their output goes to files, errors also to the terminal; when one ends, all
end."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from logging import makeLogRecord
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

GRACE_SECONDS = 15
LOG_BYTES = 5_000_000
_NEW_ENTRY = re.compile(r"^\[?\d")  # a time; the lines of a traceback never begin so
# Reads the groups of processes until its input ends, which happens however this process ends, and ends them: after a
# `kill -9` they would run for good, and the next start would find its port in use.
_GUARD = """
import os, signal, sys
for group in [int(line) for line in sys.stdin]:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass
"""
_ERROR = re.compile(r"\b(ERROR|CRITICAL)\b")


@dataclass
class Program:
    name: str
    command: list[str]


class Processes:
    """The running programs. `tell` shows a line to the person at the terminal."""

    def __init__(self, folder: Path, log_folder: Path, tell: Callable[[str], Any]) -> None:
        self._folder = folder
        self._log_folder = log_folder
        self._tell = tell
        self._running: dict[str, subprocess.Popen[str]] = {}
        self._readers: list[threading.Thread] = []
        self._guard = subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", "-S", "-c", _GUARD],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def start(self, program: Program, environment: dict[str, str]) -> None:
        """A session of its own keeps the terminal's Ctrl-C from it: it is stopped by `stop`, in order, and
        once."""
        process = subprocess.Popen(  # noqa: S603
            program.command,
            cwd=self._folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._running[program.name] = process
        assert self._guard.stdin is not None
        print(process.pid, file=self._guard.stdin, flush=True)
        reader = threading.Thread(target=self._read, args=(program.name, process), daemon=True)
        reader.start()
        self._readers.append(reader)

    def ended(self) -> str | None:
        """Name of a program that is no longer running."""
        return next((name for name, process in self._running.items() if process.poll() is not None), None)

    def stop(self, hurry: Callable[[], bool]) -> None:
        """Ask all to end; after a while, or when there is a `hurry`, make them."""
        self._signal_all(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while any(process.poll() is None for process in self._running.values()):
            if hurry() or time.monotonic() > deadline:
                break
            time.sleep(0.1)
        # Also for what programs that ended have started: nothing may be left behind.
        self._signal_all(signal.SIGKILL)
        self._guard.kill()  # before these numbers can belong to somebody else
        for process in (*self._running.values(), self._guard):
            process.wait()
        for reader in self._readers:
            reader.join(timeout=2)

    def _signal_all(self, number: signal.Signals) -> None:
        for process in self._running.values():
            try:
                os.killpg(process.pid, number)
            except (ProcessLookupError, PermissionError):
                continue  # the whole group is gone

    def _read(self, name: str, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        showing = False
        self._log_folder.mkdir(parents=True, exist_ok=True)
        file = self._log_folder / f"{name}.log"
        with closing(RotatingFileHandler(file, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")) as log:
            for line in process.stdout:
                log.emit(makeLogRecord({"msg": line.rstrip("\n")}))
                if _NEW_ENTRY.match(line) or _ERROR.search(line):
                    showing = bool(_ERROR.search(line))
                if showing:
                    self._tell(f"{name}: {line.rstrip()}")


class StopRequests:
    """Counts how often somebody presses Ctrl-C, closes the terminal or asks the process to end.

    Counted, not raised: an exception between the start of a program and its entry in the list would leave it.
    """

    NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> "StopRequests":
        self._before = {number: signal.signal(number, self._count) for number in self.NUMBERS}
        return self

    def __exit__(self, *exception: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _count(self, number: int, frame: Any) -> None:
        self.count += 1
