"""How lists of phrases are written down in this package, so that they can be read and added to."""

import re

LETTER_BEFORE, LETTER_AFTER = r"(?<![^\W\d_])", r"(?![^\W\d_])"
"""No letter stands before, no letter after: the ends of a word, also where it ends in a bracket."""


def listed(text: str) -> tuple[str, ...]:
    """Phrases between bars and on lines of their own."""
    return tuple(part.strip() for line in text.splitlines() for part in line.split("|") if part.strip())


def worded(text: str) -> frozenset[str]:
    """Words between white space."""
    return frozenset(text.split())


def pattern(text: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    """A regular expression written over several lines, which are glued together without what indents them. None may
    repeat what repeats already: they are matched against what strangers send."""
    return re.compile("".join(line.strip() for line in text.splitlines()), flags)
