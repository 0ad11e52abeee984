from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.forms.seen import SeenForm
from tickets.forms.typed import TypedText


class MemoForm(SeenForm):
    memo = TypedText(
        label=_("Memo of a phone call"), error_messages={"required": _("Please write what was said first.")}
    )
    answered = forms.BooleanField(label=_("The customer has the answer now"), required=False)
