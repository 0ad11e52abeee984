"""Hard mails, made by us after what real ones do. Each has a name, its bytes, and what must be read out of it."""

from tickets.tests.mails.build import Hard
from tickets.tests.mails.hard import HARD
from tickets.tests.mails.mutate import mutated

__all__ = ["HARD", "Hard", "mutated"]
