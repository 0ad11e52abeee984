"""The agent's last answer while it may still be taken back, wherever the page goes on after it was sent. Kept in the
session, so it costs no page a question to the database."""

from collections.abc import Iterable
from datetime import datetime
from math import ceil
from typing import Any

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from tickets.models import Message, Participant, Ticket

HELD, LEFT_OUT = "held_reply", "left_out"


def remember(request: HttpRequest, message: Message, got_it: Iterable[Participant] | None) -> None:
    """`got_it`: whom the agent chose of those who take part, None for all."""
    request.session.pop(LEFT_OUT, None)
    if message.held_until is None:
        request.session.pop(HELD, None)
        return
    request.session[HELD] = {
        "message": message.pk,
        "number": message.ticket.number,
        "until": message.held_until.isoformat(),
        "to": None if got_it is None else [one.pk for one in got_it],
    }


def held_reply(request: HttpRequest, now: datetime) -> dict[str, Any] | None:
    """What the last answer was, while there is time: message, number, until and the seconds that are left."""
    kept = request.session.get(HELD)
    until = parse_datetime(kept["until"]) if kept else None
    if not kept or not until or until <= now:
        return None
    return {**kept, "until": until, "seconds": ceil((until - now).total_seconds())}


def taken_back(request: HttpRequest, message: int, ticket: Ticket) -> None:
    """It is a draft again. Who was not to get it shall not get it when it is sent the next time."""
    kept = request.session.get(HELD)
    if not kept or kept["message"] != message:
        return
    del request.session[HELD]
    if kept["to"] is not None:
        left_out = ticket.participants.exclude(pk__in=kept["to"]).values_list("pk", flat=True)
        request.session[LEFT_OUT] = {"number": ticket.number, "participants": list(left_out)}


def left_out(request: HttpRequest, number: int, participants: Iterable[Participant]) -> set[int]:
    """Of these whose boxes are not ticked: on a page that is shown again, or for an answer that was taken back."""
    if "chose_participants" in request.POST:
        ticked = set(request.POST.getlist("participant"))
        return {one.pk for one in participants if str(one.pk) not in ticked}
    kept = request.session.get(LEFT_OUT)
    return set(kept["participants"]) if kept and kept["number"] == number else set()
