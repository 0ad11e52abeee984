from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.forms.seen import SeenForm
from tickets.forms.typed import TypedText
from tickets.models.ticket import Status
from tickets.reply_templates import PLACEHOLDER


class ReplyForm(SeenForm):
    """An agent's answer to the customer, and what becomes of the ticket by it."""

    THEN = [
        (Status.OPEN.value, _("Send")),
        (Status.WAITING_CUSTOMER.value, _("Send and wait for customer")),
        (Status.SOLVED.value, _("Send and solve")),
    ]

    text = TypedText(label=_("Reply"), required=False)
    then = forms.TypedChoiceField(choices=THEN, coerce=Status, empty_value=Status.OPEN, required=False)

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        if unfilled := PLACEHOLDER.search(text):
            raise forms.ValidationError(
                _("%(variable)s is not filled in yet: the ticket does not say it. Please write it yourself."),
                params={"variable": unfilled[0]},
            )
        return text
