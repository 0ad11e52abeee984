"""The page behind the order link: what was bought, and for each code the way to report a problem with it."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from customers.models import ActivationCode, Order, OrderItem
from tickets.access import ticket_token
from tickets.models import Ticket
from tickets.portal.doors import WHOLE_ORDER, of_order


@dataclass
class Line:
    """A code, or the order as a whole (`code` None), with its newest ticket if it ever had one."""

    code: ActivationCode | None
    ticket: Ticket | None

    @property
    def token(self) -> str:
        return ticket_token(self.ticket) if self.ticket else ""


@dataclass
class Bought:
    item: OrderItem
    lines: list[Line] = field(default_factory=list)

    @property
    def undelivered(self) -> int:
        """Units that were paid for and whose code has not been handed out."""
        return max(0, self.item.quantity - len(self.lines))


@require_safe
@of_order
def order(request: HttpRequest, order: Order, *, token: str) -> HttpResponse:
    codes = Prefetch("codes", ActivationCode.objects.defer("code"))
    items = order.items.select_related("product").prefetch_related(codes)
    newest = _newest_tickets(order)
    bought = [Bought(item, [Line(code, newest.get(code.pk)) for code in item.codes.all()]) for item in items]
    context = {
        "shop": order.shop,
        "order": order,
        "token": token,
        "bought": bought,
        "whole": Line(None, newest.get(None)),
        "whole_ref": WHOLE_ORDER,
    }
    return render(request, "portal/order.html", context)


def _newest_tickets(order: Order) -> dict[int | None, Ticket]:
    """By code. Only those whose link still opens for the customer of the order."""
    alive = timezone.now() - timedelta(days=settings.TICKET_LINK_DAYS)
    own = Ticket.objects.filter(order=order, customer=order.customer, last_activity_at__gte=alive)
    by_code: dict[int | None, list[Ticket]] = defaultdict(list)
    for ticket in own.order_by("-pk"):
        by_code[ticket.code_id].append(ticket)
    # An open one before a newer one that is solved: the button would lead to it.
    return {
        code: next((ticket for ticket in tickets if ticket.is_unsolved), tickets[0])
        for code, tickets in by_code.items()
    }
