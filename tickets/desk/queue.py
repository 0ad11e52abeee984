from typing import Any

from django.db.models import CharField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Left, NullIf
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from customers.models import CustomerAddress
from tickets.access import visible_tickets
from tickets.desk.doors import agents_only
from tickets.desk.held import held_reply
from tickets.desk.paging import newest_page, queue_page
from tickets.filters import WHOSE, TicketFilter
from tickets.models import Message, Ticket
from tickets.models.ticket import NUMBER_BASE

COUNT_AT_MOST = 1000
MINE_AT_MOST = 99
SAID_AT_MOST = 160
COLUMNS = (
    "id",
    "subject",
    "said",
    "status",
    "priority",
    "waiting_since",
    "last_activity_at",
    "due_at",
    "problem_type__name",
    "product__name",
    "customer_called",
    "assignee__name",
    "assignee__is_active",
    "team__name",
)


@require_safe
@never_cache
@agents_only
def queue(request: HttpRequest) -> HttpResponse:
    """All tickets of one view, longest-waiting customer first. Rows are plain values: half the time of
    instances."""
    wanted = TicketFilter(request.GET, agent=request.user)
    everything = visible_tickets(request.user)
    tickets = wanted.apply(everything)
    page = (queue_page if wanted.is_queue else newest_page)(
        with_words_said(with_customer_called(tickets)), COLUMNS, request.GET.get("after", "")
    )
    for row in page.rows:
        row["number"] = NUMBER_BASE + row["id"]
    context = {
        "nav": "queue",
        "filter": wanted,
        "page": page,
        "now": timezone.now(),
        "held_reply": held_reply(request, timezone.now()),
        # In the order of the queue, so that the database counts along its index of the unsolved.
        "count": at_most(tickets.in_queue_order() if wanted.is_queue else tickets, COUNT_AT_MOST),
        "mine": at_most(everything.unsolved().filter(assignee=request.user), MINE_AT_MOST),
        "segments": [
            {
                "name": name,
                "value": value,
                "link": link(wanted.query(whose=value)),
                "here": wanted.given.get("whose", "") == value,
            }
            for value, name in WHOSE
        ],
        "first_link": link(wanted.query()),
        "next_link": link(wanted.query(after=page.next)),
    }
    return render(request, "desk/queue.html", context)


def with_customer_called(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Adds `customer_called`: the name, or the address of who has none."""
    address = CustomerAddress.objects.filter(customer=OuterRef("customer")).order_by("pk").values("email")[:1]
    return tickets.annotate(
        customer_called=Coalesce(
            NullIf("customer__name", Value("")), Subquery(address), Value(""), output_field=CharField()
        )
    )


def with_words_said(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Adds `said`: how the customer's newest message begins. The subject would only repeat problem and product."""
    written = Message.objects.filter(
        ticket=OuterRef("pk"), direction=Message.Direction.IN, is_automatic=False
    )
    newest = written.order_by("-created_at", "-pk")
    return tickets.annotate(said=Subquery(newest.values(beginning=Left("text", SAID_AT_MOST))[:1]))


def at_most(tickets: QuerySet[Ticket], limit: int) -> str:
    """How many there are, counted no further than needed to say "more than that"."""
    count = tickets[: limit + 1].count()
    return f"{limit:,}+" if count > limit else f"{count:,}"


def link(query: dict[str, Any]) -> str:
    return "?" + urlencode(query)
