"""Ninety days at the desk: the conversations of helpdesk.demo.talk, led with the real verbs at the times of then.

All that happens is put in one order of time, so numbers, histories and promises are as they would have come to be.
"""

import hashlib
import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.db.models import F

from customers.models import ActivationCode, Order
from helpdesk.demo import catalogue, people, pictures
from helpdesk.demo.pictures.facts import Facts, vary
from helpdesk.demo.problem_types import OPENING_HOURS, PROBLEM_TYPES, SlotSpec
from helpdesk.demo.talk import Conversation, Turn, conversations, speak
from sla.calendar import WorkingHours
from sla.escalation import next_due, sweep
from tickets import actions
from tickets.actions import draft as drafts
from tickets.evidence.pictures import Picture, look_at
from tickets.models import (
    Agent,
    Attachment,
    Delivery,
    DeliveryAttempt,
    Draft,
    EvidenceSlot,
    ProblemType,
    Ticket,
)
from tickets.models.ticket import Status

TALLINN = ZoneInfo("Europe/Tallinn")
OLD_TICKETS, NEW_TICKETS, NEW_DAYS = 130, 58, 5
PICTURES_A_SCENE = 5
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


def tell(orders: Sequence[Order], *, now: datetime, days: int, rng: Random) -> None:
    """Let it all happen up to `now`."""
    studio, hours = Studio(Random(7)), working_hours()
    stories = list(_stories(orders, now, days, rng))
    agenda = [(story.opens_at, position, story) for position, story in enumerate(stories)]
    heapq.heapify(agenda)
    closed_until = now - timedelta(days=days)
    while agenda and agenda[0][0] <= now:
        at, position, story = heapq.heappop(agenda)
        _break_promises(until=at)
        if at - closed_until > timedelta(days=1):
            actions.close_long_solved(now=at)
            closed_until = at
        story.go_on(at, studio)
        if following := story.next_at(at, hours):
            heapq.heappush(agenda, (following, position, story))
    _break_promises(until=now)
    actions.close_long_solved(now=now)
    _send_all()


def working_hours() -> WorkingHours:
    week: dict[int, list[tuple[str, str]]] = {}
    for weekday, opens, closes in OPENING_HOURS:
        week.setdefault(weekday, []).append((opens, closes))
    return WorkingHours(tz="Europe/Tallinn", week=week)


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
        if turn.who != "customer":
            return hours.add(at, wait * (self.slowness if self.turn == 1 else 1))
        local = (at + wait).astimezone(TALLINN)
        if local.hour < 7:
            local = local.replace(hour=7 + self.rng.randrange(3), minute=self.rng.randrange(60))
        return local

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
                actions.solve(ticket, by=ticket.customer, at=at + timedelta(minutes=1))
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
        if ticket.assignee_id is None and ticket.is_unsolved:
            read = timedelta(minutes=self.rng.uniform(1, 9))
            actions.claim(ticket, by=self.agent, at=max(ticket.last_activity_at, at - read))

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


class Studio:
    """A few pictures of each scene, drawn and looked at once, for drawing is what takes time."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.shots: dict[tuple[str, int], tuple[str, bytes, Picture]] = {}

    def give(
        self, draft: Draft, scene: str, story: Story, at: datetime, *, slot: EvidenceSlot | None = None
    ) -> None:
        name, content, picture = self._shot(scene, story)
        attachment = Attachment(
            draft=draft,
            slot=slot,
            name=name,
            content_type=picture.content_type,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            width=picture.width,
            height=picture.height,
            uploaded_at=at,
        )
        attachment.original.save(name, ContentFile(content), save=False)
        attachment.preview.save(name, ContentFile(picture.preview), save=False)
        attachment.thumbnail.save(name, ContentFile(picture.thumbnail), save=False)
        attachment.save()

    def _shot(self, scene: str, story: Story) -> tuple[str, bytes, Picture]:
        number = story.rng.randrange(PICTURES_A_SCENE)
        if (scene, number) not in self.shots:
            readable = number != PICTURES_A_SCENE - 1
            name, content = pictures.evidence(scene, self._facts(story), self.rng, readable=readable)
            self.shots[scene, number] = name, content, look_at(ContentFile(content))
        return self.shots[scene, number]

    def _facts(self, story: Story) -> Facts:
        spec = SPECS[story.conversation.problem]
        category = story.code.item.product.category.slug
        errors = spec.errors.get(category) or spec.errors.get("") or ()
        product = _product_spec(story.code)
        facts = replace(Facts(), store=product.store, product=product.short, **vary(self.rng))
        if errors:
            title, message = self.rng.choice(errors)
            facts = replace(facts, title=title, message=message)
        return replace(facts, code=catalogue.draw_code(self.rng, category), shop=story.words["shop"])


WOMEN = {person.name: person.woman for person in (*people.CUSTOMERS, *people.AGENTS, people.ADMIN)}


def _stories(orders: Sequence[Order], now: datetime, days: int, rng: Random) -> Iterator[Story]:
    codes = list(
        ActivationCode.objects.filter(item__order__in=orders)
        .select_related("item__order__customer", "item__order__shop", "item__product__category")
        .order_by("item__order__placed_at", "pk")
    )
    agents = {agent.email: agent for agent in Agent.objects.all()}
    used: Counter[str] = Counter()
    for opens_at in sorted(_openings(now, days, rng)):
        code = _code_bought_before(codes, opens_at, rng)
        if code is None:
            continue
        codes.remove(code)
        fresh = opens_at > now - timedelta(days=9)
        conversation = _conversation_for(code, used, rng, fresh=fresh)
        used[conversation.name] += 1
        agent, colleague = _agents_for(conversation, agents, rng)
        yield Story(
            conversation,
            code,
            agent,
            colleague,
            opens_at,
            Random(rng.random()),
            slowness=rng.choices((0.5, 1.0, 6.0, 30.0), weights=(35, 50, 10, 12 if fresh else 0))[0],
            ends_after=_last_turn(conversation, fresh=fresh, rng=rng),
        )


def _last_turn(conversation: Conversation, *, fresh: bool, rng: Random) -> int:
    """Some of those who were asked something lately have not answered yet. What is older has come to an end."""
    turns = conversation.turns
    ends = max((number for number, turn in enumerate(turns, 1) if turn.then == "solved"), default=len(turns))
    asked = [number for number, turn in enumerate(turns, 1) if turn.then in ("waiting", "supplier")]
    if fresh and asked and rng.random() < 0.35:
        return asked[0]
    return len(turns) if fresh else ends


def _openings(now: datetime, days: int, rng: Random) -> Iterator[datetime]:
    """Moments at which people report: by day and in the evening, more of them in the last days."""
    for count, past in ((OLD_TICKETS, days), (NEW_TICKETS, NEW_DAYS)):
        for _ in range(count):
            ago = timedelta(days=past * rng.random() ** (1 if past == days else 1.7))
            at = (now - ago).astimezone(TALLINN)
            if at.hour < 7:
                at -= timedelta(hours=rng.randrange(8, 14))
            yield at


def _code_bought_before(codes: Sequence[ActivationCode], at: datetime, rng: Random) -> ActivationCode | None:
    """One of those bought last: who has a problem with a code says so soon."""
    before = [code for code in codes if code.item.order.placed_at < at - timedelta(minutes=20)]
    return rng.choice(before[-6:]) if before else None


def _conversation_for(code: ActivationCode, used: Counter[str], rng: Random, *, fresh: bool) -> Conversation:
    """In the customer's language if there is one, and least told so far. What is long ago has come to an end."""
    category, language = code.item.product.category.slug, code.item.order.customer.language

    def fits(talk: Conversation) -> bool:
        offered = SPECS[talk.problem].categories
        ends = fresh or any(turn.then == "solved" for turn in talk.turns)
        for_it = not talk.categories or category in talk.categories
        return ends and for_it and (not offered or category in offered)

    fitting = [talk for talk in conversations() if fits(talk)]
    own = [talk for talk in fitting if talk.language == language]
    # Somebody whose language ran out of stories writes in English, as people do.
    fresh = [talk for talk in own if used[talk.name] == 0] or [t for t in fitting if t.language == "en"]
    return min(fresh, key=lambda talk: (used[talk.name], rng.random()))


def _agents_for(conversation: Conversation, agents: dict[str, Agent], rng: Random) -> tuple[Agent, Agent]:
    """Who answers and who may take over: speakers of the language, those of the team that gets the ticket first."""
    from helpdesk.demo.problem_types import SLA_TYPES

    team = next(spec.team for spec in SLA_TYPES if spec.name == SPECS[conversation.problem].sla)
    speakers = [spec for spec in people.AGENTS if conversation.language in spec.languages]
    rng.shuffle(speakers)
    speakers.sort(key=lambda spec: spec.team != team)
    others = [spec for spec in people.AGENTS if spec != speakers[0]]
    colleague = speakers[1] if len(speakers) > 1 else rng.choice(others)
    return agents[speakers[0].email], agents[colleague.email]


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


def _break_promises(*, until: datetime) -> None:
    """What beat would have found meanwhile, at the moment when it would have."""
    while due_at := next_due(until):
        sweep(now=min(until, due_at + timedelta(seconds=20)))


def _send_all() -> None:
    """The mails of the past went out at the first try."""
    attempts = [
        DeliveryAttempt(
            delivery=delivery,
            number=1,
            worker="demo",
            started_at=delivery.created_at,
            finished_at=delivery.created_at + timedelta(seconds=2),
            outcome=DeliveryAttempt.Outcome.SENT,
        )
        for delivery in Delivery.objects.all()
    ]
    DeliveryAttempt.objects.bulk_create(attempts)
    Delivery.objects.update(
        state=Delivery.State.SENT, attempts_made=1, sent_at=F("created_at") + timedelta(seconds=2)
    )
