"""Reporting a problem: choose what went wrong, then show and tell what that needs, on one page."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from customers.time_zones import remember_time_zone
from tickets.access import ticket_token
from tickets.actions import draft as drafts
from tickets.actions import open_ticket, open_ticket_for
from tickets.evidence.names import clean_text
from tickets.forms.report import ReportForm
from tickets.models import Attachment, Draft, EvidenceSlot, ExamplePicture, ProblemType, Ticket
from tickets.portal.doors import UNREADABLE, Subject, of_subject
from tickets.portal.report_page import show_form
from tickets.portal.typed import Kept, Refusals, keep_files, keep_text, refusals_of, with_unasked


@require_safe
@of_subject
def choose(request: HttpRequest, subject: Subject) -> HttpResponse:
    now = timezone.now()
    already = open_ticket_for(subject.order, subject.code, at=now)
    if already:
        return _to_open_ticket(request, subject, already, at=now)
    return _show_choices(request, subject)


@require_http_methods(["GET", "HEAD", "POST"])
@of_subject
def report(request: HttpRequest, subject: Subject, *, problem: str) -> HttpResponse:
    now = timezone.now()
    problem_type = ProblemType.objects.offered_for(subject.category).filter(slug=problem).first()
    slots = asked(problem_type, subject) if problem_type else []
    kept = keep_report(request, subject, slots, at=now) if request.method == "POST" else {}
    already = open_ticket_for(subject.order, subject.code, at=now)
    if already:
        return _to_open_ticket(request, subject, already, slots, at=now)
    if problem_type is None:
        return _show_choices(request, subject, status=404)
    if request.method == "POST":
        return _send(request, subject, problem_type, slots, refusals_of(kept), at=now)
    return show_form(request, subject, problem_type, slots, draft=draft_of(subject))


def asked(problem_type: ProblemType, subject: Subject) -> list[EvidenceSlot]:
    """The slots of the form, with the examples that fit the category."""
    fits = Q(category=None) | Q(category=subject.category) if subject.category else Q(category=None)
    examples = Prefetch("examples", ExamplePicture.objects.filter(fits))
    return list(EvidenceSlot.objects.asked_for(problem_type, subject.category).prefetch_related(examples))


def draft_of(subject: Subject) -> Draft | None:
    """The unsent report, without making one."""
    return Draft.objects.filter(order=subject.order, code=subject.code).first()


def keep_report(
    request: HttpRequest, subject: Subject, slots: Sequence[EvidenceSlot], *, at: datetime
) -> Kept:
    """Put what was typed and chosen into the draft, whatever becomes of it."""
    draft = drafts.report_draft(subject.order, subject.code, at=at)
    keep_text(with_unasked(request.POST, slots), draft, at=at)
    return keep_files(request, draft, slots=slots, at=at)


def _send(
    request: HttpRequest,
    subject: Subject,
    problem_type: ProblemType,
    slots: Sequence[EvidenceSlot],
    refusals: Refusals,
    *,
    at: datetime,
) -> HttpResponse:
    draft = drafts.report_draft(subject.order, subject.code, at=at)
    data = with_unasked(request.POST, slots)
    files = list(draft.attachments.all())
    form = ReportForm(
        slots, pictured={file.slot_id for file in files if file.slot_id}, has_files=bool(files), data=data
    )
    if not form.is_valid() or refusals:
        return _show_again(request, subject, problem_type, slots, draft, form, refusals)
    remember_time_zone(subject.order.customer, request.POST.get("time_zone", ""))
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
        return _to_open_ticket(request, subject, opened.ticket, slots, at=at)
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
    now = timezone.now()
    already = open_ticket_for(subject.order, subject.code, at=now)
    if already:
        return _to_open_ticket(request, subject, already, slots, at=now)
    return show_form(
        request, subject, problem_type, slots, draft=draft, form=form, refusals=refusals, status=UNREADABLE
    )


def _show_choices(request: HttpRequest, subject: Subject, *, status: int = 200) -> HttpResponse:
    """404: the problem type is no longer offered, perhaps since a minute ago. What was written for it is kept and goes
    along to the type that is chosen now."""
    draft = draft_of(subject)
    context = {
        "shop": subject.order.shop,
        "subject": subject,
        "problem_types": ProblemType.objects.offered_for(subject.category),
        "kept": draft is not None and bool(draft.text or draft.attachments.exists()),
        "gone": status != 200,
    }
    return render(request, "portal/choose.html", context, status=status)


def _to_open_ticket(
    request: HttpRequest,
    subject: Subject,
    ticket: Ticket,
    slots: Sequence[EvidenceSlot] = (),
    *,
    at: datetime,
) -> HttpResponse:
    """There is one open ticket for a thing. What was typed for a second one waits in its reply box."""
    if ticket.customer_id != subject.order.customer_id:
        messages.info(request, _("This was reported already. We will answer to whoever reported it."))
        return redirect("portal:order", subject.order.shop.slug, subject.token)
    if request.method == "POST" and _carry_over(request, subject, ticket, slots, at=at):
        messages.info(request, _("You reported this already. What you wrote now stands below, not sent yet."))
    else:
        messages.info(request, _("You reported this already. This is your ticket."))
    return redirect("portal:ticket", ticket_token(ticket))


@transaction.atomic
def _carry_over(
    request: HttpRequest, subject: Subject, ticket: Ticket, slots: Sequence[EvidenceSlot], *, at: datetime
) -> bool:
    """Put what a second report adds to the first one into the reply of the ticket that is there. False for
    the same report sent twice, which adds nothing."""
    draft = draft_of(subject)
    if draft is None:
        return False
    drafts.hold(draft)
    text = _added_text(request.POST, ticket, slots)
    theirs = Q(message__ticket=ticket) | Q(draft__ticket=ticket, draft__agent=None)
    known_files = set(Attachment.objects.filter(theirs).values_list("sha256", flat=True))
    files = draft.attachments.exclude(sha256__in=known_files)
    adds = bool(text) or files.exists()
    if adds:
        reply = drafts.reply_draft(ticket, agent=None, at=at)
        if text not in reply.text:
            drafts.keep(reply, text=f"{reply.text.rstrip()}\n\n{text}".lstrip(), at=at)
        files.update(draft=reply, slot=None)
    drafts.discard(draft)
    return adds


def _added_text(data: QueryDict, ticket: Ticket, slots: Sequence[EvidenceSlot]) -> str:
    """Text and answers of a second report, without those that the ticket has."""
    form = ReportForm(slots, data=data)
    form.is_valid()
    told = set(ticket.evidence.values_list("slot", "value"))
    known = [answer.slot for answer in form.answers() if (answer.slot.pk, answer.value) in told]
    added = with_unasked(data, slots).copy()
    first = ticket.messages.filter(customer=ticket.customer_id).first()
    if first and clean_text(added.get("text", "")).strip() == first.text:
        added["text"] = ""
    return clean_text(with_unasked(added, known).get("text", "")).strip()
