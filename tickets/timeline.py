"""From an event's kind and data to a sentence for people, in their language. The only place that words
events."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tickets.models import Event
from tickets.models.ticket import Priority, Status, Verified

Kind = Event.Kind
Data = Mapping[str, Any]

ICONS = {
    Kind.OPENED: "inbox",
    Kind.RECEIVED: "message-square",
    Kind.REPLIED: "reply",
    Kind.NOTED: "lock",
    Kind.PHONED: "phone",
    Kind.CLAIMED: "hand",
    Kind.RELEASED: "undo-2",
    Kind.HANDED_OVER: "arrow-right-left",
    Kind.ROUTED: "route",
    Kind.STATUS_CHANGED: "circle-dot",
    Kind.SOLVED: "circle-check",
    Kind.REOPENED: "rotate-ccw",
    Kind.CLOSED: "archive",
    Kind.TYPE_CHANGED: "tag",
    Kind.CODE_REVEALED: "eye",
    Kind.SLA_APPLIED: "clock",
    Kind.PROMISE_BROKEN: "alarm-clock",
    Kind.WARNED: "bell",
    Kind.PRIORITY_RAISED: "chevrons-up",
    Kind.MAIL_FAILED: "mail-x",
    Kind.MAIL_BOUNCED: "mail-x",
    Kind.REPLY_UNDONE: "undo-2",
    Kind.STRANGER_WROTE: "user-round-x",
    Kind.MACHINE_WROTE: "bot",
    Kind.SENDER_ACCEPTED: "user-round-check",
    Kind.PARTICIPANT_ADDED: "user-round-plus",
    Kind.PARTICIPANT_REMOVED: "user-round-minus",
    Kind.ORDER_LINKED: "package",
    Kind.JOINED: "merge",
    Kind.CODE_SENT: "key-round",
    Kind.VERIFIED: "shield-check",
}

SHOWN_THEMSELVES = frozenset(
    {*(Kind.RECEIVED, Kind.REPLIED, Kind.NOTED, Kind.PHONED), *(Kind.STRANGER_WROTE, Kind.MACHINE_WROTE)}
)
"""Kinds whose message or note stands in the conversation with author and time: a line more would say it
twice."""


def sentence(kind: str, data: Data, *, actor: str) -> SafeString:
    """What happened, as HTML with the actor set off. `actor` is a name, empty for the system.

    Rows are forever: every version of `data` that was ever written must still be readable, so nothing in it
    is taken for granted.
    """
    words = _SENTENCES[Kind(kind)](data)
    who = format_html("<strong>{}</strong>", actor or _("The system"))
    # The words are ours and may hold markup of no kind; names in `data` came from people. Both are escaped
    # here.
    return format_html("{} {}", who, words)


def icon(kind: str) -> str:
    return ICONS[Kind(kind)]


def _opened(data: Data) -> str:
    return _("opened the ticket after an earlier one") if data.get("follows") else _("opened the ticket")


def _handed_over(data: Data) -> str:
    return _("handed the ticket over to %(name)s") % {"name": data.get("to_name") or _("somebody else")}


def _routed(data: Data) -> str:
    reasons = {
        "sla_type": _("as its SLA type says"),
        "customer": _("who looks after this customer"),
        "channel": _("who looks after this channel"),
        "general": _("who looks after all the rest"),
        # As written until routing had more steps than these.
        "problem_type": _("as the SLA of this problem says"),
        "default": _("as the default SLA says"),
    }
    name, why = data.get("to_name"), reasons.get(str(data.get("why")))
    if not name:
        return _("left the ticket to everybody")
    if why:
        return _("gave the ticket to %(name)s, %(why)s") % {"name": name, "why": why}
    return _("gave the ticket to %(name)s") % {"name": name}


def _status(value: Any) -> str:
    return str(Status(value).label) if value in Status.values else str(value or "?")


def _status_changed(data: Data) -> str:
    return _("changed the status from “%(old)s” to “%(new)s”") % {
        "old": _status(data.get("old")),
        "new": _status(data.get("new")),
    }


def _type_changed(data: Data) -> str:
    return _("changed the problem from “%(old)s” to “%(new)s”") % {
        "old": data.get("old_name") or "?",
        "new": data.get("new_name") or "?",
    }


def _revealed(data: Data) -> str:
    if data.get("tail"):
        return _("looked at the activation code ending in %(tail)s") % {"tail": data["tail"]}
    return _("looked at the activation code")


def _sla_applied(data: Data) -> str:
    if data.get("name"):
        return _("set the promises of the SLA type “%(name)s”") % {"name": data["name"]}
    return _("set what is promised")


def _promise_broken(data: Data) -> str:
    promises = {
        "first_answer": _("for a first answer"),
        "next_answer": _("for an answer"),
        "solution": _("for a solution"),
    }
    which = promises.get(str(data.get("promise_kind")))
    return (
        _("noticed that the promise %(which)s was broken") % {"which": which}
        if which
        else _("noticed a broken promise")
    )


def _warned(data: Data) -> str:
    told = [str(name) for name in data.get("names") or []] + (
        [_("the customer")] if data.get("customer") else []
    )
    if not told:
        return _("found nobody to warn")
    words = _("warned %(names)s") % {"names": ", ".join(told)}
    return _("%(warned)s, late") % {"warned": words} if data.get("late") else words


def _priority_raised(data: Data) -> str:
    new = data.get("new")
    name = Priority(new).label if new in Priority.values else "?"
    return _("raised the priority to “%(priority)s”") % {"priority": name}


def _mail_failed(data: Data) -> str:
    to = data.get("to") or "?"
    if data.get("detail"):
        return _("could not deliver the mail to %(to)s: %(why)s") % {"to": to, "why": data["detail"]}
    return _("could not deliver the mail to %(to)s") % {"to": to}


def _mail_bounced(data: Data) -> str:
    to = data.get("to") or "?"
    if data.get("detail"):
        return _("got the mail to %(to)s back: %(why)s") % {"to": to, "why": data["detail"]}
    return _("got the mail to %(to)s back") % {"to": to}


def _sender_accepted(data: Data) -> str:
    values = {"address": data.get("address") or "?", "name": data.get("name") or "?"}
    if data.get("as") == "participant":
        return _("let %(address)s take part") % values
    return _("took %(address)s for an address of %(name)s") % values


def _participant_added(data: Data) -> str:
    return _("added %(address)s to the conversation") % {"address": data.get("address") or "?"}


def _participant_removed(data: Data) -> str:
    return _("removed %(address)s from the conversation") % {"address": data.get("address") or "?"}


def _order_linked(data: Data) -> str:
    return _("linked the order %(number)s") % {"number": data.get("number") or "?"}


def _joined(data: Data) -> str:
    if data.get("into"):
        return _("moved what was said here into ticket %(number)s") % {"number": data["into"]}
    return _("brought in what was said in ticket %(number)s") % {"number": data.get("from") or "?"}


def _code_sent(data: Data) -> str:
    return _("sent a one-time code to %(address)s") % {"address": data.get("to") or "?"}


def _verified(data: Data) -> str:
    return _("confirmed who asks: %(how)s") % {
        "how": str(Verified(data["how"]).label) if data.get("how") in Verified.values else "?"
    }


_SENTENCES: dict[str, Callable[[Data], str]] = {
    Kind.OPENED: _opened,
    Kind.RECEIVED: lambda data: _("wrote"),
    Kind.REPLIED: lambda data: _("answered"),
    Kind.NOTED: lambda data: _("wrote a note"),
    Kind.PHONED: lambda data: _("wrote a memo of a phone call"),
    Kind.CLAIMED: lambda data: _("took the ticket into work"),
    Kind.RELEASED: lambda data: _("put the ticket back"),
    Kind.HANDED_OVER: _handed_over,
    Kind.ROUTED: _routed,
    Kind.STATUS_CHANGED: _status_changed,
    Kind.SOLVED: lambda data: _("marked the ticket as solved"),
    Kind.REOPENED: lambda data: _("reopened the ticket"),
    Kind.CLOSED: lambda data: _("closed the ticket"),
    Kind.TYPE_CHANGED: _type_changed,
    Kind.CODE_REVEALED: _revealed,
    Kind.SLA_APPLIED: _sla_applied,
    Kind.PROMISE_BROKEN: _promise_broken,
    Kind.WARNED: _warned,
    Kind.PRIORITY_RAISED: _priority_raised,
    Kind.MAIL_FAILED: _mail_failed,
    Kind.MAIL_BOUNCED: _mail_bounced,
    Kind.REPLY_UNDONE: lambda data: _("took the answer back before it was sent"),
    Kind.STRANGER_WROTE: lambda data: _("received a mail from somebody who takes no part in this ticket"),
    Kind.MACHINE_WROTE: lambda data: _("received an automatic answer"),
    Kind.SENDER_ACCEPTED: _sender_accepted,
    Kind.PARTICIPANT_ADDED: _participant_added,
    Kind.PARTICIPANT_REMOVED: _participant_removed,
    Kind.ORDER_LINKED: _order_linked,
    Kind.JOINED: _joined,
    Kind.CODE_SENT: _code_sent,
    Kind.VERIFIED: _verified,
}
