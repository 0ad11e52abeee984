"""Why a verb did not happen. Each is for a person to read and leaves everything as it was."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from tickets.models import Agent, Message, Ticket


class Refused(Exception):
    """The verb cannot be done now; `str()` is a translated sentence for whoever tried."""


class HeldBy(Refused):
    """Another agent has the ticket."""

    def __init__(self, holder: Agent) -> None:
        self.holder = holder
        super().__init__(_("%(name)s has this ticket in work.") % {"name": holder.name})


class ChangedMeanwhile(Refused):
    """The ticket moved on since the page was opened: new messages came, or somebody else has it now."""

    def __init__(self, *, messages: Sequence[Message], holder: Agent | None, holder_changed: bool) -> None:
        self.messages = list(messages)
        self.holder = holder
        self.holder_changed = holder_changed
        super().__init__(
            _("The ticket changed since you opened it. Nothing was done, and what you wrote is kept below.")
        )


class Finished(Refused):
    """The ticket is closed; whatever is said now belongs into a new one."""

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket
        super().__init__(_("This ticket is closed."))


class GoesOn(Refused):
    """The customer has another open ticket about the same thing."""

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket
        super().__init__(_("It goes on in ticket %(number)s.") % {"number": ticket.number})


class NothingSaid(Refused):
    def __init__(self) -> None:
        super().__init__(_("Please write something or add a picture."))
