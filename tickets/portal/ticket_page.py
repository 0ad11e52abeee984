"""The ticket page as the customer sees it. Reads `Message` and never `Note`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from tickets.access import ticket_token
from tickets.actions import code_out, goes_on_in
from tickets.evidence.unsent import Address, unsent
from tickets.evidence.uploads import MAX_FILES
from tickets.forms.customer_reply import CustomerReplyForm
from tickets.models import Attachment, Draft, Evidence, Message, Ticket
from tickets.models.ticket import Status


@dataclass
class Given:
    """An evidence slot as it was answered in a message."""

    evidence: Evidence
    files: list[Attachment] = field(default_factory=list)


@dataclass
class Said:
    message: Message
    given: list[Given] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    all_files: list[Attachment] = field(default_factory=list)
    """Also those that stand in the text."""


def address_of(token: str) -> Address:
    def address(name: str, public_id: UUID) -> str:
        return reverse(f"portal:{name}", args=[token, public_id])

    return address


def show_ticket(
    request: HttpRequest,
    ticket: Ticket,
    token: str,
    *,
    form: CustomerReplyForm | None = None,
    refusals: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    said = _conversation(ticket, now)
    draft = Draft.objects.filter(ticket=ticket, agent=None).prefetch_related("attachments").first()
    if form is None:
        seen = said[-1].message.pk if said else 0
        form = CustomerReplyForm(initial={"text": draft.text if draft else "", "seen": seen})
    follower = _next_ticket(ticket)
    context = {
        "shop": ticket.shop,
        "ticket": ticket,
        "token": token,
        "said": said,
        "is_answered": any(not entry.message.is_from_customer for entry in said),
        "is_held": _is_held(ticket, now),
        "form": form,
        "files": unsent(draft.attachments.all(), address_of(token)) if draft else [],
        "refusals": refusals,
        "max_files": MAX_FILES,
        "max_mb": settings.UPLOAD_MAX_MB,
        "reopen_days": settings.REOPEN_DAYS,
        "Status": Status,
        "follower": follower,
        "code_out": code_out(ticket, now) if ticket.verified != "code" else None,
        "now": now,
        "follower_token": ticket_token(follower) if follower else "",
    }
    return render(request, "portal/ticket.html", context, status=status)


def _conversation(ticket: Ticket, now: datetime) -> list[Said]:
    """What was said, with files and evidence where they were given. Three queries."""
    messages = ticket.messages.for_customer(now).select_related("agent", "participant")
    said = [Said(message) for message in messages.prefetch_related("attachments")]
    given: dict[int | None, Given] = {evidence.pk: Given(evidence) for evidence in ticket.evidence.all()}
    for entry in said:
        for attachment in entry.message.attachments.all():
            shown_for = given.get(attachment.evidence_id)
            entry.all_files.append(attachment)
            if not (attachment.is_picture and f"[image: {attachment.name}]" in entry.message.text):
                (shown_for or entry).files.append(attachment)
    if said:
        # Evidence is given with the report; a question has no file that would tell its message.
        said[0].given = list(given.values())
    return said


def _is_held(ticket: Ticket, now: datetime) -> bool:
    """The status speaks of an answer that its author may still take back. Asked only for as long as that can be."""
    is_fresh = ticket.last_activity_at > now - timedelta(seconds=settings.SEND_DELAY_SECONDS)
    return is_fresh and ticket.messages.filter(held_until__gt=now).exists()


def _next_ticket(ticket: Ticket) -> Ticket | None:
    """Where the talk goes on after this ticket was closed."""
    if ticket.status != Status.CLOSED:
        return None
    if ticket.merged_into and ticket.merged_into.customer_id == ticket.customer_id:
        return ticket.merged_into
    return (
        goes_on_in(ticket, at=timezone.now())
        or ticket.followed_by.filter(customer=ticket.customer).order_by("-pk").first()
    )
