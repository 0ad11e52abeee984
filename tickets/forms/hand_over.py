from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.models import Agent, Team


class HandOverForm(forms.Form):
    """To whom, and where it stands. `to` is "agent:<id>" or "team:<id>": one list for the eye."""

    to = forms.CharField(label=_("To"), error_messages={"required": _("Please choose to whom.")})
    where_it_stands = forms.CharField(
        label=_("Where it stands"),
        max_length=1000,
        error_messages={
            "required": _("Please write in a line where it stands, so that the next one can read on.")
        },
    )

    def clean_to(self) -> Agent | Team:
        kind, _colon, pk = self.cleaned_data["to"].partition(":")
        people = {"agent": Agent.objects.filter(is_active=True), "team": Team.objects.all()}
        if kind in people and pk.isdecimal() and len(pk) < 19:
            found = people[kind].filter(pk=pk).first()
            if found:
                return found
        raise forms.ValidationError(_("This agent or team is not here any more. Please choose another."))
