from django import forms

from tickets.actions import Seen


class SeenForm(forms.Form):
    """A verb that must not happen when the ticket moved on since its page was opened."""

    seen_message = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    seen_note = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    seen_assignee = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)

    @property
    def seen(self) -> Seen:
        data = self.cleaned_data
        return Seen(message=data["seen_message"], assignee=data["seen_assignee"], note=data["seen_note"])
