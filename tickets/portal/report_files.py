"""Text and files of a report on their way, before it is sent."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from tickets.access import attachment_of_draft
from tickets.actions import draft as drafts
from tickets.actions import open_ticket_for
from tickets.evidence.serving import serve
from tickets.evidence.unsent import as_json
from tickets.evidence.uploads import Added
from tickets.models import Draft, ProblemType
from tickets.portal.doors import Subject, of_subject, wants_json
from tickets.portal.report import asked, draft_of, keep_report
from tickets.portal.report_page import address_of
from tickets.portal.typed import together


@require_POST
@of_subject
def draft(request: HttpRequest, subject: Subject, *, problem: str) -> HttpResponse:
    """Keep what is typed so far, unless it was sent in the meantime: this may come in behind its own report."""
    if not open_ticket_for(subject.order, subject.code, at=timezone.now()):
        _keep(request, subject, problem)
    return (
        HttpResponse(status=204)
        if wants_json(request)
        else redirect("portal:report", *subject.address, problem)
    )


@require_POST
@of_subject
def upload(request: HttpRequest, subject: Subject, *, problem: str) -> HttpResponse:
    added = _keep(request, subject, problem)
    if wants_json(request):
        return as_json(added, address_of(subject, problem))
    for refusal in added.refusals:
        messages.error(request, refusal)
    return redirect("portal:report", *subject.address, problem)


@require_safe
@of_subject
def file(request: HttpRequest, subject: Subject, *, problem: str, public_id: UUID) -> HttpResponseBase:
    return serve(attachment_of_draft(_own(subject), public_id), size=request.GET.get("size", "preview"))


@require_POST
@of_subject
def remove(request: HttpRequest, subject: Subject, *, problem: str, public_id: UUID) -> HttpResponse:
    """Without scripts the whole form comes along with the press of the button: it is kept, too."""
    drafts.discard_attachment(attachment_of_draft(_own(subject), public_id))
    if wants_json(request):
        return JsonResponse({})
    for refusal in _keep(request, subject, problem).refusals:
        messages.error(request, refusal)
    return redirect("portal:report", *subject.address, problem)


def _own(subject: Subject) -> Draft:
    own = draft_of(subject)
    if own is None:
        raise Http404
    return own


def _keep(request: HttpRequest, subject: Subject, problem: str) -> Added:
    problem_type = ProblemType.objects.offered_for(subject.category).filter(slug=problem).first()
    slots = asked(problem_type, subject) if problem_type else []
    return together(keep_report(request, subject, slots, at=timezone.now()))
