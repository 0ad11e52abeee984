from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.forms.report import area
from tickets.forms.typed import TypedText


class CustomerReplyForm(forms.Form):
    text = TypedText(label=_("Your answer"), required=False, widget=area(rows=5))
    seen = forms.IntegerField(
        required=False,
        min_value=0,
        widget=forms.HiddenInput,
        help_text=_("The newest message on the page: the same answer sent twice from it is one answer."),
    )
