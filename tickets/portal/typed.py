"""Whatever a customer typed or chose is put into the draft first, and only then looked at: no error loses
it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.http import HttpRequest, QueryDict

from tickets.actions import draft as drafts
from tickets.evidence.names import clean_text
from tickets.evidence.uploads import Added, add_files
from tickets.forms.typed import MESSAGE_LIMIT
from tickets.models import Draft, EvidenceSlot

KEPT_AT_MOST = 40 * MESSAGE_LIMIT
"""Far above what can be sent: one should be able to shorten a text that turned out too long."""
FILES = re.compile(r"^files(?:_(?P<slot>[0-9]{1,18}))?$")
ANSWER = re.compile(r"^slot_(?P<slot>[0-9]{1,18})$")
Kept = dict[int | None, Added]
Refusals = dict[int | None, list[str]]
"""By slot, None for files that belong to the text."""


def keep_text(data: Mapping[str, str], draft: Draft, *, at: datetime) -> None:
    """The text and the answers of a posted form, as they were typed."""
    typed = {str(slot): value[:MESSAGE_LIMIT] for slot, value in _answers(data).items()}
    answers = {**draft.answers, **typed}
    # Only of questions that exist, or a program could fill the database with answers to any number.
    asked = EvidenceSlot.objects.filter(pk__in=answers).values_list("pk", flat=True) if answers else ()
    answers = {str(slot): answers[str(slot)] for slot in asked}
    text = clean_text(data.get("text", draft.text))[:KEPT_AT_MOST]
    drafts.keep(draft, text=text, answers=answers, at=at)


def with_unasked(data: QueryDict, slots: Iterable[EvidenceSlot] = ()) -> QueryDict:
    """A posted form in which answers to other questions, such as those no longer asked, have become part of the
    text."""
    asked = {slot.pk for slot in slots}
    unasked = {pk: value for pk, value in _answers(data).items() if pk not in asked and value.strip()}
    if not unasked:
        return data
    labels = dict(EvidenceSlot.objects.filter(pk__in=unasked).values_list("pk", "label"))
    lines = [f"{labels[pk]}: {value}" if pk in labels else value for pk, value in unasked.items()]
    changed = data.copy()
    changed["text"] = "\n".join([data.get("text", "").rstrip(), *lines]).lstrip()
    for pk in unasked:
        changed.pop(f"slot_{pk}", None)
    return changed


def _answers(data: Mapping[str, str]) -> dict[int, str]:
    return {
        int(found["slot"]): clean_text(value) for name, value in data.items() if (found := ANSWER.match(name))
    }


def keep_files(
    request: HttpRequest, draft: Draft, *, slots: Iterable[EvidenceSlot] = (), at: datetime
) -> Kept:
    """The files of a posted form: {slot id or None: Added}. Those of a slot that is no longer asked for go
    with the text."""
    asked = {slot.pk: slot for slot in slots if slot.kind == EvidenceSlot.Kind.PICTURE}
    kept: Kept = defaultdict(Added)
    for name, files in request.FILES.lists():
        if found := FILES.match(name):
            slot = asked.get(int(found["slot"] or 0))
            added = add_files(draft, files, slot=slot, at=at)
            kept[slot.pk if slot else None].attachments += added.attachments
            kept[slot.pk if slot else None].refusals += added.refusals
    return kept


def refusals_of(kept: Kept) -> Refusals:
    return {slot: added.refusals for slot, added in kept.items() if added.refusals}


def together(kept: Kept) -> Added:
    """All files of the form, wherever they belong."""
    return Added(
        [attachment for added in kept.values() for attachment in added.attachments],
        [refusal for added in kept.values() for refusal in added.refusals],
    )
