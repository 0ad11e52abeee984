"""Who reports what and when, and who answers: all of it is drawn before the first of it happens.

Each story draws from a stream of its own, so that what becomes of one never changes another.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from customers.models import ActivationCode, Order
from helpdesk.demo import people, sizes
from helpdesk.demo.history.story import SPECS, Story
from helpdesk.demo.problem_types import SLA_TYPES, TALLINN
from helpdesk.demo.talk import Conversation, conversations
from tickets.models import Agent


def stories_of(orders: Sequence[Order], *, today: date, days: int) -> Iterator[Story]:
    """In the order in which they begin, those of this evening too."""
    codes = list(
        ActivationCode.objects.filter(item__order__in=orders)
        .select_related("item__order__customer", "item__order__shop", "item__product__category")
        .order_by("item__order__placed_at", "pk")
    )
    agents = {agent.email: agent for agent in Agent.objects.all()}
    used: Counter[str] = Counter()
    for position, opens_at in enumerate(sorted(_openings(today, days, Random("openings")))):
        rng = Random(f"story {position}")
        code = _code_bought_before(codes, opens_at, rng)
        if code is None:
            continue
        codes.remove(code)
        fresh = opens_at.date() > today - timedelta(days=9)
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
            slowness=rng.choices((0.5, 1.0, 6.0, 30.0), weights=(35, 50, 10, 18 if fresh else 0))[0],
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


def _openings(today: date, days: int, rng: Random) -> Iterator[datetime]:
    """Moments at which people report: by day and in the evening, more of them in the last days."""
    morning = datetime.combine(today, time(7), TALLINN)
    for count, past in ((sizes.OLD_TICKETS, days), (sizes.NEW_TICKETS, sizes.NEW_DAYS)):
        for _ in range(count):
            ago = timedelta(days=int(past * rng.random() ** (1 if past == days else 1.7)))
            yield morning - ago + timedelta(hours=16 * rng.random())


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
    team = next(spec.team for spec in SLA_TYPES if spec.name == SPECS[conversation.problem].sla)
    speakers = [spec for spec in people.AGENTS if conversation.language in spec.languages]
    rng.shuffle(speakers)
    speakers.sort(key=lambda spec: spec.team != team)
    others = [spec for spec in people.AGENTS if spec != speakers[0]]
    colleague = speakers[1] if len(speakers) > 1 else rng.choice(others)
    return agents[speakers[0].email], agents[colleague.email]
