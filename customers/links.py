"""Order links: what a shop puts into its order mail, so that a customer needs no account to get to the order.

A shop can compute a link by itself; docs/order-links.md has the recipe and an example. The order number
and the moment of issue are in the open, the signature (HMAC-SHA256, 256 bit) makes the link unguessable.
"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.urls import reverse

from customers.models import Order, Shop
from customers.models.shop import new_link_secret


class BadLink(ValueError):
    """Forged, damaged, expired or revoked. Which of them is nobody's business, so there is only one."""


class OrderNotHere(LookupError):
    """The shop signed the link, but the order has not been imported (yet)."""


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """`ValueError` for all but the one right way to write it; Python's decoder is more generous."""
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode(raw) != text:
        raise ValueError("not canonical base64url")
    return raw


def order_token(shop: Shop, number: str, issued: datetime) -> str:
    """`<order number>.<issued>.<signature>`: base64url without padding, and `issued` in Unix seconds."""
    seconds = int(issued.timestamp())
    return f"{encode(number.encode())}.{seconds}.{encode(_signature(shop, number, seconds))}"


def order_url(order: Order, *, now: datetime) -> str:
    """An absolute link to the order page, good from `now` on even when older ones were revoked."""
    issued = now
    if order.links_revoked_at and issued <= order.links_revoked_at:
        issued = order.links_revoked_at
    if order.links_revoked_at and int(issued.timestamp()) <= order.links_revoked_at.timestamp():
        issued += timedelta(seconds=1)
    return settings.SITE_URL + reverse(
        "portal:order", args=[order.shop.slug, order_token(order.shop, order.number, issued)]
    )


def read_order_token(shop: Shop, token: str, *, now: datetime) -> tuple[str, datetime]:
    """The order number and moment of issue in a token that is genuine and in date; `BadLink` otherwise."""
    try:
        encoded, seconds_text, signature = token.split(".")
        number = decode(encoded).decode()
        seconds = int(seconds_text)
        if seconds_text != str(seconds):
            raise ValueError("not canonical")
        genuine = hmac.compare_digest(decode(signature), _signature(shop, number, seconds))
        issued = datetime.fromtimestamp(seconds, tz=UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise BadLink from error
    # Counted from `now`: next to the ends of time, `issued` cannot be added to.
    in_date = now - timedelta(days=settings.ORDER_LINK_DAYS) < issued <= now + timedelta(days=1)
    if not (genuine and in_date):
        raise BadLink
    return number, issued


def order_by_token(shop_slug: str, token: str, *, now: datetime) -> Order:
    """The order a link leads to. Raises `BadLink`, or `OrderNotHere` when the shop's signature is right."""
    shop = Shop.objects.filter(slug=shop_slug).first()
    if shop is None:
        raise BadLink
    number, issued = read_order_token(shop, token, now=now)
    order = Order.objects.select_related("shop", "customer").filter(shop=shop, number=number).first()
    if order is None:
        raise OrderNotHere(number)
    if order.links_revoked_at and issued <= order.links_revoked_at:
        raise BadLink
    return order


def revoke_links(order: Order, *, at: datetime) -> bool:
    """Ends all links of the order issued so far. False when they had ended up to this moment already."""
    if order.links_revoked_at and order.links_revoked_at >= at:
        return False
    order.links_revoked_at = at
    order.save(update_fields=["links_revoked_at"])
    return True


def rotate_secret(shop: Shop) -> None:
    """Ends all links of all orders of the shop, and lets nobody who knew the old secret make new ones."""
    shop.link_secret = new_link_secret()
    shop.save(update_fields=["link_secret"])


def _signature(shop: Shop, number: str, seconds: int) -> bytes:
    text = f"order-link:v1:{shop.slug}:{number}:{seconds}"
    return hmac.new(shop.link_secret.encode(), text.encode(), hashlib.sha256).digest()
