"""Small marks of the desk: `{% load desk %}`. `now` is read once, by the view."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from django import template
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from lucide.templatetags.lucide import lucide

from tickets.channels.mail_out import REPLIES
from tickets.models import InMail
from tickets.models.ticket import Priority, Status

register = template.Library()

SOON = timedelta(hours=1)
COLOURS = 8


@register.simple_tag
def avatar(name: str | None, size: str = "") -> SafeString:
    """Initials on a colour that stays with the name."""
    words = (name or "").split()
    initials = "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()
    colour = crc32(name.encode()) % COLOURS + 1 if name else "none"
    size = f" avatar-{size}" if size else ""
    return format_html(
        '<span class="avatar{} avatar-{}" aria-hidden="true">{}</span>', size, colour, initials
    )


@register.simple_tag
def pill(status: str) -> SafeString:
    return format_html('<span class="pill" data-status="{}">{}</span>', status, Status(status).label)


@register.simple_tag
def priority(value: int) -> SafeString | str:
    """A mark for what is more urgent than usual."""
    if value == Priority.NORMAL:
        return ""
    label = Priority(value).label
    mark = lucide("chevrons-up" if value == Priority.URGENT else "chevron-up", size=16, aria_hidden="true")
    words = _("Priority: %(priority)s") % {"priority": label}
    return format_html(
        '<span class="priority priority-{}" title="{}">{}<span class="visually-hidden">{}</span></span>',
        value,
        words,
        mark,
        words,
    )


@register.simple_tag
def notice(row: Mapping[str, Any], now: datetime) -> str:
    """What an agent was told, in a line, as of now."""
    return _NOTICES.get(row["kind"], _promise_notice)(row, now)


def _mail_notice(row: Mapping[str, Any], now: datetime) -> str:
    is_answer = row["data"].get("mail") in REPLIES
    what = _("The answer to %(to)s did not arrive.") if is_answer else _("A mail to %(to)s did not arrive.")
    words = what % {"to": row["data"].get("to") or "?"}
    why = row["data"].get("detail")
    return _("%(what)s The mail server says: %(why)s") % {"what": words, "why": why} if why else words


def _breaker_notice(row: Mapping[str, Any], now: datetime) -> str:
    return _(
        "%(mailbox)s thanks nobody any more whom we do not know: too many mails came in a short time."
    ) % {"mailbox": row["data"].get("mailbox") or "?"}


def _promise_notice(row: Mapping[str, Any], now: datetime) -> str:
    due_at = parse_datetime(str(row["data"].get("due_at", "")))
    answers = {"first_answer": _("An answer"), "next_answer": _("An answer"), "solution": _("A solution")}
    what = answers.get(row["data"].get("promise_kind", ""), _("A promise"))
    if due_at is None:
        return _("%(what)s needs somebody.") % {"what": what}
    values = {"what": what, "when": when(due_at, now)}
    if due_at <= row["created_at"]:
        return _("%(what)s is late, it was due %(when)s.") % values
    if due_at <= now:
        return _("%(what)s was due %(when)s.") % values
    return _("%(what)s is due soon: %(when)s.") % values


_NOTICES: dict[str, Callable[[Mapping[str, Any], datetime], str]] = {
    "mail_failed": _mail_notice,
    "breaker": _breaker_notice,
}


@register.simple_tag
def age(since: datetime, now: datetime) -> str:
    """How long ago, in the two units that matter: "25 m", "2 h 10 m", "3 d 4 h"."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return _("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)s h %(minutes)s m") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)s m") % {"minutes": minutes}


@register.simple_tag
def due(at: datetime | None, now: datetime, chip: bool = False) -> SafeString | str:
    """A due time with its colour: in time, soon, or broken."""
    if at is None:
        return ""
    state = "broken" if at <= now else "soon" if at <= now + SOON else "ok"
    titles = {"broken": _("Overdue"), "soon": _("Due soon"), "ok": _("Due")}
    return format_html(
        '<time class="due due-{}{}" datetime="{}" title="{}">{} {}</time>',
        state,
        " due-chip" if chip else "",
        at.isoformat(),
        titles[state],
        lucide("alarm-clock" if state == "broken" else "clock", size=14, aria_hidden="true"),
        when(at, now),
    )


@register.simple_tag
def when(at: datetime, now: datetime) -> str:
    """As one says it among colleagues: "today 14:30", "tomorrow 09:00", "Mon 14:30", "16 Nov 14:30"."""
    local, today = timezone.localtime(at), timezone.localdate(now)
    days = (local.date() - today).days
    clock = format_date(local, "H:i")
    if days in (-1, 0, 1):
        return [_("today %(time)s"), _("tomorrow %(time)s"), _("yesterday %(time)s")][days] % {"time": clock}
    if 1 < days < 7:
        return format_date(local, "D H:i")
    return format_date(local, "j M H:i" if local.year == today.year else "j M Y")


OUTCOMES = {"opened": "accent", "replied": "accent", "bounced": "red", "parked": "amber"}


@register.simple_tag
def outcome(value: str) -> SafeString:
    """What became of a mail, as a badge."""
    label = InMail.Outcome(value).label if value in InMail.Outcome.values else value
    kind = f" badge-{OUTCOMES[value]}" if value in OUTCOMES else ""
    return format_html('<span class="badge{}">{}</span>', kind, label)


@register.simple_tag
def reason(text: str) -> str:
    """Why a mail was parked or answered by nobody: stored in English, told in the language of who looks."""
    return _(text) if text else ""
