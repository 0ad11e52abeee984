"""Whatever happens to tickets, no word of a note comes to anybody outside (THREATS V15)."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from customers.links import order_url
from tickets import actions
from tickets.access import ticket_url
from tickets.actions import draft as drafts
from tickets.actions.refusals import Refused
from tickets.channels import mail_out
from tickets.channels.compose import mail_of
from tickets.evidence.uploads import add_files
from tickets.models import Agent, Delivery, Message, Note, Participant, Ticket
from tickets.models.ticket import Status
from tickets.tests.factories import make_agent, make_team, make_ticket
from tickets.tests.mailing import CAROL, DAVE, NOON, write

pytestmark = pytest.mark.django_db
CANARY = "canary"
TO_AGENTS = ("warning", "breaker")


class History:
    """Two tickets of one customer, two agents, and a step of chance after the other. Each note is a canary."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = NOON
        self.notes = count(1)
        self.agents = [make_agent(), make_agent("Bob Other")]
        self.tickets = [make_ticket(at=NOON), write(f"Hello, {seed}", at=NOON).ticket]
        self.refused = 0

    def step(self) -> None:
        self.now += timedelta(seconds=self.chance.choice((1, 5, 60, 7200)))
        ticket = Ticket.objects.get(pk=self.chance.choice(self.tickets).pk)
        by, at = self.chance.choice(self.agents), self.now
        steps: list[Callable[[], object]] = [
            lambda: self.note(ticket, by),
            lambda: self.note(ticket, by),
            lambda: self.reply(ticket, by),
            lambda: self.reply(ticket, by),
            lambda: actions.claim(ticket, by=by, at=at),
            lambda: actions.hand_over(ticket, by=by, to=make_team(), where_it_stands=self.canary(), at=at),
            lambda: actions.add_participant(ticket, email=DAVE, by=by, at=at),
            lambda: [
                actions.remove_participant(one, by=by, at=at)
                for one in Participant.objects.filter(removed_at=None)
            ],
            lambda: actions.receive(ticket, by=ticket.customer, text="And now?", at=at),
            lambda: write("By mail.", sender=CAROL, subject=f"Re: [#{ticket.number}]", at=at),
            lambda: write("Me too.", sender=DAVE, subject=f"Re: [#{ticket.number}]", at=at),
            lambda: self.last_answer(ticket, lambda said: actions.undo_reply(said, by=said.agent, at=at)),
            lambda: actions.solve(ticket, by=by, at=at),
            lambda: actions.reopen(ticket, by=by, at=at),
            lambda: actions.join(*Ticket.objects.order_by("pk")[:2], by=by, at=at),
            lambda: mail_out.tell_delay(ticket, promise=ticket.promises.first(), at=at),
            lambda: self.stranger(by),
        ]
        try:
            with time_machine.travel(at, tick=False):
                self.chance.choice(steps)()
        except Refused:
            self.refused += 1

    def canary(self) -> str:
        return f"{CANARY}{next(self.notes)}: the customer is strange, I think."

    def note(self, ticket: Ticket, by: Agent) -> None:
        file = SimpleUploadedFile(f"{CANARY}.txt", self.canary().encode())
        draft = drafts.reply_draft(ticket, agent=by, at=self.now) if self.chance.random() < 0.3 else None
        if draft:
            add_files(draft, [file], at=self.now)
        if self.chance.random() < 0.5:
            actions.add_note(ticket, by=by, text=self.canary(), draft=draft, at=self.now)
        else:
            actions.add_memo(ticket, by=by, text=self.canary(), answered=False, draft=draft, at=self.now)

    def reply(self, ticket: Ticket, by: Agent) -> None:
        then = self.chance.choice((Status.OPEN, Status.WAITING_CUSTOMER, Status.SOLVED))
        actions.reply(ticket, by=by, text="Try this.", then=then, at=self.now)

    def last_answer(self, ticket: Ticket, do: Callable[[Message], object]) -> None:
        if said := ticket.messages.filter(direction=Message.Direction.OUT).last():
            do(said)

    def stranger(self, by: Agent) -> None:
        if said := Message.objects.filter(is_stranger=True).last():
            as_ = self.chance.choice(("customer", "participant"))
            actions.accept_sender(said, as_=as_, by=by, at=self.now)


def mailed() -> str:
    """All that leaves for people outside, decoded."""
    pieces: list[str] = []
    for delivery in Delivery.objects.exclude(kind__in=TO_AGENTS):
        for part in mail_of(delivery).message().walk():
            pieces.append(str(part.items()))
            if not part.is_multipart():
                pieces.append((part.get_payload(decode=True) or b"").decode("utf-8", "replace"))
    return "\n".join(pieces)


def shown(ticket: Ticket, now: datetime) -> str:
    """The customer's pages."""
    addresses = [ticket_url(ticket), *([order_url(ticket.order, now=now)] if ticket.order else [])]
    with time_machine.travel(now, tick=False):
        return "\n".join(Client().get(address).content.decode() for address in addresses)


def live(seed: int, steps: int, settings) -> History:
    settings.SEND_DELAY_SECONDS = 10
    history = History(seed)
    for _ in range(steps):
        history.step()
    assert CANARY not in mailed()
    for ticket in Ticket.objects.all():
        page = shown(ticket, history.now)
        assert str(ticket.number) in page
        assert CANARY not in page
    return history


@pytest.mark.parametrize("seed", [1, 3])
def test_no_history_shows_a_note(seed: int, settings) -> None:
    history = live(seed, 40, settings)
    assert history.refused < 30
    assert Note.objects.filter(text__contains=CANARY).count() > 2
    assert Delivery.objects.filter(kind="reply").exists()


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(1000))
def test_no_history_of_a_thousand_shows_a_note(seed: int, settings) -> None:
    live(seed, 40, settings)
