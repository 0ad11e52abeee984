"""What is typed and uploaded before it is sent, and the moment when it is."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from customers.models import ActivationCode, Order
from tickets.models import Agent, Attachment, Draft, Message, Note, Ticket


def report_draft(order: Order, code: ActivationCode | None, *, at: datetime) -> Draft:
    """The unsent report on a code, or on a whole order."""
    if code:
        return Draft.objects.get_or_create(code=code, defaults={"order": order, "updated_at": at})[0]
    return Draft.objects.get_or_create(order=order, code=None, defaults={"updated_at": at})[0]


def reply_draft(ticket: Ticket, *, agent: Agent | None, at: datetime) -> Draft:
    """The unsent reply of an agent, or of the customer when `agent` is None."""
    return Draft.objects.get_or_create(ticket=ticket, agent=agent, defaults={"updated_at": at})[0]


def keep(draft: Draft, *, text: str, answers: dict[str, str] | None = None, at: datetime) -> None:
    """Store what is typed. Nothing happens when the draft is gone: the same text was sent a moment ago."""
    draft.text, draft.updated_at = text, at
    if answers is not None:
        draft.answers = answers
    Draft.objects.filter(pk=draft.pk).update(text=text, answers=draft.answers, updated_at=at)


@transaction.atomic
def hand_in(draft: Draft, *, message: Message | None = None, note: Note | None = None) -> None:
    """The draft was sent: its files belong to what was said now, and it is gone."""
    hold(draft)
    draft.attachments.update(draft=None, message=message, note=note)
    discard(draft)


@transaction.atomic
def discard(draft: Draft) -> None:
    """Throw a draft away, with the files that are still in it."""
    hold(draft)
    for attachment in draft.attachments.all():
        _delete(attachment)
    draft.delete()


def hold(draft: Draft) -> None:
    """Wait for a file that is just being stored in the draft. One that comes later finds the draft gone, and says so;
    it would otherwise be left in a draft that is no more."""
    Draft.objects.select_for_update().filter(pk=draft.pk).first()


def discard_attachment(attachment: Attachment) -> None:
    """Remove a file from a draft. Sent files stay: only a draft's attachment may be given."""
    if attachment.draft_id is None:
        raise ValueError("This file was sent.")
    _delete(attachment)


def discard_old(*, now: datetime) -> int:
    """Throw away what nobody touched for DRAFT_DAYS. Returns the number of drafts."""
    old = list(Draft.objects.filter(updated_at__lt=now - timedelta(days=settings.DRAFT_DAYS))[:1000])
    for draft in old:
        with transaction.atomic():
            discard(draft)
    return len(old)


def _delete(attachment: Attachment) -> None:
    files = [attachment.original, attachment.preview, attachment.thumbnail]
    attachment.delete()
    # After the commit: a rolled-back delete must find its files again.
    transaction.on_commit(lambda: [file.storage.delete(file.name) for file in files if file])
