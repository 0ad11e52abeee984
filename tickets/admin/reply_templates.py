import re

from django import forms
from django.contrib import admin
from django.utils.translation import gettext

from customers.staff_admin import Page
from tickets.models import ReplyTemplate
from tickets.reply_templates import VARIABLES

IN_BRACES = re.compile(r"\{([^{}\n]*)\}")


class ReplyTemplateForm(forms.ModelForm):
    class Meta:
        model = ReplyTemplate
        fields = ("title", "language", "problem_type", "text")
        widgets = {"text": forms.Textarea({"rows": 14})}

    def clean_text(self) -> str:
        """A misspelt variable must be found here, and not by a customer."""
        text = self.cleaned_data["text"]
        unknown = sorted({name for name in IN_BRACES.findall(text) if name not in VARIABLES})
        if unknown:
            raise forms.ValidationError(
                gettext("Nothing is known to fill in for %(unknown)s. Known: %(known)s."),
                params={
                    "unknown": ", ".join(f"{{{name}}}" for name in unknown),
                    "known": ", ".join(f"{{{name}}}" for name in VARIABLES),
                },
            )
        return text


@admin.register(ReplyTemplate)
class ReplyTemplateAdmin(Page):
    form = ReplyTemplateForm
    list_display = ("title", "language", "problem_type")
    list_filter = ("language", "problem_type")
    list_select_related = ("problem_type",)
    search_fields = ("title", "text")
