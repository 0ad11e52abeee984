"""Where pictures stood in a text: `[image: NAME]`, in place of what each mail program writes there."""

import re
from collections.abc import Mapping

_CID = re.compile(r"\[cid:([^\]\s]{1,200})\]|<cid:([^>\s]{1,200})>")
_NAMED = re.compile(
    r"<([^<>\s/:@]{1,80}\.(?:png|jpe?g|gif|webp|heic))>|\[(?:inline )?image: ([^\]\n]{1,100})\]",
    re.IGNORECASE,
)


def marker(name: str) -> str:
    return f"[image: {name}]"


def mark_pictures(text: str, pictures: Mapping[str, str]) -> str:
    """Only pictures that are there: anything else in brackets was typed by somebody."""
    if not pictures:
        return text
    folded = {cid.casefold(): name for cid, name in pictures.items()}
    names = {name.casefold(): name for name in pictures.values()}

    def by_cid(match: re.Match[str]) -> str:
        name = folded.get((match[1] or match[2]).casefold())
        return marker(name) if name else match[0]

    def by_name(match: re.Match[str]) -> str:
        name = names.get((match[1] or match[2]).strip().casefold())
        return marker(name) if name else match[0]

    return _NAMED.sub(by_name, _CID.sub(by_cid, text))
