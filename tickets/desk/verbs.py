"""What an agent does with a ticket besides writing. Each is one URL and POST only."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tickets import actions
from tickets.access import visible_tickets
from tickets.actions.refusals import Refused
from tickets.desk import kept
from tickets.desk.doors import agents_only, done, refused, verb, wants_json
from tickets.desk.ticket_page import show
from tickets.forms.hand_over import HandOverForm
from tickets.forms.status import ProblemTypeForm, StatusForm
from tickets.models import Agent, Ticket
from tickets.models.ticket import Status

UNREADABLE = 422


@verb
def claim(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    changed = actions.claim(ticket, by=request.user, at=timezone.now())
    return done(request, ticket, _("The ticket is yours.") if changed else _("The ticket is yours already."))


@verb
def release(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    actions.release(ticket, by=request.user, at=timezone.now())
    return done(request, ticket, _("The ticket is back in the queue. Anybody can take it."))


@verb
def hand_over(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    # "Take over" stands in the same form as "Hand over", under names of its own.
    form = HandOverForm(request.POST, prefix="take_over" if "take_over-to" in request.POST else None)
    if not form.is_valid():
        return show(request, ticket.number, status=UNREADABLE, hand_over=form)
    to = form.cleaned_data["to"]
    changed = actions.hand_over(
        ticket,
        by=request.user,
        to=to,
        where_it_stands=form.cleaned_data["where_it_stands"],
        at=timezone.now(),
    )
    if not changed:
        return done(request, ticket, _("%(name)s has the ticket already.") % {"name": to.name})
    if to == request.user:
        return done(request, ticket, _("The ticket is yours."))
    return done(request, ticket, _("Handed over to %(name)s.") % {"name": to.name})


@verb
def status(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    form = StatusForm(request.POST)
    if not form.is_valid():
        return show(
            request, ticket.number, status=UNREADABLE, refusal=_("Please choose one of the statuses.")
        )
    wanted = form.cleaned_data["status"]
    if not _set_status(ticket, wanted, request.user, form.seen):
        return done(request, ticket, _("The ticket is %(status)s already.") % {"status": wanted.label})
    sentence = _("The ticket is %(status)s now.") % {"status": wanted.label}
    return done(request, ticket, sentence, to_queue=wanted in (Status.SOLVED, Status.CLOSED))


def _set_status(ticket: Ticket, wanted: Status, by: Agent, seen: actions.Seen) -> bool:
    now = timezone.now()
    if wanted == Status.SOLVED:
        return actions.solve(ticket, by=by, seen=seen, at=now)
    if wanted == Status.CLOSED:
        return actions.close(ticket, by=by, at=now)
    reopened = not ticket.is_unsolved and actions.reopen(ticket, by=by, at=now)
    return actions.wait_for(ticket, wanted, by=by, at=now) or reopened


@verb
def problem_type(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    form = ProblemTypeForm(request.POST)
    if not form.is_valid():
        sentence = _("This problem type is not offered any more. Please choose another.")
        return show(request, ticket.number, status=UNREADABLE, refusal=sentence)
    wanted = form.cleaned_data["problem_type"]
    actions.change_problem_type(ticket, wanted, by=request.user, at=timezone.now())
    return done(request, ticket, _("The problem is “%(name)s” now.") % {"name": wanted.name})


@require_POST
@never_cache
@agents_only
def reveal(request: HttpRequest, ref: str) -> HttpResponse:
    """Show the code of a ticket, once, in this answer, which nothing keeps. Each look is recorded in the
    ticket."""
    number = request.POST.get("ticket", "")
    about = visible_tickets(request.user).filter(code__public_ref=ref).select_related("code")
    ticket = get_object_or_404(about.by_number(int(number) if number.isdecimal() and len(number) < 16 else 0))
    kept.take_along(request, ticket, request.user)
    try:
        code = actions.reveal_code(ticket, by=request.user, at=timezone.now())
    except Refused as refusal:
        return refused(request, ticket, refusal)
    return (
        JsonResponse({"code": code}) if wants_json(request) else show(request, ticket.number, revealed=code)
    )
