from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.forms.seen import SeenForm
from tickets.forms.typed import TypedText
from tickets.models.ticket import Status


class ReplyForm(SeenForm):
    """An agent's answer to the customer, and what becomes of the ticket by it."""

    THEN = [
        (Status.OPEN.value, _("Send")),
        (Status.WAITING_CUSTOMER.value, _("Send and wait for customer")),
        (Status.SOLVED.value, _("Send and solve")),
    ]

    text = TypedText(label=_("Reply"), required=False)
    seen_findings = forms.CharField(max_length=64, required=False)
    then = forms.TypedChoiceField(choices=THEN, coerce=Status, empty_value=Status.OPEN, required=False)
