"""The report form as a page: slots with their examples, files and errors."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tickets.evidence.unsent import Address, UnsentFile, unsent
from tickets.evidence.uploads import MAX_FILES
from tickets.forms.report import ReportForm, field_name
from tickets.models import Attachment, Draft, EvidenceSlot, ExamplePicture, ProblemType
from tickets.portal.doors import Subject
from tickets.portal.masking import mask_email
from tickets.portal.typed import Refusals


@dataclass(frozen=True)
class Part:
    """One slot as the page shows it."""

    slot: EvidenceSlot
    field: BoundField | None
    """None for pictures."""
    examples: list[ExamplePicture]
    files: list[UnsentFile]
    errors: list[str]

    @property
    def name(self) -> str:
        """Of the file field, as `typed.keep_files` reads it."""
        return f"files_{self.slot.pk}"


def address_of(subject: Subject, problem: str) -> Address:
    """Where the files of this report are."""

    def address(name: str, public_id: UUID) -> str:
        return reverse(f"portal:report-{name}", args=[*subject.address, problem, public_id])

    return address


def show_form(
    request: HttpRequest,
    subject: Subject,
    problem_type: ProblemType,
    slots: Sequence[EvidenceSlot],
    *,
    draft: Draft | None,
    form: ReportForm | None = None,
    refusals: Refusals | None = None,
    status: int = 200,
) -> HttpResponse:
    files: dict[int | None, list[Attachment]] = defaultdict(list)
    asked = {slot.pk for slot in slots}
    for attachment in draft.attachments.all() if draft else ():
        # Chosen for another problem type, or for what is no longer asked: it is shown and sent with the other files.
        files[attachment.slot_id if attachment.slot_id in asked else None].append(attachment)
    if form is None:
        form = ReportForm(slots, text=draft.text if draft else "", answers=draft.answers if draft else {})
    refusals, address = refusals or {}, address_of(subject, problem_type.slug)
    context = {
        "shop": subject.order.shop,
        "subject": subject,
        "email": mask_email(subject.order.customer.email),
        "problem_type": problem_type,
        "form": form,
        "parts": [_part(slot, form, files[slot.pk], refusals.get(slot.pk, []), address) for slot in slots],
        "files": unsent(files[None], address),
        "file_errors": refusals.get(None, []),
        "max_files": MAX_FILES,
        "max_mb": settings.UPLOAD_MAX_MB,
        "has_errors": form.is_bound,
    }
    return render(request, "portal/report.html", context, status=status)


def _part(
    slot: EvidenceSlot, form: ReportForm, files: list[Attachment], refusals: list[str], address: Address
) -> Part:
    if slot.kind != EvidenceSlot.Kind.PICTURE:
        return Part(slot, form[field_name(slot)], [], [], [])
    missing = form.is_bound and slot.pk in form.missing_pictures
    errors = refusals + ([_("Please add a picture here.")] if missing else [])
    return Part(slot, None, _examples(slot), unsent(files, address), errors)


def _examples(slot: EvidenceSlot) -> list[ExamplePicture]:
    """Those drawn for this category; for all categories only where there is none of its own."""
    every = list(slot.examples.all())
    own = {example.is_good for example in every if example.category_id}
    return [example for example in every if example.category_id or example.is_good not in own]
