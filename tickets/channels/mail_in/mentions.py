"""Orders and activation codes that somebody wrote into a mail: suggested to the agent, never linked by themselves."""

import re
from dataclasses import dataclass

from customers.models import ActivationCode, Customer, Order, Shop

READ_AT_MOST = 8_000
"""Characters: who has something to say about an order names it at the beginning."""
WORDS_AT_MOST = 60
WORD = re.compile(r"[^\W_][\w/-]{2,49}")
GROUPS = re.compile(r"\b(?:[A-Za-z0-9]{4,8}[ -]){2,7}[A-Za-z0-9]{4,8}\b")


@dataclass(frozen=True)
class Mentioned:
    order: Order | None = None
    code: ActivationCode | None = None


def find_mentioned(shop: Shop, customer: Customer | None, *texts: str) -> Mentioned:
    """A code says more than an order number, and what is the customer's own more than another's. Two queries."""
    text = "\n".join(texts)[:READ_AT_MOST]
    words = _candidates(text)
    if not words:
        return Mentioned()
    groups = [match[0] for match in GROUPS.finditer(text) if any(c.isdigit() for c in match[0])]
    whole = [*words, *groups[:WORDS_AT_MOST]]
    digests = {ActivationCode.digest_of(one) for one in whole if len(one) >= 8}
    found = _own_first(_codes(shop, digests), customer, lambda code: code.item.order) if digests else None
    if found:
        return Mentioned(found.item.order, found)
    orders = Order.objects.filter(shop=shop, number__in={*words, *(word.upper() for word in words)})
    return Mentioned(_own_first(list(orders[:20]), customer, lambda order: order))


def _codes(shop: Shop, digests: set[str]) -> list[ActivationCode]:
    codes = ActivationCode.objects.filter(digest__in=digests, item__order__shop=shop).defer("code")
    return list(codes.select_related("item__order")[:20])


def _candidates(text: str) -> list[str]:
    """Words with a digit, as order numbers and codes have one."""
    words = dict.fromkeys(match[0] for match in WORD.finditer(text) if any(c.isdigit() for c in match[0]))
    return list(words)[:WORDS_AT_MOST]


def _own_first(rows: list, customer: Customer | None, order_of) -> object | None:  # noqa: ANN001
    mine = [row for row in rows if customer and order_of(row).customer_id == customer.pk]
    return next(iter(mine or rows), None)
