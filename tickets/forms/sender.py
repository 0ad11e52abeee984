from django import forms
from django.utils.translation import gettext_lazy as _

from customers.linking import validate_folded_length


class SenderForm(forms.Form):
    """Whom a mail is from, for a ticket that an agent makes of it."""

    email = forms.EmailField(label=_("E-mail of the sender"), validators=[validate_folded_length])
    name = forms.CharField(label=_("Name"), max_length=200, required=False)
