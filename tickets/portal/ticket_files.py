"""Files of the customer's ticket, and text and files of an answer on its way."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tickets.access import attachment_for_customer, attachment_of_draft
from tickets.actions import draft as drafts
from tickets.actions import said_already
from tickets.evidence.serving import serve
from tickets.evidence.unsent import as_json
from tickets.evidence.uploads import Added
from tickets.forms.customer_reply import CustomerReplyForm
from tickets.models import Draft, Ticket
from tickets.portal.doors import of_ticket, wants_json
from tickets.portal.ticket_page import address_of
from tickets.portal.typed import keep_files, keep_text, together


@require_safe
@of_ticket
def file(request: HttpRequest, ticket: Ticket, *, token: str, public_id: UUID) -> HttpResponseBase:
    return serve(attachment_for_customer(ticket, public_id), size=request.GET.get("size", "preview"))


@require_POST
@of_ticket
def draft(request: HttpRequest, ticket: Ticket, *, token: str) -> HttpResponse:
    """Keep what is typed so far, unless it was sent in the meantime: this may come in behind its own answer."""
    form = CustomerReplyForm(request.POST)
    if not form.is_valid() or not said_already(ticket, ticket.customer, **form.cleaned_data):
        _keep(request, ticket)
    return HttpResponse(status=204) if wants_json(request) else redirect("portal:ticket", token)


@require_POST
@of_ticket
def upload(request: HttpRequest, ticket: Ticket, *, token: str) -> HttpResponse:
    added = _keep(request, ticket)
    if wants_json(request):
        return as_json(added, address_of(token))
    for refusal in added.refusals:
        messages.error(request, refusal)
    return redirect("portal:ticket", token)


@require_POST
@of_ticket
def remove(request: HttpRequest, ticket: Ticket, *, token: str, public_id: UUID) -> HttpResponse:
    """Without scripts the whole form comes along with the press of the button: it is kept, too."""
    own = Draft.objects.filter(ticket=ticket, agent=None).first()
    if own is None:
        raise Http404
    drafts.discard_attachment(attachment_of_draft(own, public_id))
    if wants_json(request):
        return JsonResponse({})
    for refusal in _keep(request, ticket).refusals:
        messages.error(request, refusal)
    return redirect("portal:ticket", token)


def _keep(request: HttpRequest, ticket: Ticket) -> Added:
    now = timezone.now()
    own = drafts.reply_draft(ticket, agent=None, at=now)
    keep_text(request.POST, own, at=now)
    return together(keep_files(request, own, at=now))
