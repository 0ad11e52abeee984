"""Where the inline pictures of a mail stood in its text: `[image: NAME]`, whatever the mail program writes there."""

import re
from collections.abc import Mapping
from urllib.parse import unquote

_IN_TEXT = re.compile(
    r"\[cid:([^\]\s]{1,300})\]|\[image: ?([^\]\n]{1,200})\]|<((?:image|img|photo)[\w .()-]{0,80}\.\w{3,5})>",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"-\d{1,3}(?=\.\w{1,5}$|$)")


class Pictures:
    """Knows the names of the files by what points at them.

    `names` maps Content-ID and Content-Location to the name of the file, in the order of the mail.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = {_pointer(pointer): name for pointer, name in names.items() if pointer and name}
        self._by_name: dict[str, list[str]] = {}
        for name in dict.fromkeys(self._names.values()):
            for known_as in dict.fromkeys((name.lower(), _NUMBER.sub("", name).lower())):
                self._by_name.setdefault(known_as, []).append(name)

    def name(self, source: str) -> str | None:
        """Of the picture that `src` of an image points at."""
        return self._names.get(_pointer(source)) if self._names else None

    def in_text(self, text: str) -> str:
        """The text with what plain texts write for pictures replaced by our marks, where the picture is known.

        Several pictures of one name stand in the order in which they came.
        """
        if not self._names or ("[" not in text and "<" not in text):
            return text
        seen: dict[str, int] = {}
        return _IN_TEXT.sub(lambda found: self._mark(found, seen), text)

    def _mark(self, found: re.Match[str], seen: dict[str, int]) -> str:
        if found[1]:
            name = self.name(found[1])
        else:
            known_as = (found[2] or found[3]).strip().lower()
            names = self._by_name.get(known_as, [])
            at = seen[known_as] = seen.get(known_as, -1) + 1
            name = names[min(at, len(names) - 1)] if names else None
        return f"[image: {name}]" if name else found[0]


def _pointer(source: str) -> str:
    source = source.strip().strip("<>")
    if source[:4].lower() == "cid:":
        source = source[4:]
    return (unquote(source) if "%" in source else source).lower()
