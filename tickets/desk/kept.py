"""What an agent typed and has not sent. It outlives errors, closed tabs and sessions that expired."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from tickets.actions import Seen
from tickets.actions import draft as drafts
from tickets.evidence.names import clean_text
from tickets.evidence.uploads import add_files
from tickets.models import Agent, Attachment, Draft, Ticket

SALT = "composer"
PANES = {"reply": "text", "note": "note", "memo": "memo"}
"""The panes of the composer with the names of their fields."""
PRIVATE = ("note", "memo")
"""Kept apart from the reply: what only agents may see never comes to stand in the field that is mailed."""

Panes = Mapping[str, str]
"""What stands in each of some panes."""


def posted(data: Mapping[str, str]) -> dict[str, str]:
    """What is typed in the panes that the page has: that of a closed ticket has no reply. However long: a request
    carries DATA_UPLOAD_MAX_MEMORY_SIZE at most."""
    return {pane: clean_text(data[field]) for pane, field in PANES.items() if field in data}


def panes_of(draft: Draft | None) -> dict[str, str]:
    return {"reply": draft.text, **draft.answers} if draft else {}


def version(kept_at: datetime | None) -> str:
    """Which draft a page shows: with it the page sends back what it began from."""
    return kept_at.isoformat() if kept_at else ""


def shows_all(typed: Panes, draft: Draft | None) -> bool:
    """Whether what is kept is what stands in the page, so that the page may go on from it."""
    kept = panes_of(draft)
    return all(kept.get(pane, "").strip() == text.strip() for pane, text in typed.items())


def unsent_rest(kept: str, sent: str) -> str:
    """What another page of the agent wrote into the pane before this page's text, as `_both` joined them."""
    return f"\n\n{kept.strip()}".removesuffix(f"\n\n{sent.strip()}").strip()


def take_along(request: HttpRequest, ticket: Ticket, agent: Agent) -> list[str]:
    """Keep what the composer of the page held when any of its buttons was pressed. Returns why files were
    refused."""
    if "composer" not in request.POST:
        return []
    now = timezone.now()
    began_from, by_itself = request.POST.get("draft", ""), "autosave" in request.POST
    keep(ticket, agent, posted(request.POST), began_from=began_from, by_itself=by_itself, at=now)
    files = request.FILES.getlist("files")
    return add_files(drafts.reply_draft(ticket, agent=agent, at=now), files, at=now).refusals if files else []


def rescue(request: HttpRequest, number: int) -> bool:
    """The session ended while the agent typed: keep the text for them, if the page was theirs."""
    writer = writer_of(request.POST.get("composer", ""), number)
    if writer:
        take_along(request, *writer)
    return writer is not None


@transaction.atomic
def keep(
    ticket: Ticket,
    agent: Agent,
    typed: Panes,
    *,
    began_from: str | None = None,
    by_itself: bool = False,
    at: datetime,
) -> None:
    """Store what is typed now in place of what was; other panes stay. Nothing typed and no files left means no
    draft.

    A page that did not begin from the draft (`began_from`, its version) overwrites nothing of it: another page of the
    agent wrote that. `by_itself` is an autosave, that comes again and again.
    """
    # Locked, for the same button pressed twice may be handing this draft in: then it is gone, and a new one
    # is made.
    draft = Draft.objects.select_for_update().filter(ticket=ticket, agent=agent).first()
    before = panes_of(draft)
    if draft and began_from not in (None, version(draft.updated_at)):
        typed = {pane: _both(before.get(pane, ""), text, by_itself) for pane, text in typed.items()}
    panes = {pane: text for pane, text in (before | typed).items() if text.strip()}
    if not panes and not (draft and draft.attachments.exists()):
        if draft:
            drafts.discard(draft)
        return
    draft = draft or drafts.reply_draft(ticket, agent=agent, at=at)
    drafts.keep(draft, text=panes.pop("reply", ""), answers=panes, at=at)


def drop(ticket: Ticket, agent: Agent, pane: str, text: str, *, at: datetime) -> None:
    """What was sent out of this pane is a draft no more."""
    draft = Draft.objects.filter(ticket=ticket, agent=agent).first()
    keep(ticket, agent, {pane: unsent_rest(panes_of(draft).get(pane, ""), text)}, at=at)


@transaction.atomic
def drop_reply(ticket: Ticket, agent: Agent, text: str, *, at: datetime) -> None:
    """This reply was sent already, with its files; what else was written stays."""
    for attachment in Attachment.objects.filter(draft__ticket=ticket, draft__agent=agent):
        drafts.discard_attachment(attachment)
    drop(ticket, agent, "reply", text, at=at)


def was_sent(ticket: Ticket, agent: Agent, text: str, seen: Seen) -> bool:
    """The same button pressed twice, or an autosave that came in behind the reply it belongs to: this very reply was
    sent since the page was opened, with all the files that the draft holds now."""
    files = set(
        Attachment.objects.filter(draft__ticket=ticket, draft__agent=agent).values_list("sha256", flat=True)
    )
    replies = ticket.messages.filter(pk__gt=seen.message, agent=agent, text=text.strip())
    return any(files <= set(reply.attachments.values_list("sha256", flat=True)) for reply in replies)


def composer_token(ticket: Ticket, agent: Agent) -> str:
    """Lets the page's own agent store an unsent text after the session expired. It opens and shows
    nothing."""
    return signing.dumps({"ticket": ticket.pk, "agent": agent.pk}, salt=SALT)


def writer_of(token: str, number: int) -> tuple[Ticket, Agent] | None:
    """Whose page a composer token was written into, if they still work here and it is about this ticket."""
    try:
        named = signing.loads(token, salt=SALT, max_age=settings.SESSION_COOKIE_AGE)
    except signing.BadSignature:
        return None
    ticket = Ticket.objects.by_number(number).filter(pk=named["ticket"]).first()
    agent = Agent.objects.filter(pk=named["agent"], is_active=True).first()
    return (ticket, agent) if ticket and agent else None


def _both(kept: str, typed: str, by_itself: bool) -> str:
    """Of two texts the one that holds the other; else both, but what comes again and again would pile up."""
    if kept.strip() in typed:
        return typed
    if typed.strip() in kept or by_itself:
        return kept
    return f"{kept}\n\n{typed.strip()}"
