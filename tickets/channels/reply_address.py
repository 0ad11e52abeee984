"""Addresses of our own that tell by themselves which mail they answer: `help+r1c-<signature>@shop.example`.

One is made for each delivery, so it is bound to the ticket and to the one person whom that mail went to. The signature
has 130 bit and both is written in lower case letters and digits, for mail servers may change the case. `r` is
answered to (Reply-To), `b` is where a mail server returns what it cannot deliver (the envelope's sender).
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from email.utils import parseaddr

from customers.secrets import derived_key
from tickets.models import Delivery

REPLY, BOUNCE = "r", "b"
SIGNATURE_LENGTH = 26
LONGEST_LOCAL_PART = 64
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Token:
    kind: str
    delivery: int
    """Its id."""


def signed_address(kind: str, delivery: Delivery, *, extension: str) -> str:
    """The address without a name. That of the sender itself where there is no `extension` or no room for one."""
    address = parseaddr(delivery.sender)[1]
    local, _, domain = address.rpartition("@")
    extended = f"{local}{extension}{kind}{_in_digits(delivery.pk)}-{_signature(kind, delivery.pk)}"
    if not extension or len(extended) > LONGEST_LOCAL_PART:
        return address
    return f"{extended}@{domain}"


def read_token(address: str) -> Token | None:
    """What an address that a mail was sent to says, if we made it. Whose mailbox it is does not matter."""
    local = address.strip().rpartition("@")[0].casefold()
    before, dash, signature = local.rpartition("-")
    if not dash or len(signature) != SIGNATURE_LENGTH or not local.isascii():
        return None
    word = _last_word(before)
    kind, number = word[:1], word[1:]
    if kind not in (REPLY, BOUNCE) or not 0 < len(number) <= 12 or not set(number) <= set(DIGITS):
        return None
    pk = int(number, 36)
    if not hmac.compare_digest(signature, _signature(kind, pk)):
        return None
    return Token(kind, pk)


def _last_word(text: str) -> str:
    for separator in "+-":
        text = text.rpartition(separator)[2]
    return text


def _signature(kind: str, delivery: int) -> str:
    text = f"{kind}:{delivery}"
    digest = hmac.new(derived_key("reply-address:v1"), text.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().casefold()[:SIGNATURE_LENGTH]


def _in_digits(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
    return digits or "0"
