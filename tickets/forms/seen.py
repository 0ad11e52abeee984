from django import forms

from tickets.actions import Seen


class SeenForm(forms.Form):
    """A verb that must not happen when the ticket moved on since its page was opened."""

    seen_message = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    seen_assignee = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)

    @property
    def seen(self) -> Seen:
        return Seen(message=self.cleaned_data["seen_message"], assignee=self.cleaned_data["seen_assignee"])
