"""Secrets at rest: what must be readable again (codes, shop secrets) is encrypted, what must only be found is hashed.

Keys come from `settings.FIELD_KEYS` (Fernet keys, the first encrypts, all decrypt, so a key is rotated by putting a
new one in front). Source of the scheme: https://cryptography.io/en/latest/fernet/#cryptography.fernet.MultiFernet
"""

import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class Undecryptable(ValueError):
    """A stored secret cannot be read with any key in FIELD_KEYS: a key was lost or the row was damaged."""


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(plain: str) -> str:
    return _fernet(tuple(settings.FIELD_KEYS)).encrypt(plain.encode()).decode()


def decrypt(stored: str) -> str:
    try:
        return _fernet(tuple(settings.FIELD_KEYS)).decrypt(stored.encode()).decode()
    except InvalidToken as error:
        raise Undecryptable("No key in FIELD_KEYS can read this value.") from error


def derived_key(purpose: str) -> bytes:
    """32 bytes bound to SECRET_KEY and `purpose`, so that a signature for one purpose means nothing for another."""
    return hmac.new(settings.SECRET_KEY.encode(), purpose.encode(), hashlib.sha256).digest()


def lookup_digest(purpose: str, value: str) -> str:
    """Hex HMAC-SHA256 by which an encrypted value can be found. Keyed with the last of FIELD_KEYS, the one that a
    rotation leaves in place, because short codes could be guessed from a plain hash of a stolen database."""
    key = hashlib.sha256(f"{purpose}:{settings.FIELD_KEYS[-1]}".encode()).digest()
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):
    """Text that the database never sees in the clear. It cannot be filtered by; store a `lookup_digest` beside it."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else decrypt(value)

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else encrypt(str(value))

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
