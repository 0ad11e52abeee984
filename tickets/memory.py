"""What whoever handles many tickets in a row need not ask again for each: settings of the desk, as they were a moment
ago. Only inside `remembering()`, and for two seconds at most, so what an admin changes holds two seconds later."""

import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

SECONDS = 2.0


class Memory:
    def __init__(self) -> None:
        self._known: dict[Hashable, Any] = {}
        self._since = time.monotonic()

    def get(self, key: Hashable, find: Callable[[], Any]) -> Any:
        if time.monotonic() - self._since > SECONDS:
            self._known.clear()
            self._since = time.monotonic()
        if key not in self._known:
            self._known[key] = find()
        return self._known[key]


_memory: ContextVar[Memory | None] = ContextVar("memory", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """For a loop over mails or tickets."""
    token = _memory.set(_memory.get() or Memory())
    try:
        yield
    finally:
        _memory.reset(token)


def is_remembering() -> bool:
    return _memory.get() is not None


def remembered(key: Hashable, find: Callable[[], Any]) -> Any:
    memory = _memory.get()
    return find() if memory is None else memory.get(key, find)
