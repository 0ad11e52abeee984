"""One order out of all its rows, wherever they stand in the file."""

import pickle
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import TracebackType

from customers.importing.rows import BadRow, ItemRow, OrderRow

BATCH_ORDERS = 500
BATCH_UNITS = 5_000
"""Codes and items of a batch, so that a few huge orders do not make a huge transaction."""


class MergedOrders:
    """Collects rows and gives back whole orders, in memory that does not grow with the file.

    The rows wait in a temporary SQLite database of this process: "" makes one that spills to disk when it
    grows and has no name there, so nobody else can open it and nothing stays behind, even after a crash.
    """

    def __init__(self) -> None:
        self.rows = sqlite3.connect("", isolation_level=None)
        self.rows.execute("CREATE TABLE waiting (number TEXT, id INTEGER PRIMARY KEY, lines TEXT, row BLOB)")
        self.rows.execute("BEGIN")

    def __enter__(self) -> "MergedOrders":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.rows.close()

    def add(self, lines: str, row: OrderRow) -> None:
        self.rows.execute(
            "INSERT INTO waiting (number, lines, row) VALUES (?, ?, ?)",
            (row.number, lines, pickle.dumps(row)),
        )

    def batches(self, refuse: Callable[[str, str], None]) -> Iterator[list[OrderRow]]:
        """Whole orders by number. `refuse(lines, reason)` hears of rows that contradict earlier ones."""
        batch: list[OrderRow] = []
        units = 0
        for order in self._orders(refuse):
            batch.append(order)
            units += sum(1 + len(item.codes) for item in order.items)
            if len(batch) >= BATCH_ORDERS or units >= BATCH_UNITS:
                yield batch
                batch, units = [], 0
        if batch:
            yield batch

    def _orders(self, refuse: Callable[[str, str], None]) -> Iterator[OrderRow]:
        growing: _Order | None = None
        for lines, content in self.rows.execute("SELECT lines, row FROM waiting ORDER BY number, id"):
            row: OrderRow = pickle.loads(content)  # noqa: S301  written by this process a moment ago
            if growing and growing.row.number == row.number:
                try:
                    growing.add(row)
                except BadRow as problem:
                    refuse(lines, str(problem))
            else:
                if growing:
                    yield growing.finished()
                growing = _Order(row)
        if growing:
            yield growing.finished()


class _Order:
    """An order whose rows are still being read. Where they differ, the later one is right."""

    def __init__(self, row: OrderRow) -> None:
        self.row = row
        self.items: dict[str, ItemRow] = {}
        self.codes: dict[str, dict[str, None]] = {}
        self._add_items(row)

    def add(self, row: OrderRow) -> None:
        if self.row.folded != row.folded:
            raise BadRow("The same order stands earlier in the file with another email.")
        if self.row.currency != row.currency:
            raise BadRow("The same order stands earlier in the file with another currency.")
        self.row = replace(
            row,
            customer_name=row.customer_name or self.row.customer_name,
            language=row.language or self.row.language,
        )
        self._add_items(row)

    def _add_items(self, row: OrderRow) -> None:
        for item in row.items:
            known = self.items.get(item.sku, item)
            quantities = [number for number in (known.quantity, item.quantity) if number is not None]
            self.items[item.sku] = replace(
                item,
                # Each row of a product repeats how many of it the order has, so these are not added up.
                quantity=max(quantities, default=None),
                codes=(),
            )
            self.codes.setdefault(item.sku, {}).update(dict.fromkeys(item.codes))

    def finished(self) -> OrderRow:
        items = (replace(item, codes=tuple(self.codes[sku])) for sku, item in self.items.items())
        return replace(self.row, items=tuple(items))
