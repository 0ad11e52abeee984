"""Mails that something went wrong with: each number makes the same one each time."""

import random

from tickets.tests.mails.hard import HARD

LONG = b"x" * 3000


def mutated(seed: int) -> bytes:
    chance = random.Random(seed)
    raw = chance.choice(HARD).raw
    if len(raw) > 60_000:
        raw = raw[: chance.randrange(2_000, 60_000)]
    for _turn in range(chance.choice((1, 1, 2, 3, 5, 8))):
        raw = chance.choice(WAYS)(raw, chance)
    return raw


def _flip(raw: bytes, chance: random.Random) -> bytes:
    changed = bytearray(raw)
    for _ in range(chance.randrange(1, 20)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _lines(raw: bytes, chance: random.Random) -> bytes:
    lines = raw.split(b"\n")
    for _ in range(chance.randrange(1, 4)):
        first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(4):
            case 0:
                lines[first], lines[second] = lines[second], lines[first]
            case 1:
                lines.insert(second, lines[first])
            case 2 if len(lines) > 1:
                del lines[first]
            case _:
                lines[first] = b" " + lines[first]
    return b"\n".join(lines)


def _cut(raw: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(len(raw) + 1)]


def _swap(raw: bytes, chance: random.Random) -> bytes:
    pairs = [
        (b"utf-8", chance.choice([b"utf-16", b"cp037", b"idna", b"rot13", b"base64", b"x" * 80, b""])),
        (b"base64", chance.choice([b"quoted-printable", b"x-uuencode", b"8bit"])),
        (b"boundary=", chance.choice([b"boundary=x", b"bound=", b"boundary=\x00"])),
        (b"multipart/", chance.choice([b"text/", b"message/", b"multipart/digest; x="])),
        (
            b"text/plain",
            chance.choice([b"text/html", b"message/rfc822", b"multipart/mixed", b"application/ms-tnef"]),
        ),
        (b"--=_b", chance.choice([b"--=_c", b"--=_b--", b"=_b"])),
        (b"=?", chance.choice([b"=?=?", b"?=", b"=?utf-8?B?"])),
        (b"@", chance.choice([b"@@", b"", b"\r\n", b"\xe2\x80\xae"])),
        (b"\n", b"\r"),
        (b"\n", b"\r\n"),
    ]
    old, new = chance.choice(pairs)
    return raw.replace(old, new, chance.choice((1, -1)))


def _insert(raw: bytes, chance: random.Random) -> bytes:
    junk = chance.choice(
        [
            b"\0" * 20,
            LONG,
            b"\xff\xfe",
            b"\n\n",
            b"<div>" * 200,
            b"> " * 200,
            b"Content-Type: multipart/mixed; boundary=q\n",
            b"\xed\xa0\x80",
        ]
    )
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + junk + raw[at:]


WAYS = (_flip, _lines, _cut, _swap, _insert)
