"""What agents do with mail that is no part of a ticket: each is one URL and POST only."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tickets import actions
from tickets.access import in_mail_for_agent
from tickets.actions.refusals import Refused
from tickets.channels.mail_in.fetch import fetch_all
from tickets.channels.mail_in.handle import let_through
from tickets.desk.doors import agents_only
from tickets.desk.mail import read_mail, show_mail, show_mails
from tickets.forms.sender import SenderForm
from tickets.models import InMail

UNREADABLE = 422


def mail_verb(do: Callable[[HttpRequest, InMail], HttpResponse]) -> Callable[..., HttpResponse]:
    @require_POST
    @never_cache
    @agents_only
    @wraps(do)
    def view(request: HttpRequest, public_id: UUID) -> HttpResponse:
        in_mail = in_mail_for_agent(request.user, public_id)
        try:
            return do(request, in_mail)
        except Refused as refusal:
            return show_mail(request, in_mail, status=409, refusal=refusal)

    return view


@mail_verb
def make_ticket(request: HttpRequest, in_mail: InMail) -> HttpResponse:
    form = SenderForm(request.POST)
    if not form.is_valid():
        return show_mail(request, in_mail, status=UNREADABLE, form=form)
    ticket = actions.make_ticket_of(
        in_mail,
        read_mail(in_mail),
        email=form.cleaned_data["email"],
        name=form.cleaned_data["name"],
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, _("This mail is a ticket now."))
    return redirect("desk:ticket", ticket.number)


@mail_verb
def read_again(request: HttpRequest, in_mail: InMail) -> HttpResponse:
    again = let_through(in_mail, by=request.user, at=timezone.now())
    if again.ticket:
        messages.success(request, _("This time it could be read."))
        return redirect("desk:ticket", again.ticket.number)
    if again.outcome == InMail.Outcome.PARKED:
        messages.warning(request, _("It is parked again, for the reason below."))
    else:
        messages.success(request, _("This time it could be read."))
    return redirect("desk:mail-one", in_mail.public_id)


@mail_verb
def set_aside(request: HttpRequest, in_mail: InMail) -> HttpResponse:
    if actions.set_aside(in_mail, by=request.user, at=timezone.now()):
        messages.success(request, _("Set aside. You find it under “Set aside” whenever you need it."))
    return redirect("desk:mail")


@mail_verb
def take_back(request: HttpRequest, in_mail: InMail) -> HttpResponse:
    if actions.take_back(in_mail, by=request.user, at=timezone.now()):
        messages.success(request, _("It is among the parked ones again."))
    return redirect("desk:mail-one", in_mail.public_id)


@require_POST
@never_cache
@agents_only
def fetch(request: HttpRequest) -> HttpResponse:
    """Fetch now, and show what came."""
    return show_mails(request, fetched=fetch_all(now=timezone.now()))
