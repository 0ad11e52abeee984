"""Addresses out of headers, as people and programs write them (RFC 5322, 3.4, and what breaks it)."""

import re
from collections.abc import Iterator

from tickets.channels.mail_in.headers import decoded
from tickets.channels.mail_in.mail import Address

AT_MOST = 1_000
LONGEST_NAME = 200
_SPECIAL = re.compile(r"[\s\x00-\x1f\x7f<>\"(),;:\\\u2028\u2029]")
_TOKEN = re.compile(r"[^\s<>\"(),;:\\]+")
_BARE = re.compile(r"[^\[\]]+@.+")
LONGEST = 400


def read_addresses(values: list[str]) -> list[Address]:
    """All addresses of headers of one kind, unfolded and not decoded: a comma inside an encoded word must not split
    it. Groups are opened; who has no address and no name is left out. At most `AT_MOST`."""
    found = []
    for value in values:
        for piece in _pieces(value):
            address = _read(piece)
            if address:
                found.append(address)
            if len(found) >= AT_MOST:
                return found
    return found


def _pieces(value: str) -> Iterator[str]:
    """Between commas and semicolons that stand neither in quotes, comments, brackets nor encoded words."""
    start = depth = position = 0
    quoted = bracketed = named = False
    # What is opened and never closed opens nothing.
    last = {mark: value.rfind(mark) for mark in '")>'}
    while position < len(value):
        character = value[position]
        if character == "\\" and (quoted or depth):
            position += 1
        elif quoted:
            quoted = character != '"'
        elif character == '"':
            quoted = last['"'] > position
        elif character == "(":
            depth += 1
        elif character == ")":
            depth = max(0, depth - 1)
        elif depth and last[")"] > position:
            pass
        elif character == "<":
            bracketed = last[">"] > position
        elif character == ">":
            bracketed = False
        elif character in ",;" and not bracketed:
            yield value[start:position]
            start, named = position + 1, False
        elif character == ":" and not bracketed and not named:
            start = position + 1  # the name of a group
        named = named or character == "@"
        position += 1
    yield value[start:]


def _read(piece: str) -> Address | None:
    piece = piece.strip()
    if not piece:
        return None
    before, bracket, rest = piece.rpartition("<")
    if bracket:
        inside = rest.partition(">")[0]
        name = before or rest.partition(">")[2]
        return _made(name, inside)
    if is_address(piece):
        return Address("", piece)
    without, comments = _without_comments(piece)
    text = decoded(without)
    tokens = (token for token in _TOKEN.findall(text) if "@" in token and len(token) <= LONGEST)
    bare = next((found[0] for token in tokens if (found := _BARE.search(token))), "")
    if not bare:
        return _made(piece, "")
    return _made(comments or text.replace(bare, ""), bare)


def _without_comments(piece: str) -> tuple[str, str]:
    comments = re.findall(r"\(([^()]*)\)", piece)
    return re.sub(r"\([^()]*\)", " ", piece), " ".join(comments)


def _made(name: str, address: str) -> Address | None:
    name = _clean_name(name)
    address = decoded(_without_comments(address)[0]).strip().removeprefix("mailto:").strip("'\" ")
    if address.startswith("@") and ":" in address:
        address = address.partition(":")[2]  # a route, which nobody uses any more
    address = re.sub(r"\s+", "", address) if address.count("@") == 1 and len(address) < 320 else address
    if not is_address(address):
        # Some programs put the address where the name belongs.
        address = ""
    return Address(name, address) if name or address else None


def is_address(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    if local.startswith('"') and local.endswith('"') and len(local) > 2:
        local = local[1:-1]
    return bool(
        local
        and at
        and domain
        and len(text) <= 320
        and not _SPECIAL.search(local + domain)
        and "@" not in local
    )


def _clean_name(name: str) -> str:
    name = decoded(name.strip()).strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = name[1:-1]
    name = re.sub(r'\\(["\\])', r"\1", name).strip("'\" \t,")
    name = re.sub("[\x00-\x1f\x7f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069]+", " ", name)
    return re.sub(r"\s+", " ", name).strip()[:LONGEST_NAME]
