"""The customer's own ticket: the conversation, the promise, and what can be done."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from customers.time_zones import remember_time_zone
from tickets import actions
from tickets.access import ticket_token
from tickets.actions import draft as drafts
from tickets.actions.refusals import GoesOn, Refused
from tickets.forms.customer_reply import CustomerReplyForm
from tickets.models import EvidenceSlot, Ticket
from tickets.portal.doors import UNREADABLE, of_ticket
from tickets.portal.masking import mask_email
from tickets.portal.ticket_page import show_ticket
from tickets.portal.typed import keep_files, keep_text, together


@require_safe
@of_ticket
def ticket(request: HttpRequest, ticket: Ticket, *, token: str) -> HttpResponse:
    return show_ticket(request, ticket, token)


@require_safe
@of_ticket
def received(request: HttpRequest, ticket: Ticket, *, token: str) -> HttpResponse:
    """After filing: the number, what arrived, and by when an answer comes."""
    evidence = list(ticket.evidence.prefetch_related("attachments"))
    first = ticket.messages.for_customer(timezone.now()).prefetch_related("attachments").first()
    pictures = [file for given in evidence for file in given.attachments.all()]
    context = {
        "shop": ticket.shop,
        "ticket": ticket,
        "token": token,
        "evidence": evidence,
        "picture_kind": EvidenceSlot.Kind.PICTURE,
        "other_files": len(first.attachments.all()) - len(pictures) if first else 0,
        "has_text": bool(first and first.text),
        "masked_email": mask_email(ticket.customer.email),
    }
    return render(request, "portal/received.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@of_ticket
def reply(request: HttpRequest, ticket: Ticket, *, token: str) -> HttpResponse:
    """GET is the page of a refused answer loaded anew: all of it stands on the ticket page, too."""
    if request.method != "POST":
        return redirect("portal:ticket", token)
    now = timezone.now()
    draft = drafts.reply_draft(ticket, agent=None, at=now)
    keep_text(request.POST, draft, at=now)
    refusals = together(keep_files(request, draft, at=now)).refusals
    form = CustomerReplyForm(request.POST)
    if not form.is_valid() or refusals:
        return show_ticket(request, ticket, token, form=form, refusals=refusals, status=UNREADABLE)
    remember_time_zone(ticket.customer, request.POST.get("time_zone", ""))
    text, seen = form.cleaned_data["text"], form.cleaned_data["seen"]
    try:
        message = actions.receive(ticket, by=ticket.customer, text=text, draft=draft, seen=seen, at=now)
    except Refused as refusal:
        form.add_error("text", str(refusal))
        return show_ticket(request, ticket, token, form=form, status=UNREADABLE)
    if message.ticket_id != ticket.pk:
        messages.success(
            request, _("Your old ticket is finished, so it goes on in this one. We have your message.")
        )
        return redirect("portal:ticket", ticket_token(message.ticket))
    messages.success(request, _("Thank you, we have your message."))
    return redirect("portal:ticket", token)


@require_POST
@of_ticket
def solved(request: HttpRequest, ticket: Ticket, *, token: str) -> HttpResponse:
    if actions.solve(ticket, by=ticket.customer, at=timezone.now()):
        messages.success(
            request,
            _("Good to hear! If it comes back within %(days)s days, just answer here.")
            % {"days": settings.REOPEN_DAYS},
        )
    else:
        messages.info(request, _("This ticket was solved already."))
    return redirect("portal:ticket", token)


@require_POST
@of_ticket
def confirm_code(request: HttpRequest, ticket: Ticket, *, token: str) -> HttpResponse:
    """The one-time code that went to the known address."""
    if actions.confirm_code(ticket, request.POST.get("code", "")[:40], by=ticket.customer, at=timezone.now()):
        messages.success(request, _("Thank you, now we know that it is you."))
    else:
        messages.error(request, _("That is not the code. Please look at the newest mail once more."))
    return redirect("portal:ticket", token)


@require_POST
@of_ticket
def reopen(request: HttpRequest, ticket: Ticket, *, token: str) -> HttpResponse:
    try:
        if actions.reopen(ticket, by=ticket.customer, at=timezone.now()):
            messages.success(request, _("We are looking into it again. You can tell us more below."))
        else:
            messages.info(request, _("We are still working on it."))
    except GoesOn as elsewhere:
        messages.info(request, _("You reported this again already. This is your open ticket."))
        return redirect("portal:ticket", ticket_token(elsewhere.ticket))
    except Refused:
        messages.info(request, _("This ticket is closed. Write below, and we open a new one for you."))
    return redirect("portal:ticket", token)
