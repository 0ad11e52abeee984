"""What all our admin pages share.

Whoever may open the admin (`is_staff`) may do there what its pages offer: a shop has a handful of such people
and no use for Django's table of permissions. What is dangerous asks for a superuser: see docs/admin.md.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Field, Model
from django.http import HttpRequest


def is_staff(request: HttpRequest) -> bool:
    return request.user.is_active and request.user.is_staff


class ForStaff:
    """Permissions of a page or an inline."""

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_staff(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_staff(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_staff(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_staff(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_staff(request)


class ReadOnly(ForStaff):
    """For what the admin only looks at: records, and what tickets.actions or the import writes."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class Page(ForStaff, admin.ModelAdmin):
    show_full_result_count = False
    list_per_page = 50
    kept_by: tuple[str, ...] = ()
    """Relations that forbid to delete a row while they lead anywhere. Django would find out from PROTECT,
    but only after loading everything that hangs on the row, which of a shop may be a million orders."""

    def get_deleted_objects(self, objs: Iterable[Model], request: HttpRequest) -> Any:
        objs = list(objs)
        keepers = [self._keepers(name, objs) for name in self.kept_by]
        if any(keepers):
            return [str(one) for one in objs], {}, set(), [keeper for keeper in keepers if keeper]
        return super().get_deleted_objects(objs, request)

    def _keepers(self, name: str, objs: list[Model]) -> str:
        relation = self.model._meta.get_field(name)
        other = relation.related_model
        count = other._base_manager.filter(**{f"{relation.remote_field.name}__in": objs}).count()
        return f"{count} {other._meta.verbose_name_plural}" if count else ""


class ReadOnlyPage(ReadOnly, Page):
    pass


class RowsOfOneParent(forms.BaseInlineFormSet):
    """Asks once for the choices of each select, and not once a row."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.known_choices: dict[str, list] = {}
        super().__init__(*args, **kwargs)

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        for name, field in form.fields.items():
            # A hidden one stands for the row itself, and could choose among all rows of its table.
            if isinstance(field, forms.ModelChoiceField) and not field.widget.is_hidden:
                if name not in self.known_choices:
                    self.known_choices[name] = list(
                        iter(field.choices)
                    )  # list() alone would count them first
                field.choices = self.known_choices[name]


class Table(ForStaff, admin.TabularInline):
    formset = RowsOfOneParent
    extra = 0


class Stack(ForStaff, admin.StackedInline):
    formset = RowsOfOneParent
    extra = 0


class PlainChoices:
    """For the rows of a table or stack: without the links to add, change and look at what can be chosen, for which a
    row has no room."""

    def formfield_for_dbfield(self, field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        formfield = super().formfield_for_dbfield(field, request, **kwargs)
        if formfield and isinstance(formfield.widget, RelatedFieldWidgetWrapper):
            formfield.widget = formfield.widget.widget
        return formfield


class ReadOnlyTable(ReadOnly, admin.TabularInline):
    extra = 0
    can_delete = False
