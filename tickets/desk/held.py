"""An answer that its author may still take back, wherever the page goes on after it was sent."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from tickets.models import Message

KEY = "held_reply"


def remember(request: HttpRequest, message: Message) -> None:
    request.session[KEY] = {
        "message": message.pk,
        "number": message.ticket.number,
        "until": message.held_until.isoformat() if message.held_until else "",
    }


def held_reply(request: HttpRequest, now: datetime) -> dict[str, Any] | None:
    """What the last answer was, while there is time; costs nothing but the session."""
    kept = request.session.get(KEY)
    until = parse_datetime(kept["until"]) if kept and kept["until"] else None
    return {**kept, "until": until} if until and until > now else None
