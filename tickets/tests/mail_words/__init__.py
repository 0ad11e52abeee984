"""Mails of many programs and languages, written by us, and what of each the person wrote."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    name: str
    text: str
    own: list[str]
    """Lines that must be in what the person wrote."""
    quoted: list[str]
    """Lines that must not."""

    def __str__(self) -> str:
        return self.name


def cases(*files: str) -> list[Case]:
    return [case for file in files for case in _read(file)]


def _read(file: str) -> Iterator[Case]:
    _, *parts = f"\n{(HERE / file).read_text(encoding='utf-8')}".split("\n=== ")
    for part in parts:
        name, _, body = part.partition("\n")
        lines = [line.replace("␠", " ") for line in body.rstrip("\n").split("\n")]
        yield Case(
            f"{Path(file).stem}: {name}",
            "\n".join(line[1:] for line in lines),
            [line[1:].strip() for line in lines if line[:1] == "+" and line[1:].strip()],
            [line[1:].strip() for line in lines if line[:1] == "-" and line[1:].strip(" >")],
        )
