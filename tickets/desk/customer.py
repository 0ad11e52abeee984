from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from customers.models import Customer
from tickets.access import tickets_of_customer
from tickets.desk.doors import agents_only
from tickets.desk.paging import newest_page
from tickets.models.ticket import NUMBER_BASE

COLUMNS = ("id", "subject", "status", "opened_at", "assignee__name")
ORDERS_AT_MOST = 20


@require_safe
@never_cache
@agents_only
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one person: addresses, orders, and all tickets, newest first."""
    person = get_object_or_404(Customer.objects.prefetch_related("addresses"), pk=pk)
    page = newest_page(tickets_of_customer(person), COLUMNS, request.GET.get("after", ""))
    for row in page.rows:
        row["number"] = NUMBER_BASE + row["id"]
    orders = list(person.orders.select_related("shop").defer("shop__link_secret")[: ORDERS_AT_MOST + 1])
    context = {
        "customer": person,
        "page": page,
        "orders": orders[:ORDERS_AT_MOST],
        "more_orders": len(orders) > ORDERS_AT_MOST,
    }
    return render(request, "desk/customer.html", context)
