"""What of a mail is quoted history.

Everything is own until something shows that it is not: a mark of quoting (`>`, markup), an attribution before such a
mark, a block of headers. The worst mistake is to fold the person's own words away, so a sign that people also write
themselves counts only together with another.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tickets.channels.mail_in.words.folding import attributions, header_blocks
from tickets.channels.mail_in.words.folding.attributions import Attribution
from tickets.channels.mail_in.words.folding.lines import (
    ATTRIBUTION,
    FORWARD,
    HISTORY,
    Line,
    depth,
    is_quoted,
    looked_at,
    next_filled,
    unquoted,
)
from tickets.channels.mail_in.words.folding.lookalikes import (
    is_barred,
    is_in_comparison,
    is_initialled,
    is_no_quote,
)
from tickets.channels.mail_in.words.folding.phrases import ANSWERS_INSIDE, FORWARD_HINT

_SHORT_OWN = 500
"""Characters of own text above a forwarded mail in which a word such as FYI is looked for."""


@dataclass(frozen=True, slots=True)
class Folded:
    runs: list[tuple[int, int]]
    """Own lines: first, and one after the last. Each ends where a quote begins or the mail ends."""
    forwarded_from: int | None
    """Index of the first line of a mail that was passed on; all from there is content and in `runs`."""
    is_history_to_end: bool
    """From some line on all is history, whatever follows."""


class _Fold:
    """One walk over the lines, from the first to the last."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.looks = [looked_at(line.text) for line in lines]
        self.is_marked = [line.level > 0 for line in lines]
        self.is_pointed = [not line.level and is_quoted(line.text) for line in lines]
        free = [
            not (marked or pointed) for marked, pointed in zip(self.is_marked, self.is_pointed, strict=True)
        ]
        self.attributions = attributions.find(self.looks, free)
        self.is_own = [True] * len(lines)
        self.forwarded_from: int | None = None
        self.is_history_to_end = False
        self.has_attribution = False
        self.asked_to_look_inside = False

    def walk(self) -> Folded:
        at: int | None = next_filled(self.looks, 0)
        while at is not None and at < len(self.lines):
            at = self._step(at)
            if at is not None:
                at = next_filled(self.looks, at)
        return Folded(self._runs(), self.forwarded_from, self.is_history_to_end)

    def _step(self, at: int) -> int | None:
        """What begins at this line; gives the line to look at next, or None at the end of all that matters."""
        if self.is_marked[at]:
            return self._marked(at)
        if self.is_pointed[at]:
            return self._pointed(at)
        mark = self.lines[at].mark
        if mark == FORWARD:
            return self._forward(at)
        if mark == ATTRIBUTION:
            return self._after_mark(at)
        kind = header_blocks.separator(self.looks[at])
        if kind == "forwarded":
            return self._forward(at)
        if kind == "original":
            return self._history(at, at + 1, certain=True)
        rule = header_blocks.rule_above(self.looks, at)
        after = self._after_headers(at, trusted=mark == HISTORY, below_rule=rule < at)
        if after is not None:
            return self._history(at, after, certain=mark == HISTORY or rule < at)
        one = self.attributions.get(at)
        return self._attributed(one) if one else at + 1

    # What carries a mark

    def _marked(self, at: int) -> int | None:
        end = at
        while end < len(self.lines) and (self.is_marked[end] or not self.looks[end]):
            end += 1
        if self._is_forward_inside(at, end):
            return self._forward(at)
        self._drop(at, end)
        return end

    def _pointed(self, at: int) -> int | None:
        end = self._end_of_pointed(at)
        if self._is_forward_inside(at, end):
            return self._forward(at)
        if self._is_quote(at, end):
            self._drop(at, end)
            return self._after_broken_line(end)
        return end

    def _end_of_pointed(self, at: int) -> int:
        while at < len(self.lines) and self.is_pointed[at]:
            at += 1
        return at

    def _after_broken_line(self, end: int) -> int:
        """A quoted line that was too long and broken on its way leaves its last word without `>`."""
        if end + 1 >= len(self.lines) or not self.is_pointed[end + 1] or self.is_marked[end]:
            return end
        last, rest = self.looks[end - 1], self.looks[end]
        broken = (
            68 <= len(last) <= 90 and last[-1] not in ".?!:;>" and 0 < len(rest) <= 25 and rest[0].islower()
        )
        if not broken or not unquoted(self.looks[end + 1]):
            return end
        self._drop(end, end + 1)
        return end + 1

    def _is_quote(self, start: int, end: int) -> bool:
        """Whether lines with `>` are a quote and not what a console prints, a comparison, a smiley, a way in a menu."""
        if self.has_attribution or not all(self.is_own[:start]):
            return True
        texts = [self.lines[index].text for index in range(start, end)]
        if all(depth(text) >= 3 or is_no_quote(text.strip()) for text in texts):
            return False
        return not is_in_comparison(self.looks, start)

    def _is_forward_inside(self, start: int, end: int) -> bool:
        """Some programs quote what they forward."""
        if self.has_attribution:
            return False
        inner = [
            unquoted(look) if self.is_pointed[start] else look
            for look in self.looks[start : min(end, start + 4)]
        ]
        return any(header_blocks.separator(text.strip()) == "forwarded" for text in inner)

    def _after_mark(self, at: int) -> int | None:
        """The markup says that these lines introduce a quote."""
        end = at
        while end < len(self.lines) and self.lines[end].mark == ATTRIBUTION and not self.is_marked[end]:
            end += 1
        if any(header_blocks.separator(look) == "forwarded" for look in self.looks[at:end]):
            return self._forward(at)
        self._drop(at, end)
        self._take_quote(end)
        return end

    # What is shown by words

    def _attributed(self, one: Attribution) -> int | None:
        after = one.end + 1
        if self._take_quote(after):
            self._drop(one.start, after, with_rule=True)
            return after
        if not one.is_certain:
            return after
        if self._is_answered_between(after):
            self.has_attribution = True
            self._drop(one.start, after, with_rule=True)
            return after
        return self._history(one.start, after, certain=True)

    def _is_answered_between(self, after: int) -> bool:
        """Quoted lines follow further down, and no attribution of their own stands right above them: they are what this
        one introduces, and what is between is the answer."""
        for index in range(after, len(self.lines)):
            if self.is_pointed[index] or self.is_marked[index]:
                above = index - 1
                while above > after and not self.looks[above]:
                    above -= 1
                return not any(one.end == above for one in self.attributions.values())
            if header_blocks.separator(self.looks[index]) or self._block_at(index):
                return False
        return False

    def _after_headers(self, at: int, *, trusted: bool, below_rule: bool) -> int | None:
        """Index of the line after the headers that begin at this line; None when none do."""
        if block := self._block_at(at, trusted=trusted or below_rule):
            return block.end + 1
        if (end := header_blocks.lotus(self.looks, at)) is not None:
            return end + 1
        return at if trusted and self._has_labels(at) else None

    def _block_at(self, at: int, *, trusted: bool = False) -> header_blocks.Block | None:
        block = header_blocks.find(self.looks, at, trusted=trusted)
        return block if block and (block.is_complete or (trusted and block.is_plausible)) else None

    def _has_labels(self, at: int) -> bool:
        """Headers in a language that we do not know, where markup says that history begins."""
        lines = [look for look in self.looks[at : at + 10] if look][:5]
        named = [look for look in lines if 0 < look.find(":") <= 25]
        return len(named) >= 3 and any("@" in look for look in named)

    def _history(self, start: int, after: int, *, certain: bool) -> int | None:
        """What follows is history: to the end, or as far as it is marked.

        `certain` where no person would have written what stands at `start`.
        """
        after = self._past_headers(after)
        if self._take_quote(after):
            self._drop(start, after, with_rule=True)
            return after
        if after >= len(self.lines) and not certain:
            return after
        above = self._own_above(start)
        if not above.strip():
            return None  # nothing but history, or an answer below it that nothing sets apart
        if _passes_on(above) or (not certain and above.rstrip().endswith(":")):
            return self._forward(start)
        if ANSWERS_INSIDE.search(above) and not self.asked_to_look_inside:
            self.asked_to_look_inside = True
            self._drop(start, after, with_rule=True)
            return after
        self._drop(start, len(self.lines), with_rule=True)
        self.is_history_to_end = True
        return None

    def _past_headers(self, after: int) -> int:
        """An attribution or headers right below the line that says that the original follows."""
        filled = next_filled(self.looks, after)
        if filled >= len(self.lines):
            return filled
        if one := self.attributions.get(filled):
            return one.end + 1
        if block := self._block_at(filled, trusted=True):
            return block.end + 1
        return after

    def _take_quote(self, after: int) -> bool:
        """Folds the quote that begins at the next line with something in it, if one does."""
        start = end = next_filled(self.looks, after)
        if start >= len(self.lines):
            return False
        if self.is_marked[start]:
            while end < len(self.lines) and (self.is_marked[end] or not self.looks[end]):
                end += 1
        elif self.is_pointed[start]:
            end = self._end_of_pointed(start)
        elif self.lines[start].is_indented:
            while end < len(self.lines) and (self.lines[end].is_indented or not self.looks[end]):
                end += 1
        elif is_barred(self.looks[start]) or is_initialled(self.looks, start):
            while end < len(self.lines) and (is_barred(self.looks[end]) or is_initialled(self.looks, end)):
                end += 1
        if end == start:
            return False
        self.has_attribution = True
        self._drop(start, end)
        return True

    # Keeping account

    def _forward(self, at: int) -> None:
        self.forwarded_from = at

    def _drop(self, start: int, end: int, *, with_rule: bool = False) -> None:
        if with_rule:
            start = header_blocks.rule_above(self.looks, start)
        self.is_own[start:end] = [False] * (end - start)

    def _own_above(self, start: int) -> str:
        start = header_blocks.rule_above(self.looks, start)
        return "\n".join(look for index, look in enumerate(self.looks[:start]) if look and self.is_own[index])

    def _runs(self) -> list[tuple[int, int]]:
        runs: list[tuple[int, int]] = []
        start: int | None = None
        for index, own in enumerate([*self.is_own, False]):
            if own and start is None:
                start = index
            elif not own and start is not None:
                runs.append((start, index))
                start = None
        return runs


def fold(lines: Sequence[Line]) -> Folded:
    """Finds what is own."""
    return _Fold(lines).walk()


def _passes_on(above: str) -> bool:
    return len(above) <= _SHORT_OWN and FORWARD_HINT.search(above) is not None
