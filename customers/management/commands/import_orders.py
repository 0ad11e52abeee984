import os
import stat
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from customers.importing import FileProblem, Summary, import_orders
from customers.models import Shop


class Command(BaseCommand):
    help = (
        "Imports orders from a CSV or JSON Lines file. Running it twice changes nothing. "
        "docs/import.md describes the columns."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--shop", required=True, metavar="SLUG", help="the short name of the shop")
        parser.add_argument(
            "--format", choices=["csv", "jsonl"], help="when the end of the file name does not tell it"
        )
        parser.add_argument("--encoding", default="utf-8", help="such as windows-1257; default: utf-8")
        parser.add_argument(
            "--links",
            metavar="FILE",
            help="write the order link of each order there as CSV; - for the output",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
        parser.add_argument("--strict", action="store_true", help="exit with 1 when a row was bad")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"] and options["links"]:
            raise CommandError("--dry-run imports no orders, so there are no links to write.")
        shop = Shop.objects.filter(slug=options["shop"]).first()
        if shop is None:
            slugs = ", ".join(Shop.objects.values_list("slug", flat=True)) or "none yet"
            raise CommandError(f"There is no shop '{options['shop']}'. Shops: {slugs}.")
        try:
            with self.links_to(options["links"]) as links:
                summary = import_orders(
                    options["file"],
                    shop,
                    file_format=options["format"] or _format_of(options["file"]),
                    encoding=options["encoding"],
                    now=timezone.now(),
                    complain=lambda lines, reason: self.stderr.write(f"line {lines}: {reason}"),
                    links=links,
                    dry_run=options["dry_run"],
                )
        except FileProblem as problem:
            raise CommandError(str(problem)) from problem
        self.report(summary, options)
        if summary.bad_rows and options["strict"]:
            sys.exit(1)

    def report(self, summary: Summary, options: dict[str, Any]) -> None:
        line = f"{summary.new} new, {summary.changed} changed, {summary.unchanged} unchanged"
        if options["dry_run"]:
            line += " (dry run, nothing was written)"
        # Whoever reads the links from the output wants nothing else there.
        stream = self.stderr if options["links"] == "-" else self.stdout
        stream.write(line)
        if summary.moved:
            stream.write(
                f"{summary.moved} of the changed orders have another customer now: their earlier links have ended."
            )
        if summary.bad_rows:
            self.stderr.write(f"{summary.bad_rows} bad rows were left out; the reasons stand above.")

    @contextmanager
    def links_to(self, name: str | None) -> Iterator[TextIO | None]:
        if name is None:
            yield None
        elif name == "-":
            yield self.stdout._out
        else:
            with open(name, "w", encoding="utf-8", newline="", opener=_only_for_me) as stream:
                yield stream


def _only_for_me(path: str, flags: int) -> int:
    """Each link opens an order without a password, so nobody else on this machine gets to read them."""
    try:
        descriptor = os.open(path, flags, 0o600)
        if stat.S_ISREG(os.fstat(descriptor).st_mode):  # and not a device or a pipe
            os.fchmod(descriptor, 0o600)  # it may have been there before, for all to read
    except OSError as error:
        raise CommandError(f"The links cannot be written to {path}: {error.strerror}.") from error
    return descriptor


def _format_of(path: Path) -> str:
    if path.suffix.casefold() in (".jsonl", ".ndjson"):
        return "jsonl"
    if path.suffix.casefold() in (".csv", ".tsv", ".txt"):
        return "csv"
    raise CommandError(
        "The end of the file name does not tell what it is. Add --format csv or --format jsonl."
    )
