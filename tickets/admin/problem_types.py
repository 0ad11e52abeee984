from typing import Any

from django import forms
from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, F, QuerySet, TextField
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.staff_admin import Page, Stack
from tickets.evidence.pictures import clean_picture
from tickets.models import EvidenceSlot, ExamplePicture, ProblemType


class SlotForm(forms.ModelForm):
    class Meta:
        model = EvidenceSlot
        fields = (
            "problem_type",
            "category",
            "kind",
            "label",
            "help",
            "choices",
            "required",
            "max_files",
            "position",
        )
        widgets = {"help": forms.Textarea({"rows": 2}), "choices": forms.Textarea({"rows": 3})}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        lines = [line for line in data.get("choices", "").splitlines() if line.strip()]
        if data.get("kind") == EvidenceSlot.Kind.CHOICE and len(lines) < 2:
            self.add_error("choices", gettext("Write at least two choices, each on a line of its own."))
        return data


class SlotStack(Stack):
    model = EvidenceSlot
    form = SlotForm
    fields = (
        ("category", "kind", "required"),
        "label",
        "help",
        "choices",
        ("max_files", "position"),
        "examples_of_slot",
    )
    readonly_fields = ("examples_of_slot",)
    verbose_name_plural = _("Evidence slots: what the form asks for, by product category")

    def get_queryset(self, request: HttpRequest) -> QuerySet[EvidenceSlot]:
        slots = super().get_queryset(request).annotate(example_count=Count("examples"))
        # Those for all categories first, as nothing is before something.
        return slots.order_by(
            F("category__position").asc(nulls_first=True), "category__name", "position", "pk"
        )

    @admin.display(description=_("example pictures"))
    def examples_of_slot(self, slot: EvidenceSlot) -> str:
        if not slot.pk:
            return gettext("Save first, then add them.")
        if slot.kind != EvidenceSlot.Kind.PICTURE:
            return "-"
        url = reverse("admin:tickets_evidenceslot_change", args=[slot.pk])
        text = gettext("%(count)d pictures, look or change") % {"count": slot.example_count}
        return format_html('<a href="{}">{}</a>', url, text)


@admin.register(ProblemType)
class ProblemTypeAdmin(Page):
    list_display = ("name", "offered_for", "slot_count", "position", "is_active")
    list_editable = ("position", "is_active")
    list_filter = ("is_active", "categories")
    search_fields = ("name", "slug", "help")
    prepopulated_fields = {"slug": ["name"]}
    filter_horizontal = ("categories",)
    inlines = (SlotStack,)
    kept_by = ("tickets",)
    formfield_overrides = {TextField: {"widget": forms.Textarea({"rows": 3, "cols": 70})}}

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProblemType]:
        types = super().get_queryset(request).prefetch_related("categories")
        return types.annotate(slot_count=Count("slots", distinct=True))

    @admin.display(description=_("offered for"))
    def offered_for(self, problem_type: ProblemType) -> str:
        names = [category.name for category in problem_type.categories.all()]
        return ", ".join(names) or gettext("all categories")

    @admin.display(description=_("slots"), ordering="slot_count")
    def slot_count(self, problem_type: ProblemType) -> int:
        return problem_type.slot_count


class ExampleForm(forms.ModelForm):
    class Meta:
        model = ExamplePicture
        fields = ("picture", "caption", "is_good", "category")
        widgets = {"picture": forms.FileInput({"accept": "image/*"})}
        help_texts = {
            "picture": _("JPEG, PNG, WebP, GIF or HEIC. Please cover names and codes of real customers.")
        }

    def clean_picture(self) -> Any:
        """What the file holds decides, not its name; kept is our own encoding of the picture."""
        picture = self.cleaned_data["picture"]
        return clean_picture(picture) if isinstance(picture, UploadedFile) else picture


class ExampleStack(Stack):
    model = ExamplePicture
    form = ExampleForm
    fields = ("preview", "picture", "caption", ("is_good", "category"))
    readonly_fields = ("preview",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ExamplePicture]:
        return super().get_queryset(request).select_related("slot")

    @admin.display(description=_("as it is"))
    def preview(self, example: ExamplePicture) -> str:
        if not example.pk:
            return "-"
        url = reverse("portal:example", args=[example.public_id])
        return format_html('<a href="{0}"><img src="{0}" alt="{1}" loading="lazy"></a>', url, example.caption)


@admin.register(EvidenceSlot)
class EvidenceSlotAdmin(Page):
    form = SlotForm
    list_display = ("label", "problem_type", "for_category", "kind", "required", "example_count")
    list_filter = ("problem_type", "category", "kind", "required")
    list_select_related = ("problem_type", "category")
    search_fields = ("label", "help", "problem_type__name")
    ordering = ("problem_type__position", "problem_type__name", "category__position", "position", "pk")
    fields = (
        ("problem_type", "category"),
        ("kind", "required"),
        "label",
        "help",
        "choices",
        ("max_files", "position"),
    )
    inlines = (ExampleStack,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[EvidenceSlot]:
        return super().get_queryset(request).annotate(example_count=Count("examples"))

    @admin.display(description=_("product category"), ordering="category__position")
    def for_category(self, slot: EvidenceSlot) -> str:
        return slot.category.name if slot.category else gettext("all categories")

    @admin.display(description=_("examples"), ordering="example_count")
    def example_count(self, slot: EvidenceSlot) -> int:
        return slot.example_count
