"""Reporting a problem: choose what went wrong, then show and tell what that needs, on one page."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tickets.access import ticket_token
from tickets.actions import draft as drafts
from tickets.actions import open_ticket, open_ticket_for
from tickets.evidence.names import clean_text
from tickets.forms.report import ReportForm
from tickets.models import Draft, EvidenceSlot, ExamplePicture, ProblemType, Ticket
from tickets.portal.doors import UNREADABLE, Subject, of_subject
from tickets.portal.report_page import show_form
from tickets.portal.typed import Refusals, keep_files, keep_text, refusals_of, with_unasked


@require_safe
@of_subject
def choose(request: HttpRequest, subject: Subject) -> HttpResponse:
    already = open_ticket_for(subject.order, subject.code)
    if already:
        return _to_open_ticket(request, subject, already)
    return _show_choices(request, subject)


@require_http_methods(["GET", "HEAD", "POST"])
@of_subject
def report(request: HttpRequest, subject: Subject, *, problem: str) -> HttpResponse:
    now = timezone.now()
    already = open_ticket_for(subject.order, subject.code)
    if already:
        return _to_open_ticket(request, subject, already, at=now)
    problem_type = ProblemType.objects.offered_for(subject.category).filter(slug=problem).first()
    if problem_type is None:
        return _choose_again(request, subject, problem, at=now)
    slots = asked(problem_type, subject)
    if request.method == "POST":
        return _send(request, subject, problem_type, slots, at=now)
    return show_form(request, subject, problem_type, slots, draft=draft_of(subject))


def asked(problem_type: ProblemType, subject: Subject) -> list[EvidenceSlot]:
    """The slots of the form, with the examples that fit the category."""
    fits = Q(category=None) | Q(category=subject.category) if subject.category else Q(category=None)
    examples = Prefetch("examples", ExamplePicture.objects.filter(fits))
    return list(EvidenceSlot.objects.asked_for(problem_type, subject.category).prefetch_related(examples))


def draft_of(subject: Subject) -> Draft | None:
    """The unsent report, without making one."""
    return Draft.objects.filter(order=subject.order, code=subject.code).first()


def _send(
    request: HttpRequest,
    subject: Subject,
    problem_type: ProblemType,
    slots: Sequence[EvidenceSlot],
    *,
    at: datetime,
) -> HttpResponse:
    draft = drafts.report_draft(subject.order, subject.code, at=at)
    data = with_unasked(request.POST, slots)
    keep_text(data, draft, at=at)
    refusals = refusals_of(keep_files(request, draft, slots=slots, at=at))
    files = list(draft.attachments.all())
    form = ReportForm(
        slots, pictured={file.slot_id for file in files if file.slot_id}, has_files=bool(files), data=data
    )
    if not form.is_valid() or refusals:
        return _show_again(request, subject, problem_type, slots, draft, form, refusals)
    opened = open_ticket(
        by=subject.order.customer,
        order=subject.order,
        code=subject.code,
        problem_type=problem_type,
        text=form.cleaned_data["text"],
        answers=form.answers(),
        draft=draft,
        at=at,
    )
    if not opened.is_new:
        return _to_open_ticket(request, subject, opened.ticket, at=at)
    return redirect("portal:received", ticket_token(opened.ticket))


def _show_again(
    request: HttpRequest,
    subject: Subject,
    problem_type: ProblemType,
    slots: Sequence[EvidenceSlot],
    draft: Draft,
    form: ReportForm,
    refusals: Refusals,
) -> HttpResponse:
    # The button pressed twice: the first press may have taken the pictures that the second one misses.
    already = open_ticket_for(subject.order, subject.code)
    if already:
        return _to_open_ticket(request, subject, already, at=timezone.now())
    return show_form(
        request, subject, problem_type, slots, draft=draft, form=form, refusals=refusals, status=UNREADABLE
    )


def _show_choices(request: HttpRequest, subject: Subject, *, status: int = 200) -> HttpResponse:
    draft = draft_of(subject)
    context = {
        "shop": subject.order.shop,
        "subject": subject,
        "problem_types": ProblemType.objects.offered_for(subject.category),
        "kept": draft is not None and bool(draft.text or draft.attachments.exists()),
        "gone": status != 200,
    }
    return render(request, "portal/choose.html", context, status=status)


def _choose_again(request: HttpRequest, subject: Subject, problem: str, *, at: datetime) -> HttpResponse:
    """The problem type is no longer offered, perhaps since a minute ago. What was typed and uploaded for it
    is kept and goes along to the type that is chosen now."""
    if request.method == "POST":
        draft = drafts.report_draft(subject.order, subject.code, at=at)
        keep_text(with_unasked(request.POST), draft, at=at)
        keep_files(request, draft, at=at)
        draft.attachments.filter(slot__problem_type__slug=problem).update(slot=None)
    return _show_choices(request, subject, status=404)


def _to_open_ticket(
    request: HttpRequest, subject: Subject, ticket: Ticket, *, at: datetime | None = None
) -> HttpResponse:
    """There is one open ticket for a thing. What was typed for a second one waits in its reply box."""
    if ticket.customer_id != subject.order.customer_id:
        messages.info(request, _("This was reported already. We will answer to whoever reported it."))
        return redirect("portal:order", subject.order.shop.slug, subject.token)
    kept = at is not None and request.method == "POST" and _carry_over(request, subject, ticket, at=at)
    if kept:
        messages.info(request, _("You reported this already. What you wrote now stands below, not sent yet."))
    else:
        messages.info(request, _("You reported this already. This is your ticket."))
    return redirect("portal:ticket", ticket_token(ticket))


def _carry_over(request: HttpRequest, subject: Subject, ticket: Ticket, *, at: datetime) -> bool:
    """Put a second report into the reply of the ticket that is there. False for the same report sent
    twice."""
    text = clean_text(request.POST.get("text", "")).strip()
    first = ticket.messages.first()
    draft = draft_of(subject)
    if not text or (first and text == first.text):
        if draft:
            drafts.discard(draft)
        return False
    reply = drafts.reply_draft(ticket, agent=None, at=at)
    keep_text(with_unasked(request.POST), reply, at=at)
    keep_files(request, reply, at=at)
    if draft:
        draft.attachments.update(draft=reply, slot=None)
        drafts.discard(draft)
    return True
