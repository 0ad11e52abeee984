"""Text as people type and paste it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.evidence.names import clean_text

MESSAGE_LIMIT = 50_000
"""Characters in one message: thirty pages. More comes from a program, or by a slip of the hand."""


class TypedText(forms.CharField):
    """Several lines. Drops control characters instead of refusing the whole text for what nobody can see."""

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        messages = {
            "max_length": _(
                "This is %(show_value)d characters long, and %(limit_value)d can be sent. Please shorten it."
            )
        } | options.pop("error_messages", {})
        super().__init__(**{"max_length": MESSAGE_LIMIT, "error_messages": messages} | options)

    def to_python(self, value: Any) -> str:
        return super().to_python(clean_text(value) if isinstance(value, str) else value)
