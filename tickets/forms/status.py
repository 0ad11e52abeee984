from django import forms

from tickets.forms.seen import SeenForm
from tickets.models import ProblemType
from tickets.models.ticket import Status


class StatusForm(SeenForm):
    """Any status but "new": a ticket is new once."""

    status = forms.TypedChoiceField(
        choices=[choice for choice in Status.choices if choice[0] != Status.NEW], coerce=Status
    )


class ProblemTypeForm(forms.Form):
    problem_type = forms.ModelChoiceField(ProblemType.objects.filter(is_active=True))
