"""One ticket of the demo on its way through a conversation."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from customers.models import ActivationCode
from helpdesk.demo import catalogue, people
from helpdesk.demo.history.studio import Studio
from helpdesk.demo.pictures.facts import Facts, vary
from helpdesk.demo.problem_types import PROBLEM_TYPES, TALLINN, SlotSpec
from helpdesk.demo.talk import Conversation, Turn, speak
from sla.calendar import WorkingHours
from tickets import actions
from tickets.actions import draft as drafts
from tickets.models import Agent, EvidenceSlot, ProblemType, Ticket
from tickets.models.ticket import Status

THEN = {
    "waiting": Status.WAITING_CUSTOMER,
    "supplier": Status.WAITING_SUPPLIER,
    "solved": Status.SOLVED,
    "": Status.OPEN,
}
SPECS = {spec.slug: spec for spec in PROBLEM_TYPES}
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
WOMEN = {person.name: person.woman for person in (*people.CUSTOMERS, *people.AGENTS, people.ADMIN)}


@dataclass
class Story:
    """One ticket on its way through a conversation."""

    conversation: Conversation
    code: ActivationCode
    agent: Agent
    colleague: Agent
    opens_at: datetime
    rng: Random
    slowness: float
    ends_after: int
    """Turns; a customer may never answer."""
    turn: int = 0
    ticket: int = 0
    words: dict[str, str] = field(default_factory=dict)

    def next_at(self, at: datetime, hours: WorkingHours) -> datetime | None:
        """When the next turn is: an agent's in working hours, a customer's when people are awake."""
        if self.turn >= min(len(self.conversation.turns), self.ends_after):
            return None
        turn = self.conversation.turns[self.turn]
        wait = turn.after * self.rng.uniform(0.6, 1.5)
        # Drawn even when not needed: on a day that falls otherwise the same must be said.
        hour, minute = 7 + self.rng.randrange(3), self.rng.randrange(60)
        if turn.who != "customer":
            return hours.add(at, wait * (self.slowness if self.turn == 1 else 1))
        local = (at + wait).astimezone(TALLINN)
        return local.replace(hour=hour, minute=minute) if local.hour < 7 else local

    def go_on(self, at: datetime, studio: "Studio") -> None:
        turn = self.conversation.turns[self.turn]
        if self.turn == 0:
            self._open(turn, at, studio)
        else:
            self._say(turn, Ticket.objects.get(pk=self.ticket), at, studio)
        self.turn += 1

    def _open(self, turn: Turn, at: datetime, studio: "Studio") -> None:
        order, product = self.code.item.order, self.code.item.product
        problem_type = ProblemType.objects.get(slug=self.conversation.problem)
        self.words = _words(self, at)
        draft = drafts.report_draft(order, self.code, at=at)
        answers = []
        for slot in EvidenceSlot.objects.asked_for(problem_type, product.category):
            if not slot.required and self.rng.random() < 0.4:
                continue
            spec = _spec_of(slot)
            if slot.kind == EvidenceSlot.Kind.PICTURE:
                scene = spec.scenes.get(product.category.slug, spec.scene)
                studio.give(draft, scene, self, at, slot=slot)
                answers.append(actions.Answer(slot))
            else:
                answers.append(actions.Answer(slot, _answer(slot, spec, self)))
        opened = actions.open_ticket(
            by=order.customer,
            order=order,
            code=self.code,
            problem_type=problem_type,
            text=self._text(turn),
            answers=answers,
            draft=draft,
            at=at,
        )
        self.ticket = opened.ticket.pk
        self.words["ticket_number"] = str(opened.ticket.number)

    def _say(self, turn: Turn, ticket: Ticket, at: datetime, studio: "Studio") -> None:
        text = self._text(turn)
        if turn.who == "customer":
            draft = None
            if turn.picture:
                draft = drafts.reply_draft(ticket, agent=None, at=at)
                studio.give(draft, turn.picture, self, at)
            actions.receive(ticket, by=ticket.customer, text=text, draft=draft, at=at)
            if turn.then == "solved":
                actions.solve(ticket, by=ticket.customer, at=at)
            return
        self._claim(ticket, at)
        if turn.who == "agent":
            actions.reply(ticket, by=self.agent, text=text, then=THEN[turn.then], at=at)
        elif turn.who == "note":
            actions.add_note(ticket, by=self.agent, text=text, at=at)
        elif turn.who == "memo":
            actions.add_memo(ticket, by=self.agent, text=text, answered=True, at=at)
        else:
            actions.hand_over(ticket, by=self.agent, to=self.colleague, where_it_stands=text, at=at)
            self.agent, self.colleague = self.colleague, self.agent
            self.words |= _agent_words(self)

    def _claim(self, ticket: Ticket, at: datetime) -> None:
        """The agent takes it into work some minutes before the first word."""
        read = timedelta(minutes=self.rng.uniform(1, 9))
        if ticket.assignee_id is None and ticket.is_unsolved:
            actions.claim(ticket, by=self.agent, at=max(ticket.last_activity_at, at - read))

    def facts(self, rng: Random) -> Facts:
        """What a picture of this case shows."""
        spec = SPECS[self.conversation.problem]
        category = self.code.item.product.category.slug
        errors = spec.errors.get(category) or spec.errors.get("") or ()
        product = _product_spec(self.code)
        facts = replace(Facts(), store=product.store, product=product.short, **vary(rng))
        if errors:
            title, message = rng.choice(errors)
            facts = replace(facts, title=title, message=message)
        return replace(facts, code=catalogue.draw_code(rng, category), shop=self.words["shop"])

    def _text(self, turn: Turn) -> str:
        order = self.code.item.order
        woman = WOMEN.get(order.customer.name, False)
        of_agent = WOMEN[self.agent.name]
        return speak(
            turn.text,
            self.rng,
            self.words,
            woman=woman if turn.who == "customer" else of_agent,
            to_woman=of_agent if turn.who == "customer" else woman,
        )


def _product_spec(code: ActivationCode) -> catalogue.ProductSpec:
    return next(spec for spec in catalogue.PRODUCTS if spec.sku == code.item.product.sku)


def _words(story: Story, at: datetime) -> dict[str, str]:
    order, product = story.code.item.order, _product_spec(story.code)
    bought = order.placed_at.astimezone(TALLINN)
    english = story.conversation.language == "en"
    return {
        "customer_name": order.customer.name,
        "first_name": order.customer.name.split()[0],
        "shop": order.shop.name,
        "order_number": order.number,
        "product": product.name,
        "short": product.short,
        "store": product.store,
        "price": f"{product.price} €",
        "bought": f"{bought.day} {MONTHS[bought.month - 1]}" if english else f"{bought.day}.{bought.month}.",
        "code_tail": story.code.tail,
        "new_tail": catalogue.draw_code(story.rng, product.category)[-4:],
        "phone_tail": str(story.rng.randrange(100, 1000)),
        "hint": people.folded(story.rng.choice(order.customer.name.split()))[:3],
        "ticket_number": "",
        **_agent_words(story),
    }


def _agent_words(story: Story) -> dict[str, str]:
    return {
        "agent_name": story.agent.name,
        "agent_first": story.agent.get_short_name(),
        "colleague": story.colleague.get_short_name(),
        "other_agent": story.colleague.get_short_name(),
    }


def _spec_of(slot: EvidenceSlot) -> SlotSpec:
    slots = SPECS[slot.problem_type.slug].slots
    return next(spec for spec in slots if spec.label == slot.label and spec.kind == slot.kind)


def _answer(slot: EvidenceSlot, spec: SlotSpec, story: Story) -> str:
    if slot.kind == EvidenceSlot.Kind.DATE:
        return story.opens_at.astimezone(TALLINN).date().isoformat()
    if slot.kind == EvidenceSlot.Kind.YES_NO:
        return story.rng.choice(("yes", "no"))
    samples = spec.samples or tuple(spec.choices)
    return speak(story.rng.choice(samples), story.rng, story.words)
