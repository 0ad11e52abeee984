"""What an answer is looked over for before it leaves. Nothing is refused: the agent is asked once."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from customers.linking import fold_email
from customers.models import ActivationCode, CustomerAddress, Order
from tickets.models import Agent, Mailbox, Ticket
from tickets.said_attached import SENTENCE_END, says_attached

ASKED_AT_MOST = 5_000
"""Words of one kind that one query asks for. A text of MESSAGE_LIMIT characters seldom has so many."""
NOTE_LENGTH = 25
"""Characters of a line of a note that cannot stand in an answer by chance."""
CODE_LENGTH = range(6, 61)
"""Letters and digits of an activation code."""
CODE_GROUPS = 8
"""Groups of one code that are written with spaces in between."""

WORD = re.compile(r"[^\W_](?:[\w/.–-]{0,62}[^\W_])?")
YEAR = re.compile(r"20\d\d")
GAP = re.compile(r"[ \t\u00a0]*\n?[ \t\u00a0]*")
EMAIL = re.compile(r"[^\s<>()\[\],;:\"'{}]+@[^\s<>()\[\],;:\"'{}]+\.[^\s<>()\[\],;:.!?\"'{}]+")
BRACES = re.compile(r"\{\{?\s*[a-z][a-z_. ]{1,40}\s*\}\}?", re.IGNORECASE)
# Keys such as [ENTER] stand in brackets, too: only what names a thing that has to be filled in.
BRACKETS = re.compile(
    r"\[(?=[A-Z])(?:[A-Z]+[ _-])*(?:NAME|NUMBER|ORDER|PRODUCT|CUSTOMER|CODE|DATE|AMOUNT|PRICE|SHOP|LINK|URL|EMAIL)\]"
)


@dataclass(frozen=True)
class Finding:
    kind: str
    """variable, order, code, address, link, attached, note or verified."""
    sentence: str
    """What the agent reads."""


def findings(ticket: Ticket, text: str, *, files: int, agent: Agent) -> list[Finding]:
    """What `agent` should have seen before this answer goes out; `files` is how many go with it. Four queries, however
    long the text is."""
    found = [*_unfilled(text), *_foreign_orders(ticket, text), *_foreign_codes(ticket, text)]
    found += [*_foreign_addresses(ticket, text, agent), *_from_notes(ticket, text)]
    if _secret_link().search(text):
        sentence = _("There is a secret link in it: whoever has that can read a customer's page.")
        found.append(Finding("link", sentence))
    if not files and says_attached(text):
        found.append(Finding("attached", _("You write that something is attached, and nothing is.")))
    if ticket.problem_type.needs_verified and not ticket.verified:
        sentence = _("Nobody knows whether it is the customer who asks, and this problem type needs that.")
        found.append(Finding("verified", sentence))
    return found


def _secret_link() -> re.Pattern[str]:
    """The pages that customers need no password for (THREATS V13)."""
    return re.compile(rf"{re.escape(settings.SITE_URL)}/(?:t/|my/|o/[\w-]+/)[\w.~%-]{{16,}}", re.IGNORECASE)


def seal(found: Iterable[Finding], text: str, files: Iterable[str]) -> str:
    """Of what the agent was asked about: another text, other files or another doubt are asked about anew."""
    parts = [text.strip(), *sorted(files), *(f"{one.kind}:{one.sentence}" for one in found)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _unfilled(text: str) -> Iterator[Finding]:
    left = [match[0] for pattern in (BRACES, BRACKETS) for match in pattern.finditer(text)]
    for one in dict.fromkeys(left):
        sentence = _("%(variable)s is not filled in: the ticket does not say it.") % {"variable": one}
        yield Finding("variable", sentence)


def _foreign_orders(ticket: Ticket, text: str) -> Iterator[Finding]:
    """A number that this customer's order has, too, is theirs: shops count by themselves."""
    words = (match[0] for match in WORD.finditer(text))
    parts = dict.fromkeys(part for word in words for part in (word, *word.split("/")))
    asked = {*[part for part in parts if _may_be_order(part, ticket)][:ASKED_AT_MOST]}
    asked |= {word.upper() for word in asked}
    orders = Order.objects.filter(number__in=asked).order_by("number").values_list("number", "customer")
    known = list(orders) if asked else []
    own = {number for number, customer in known if customer == ticket.customer_id}
    for number in dict.fromkeys(number for number, _customer in known if number not in own):
        yield Finding("order", _("Order %(number)s is another customer's.") % {"number": number})


def _may_be_order(word: str, ticket: Ticket) -> bool:
    """At least four characters and a digit, but not what stands in many answers: a year, the number of the ticket."""
    is_number = len(word) >= 4 and any(character.isdigit() for character in word)
    return is_number and not YEAR.fullmatch(word) and word != str(ticket.number)


def _foreign_codes(ticket: Ticket, text: str) -> Iterator[Finding]:
    """The same code may have been delivered twice: one that is this customer's, too, is theirs."""
    written = list(dict.fromkeys(_may_be_codes(text)))[:ASKED_AT_MOST]
    digests = {ActivationCode.digest_of(one) for one in written}
    columns = ("digest", "tail", "item__order__customer")
    codes = ActivationCode.objects.filter(digest__in=digests).order_by("pk").values_list(*columns)
    known = list(codes) if digests else []
    own = {digest for digest, _tail, customer in known if customer == ticket.customer_id}
    for tail in dict.fromkeys(tail for digest, tail, _customer in known if digest not in own):
        sentence = (
            _("The activation code ending in %(tail)s is another customer's.") % {"tail": tail}
            if tail
            else _("There is an activation code of another customer in it.")
        )
        yield Finding("code", sentence)


def _may_be_codes(text: str) -> Iterator[str]:
    """Single words, then up to `CODE_GROUPS` of them in a row, without what stands between. One of them must look like
    a part of a code: it has a digit, or no small letters."""
    words = list(WORD.finditer(text))
    bare = ["".join(c for c in word[0].casefold() if c.isalnum()) for word in words]
    odd = [_looks_odd(word[0]) for word in words]
    yield from (word for word, is_odd in zip(bare, odd, strict=True) if is_odd and len(word) in CODE_LENGTH)
    for first in range(len(words)):
        joined = bare[first]
        for last in range(first + 1, min(first + CODE_GROUPS, len(words))):
            joined += bare[last]
            is_next = GAP.fullmatch(text, words[last - 1].end(), words[last].start())
            if not is_next or len(joined) >= CODE_LENGTH.stop:
                break
            if len(joined) in CODE_LENGTH and any(odd[first : last + 1]):
                yield joined


def _looks_odd(word: str) -> bool:
    return any(c.isdigit() for c in word) or (len(word) > 1 and word.upper() == word)


def _foreign_addresses(ticket: Ticket, text: str, agent: Agent) -> Iterator[Finding]:
    """Not ours and not of who takes part; those may be customers as well."""
    written = {fold_email(match[0]): match[0] for match in EMAIL.finditer(text)}
    for address in (ticket.shop.support_email, agent.email):
        written.pop(fold_email(address), None)
    others = (
        CustomerAddress.objects.filter(folded__in=list(written)[:ASKED_AT_MOST])
        .exclude(customer=ticket.customer_id)
        .exclude(folded__in=ticket.participants.filter(removed_at=None).values("folded"))
        .exclude(folded__in=Mailbox.objects.values("folded"))
        .exclude(folded__in=Agent.objects.filter(is_active=True).values("email"))
    )
    for folded in others.values_list("folded", flat=True) if written else []:
        yield Finding(
            "address", _("%(address)s is another customer's address.") % {"address": written[folded]}
        )


def _from_notes(ticket: Ticket, text: str) -> Iterator[Finding]:
    """The first line or sentence of each note that stands in the answer as well; case and spaces do not count."""
    said = _plain(text)
    for note in ticket.notes.values_list("text", flat=True):
        for line in SENTENCE_END.split(note):
            plain = _plain(line)
            if len(plain) >= NOTE_LENGTH and plain in said:
                sentence = _("This stands in a note for agents: “%(line)s”") % {"line": line.strip()[:80]}
                yield Finding("note", sentence)
                break


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()
