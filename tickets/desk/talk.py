"""A ticket's whole history as one conversation: messages, notes and events, by day. Three statements at any
length."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField, Q, Value
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tickets.channels.mail_out import REPLIES
from tickets.events import taken_back
from tickets.models import Attachment, Delivery, Event, Message, Note, Ticket
from tickets.timeline import SHOWN_THEMSELVES, icon, sentence

FOLD_FROM = 4
"""So many events in a row are folded into one line."""


@dataclass(slots=True)
class Mailed:
    """A mail that carries a message to one person, and how far it got."""

    to: str
    state: str
    detail: str
    next_attempt_at: datetime | None
    is_copy: bool
    """To a participant."""

    @property
    def is_lost(self) -> bool:
        return self.state in (Delivery.State.FAILED, Delivery.State.BOUNCED)


@dataclass(slots=True)
class Said:
    """A message or a note."""

    what: str
    id: int
    kind: str
    channel: str
    agent: str | None
    customer: str | None
    text: str
    at: datetime
    answered: bool
    participant: str | None
    participant_email: str | None
    sender_name: str
    sender_address: str
    is_stranger: bool
    is_automatic: bool
    verified: str
    quoted: str
    held_until: datetime | None
    agent_id: int | None
    files: list[Attachment] = field(default_factory=list)
    mails: list[Mailed] = field(default_factory=list)
    mail: UUID | None = None
    """The mail it came by, by its public id."""
    is_news: bool = False

    @property
    def author(self) -> str:
        if self.is_stranger or self.is_automatic:
            return self.sender_name or self.sender_address
        named = self.agent or self.customer or self.participant or self.participant_email
        return named or self.sender_name or self.sender_address or _("Customer without a name")

    @property
    def shows_address(self) -> bool:
        return bool(self.sender_address) and self.sender_address != self.author

    @property
    def own_files(self) -> list[Attachment]:
        """Without pictures that stand in the text."""
        return [
            file for file in self.files if f"[image: {file.name}]" not in self.text or not file.is_picture
        ]


@dataclass(slots=True)
class Happened:
    at: datetime
    icon: str
    sentence: SafeString


@dataclass(slots=True)
class Block:
    """One message or note, or the events between two of them."""

    said: Said | None = None
    events: list[Happened] = field(default_factory=list)

    @property
    def is_folded(self) -> bool:
        return len(self.events) >= FOLD_FROM


@dataclass(slots=True)
class Talk:
    said: list[Said]
    events: list[Happened]

    def newest(self, what: str) -> int:
        return max((said.id for said in self.said if said.what == what), default=0)

    def days(self) -> list[tuple[date, list[Block]]]:
        # Of one moment, what was said stands before what it caused.
        everything = sorted(
            [*self.said, *self.events], key=lambda entry: (entry.at, isinstance(entry, Happened))
        )
        return [
            (day, list(_blocks(entries)))
            for day, entries in groupby(everything, key=lambda entry: timezone.localdate(entry.at))
        ]


def read_talk(ticket: Ticket) -> Talk:
    """Four statements."""
    said = [Said(*row) for row in _messages(ticket).union(_notes(ticket), all=True)]
    _hand_out_mails(ticket, {one.id: one for one in said if one.what == "message"})
    return Talk(said, _events(ticket))


def _events(ticket: Ticket) -> list[Happened]:
    """Without what an answer brought about that was taken back; that it was is told by an event of its own."""
    columns = ("id", "kind", "data", "at", "agent__name", "customer__name")
    rows = Event.objects.filter(ticket=ticket).exclude(kind__in=SHOWN_THEMSELVES)
    rows = list(rows.order_by("at", "id").values_list(*columns))
    never = taken_back((kind, data) for _pk, kind, data, *_rest in rows)
    return [
        Happened(at, icon(kind), sentence(kind, data, actor=agent or customer or ""))
        for pk, kind, data, at, agent, customer in rows
        if pk not in never
    ]


def _hand_out_mails(ticket: Ticket, messages: dict[int, Said]) -> None:
    """Of each message how its mails fared, customer first."""
    rows = Delivery.objects.filter(ticket=ticket, message__isnull=False, kind__in=REPLIES).order_by("pk")
    for message, *mailed, participant in rows.values_list(
        "message", "to", "state", "detail", "next_attempt_at", "participant"
    ):
        if message in messages:
            messages[message].mails.append(Mailed(*mailed, is_copy=participant is not None))


def hand_out_files(talk: Talk, draft: int | None) -> tuple[dict[int, list[Attachment]], list[Attachment]]:
    """Give each message and note its files. Returned are those that were given as evidence, by its id, and those of
    the draft."""
    messages = {said.id: said for said in talk.said if said.what == "message"}
    notes = {said.id: said for said in talk.said if said.what == "note"}
    here = Q(message__in=list(messages)) | Q(note__in=list(notes))
    if draft:
        here |= Q(draft=draft)
    evidence: dict[int, list[Attachment]] = {}
    unsent = []
    for file in Attachment.objects.filter(here).order_by("pk"):
        if file.evidence_id:
            evidence.setdefault(file.evidence_id, []).append(file)
        elif file.message_id:
            messages[file.message_id].files.append(file)
        elif file.note_id:
            notes[file.note_id].files.append(file)
        else:
            unsent.append(file)
    return evidence, unsent


def _messages(ticket: Ticket) -> Any:
    return (
        Message.objects.filter(ticket=ticket)
        .order_by()
        .values_list(
            Value("message"),
            "id",
            "direction",
            "channel",
            "agent__name",
            "customer__name",
            "text",
            "created_at",
            Value(False),
            "participant__name",
            "participant__email",
            "sender_name",
            "sender_address",
            "is_stranger",
            "is_automatic",
            "verified",
            "quoted",
            "held_until",
            "agent",
        )
    )


def _notes(ticket: Ticket) -> Any:
    nothing = Value("")
    return (
        Note.objects.filter(ticket=ticket)
        .order_by()
        .values_list(
            Value("note"),
            "id",
            "kind",
            nothing,
            "agent__name",
            nothing,
            "text",
            "created_at",
            "answered",
            *(nothing, nothing, nothing, nothing),
            *(Value(False), Value(False)),
            *(nothing, nothing),
            Value(None, DateTimeField()),
            "agent",
        )
    )


def _blocks(entries: Iterable[Said | Happened]) -> Iterable[Block]:
    for is_said, run in groupby(entries, key=lambda entry: isinstance(entry, Said)):
        if is_said:
            yield from (Block(said=said) for said in run)
        else:
            yield Block(events=list(run))
