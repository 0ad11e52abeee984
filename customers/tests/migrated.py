"""Databases for the processes that a test starts."""

import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection


def migrated_copy(path: Path) -> None:
    """A SQLite database with all that the migrations make, at `path`: a copy of that of the tests, which takes a moment
    instead of many seconds. Where the tests use PostgreSQL there is none to copy, and `migrate` makes it as ever.
    Needs the fixture `db`."""
    if connection.vendor != "sqlite":
        return
    # Through a connection of its own: that of the test is in a transaction, and its backup would wait for the end.
    with (
        closing(sqlite3.connect(connection.settings_dict["NAME"])) as ours,
        closing(sqlite3.connect(path)) as copy,
    ):
        ours.backup(copy)
