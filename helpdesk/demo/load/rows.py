"""Many rows at once into the database. Django's own way spends more time on each than PostgreSQL does, so there
they go in by COPY, and are no instances of models before."""

import csv
import json
from collections.abc import Iterable, Sequence
from io import StringIO
from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.db.models import Field, JSONField, Model


class Row(SimpleNamespace):
    """A row to be: the columns of a model as attributes. Those it does not have get the model's defaults."""

    id: int


def insert(model: type[Model], rows: Sequence[Row]) -> None:
    """The rows have their ids afterwards."""
    if not rows:
        return
    if connection.vendor == "postgresql":
        _copy(model, rows)
        return
    made = model._default_manager.bulk_create(model(**vars(row)) for row in rows)
    for row, instance in zip(rows, made, strict=True):
        row.id = instance.pk


def _copy(model: type[Model], rows: Sequence[Row]) -> None:
    """For fields of numbers, text, times and JSON. The ids come out of the sequence, so whoever inserts meanwhile
    or afterwards gets others."""
    meta, name = model._meta, connection.ops.quote_name
    table, fields = name(meta.db_table), meta.concrete_fields
    columns = ", ".join(name(field.column) for field in fields)
    # CSV has one way to write nothing: it means NULL where a column takes that, and empty text elsewhere.
    texts = ", ".join(name(field.column) for field in fields if not field.null)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [meta.db_table])
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [*cursor.fetchone(), len(rows)])
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            row.id = number
        lines = StringIO()
        csv.writer(lines).writerows(zip(*(_values(field, rows) for field in fields), strict=True))
        lines.seek(0)
        cursor.copy_expert(
            f"COPY {table} ({columns}) FROM STDIN (FORMAT csv, FORCE_NOT_NULL ({texts}))", lines
        )


def _values(field: Field, rows: Sequence[Row]) -> Iterable[Any]:
    name = field.attname
    values = (columns[name] if name in columns else field.get_default() for columns in map(vars, rows))
    return map(json.dumps, values) if isinstance(field, JSONField) else values
