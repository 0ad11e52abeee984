"""What may stand in a row. Everything is checked here, so that the database never has to refuse anything."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from customers.linking import LONGEST_FOLDED, fold_email

REQUIRED_COLUMNS = ("order_number", "placed_at", "email", "currency", "total", "sku", "product", "category")
REQUIRED_COLUMNS += ("unit_price",)
COLUMNS = (*REQUIRED_COLUMNS, "quantity", "code", "customer_name", "language")
MAX_QUANTITY = 100_000
MAX_CODE = 2_000
PRICE = re.compile(r"[0-9]{1,10}([.,][0-9]{1,2})?")
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
UNSTORABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Controls, NUL and line breaks among them, and halves of characters, which JSON can smuggle in."""


class BadRow(Exception):
    """A row that cannot be imported, and why. Never repeats a value, which may be a misplaced code."""


@dataclass(frozen=True)
class ItemRow:
    sku: str
    product: str
    category: str
    quantity: int | None
    unit_price: Decimal
    codes: tuple[str, ...]


@dataclass(frozen=True)
class OrderRow:
    number: str
    placed_at: datetime
    email: str
    customer_name: str
    language: str
    currency: str
    total: Decimal
    items: tuple[ItemRow, ...]

    @property
    def folded(self) -> str:
        return fold_email(self.email)


def parse_row(content: dict[str, Any], *, categories: Mapping[str, int], known_skus: set[str]) -> OrderRow:
    """An order as it stands in one row of CSV or one line of JSON. Raises `BadRow`.

    Product and category matter only for a new SKU, and only for one may they not be empty.
    """
    items = content.get("items")
    if not isinstance(items, list) or not items:
        raise BadRow("items must be a list with at least one item.")
    return OrderRow(
        number=_text(content, "order_number", 64, required=True),
        placed_at=_moment(_text(content, "placed_at", 40, required=True)),
        email=_email(_text(content, "email", 254, required=True)),
        customer_name=_text(content, "customer_name", 200),
        language=_language(_text(content, "language", 10)),
        currency=_currency(_text(content, "currency", 3, required=True)),
        total=_price(content, "total"),
        items=tuple(_item(item, categories, known_skus) for item in items),
    )


def _item(item: Any, categories: Mapping[str, int], known_skus: set[str]) -> ItemRow:
    if not isinstance(item, dict):
        raise BadRow("Each of the items must be an object.")
    sku = _text(item, "sku", 64, required=True)
    is_new = sku not in known_skus
    category = _text(item, "category", 50, required=is_new)
    if is_new and category not in categories:
        raise BadRow(f"category must be one of: {', '.join(categories) or 'none exists yet'}.")
    codes = item.get("codes", [])
    if not isinstance(codes, list):
        raise BadRow("codes must be a list.")
    return ItemRow(
        sku=sku,
        product=_text(item, "product", 200, required=is_new),
        category=category,
        quantity=_quantity(_text(item, "quantity", 20)),
        unit_price=_price(item, "unit_price"),
        codes=tuple(_code(code) for code in codes),
    )


def _text(row: dict[str, Any], name: str, longest: int, *, required: bool = False) -> str:
    value = row.get(name)
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise BadRow(f"{name} must be text or a number.")
    value = value.strip()
    _check_characters(name, value)
    if required and not value:
        raise BadRow(f"{name} is empty.")
    if len(value) > longest:
        raise BadRow(f"{name} is longer than {longest} characters.")
    return value


def _check_characters(name: str, value: str) -> None:
    if UNREADABLE in value:
        raise BadRow(
            f"{name} cannot be read in this encoding. Save the file as UTF-8, "
            "or name its encoding, such as --encoding windows-1257."
        )
    if UNSTORABLE.search(value):
        raise BadRow(f"{name} holds a control character or a line break.")


def _code(value: Any) -> str:
    code = _text({"code": value}, "code", MAX_CODE, required=True)
    if not any(character.isalnum() for character in code):
        raise BadRow("code has neither a letter nor a digit.")
    return code


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadRow("placed_at must be a date, or date and time, such as 2026-03-11T10:00:00+02:00.")
    if not 1990 <= moment.year <= 2100:
        raise BadRow("placed_at must lie between the years 1990 and 2100.")
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    return moment.astimezone(UTC)


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise BadRow("email is not an e-mail address.")
    if len(fold_email(text)) > LONGEST_FOLDED:
        raise BadRow(f"email is longer than {LONGEST_FOLDED} characters.")
    return text


def _language(text: str) -> str:
    """Known languages only; a shop may well sell in more than we write in."""
    return text if text in dict(settings.CUSTOMER_LANGUAGES) else ""


def _currency(text: str) -> str:
    if not re.fullmatch("[A-Za-z]{3}", text):
        raise BadRow("currency must be three letters, such as EUR.")
    return text.upper()


def _price(row: dict[str, Any], name: str) -> Decimal:
    text = _text(row, name, 20, required=True)
    if not PRICE.fullmatch(text):
        raise BadRow(f"{name} must be an amount such as 29.90.")
    return Decimal(text.replace(",", ".")).quantize(Decimal("0.01"))


def _quantity(text: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch("[0-9]{1,6}", text) or not 1 <= int(text) <= MAX_QUANTITY:
        raise BadRow(f"quantity must be a whole number from 1 to {MAX_QUANTITY}.")
    return int(text)
