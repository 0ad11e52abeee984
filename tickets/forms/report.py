"""The form by which a customer reports a problem: its fields are the evidence slots of the problem type."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tickets.actions import Answer
from tickets.evidence.names import clean_line
from tickets.forms.typed import TypedText
from tickets.models import EvidenceSlot

FEW_CHOICES = 5
YES_NO = [("yes", _("Yes")), ("no", _("No"))]
Kind = EvidenceSlot.Kind


class TypedLine(forms.CharField):
    """One line, without control characters and what deceives the eye."""

    def to_python(self, value: Any) -> str | None:
        return super().to_python(clean_line(value) if isinstance(value, str) else value)


class TypedNumber(forms.DecimalField):
    """Takes the decimal comma of most of our customers, too."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = clean_line(value).replace(" ", "").replace(",", ".")
        return super().to_python(value)


class ReportForm(forms.Form):
    """What happened, and an answer for each slot that is a question. Pictures are uploaded beside it, into
    the draft; `pictured` names the slots that have some, `has_files` tells whether there is any file at
    all."""

    def __init__(
        self,
        slots: Sequence[EvidenceSlot],
        *,
        pictured: Collection[int] = (),
        has_files: bool = False,
        text: str = "",
        answers: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self.slots, self.pictured, self.has_files = list(slots), set(pictured), has_files
        initial = {field_name(slot): (answers or {}).get(str(slot.pk), "") for slot in slots}
        super().__init__(data, initial={"text": text, **initial})
        for slot in self.slots:
            if slot.kind != Kind.PICTURE:
                self.fields[field_name(slot)] = _field_for(slot)
        self.fields["text"] = self._words()

    @property
    def missing_pictures(self) -> set[int]:
        """Slots that must be shown and have no picture yet."""
        return {
            slot.pk
            for slot in self.slots
            if slot.kind == Kind.PICTURE and slot.required and slot.pk not in self.pictured
        }

    def is_valid(self) -> bool:
        return super().is_valid() and not self.missing_pictures

    def clean(self) -> dict[str, Any]:
        said = any(value not in (None, "") for value in self.cleaned_data.values())  # 0 is an answer
        if not said and not self.has_files and not self.errors:
            self.add_error("text", gettext("Please tell us what happened."))
        return self.cleaned_data

    def answers(self) -> list[Answer]:
        """What was given, in the order it was asked for; what was left open is left out."""
        return [
            Answer(slot, value=self._value(slot))
            for slot in self.slots
            if slot.pk in self.pictured or self._value(slot)
        ]

    def _value(self, slot: EvidenceSlot) -> str:
        value = self.cleaned_data.get(field_name(slot))
        if value is None:
            return ""
        return format(value, "f") if isinstance(value, Decimal) else str(value)

    def _words(self) -> forms.Field:
        return TypedText(
            label=_("Anything else we should know?") if self.slots else _("What happened?"),
            required=not self.slots,
            widget=area(rows=5),
            error_messages={"required": _("Please tell us what happened.")},
        )


def field_name(slot: EvidenceSlot) -> str:
    return f"slot_{slot.pk}"


def _field_for(slot: EvidenceSlot) -> forms.Field:
    # crispy-forms writes help texts as they are, without escaping.
    common: dict[str, Any] = {
        "label": slot.label,
        "help_text": escape(slot.help),
        "required": slot.required,
        "error_messages": {"required": _("Please answer this.")},
    }
    match slot.kind:
        case Kind.LONG_TEXT:
            return TypedText(max_length=10_000, widget=area(rows=4), **common)
        case Kind.NUMBER:
            return TypedNumber(
                max_digits=20,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
                **common,
            )
        case Kind.DATE:
            return forms.DateField(
                widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **common
            )
        case Kind.CHOICE:
            return _choice([(choice, choice) for choice in slot.choice_list], common)
        case Kind.YES_NO:
            return _choice(YES_NO, common)
    return TypedLine(max_length=500, widget=_Line, **common)


def _choice(choices: list[tuple[str, Any]], common: dict[str, Any]) -> forms.ChoiceField:
    if len(choices) <= FEW_CHOICES:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
    return forms.ChoiceField(choices=[("", _("Please choose")), *choices], **common)


class _Whole(forms.Widget):
    """Too long a text is told about; a browser's `maxlength` would cut what is pasted without a word."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"].pop("maxlength", None)
        return context


class _Line(_Whole, forms.TextInput):
    pass


class _Area(_Whole, forms.Textarea):
    pass


def area(rows: int) -> forms.Textarea:
    return _Area(attrs={"rows": rows, "dir": "auto"})
