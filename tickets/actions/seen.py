from dataclasses import dataclass

from tickets.actions.refusals import ChangedMeanwhile
from tickets.models import Agent, Ticket


@dataclass(frozen=True)
class Seen:
    """What the page showed when the agent began to write."""

    message: int
    """Id of the newest message, 0 when there was none."""
    assignee: int | None
    note: int = 0
    """Id of the newest note, 0 when there was none."""


def stop_if_changed(ticket: Ticket, seen: Seen, by: Agent) -> None:
    """Raises `ChangedMeanwhile`: whoever ends a customer's waiting must have read what the customer said."""
    newer = list(ticket.messages.filter(pk__gt=seen.message).select_related("agent", "customer"))
    # Claiming it oneself in another tab is no news.
    holder_changed = ticket.assignee_id not in (seen.assignee, by.pk)
    if newer or holder_changed:
        raise ChangedMeanwhile(messages=newer, holder=ticket.assignee, holder_changed=holder_changed)
