"""What people say in the demo: conversations kept as plain text files beside this one.

A conversation in a file:

    ### used-terse-angry                a name, unique in all files
    problem: code-already-used          the problem type it is about
    for: game-keys gift-cards           product categories it fits; without the line it fits all

    customer:                           the first turn is what the customer wrote into the form
    [[Hi|Hello]], my code is used.      [[one|or the other]], chosen by the seed of the ticket

    agent +40m waiting:                 40 minutes later an agent answers and waits for the customer
    Hello {first_name}, ...             variables are filled per ticket

    customer +2h picture=library:       two hours later the customer answers and adds a picture

Turns are `customer`, `agent`, `note`, `memo` (of a phone call) and `hand over`. Endings are `waiting`, `supplier` and
`solved`; a customer's turn may say `solved` or `reopens` too. `to=colleague` hands over to somebody else of the team,
`as=colleague` lets that person answer. `<m|f>` in a text is a word's ending for a man or a woman who writes, `<~m|f>` for the
one written to.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random

FOLDER = Path(__file__).parent
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
HEAD = re.compile(r"^(customer|agent|note|memo|hand over)((?: [+\w=-]+)*):$")
CHOICE = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
ENDING = re.compile(r"<(~?)([^<>|]*)\|([^<>|]*)>")
VARIABLE = re.compile(r"\{(\w+)\}")
STATUS_WORDS = frozenset({"waiting", "supplier", "solved", "reopens"})


class TalkError(ValueError):
    """A conversation file says something that its format does not know."""


@dataclass(frozen=True)
class Turn:
    who: str
    text: str
    after: timedelta = timedelta()
    then: str = ""  # waiting, supplier, solved or reopens
    picture: str = ""  # a scene of helpdesk.demo.pictures
    by_colleague: bool = False  # an agent's turn: said by the one handed over to


@dataclass(frozen=True)
class Conversation:
    name: str
    language: str
    problem: str
    categories: frozenset[str]  # empty: fits each category
    turns: tuple[Turn, ...]


def conversations() -> tuple[Conversation, ...]:
    return _read_all()


@cache
def _read_all() -> tuple[Conversation, ...]:
    found = []
    for path in sorted(FOLDER.glob("*.txt")):
        language = path.stem.split("_")[0]
        blocks = re.split(r"^### ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        found += [_conversation(block, language) for block in blocks if block.strip()]
    return tuple(found)


def _conversation(block: str, language: str) -> Conversation:
    name, *lines = block.split("\n")
    facts: dict[str, str] = {}
    while lines and ": " in lines[0]:
        key, value = lines.pop(0).split(": ", 1)
        facts[key] = value
    turns: list[Turn] = []
    head: re.Match[str] | None = None
    text: list[str] = []
    for line in [*lines, "customer:"]:
        if match := HEAD.match(line):
            if head is not None:
                turns.append(_turn(head, "\n".join(text).strip(), name))
            head, text = match, []
        else:
            text.append(line)
    if not turns or turns[0].who != "customer":
        raise TalkError(f"{name}: a conversation starts with the customer")
    return Conversation(
        name.strip(), language, facts["problem"], frozenset(facts.get("for", "").split()), tuple(turns)
    )


def _turn(head: re.Match[str], text: str, name: str) -> Turn:
    after, then, picture, by_colleague = timedelta(), "", "", False
    for word in head[2].split():
        if word.startswith("+"):
            after = timedelta(**{UNITS[word[-1]]: int(word[1:-1])})
        elif word in STATUS_WORDS:
            then = word
        elif word.startswith("picture="):
            picture = word.removeprefix("picture=")
        elif word == "as=colleague":
            by_colleague = True
        elif word != "to=colleague":
            raise TalkError(f"{name}: {word!r} is not known")
    if not text:
        raise TalkError(f"{name}: somebody says nothing")
    return Turn(head[1], text, after, then, picture, by_colleague)


def speak(
    text: str, rng: Random, words: Mapping[str, str], *, woman: bool = False, to_woman: bool = False
) -> str:
    """The text as one person writes it once: endings and choices made, variables filled."""
    said = ENDING.sub(lambda found: found[3] if (to_woman if found[1] else woman) else found[2], text)
    said = CHOICE.sub(lambda found: rng.choice(found[1].split("|")), said)
    said = VARIABLE.sub(lambda found: words[found[1]], said)
    return re.sub(r"[ \t]+$", "", said, flags=re.MULTILINE).strip()
