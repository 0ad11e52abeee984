"""What an agent wants to see of all tickets: one form, read from the address, kind to whatever stands
there."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from customers.models import Shop
from tickets.models import Agent, ProblemType, Team, Ticket
from tickets.models.ticket import UNSOLVED, Status
from tickets.search import search, tidy

ANY_UNSOLVED = "unsolved"
WHOSE = [("", _("All")), ("mine", _("Mine")), ("unassigned", _("Unassigned"))]


class Number(forms.TypedChoiceField):
    """A choice by primary key, out of names that are read with one statement for list and check together."""

    def __init__(self, everything: str) -> None:
        super().__init__(coerce=int, empty_value=None, required=False)
        self.everything = everything

    def offer(self, rows: QuerySet[Any]) -> None:
        self.choices = [("", self.everything), *rows.values_list("pk", "name")]


class SearchField(forms.CharField):
    """Cuts and cleans instead of refusing: a search that says no helps nobody."""

    def to_python(self, value: Any) -> str:
        return tidy(str(value or ""))


class TicketFilter(forms.Form):
    """Each parameter stands alone: one that makes no sense counts as not given.

    Without a status it shows what is unsolved; while searching, everything, for whoever has a number wants
    that ticket.
    """

    whose = forms.ChoiceField(choices=WHOSE, required=False)
    status = forms.ChoiceField(required=False)
    team = Number(_("Any team"))
    type = Number(_("Any problem"))
    shop = Number(_("Any shop"))
    q = SearchField(required=False)

    def __init__(self, data: Mapping[str, Any], *, agent: Agent) -> None:
        super().__init__(data)
        self.agent = agent
        self.fields["team"].offer(Team.objects.all())
        self.fields["type"].offer(ProblemType.objects.all())
        self.fields["shop"].offer(Shop.objects.all())
        searching = bool(tidy(str(data.get("q") or "")))
        self.fields["status"].choices = _statuses(searching)
        self.full_clean()
        self.given = {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-select is-set" if name in self.given else "form-select"

    @property
    def is_queue(self) -> bool:
        """Asks only for unsolved tickets, so that the order of waiting means something."""
        return self.given.get("status", "" if "q" in self.given else ANY_UNSOLVED) in (
            ANY_UNSOLVED,
            *UNSOLVED,
        )

    def apply(self, tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
        given = self.given
        # Unsolved stands beside a single status, too: it lets the database use the index of the queue.
        if self.is_queue:
            tickets = tickets.unsolved()
        if given.get("status", ANY_UNSOLVED) != ANY_UNSOLVED:
            tickets = tickets.filter(status=given["status"])
        if given.get("whose") == "mine":
            tickets = tickets.filter(assignee=self.agent)
        if given.get("whose") == "unassigned":
            tickets = tickets.unassigned()
        for name, column in (("team", "team"), ("type", "problem_type"), ("shop", "shop")):
            if name in given:
                tickets = tickets.filter(**{column: given[name]})
        return search(tickets, given["q"]) if "q" in given else tickets

    def query(self, **changes: Any) -> dict[str, Any]:
        """The parameters of this filter with some of them changed, for links; None leaves one out."""
        merged = {**self.given, **changes}
        return {name: value for name, value in merged.items() if value not in ("", None)}


def _statuses(searching: bool) -> list[tuple[str, Any]]:
    first = [("", _("Any status")), (ANY_UNSOLVED, _("Unsolved"))] if searching else [("", _("Unsolved"))]
    return [*first, *Status.choices]
