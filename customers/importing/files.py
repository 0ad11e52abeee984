"""From bytes to rows: encodings, delimiters, headers, and lines that are too long."""

import codecs
import csv
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from customers.importing.rows import COLUMNS, REQUIRED_COLUMNS, BadRow

MAX_LINE = 1_000_000
"""Characters. A file without line breaks must not fill the memory."""

MAX_FIELD = 100_000
"""Characters. Above all stops a quotation mark that is never closed from swallowing the rest of the file."""

NAMES_NO_COLUMN = re.compile(r'\s*"?(sep=.)?"?\s*', re.IGNORECASE)
"""A blank first line, or the one in which Excel notes the delimiter."""

Rows = Iterator[tuple[str, dict[str, Any] | BadRow]]
"""The numbers of the lines, as text, and what stands there by column, or why that cannot be told."""


class FileProblem(Exception):
    """Nothing of the file can be imported; the text says what to do."""


def read_csv(path: Path, encoding: str) -> Rows:
    with _opened(path, encoding) as stream:
        lines = _Lines(stream)
        header_line = next(
            (text for text in lines if lines.read[-1].too_long or not NAMES_NO_COLUMN.fullmatch(text)), ""
        )
        if "\0" in header_line:
            raise FileProblem("This looks like UTF-16. Save it as UTF-8, or add --encoding utf-16-le.")
        delimiter = max(",;\t", key=header_line.count)
        csv.field_size_limit(MAX_FIELD)
        header = _columns(_next_cells(csv.reader([header_line], delimiter=delimiter)) or [])
        reader = csv.reader(lines, delimiter=delimiter)
        while True:
            lines.read.clear()
            try:
                cells = _next_cells(reader)
            except StopIteration:
                return
            first, *more = lines.read
            alone = [_next_cells(csv.reader([line.text], delimiter=delimiter)) for line in more]
            if any(len(header) == len(cells or ()) for cells in alone) and not _is_whole(header, cells):
                # A quotation mark that is not closed costs its own line, not the good ones that it swallowed.
                problem = BadRow("The row goes on in the next line. Is a quotation mark not closed?")
                yield str(first.number), first.too_long or problem
                for line, cells in zip(more, alone, strict=True):
                    yield from _row(str(line.number), header, cells, line.too_long)
            else:
                yield from _row(_span(first.number, lines.number), header, cells, first.too_long)


def read_json_lines(path: Path, encoding: str) -> Rows:
    with _opened(path, encoding) as stream:
        lines = _Lines(stream)
        for text in lines:
            line = lines.read.pop()
            if line.too_long:
                yield str(line.number), line.too_long
            elif text.strip():
                yield str(line.number), _json_object(text)


@dataclass
class _Line:
    number: int
    text: str
    too_long: BadRow | None = None


class _Lines:
    """The lines of a file, counted, and kept in `read` until that is cleared. One that is too long is flagged and
    leaves an empty line."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.number = 0
        self.read: list[_Line] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self.stream.readline(MAX_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        too_long = None
        if len(line) == MAX_LINE and not line.endswith(("\n", "\r")):
            too_long = BadRow(f"The line is longer than {MAX_LINE} characters.")
            while line and not line.endswith(("\n", "\r")):
                line = self.stream.readline(MAX_LINE)
            line = "\n"
        self.read.append(_Line(self.number, line, too_long))
        return line


@contextmanager
def _opened(path: Path, encoding: str) -> Iterator[TextIO]:
    """What cannot be decoded comes as U+FFFD, which `rows` refuses with the number of its line."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
        if start.startswith(codecs.BOM_UTF8):
            encoding = "utf-8-sig"
        elif start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            encoding = "utf-16"
        with path.open(encoding=encoding, errors="replace", newline="") as stream:
            yield stream
    except UnicodeError as error:
        raise FileProblem(
            f"This is not written in {encoding}. Try utf-8, utf-16-le or windows-1257."
        ) from error
    except LookupError as error:
        raise FileProblem(f"There is no encoding called '{encoding}'. Try utf-8 or windows-1257.") from error
    except OSError as error:
        raise FileProblem(f"The file cannot be read: {error.strerror}.") from error


def _columns(cells: list[str]) -> list[str]:
    header = [cell.strip().casefold().replace(" ", "_").replace("-", "_") for cell in cells]
    missing = [name for name in REQUIRED_COLUMNS if name not in header]
    if missing:
        raise FileProblem(
            f"The first line must name the columns. Missing: {', '.join(missing)}. "
            f"Known columns: {', '.join(COLUMNS)}."
        )
    double = sorted({name for name in header if name in COLUMNS and header.count(name) > 1})
    if double:
        raise FileProblem(f"These columns stand in the first line more than once: {', '.join(double)}.")
    return header


def _next_cells(reader: Iterator[list[str]]) -> list[str] | None:
    """None when a field is too long."""
    try:
        return next(reader)
    except csv.Error:
        return None


def _is_whole(header: list[str], cells: list[str] | None) -> bool:
    """Whether a row of several lines is meant so: no value that we read has line breaks, others may."""
    if cells is None or len(cells) != len(header):
        return False
    return not any("\n" in cell.strip() for name, cell in zip(header, cells, strict=True) if name in COLUMNS)


def _row(lines: str, header: list[str], cells: list[str] | None, too_long: BadRow | None) -> Rows:
    if too_long:
        yield lines, too_long
    elif cells is None:
        yield lines, BadRow(f"A field is longer than {MAX_FIELD} characters. Is a quotation mark not closed?")
    elif any(cell.strip() for cell in cells):
        yield lines, _by_column(header, cells)


def _by_column(header: list[str], cells: list[str]) -> dict[str, Any] | BadRow:
    if len(cells) != len(header):
        return BadRow(f"The row has {len(cells)} columns, the first line has {len(header)}.")
    row: dict[str, Any] = {name: cell for name, cell in zip(header, cells, strict=True) if name in COLUMNS}
    code = row.pop("code", "")
    item = {name: row.pop(name, "") for name in ("sku", "product", "category", "quantity", "unit_price")}
    return row | {"items": [item | {"codes": [code] if code.strip() else []}]}


def _json_object(line: str) -> dict[str, Any] | BadRow:
    try:
        # Numbers stay text, so that they meet the same checks as those of a CSV file and no digit is lost.
        content = json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        return BadRow("This is not JSON. Each line holds one whole order.")
    return content if isinstance(content, dict) else BadRow("This is not a JSON object.")


def _span(first: int, last: int) -> str:
    return str(first) if last <= first else f"{first}-{last}"
