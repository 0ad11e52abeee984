# ruff: noqa: E501  languages stand in lines of their own
"""What an answer is looked over for before it leaves. Nothing is refused: the agent is asked once."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from customers.linking import fold_email
from customers.models import ActivationCode, CustomerAddress, Order
from tickets.models import Agent, Mailbox, Ticket
from tickets.reply_templates import PLACEHOLDER

WORDS_AT_MOST = 300
NOTE_LENGTH = 25
"""Characters of a line of a note that cannot stand in an answer by chance."""
WORD = re.compile(r"[^\W_][\w/-]{2,49}")
GROUPS = re.compile(r"\b(?:[A-Za-z0-9]{4,8}[ -]){2,7}[A-Za-z0-9]{4,8}\b")
EMAIL = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+\.[^\s<>()\[\],;:.\"']+")
LEFT_OVER = re.compile(r"\{\{?\s*[a-z][a-z_ ]{1,30}\s*\}\}?")
ATTACHED = re.compile(
    r"\b(?:attached|attachment|enclosed)\b|\b(?:lisatud fail|manuses|kirja lisas|lisasin faili)|\b(?:liitteenä|liitteessä|oheis\w+|ohessa)"
    r"|\b(?:v prílohe|priložen\w+|prikladám|v příloze|přiložen\w+|přikládám)|\b(?:w załączniku|w załączeniu|załącz\w+|załączony\w*)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Finding:
    kind: str
    sentence: str


def findings(ticket: Ticket, text: str, *, files: int, agent: Agent) -> list[Finding]:
    """What an agent should have seen before this answer goes out. Ten queries at most, however long it is."""
    found = [*_unfilled(text), *_foreign_orders(ticket, text), *_foreign_codes(ticket, text)]
    found += [*_foreign_addresses(ticket, text), *_from_notes(ticket, text)]
    if not files and ATTACHED.search(text):
        found.append(Finding("attached", _("You write that something is attached, and nothing is.")))
    if ticket.problem_type.needs_verified and not ticket.verified:
        sentence = _("Nobody knows whether it is the customer who asks, and this problem type needs that.")
        found.append(Finding("verified", sentence))
    return found


def seal(found: Iterable[Finding], text: str, files: Iterable[str]) -> str:
    """Of what the agent was asked about: another text, other files or another doubt are asked about anew."""
    parts = [text.strip(), *sorted(files), *(f"{one.kind}:{one.sentence}" for one in found)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _unfilled(text: str) -> list[Finding]:
    left = dict.fromkeys(match[0] for match in [*PLACEHOLDER.finditer(text), *LEFT_OVER.finditer(text)])
    return [
        Finding(
            "variable", _("%(variable)s is not filled in: the ticket does not say it.") % {"variable": one}
        )
        for one in left
    ]


def _words(text: str) -> list[str]:
    words = dict.fromkeys(match[0] for match in WORD.finditer(text) if any(c.isdigit() for c in match[0]))
    return [word for word in words if len(word) >= 4][:WORDS_AT_MOST]


def _foreign_orders(ticket: Ticket, text: str) -> list[Finding]:
    words = _words(text)
    if not words:
        return []
    numbers = Order.objects.filter(number__in={*words, *(word.upper() for word in words)})
    others = numbers.exclude(customer=ticket.customer_id).values_list("number", flat=True)
    own = set(numbers.filter(customer=ticket.customer_id).values_list("number", flat=True))
    return [
        Finding("order", _("Order %(number)s is another customer's.") % {"number": number})
        for number in dict.fromkeys(others)
        if number not in own
    ]


def _foreign_codes(ticket: Ticket, text: str) -> list[Finding]:
    candidates = [*_words(text), *(match[0] for match in GROUPS.finditer(text))]
    digests = {ActivationCode.digest_of(one): one for one in candidates if len(one) >= 8}
    if not digests:
        return []
    codes = ActivationCode.objects.filter(digest__in=digests).exclude(
        item__order__customer=ticket.customer_id
    )
    return [
        Finding("code", _("The activation code ending in %(tail)s is another customer's.") % {"tail": tail})
        for tail in dict.fromkeys(codes.values_list("tail", flat=True))
    ]


def _foreign_addresses(ticket: Ticket, text: str) -> list[Finding]:
    written = {fold_email(match[0]): match[0] for match in EMAIL.finditer(text)}
    if not written:
        return []
    part = set(ticket.participants.filter(removed_at=None).values_list("folded", flat=True))
    ours = set(Mailbox.objects.values_list("folded", flat=True)) | {fold_email(ticket.shop.support_email)}
    others = CustomerAddress.objects.filter(folded__in=written).exclude(customer=ticket.customer_id)
    return [
        Finding("address", _("%(address)s is another customer's address.") % {"address": written[folded]})
        for folded in others.values_list("folded", flat=True)
        if folded not in part | ours
    ]


def _from_notes(ticket: Ticket, text: str) -> list[Finding]:
    said = _plain(text)
    for note in ticket.notes.values_list("text", flat=True):
        for line in re.split(r"\n|(?<=[.!?])\s", note):
            plain = _plain(line)
            if len(plain) >= NOTE_LENGTH and plain in said:
                sentence = _("This stands in a note for agents: “%(line)s”") % {"line": line.strip()[:80]}
                return [Finding("note", sentence)]
    return []


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()
