"""What every page of the desk shares: who comes in, and how a verb is done, refused and answered."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tickets.access import ticket_for_agent
from tickets.actions.refusals import Refused
from tickets.desk import kept
from tickets.models import Ticket

View = Callable[..., HttpResponse]


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def agents_only(view: View) -> View:
    """The others are asked to sign in. Whoever left is anonymous: the login backend forgets inactive agents
    at once."""

    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return sign_in(request, **kwargs)

    return inside


def sign_in(request: HttpRequest, *, was_kept: bool = False, **kwargs: Any) -> HttpResponse:
    """To the login, and from there on: to the page that was asked for, or that of the ticket a verb was
    meant for."""
    sentence = (
        _("Your session ended. What you wrote is kept; please sign in to go on.")
        if was_kept
        else _("Please sign in again.")
    )
    if wants_json(request):
        return JsonResponse({"error": sentence}, status=401)
    if was_kept:
        messages.info(request, sentence)
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path())
    page = reverse("desk:ticket", args=[kwargs["number"]]) if "number" in kwargs else reverse("desk:queue")
    return redirect_to_login(page)


def verb(do: Callable[[HttpRequest, Ticket], HttpResponse]) -> View:
    """A change to one ticket, by an agent and by POST. A refusal shows the ticket as it is now, with the
    reason; when that page is loaded anew, by GET, it is the ticket's.

    Whatever stands in the composer of the page comes along with every button on it and is kept before
    anything else.
    """

    @require_http_methods(["GET", "HEAD", "POST"])
    @never_cache
    @wraps(do)
    def view(request: HttpRequest, number: int, **more: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return sign_in(request, was_kept=kept.rescue(request, number), number=number)
        if request.method != "POST":
            return redirect("desk:ticket", number)
        ticket = ticket_for_agent(request.user, number)
        request.files_refused = kept.take_along(request, ticket, request.user)
        try:
            return do(request, ticket, **more)
        except Refused as refusal:
            return refused(request, ticket, refusal)

    return view


def done(
    request: HttpRequest, ticket: Ticket, sentence: str = "", *, to_queue: bool = False, **more: Any
) -> HttpResponse:
    """`more` is for scripts."""
    if wants_json(request):
        return JsonResponse({"ticket": ticket.number, "done": sentence, **more})
    if sentence:
        messages.success(request, sentence)
    return redirect("desk:queue") if to_queue else redirect("desk:ticket", ticket.number)


def refused(request: HttpRequest, ticket: Ticket, refusal: Refused, **page: Any) -> HttpResponse:
    """409: kindly, with what stood against it. `page` is what else the ticket page should show."""
    if wants_json(request):
        return JsonResponse({"error": str(refusal)}, status=409)
    from tickets.desk.ticket_page import show  # here, because that page draws on these doors, too

    return show(request, ticket.number, status=409, refusal=refusal, **page)
