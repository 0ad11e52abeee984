from django import forms
from django.utils.translation import gettext_lazy as _

from customers.linking import validate_folded_length
from tickets.evidence.names import clean_line


class TypedAddress(forms.EmailField):
    def to_python(self, value: object) -> str | None:
        return super().to_python(clean_line(value) if isinstance(value, str) else value)


class AddressForm(forms.Form):
    email = TypedAddress(
        label=_("Your e-mail address"),
        max_length=254,
        validators=[validate_folded_length],
        help_text=_("The one that you ordered with."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
