"""A Celery broker that is a folder: for a machine with no Redis.

Kombu's own filesystem transport writes messages and its table of exchanges in place, so a reader can meet
half a file. Here a message is written under another name and published by rename; a consumer claims it by
rename, which succeeds for exactly one process. Exchanges live in each process's memory: Celery declares its
queue before it publishes. There is no fanout, so the worker runs without remote control.

A worker that is killed loses the messages it held. That is fine here: a message is only a wake-up, and the
sweeps find whatever none announced.
"""

import logging
import os
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any
from urllib.parse import quote

from kombu.transport import TRANSPORT_ALIASES, virtual
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)


def clear_leftovers(folder: Path) -> None:
    """What processes that were killed left behind while they wrote or read. Only before any is started."""
    for pattern in ("*/*.draft", "*/*.claimed-*"):
        for leftover in folder.glob(pattern):
            leftover.unlink(missing_ok=True)


class Channel(virtual.Channel):
    """One folder per queue; the names of files sort by the time of publishing."""

    def _folder(self, queue: str) -> Path:
        folder = Path(self.connection.client.transport_options["folder"]) / quote(queue, safe="")
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _messages(self, queue: str) -> Iterator[Path]:
        folder = self._folder(queue)
        return (folder / name for name in sorted(os.listdir(folder)) if name.endswith(".message"))

    def _new_queue(self, queue: str, **kwargs: Any) -> None:
        self._folder(queue)

    def _has_queue(self, queue: str, **kwargs: Any) -> bool:
        return self._folder(queue).is_dir()

    def _put(self, queue: str, message: dict[str, Any], **kwargs: Any) -> None:
        folder = self._folder(queue)
        name = f"{time.time_ns():020d}-{uuid.uuid4().hex}.message"
        handle, draft = tempfile.mkstemp(dir=folder, suffix=".draft")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(dumps(message))
        os.rename(draft, folder / name)

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        for message in self._messages(queue):
            claimed = message.with_suffix(f".claimed-{uuid.uuid4().hex}")
            try:
                os.rename(message, claimed)
            except FileNotFoundError:
                continue  # another consumer was faster
            try:
                return self._whole(loads(claimed.read_text(encoding="utf-8")))
            except (ValueError, KeyError, TypeError):
                # A disk that was full, say. Raised, it would end the worker, and all that runs with it.
                logger.error("A damaged message was dropped: %s", message.name)
            finally:
                claimed.unlink()
        raise Empty

    def _whole(self, message: dict[str, Any]) -> dict[str, Any]:
        """Raises what Kombu would raise later, when it reads the message or brings it back."""
        delivery = self.message_to_python(message).delivery_info
        delivery["exchange"], delivery["routing_key"]
        return message

    def _size(self, queue: str) -> int:
        return sum(1 for _message in self._messages(queue))

    def _purge(self, queue: str) -> int:
        purged = 0
        for message in self._messages(queue):
            try:
                message.unlink()
                purged += 1
            except FileNotFoundError:
                continue  # a consumer was faster
        return purged

    def _delete(self, queue: str, *args: Any, **kwargs: Any) -> None:
        super()._delete(queue, *args, **kwargs)
        self._purge(queue)


class Transport(virtual.Transport):
    Channel = Channel
    polling_interval = 0.2
    driver_type = "folder"
    driver_name = "folder"

    def driver_version(self) -> str:
        return "1"


# So that `folder://` can be a broker's address.
TRANSPORT_ALIASES["folder"] = "helpdesk.file_broker:Transport"
