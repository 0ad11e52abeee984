"""How a customer's link is turned into what it opens, before any view sees the request."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from customers.links import OrderNotHere
from customers.models import ActivationCode, Order, Product, ProductCategory, Shop
from tickets.access import code_of_order, order_for_link, ticket_by_token
from tickets.models import Ticket

WHOLE_ORDER = "order"
"""Stands in the address in place of a code."""
UNREADABLE = 422
JOINED = ("shop", "customer", "order", "code", "product", "problem_type")
View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Subject:
    """What a report is about: a code of an order, or the whole of it."""

    order: Order
    code: ActivationCode | None
    token: str

    @property
    def ref(self) -> str:
        return self.code.public_ref if self.code else WHOLE_ORDER

    @property
    def product(self) -> Product | None:
        return self.code.item.product if self.code else None

    @property
    def category(self) -> ProductCategory | None:
        return self.product.category if self.product else None

    @property
    def address(self) -> list[str]:
        """The part of a report's address that names it."""
        return [self.order.shop.slug, self.token, self.ref]


def of_order(view: View) -> View:
    """The view gets the order of the link. An order that has not been imported yet gets a page that says
    so."""

    @wraps(view)
    def door(request: HttpRequest, shop: str, token: str, **rest: Any) -> HttpResponseBase:
        try:
            order = order_for_link(shop, token, now=timezone.now())
        except OrderNotHere:
            context = {"shop": Shop.objects.get(slug=shop)}
            return render(request, "portal/order_not_here.html", context, status=404)
        return view(request, order, token=token, **rest)

    return door


def of_subject(view: View) -> View:
    """The view gets the code, or the order, that the report is about."""

    @of_order
    @wraps(view)
    def door(request: HttpRequest, order: Order, *, token: str, ref: str, **rest: Any) -> HttpResponseBase:
        code = None if ref == WHOLE_ORDER else code_of_order(order, ref)
        return view(request, Subject(order, code, token), **rest)

    return door


def of_ticket(view: View) -> View:
    """The view gets the ticket of the link, with what every page shows of it."""

    @wraps(view)
    def door(request: HttpRequest, token: str, **rest: Any) -> HttpResponseBase:
        joined = Ticket.objects.select_related(*JOINED).defer("code__code")
        return view(request, ticket_by_token(token, now=timezone.now(), tickets=joined), token=token, **rest)

    return door


def wants_json(request: HttpRequest) -> bool:
    """Asked by our own scripts; the same address answers a form without scripts by a redirect."""
    return request.headers.get("Accept", "") == "application/json"
