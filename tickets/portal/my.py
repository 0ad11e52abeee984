"""All own tickets, after the address was confirmed by a mailed link."""

from datetime import datetime, timedelta

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from customers.models import Customer
from tickets.access import ticket_token, tickets_of_customer
from tickets.forms.address import AddressForm
from tickets.portal import confirmations

PAGE = 25
STAY = timedelta(hours=12)
"""How long a confirmed browser may see the list."""


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        confirmations.request_link(email, network=get_client_ip_address(request) or "", at=timezone.now())
        return render(request, "portal/my_sent.html", {"email": email})
    context = {"form": form, "customer": _confirmed(request)}
    return render(request, "portal/my.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """A mail scanner that follows links must not use them up: GET shows a button, and only POST counts."""
    now = timezone.now()
    if request.method != "POST":
        usable = confirmations.is_usable(token, at=now)
        context = {"is_usable": usable, "token": token}
        return render(request, "portal/my_confirm.html", context, status=200 if usable else 404)
    customer = confirmations.use(token, at=now)
    if customer is None:
        return render(request, "portal/my_confirm.html", {"is_usable": False}, status=404)
    request.session.cycle_key()
    request.session["customer"] = {"pk": customer.pk, "until": (now + STAY).isoformat()}
    return redirect("portal:my-tickets")


@require_safe
def tickets(request: HttpRequest) -> HttpResponse:
    customer = _confirmed(request)
    if customer is None:
        messages.info(request, _("Please confirm your address first."))
        return redirect("portal:my")
    now = timezone.now()
    found = list(_page(customer, request.GET.get("after", ""))[: PAGE + 1])
    alive = now - timedelta(days=settings.TICKET_LINK_DAYS)
    context = {
        "customer": customer,
        "tickets": found[:PAGE],
        "rows": [
            (ticket, ticket_token(ticket) if ticket.last_activity_at >= alive else "")
            for ticket in found[:PAGE]
        ],
        "now": now,
        "next": found[PAGE - 1].public_id if len(found) > PAGE else "",
        "is_first": "after" not in request.GET,
    }
    return render(request, "portal/my_tickets.html", context)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    request.session.pop("customer", None)
    request.session.cycle_key()
    messages.success(request, _("You are signed out."))
    return redirect("portal:my")


def _page(customer: Customer, after: str):  # noqa: ANN202  a queryset
    """Newest first, from behind the ticket with this public id, for ticket numbers stand in no customer's
    address."""
    own = tickets_of_customer(customer).select_related("shop")
    last = own.filter(public_id=after).first() if after.isprintable() and after else None
    return own.filter(pk__lt=last.pk) if last else own


def _confirmed(request: HttpRequest) -> Customer | None:
    held = request.session.get("customer")
    if not held or datetime.fromisoformat(held["until"]) < timezone.now():
        return None
    return Customer.objects.filter(pk=held["pk"]).first()
