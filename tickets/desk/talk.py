"""A ticket's whole history as one conversation: messages, notes and events, by day. Three statements at any
length."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import OuterRef, Q, Subquery, Value
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tickets.events import taken_back
from tickets.models import Attachment, Delivery, Event, Message, Note, Ticket
from tickets.timeline import SHOWN_THEMSELVES, icon, sentence

FOLD_FROM = 4
"""So many events in a row are folded into one line."""


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
    mail_state: str | None
    mail_to: str | None
    answered: bool
    files: list[Attachment] = field(default_factory=list)
    is_news: bool = False

    @property
    def author(self) -> str:
        return self.agent or self.customer or _("Customer without a name")


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
    said = [Said(*row) for row in _messages(ticket).union(_notes(ticket), all=True)]
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
    mail = Delivery.objects.filter(message=OuterRef("pk")).order_by("-pk")
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
            Subquery(mail.values("state")[:1]),
            Subquery(mail.values("to")[:1]),
            Value(False),
        )
    )


def _notes(ticket: Ticket) -> Any:
    return (
        Note.objects.filter(ticket=ticket)
        .order_by()
        .values_list(
            Value("note"),
            "id",
            "kind",
            Value(""),
            "agent__name",
            Value(""),
            "text",
            "created_at",
            Value(""),
            Value(""),
            "answered",
        )
    )


def _blocks(entries: Iterable[Said | Happened]) -> Iterable[Block]:
    for is_said, run in groupby(entries, key=lambda entry: isinstance(entry, Said)):
        if is_said:
            yield from (Block(said=said) for said in run)
        else:
            yield Block(events=list(run))
