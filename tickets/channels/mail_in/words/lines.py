import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(slots=True)
class Line:
    text: str
    is_quoted: bool = False
    """History: what somebody else wrote before."""
    is_signature: bool = False
    is_forwarded: bool = False
    """Below a line that says so: what is sent on is said, too."""

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()

    @property
    def is_own(self) -> bool:
        return not (self.is_quoted or self.is_signature)


def joined(lines: Iterable[Line]) -> str:
    """Without the holes that what is left out would leave."""
    text = "\n".join(line.text.rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip()
