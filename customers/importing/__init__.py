"""Orders from a file. `files` reads lines, `rows` checks them, `merging` brings the rows of an order
together, `saving` writes. docs/import.md tells a shop's owner what may stand in the file."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from customers.importing.files import FileProblem, read_csv, read_json_lines
from customers.importing.links import LinkWriter
from customers.importing.merging import MergedOrders
from customers.importing.rows import BadRow, parse_row
from customers.importing.saving import NewProducts, Saved, save_orders
from customers.models import ProductCategory, Shop

__all__ = ["FileProblem", "Summary", "import_orders"]

READERS = {"csv": read_csv, "jsonl": read_json_lines}


@dataclass
class Summary:
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    moved: int = 0
    """Changed ones that have another customer now, so that their earlier links ended."""
    bad_rows: int = 0

    def add(self, saved: Saved, *, orders: int) -> None:
        self.new += len(saved.new)
        self.changed += len(saved.changed)
        self.unchanged += orders - len(saved.new) - len(saved.changed)
        self.moved += len(saved.moved)


def import_orders(
    path: Path,
    shop: Shop,
    *,
    file_format: str,
    encoding: str,
    now: datetime,
    complain: Callable[[str, str], None],
    links: TextIO | None = None,
    dry_run: bool = False,
) -> Summary:
    """Imports what is good and calls `complain(lines, reason)` for each other row.

    Memory does not grow with the file. No reason repeats what stands in it: in a shifted column that could be
    an activation code.

    Raises `FileProblem` when nothing of the file can be read.
    """
    categories = dict(ProductCategory.objects.values_list("slug", "pk"))
    known_skus = set(shop.products.values_list("sku", flat=True))
    new_products: NewProducts = {}
    summary = Summary()

    def refuse(lines: str, reason: str) -> None:
        summary.bad_rows += 1
        complain(lines, reason)

    with MergedOrders() as orders:
        for lines, content in READERS[file_format](path, encoding):
            try:
                if isinstance(content, BadRow):
                    raise content
                row = parse_row(content, categories=categories, known_skus=known_skus)
            except BadRow as problem:
                refuse(lines, str(problem))
            else:
                orders.add(lines, row)
                for item in row.items:
                    if item.sku not in known_skus:
                        new_products[item.sku] = (item.product, categories[item.category])
                        known_skus.add(item.sku)
        writer = LinkWriter(links, shop, now) if links else None
        for batch in orders.batches(refuse):
            saved = save_orders(batch, shop, new_products, now=now, dry_run=dry_run)
            summary.add(saved, orders=len(batch))
            if writer and not dry_run:
                writer.write(batch)
    return summary
