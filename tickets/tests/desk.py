"""The desk as an agent's browser meets it."""

from typing import Any

from django.test import Client
from django.urls import reverse

from tickets.desk.kept import composer_token, version
from tickets.models import Agent, Event, Ticket
from tickets.tests.factories import make_agent


def signed_in(agent: Agent | None = None) -> Client:
    client = Client()
    client.force_login(agent or make_agent())
    return client


def address(verb: str, ticket: Ticket) -> str:
    return reverse(f"desk:{verb}", args=[ticket.number])


def composer_of(ticket: Ticket, agent: Agent, **typed: Any) -> dict[str, Any]:
    """What the browser sends with each button of the page as it is now."""

    def newest(said):
        return said.order_by("-pk").values_list("pk", flat=True).first() or 0

    drafts = ticket.drafts.filter(agent=agent)
    return {
        "composer": composer_token(ticket, agent),
        "draft": version(drafts.values_list("updated_at", flat=True).first()),
        "seen_message": newest(ticket.messages),
        "seen_note": newest(ticket.notes),
        "seen_assignee": ticket.assignee_id or "",
        "text": "",
        "note": "",
        "memo": "",
    } | typed


def kinds(ticket: Ticket) -> list[str]:
    """What happened, in order, without how the ticket came about and what the promises made of it."""
    left_out = {
        *(Event.Kind.OPENED, Event.Kind.ROUTED, Event.Kind.SLA_APPLIED),
        *(Event.Kind.PROMISE_BROKEN, Event.Kind.WARNED),
    }
    rows = ticket.events.order_by("pk").values_list("kind", flat=True)
    return [kind for kind in rows if kind not in left_out]
