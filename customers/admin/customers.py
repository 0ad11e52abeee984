from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.linking import fold_email, validate_folded_length
from customers.models import Customer, CustomerAddress, CustomerGroup
from customers.staff_admin import Page, RowsOfOneParent, Table


class AddressForm(forms.ModelForm):
    class Meta:
        model = CustomerAddress
        fields = ("email",)

    def clean_email(self) -> str:
        email = self.cleaned_data["email"]
        validate_folded_length(email)
        others = CustomerAddress.objects.filter(folded=fold_email(email)).exclude(pk=self.instance.pk)
        other = others.select_related("customer").first()
        if other and other.customer_id != self.instance.customer_id:
            raise forms.ValidationError(
                gettext("This address belongs to another customer: %(customer)s."),
                params={"customer": other.customer},
            )
        return email


class AddressFormSet(RowsOfOneParent):
    def clean(self) -> None:
        """Two ways of writing one address are one address."""
        super().clean()
        seen: set[str] = set()
        for form in self.forms:
            email = getattr(form, "cleaned_data", {}).get("email")
            if not email or self._should_delete_form(form):
                continue
            folded = fold_email(email)
            if folded in seen:
                form.add_error("email", gettext("The customer has this address already."))
            seen.add(folded)


class AddressTable(Table):
    model = CustomerAddress
    form = AddressForm
    formset = AddressFormSet


@admin.register(CustomerGroup)
class CustomerGroupAdmin(Page):
    list_display = ("name", "size")
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CustomerGroup]:
        return super().get_queryset(request).annotate(size=Count("customers"))

    @admin.display(description=_("customers"), ordering="size")
    def size(self, group: CustomerGroup) -> int:
        return group.size


@admin.register(Customer)
class CustomerAdmin(Page):
    list_display = ("person", "emails", "language", "group", "created_at")
    list_filter = ("group", "language")
    list_select_related = ("group",)
    list_display_links = ("person",)
    search_fields = ("name",)
    search_help_text = _("Name, or a whole e-mail address")
    ordering = ("-pk",)
    fields = ("name", "language", "time_zone", "group", "created_at", "related")
    readonly_fields = ("created_at", "related")
    inlines = (AddressTable,)
    kept_by = ("tickets", "orders")

    @admin.display(description=_("customer"), ordering="name")
    def person(self, customer: Customer) -> str:
        return str(customer)

    @admin.display(description=_("addresses"))
    def emails(self, customer: Customer) -> str:
        return ", ".join(address.email for address in customer.addresses.all())

    @admin.display(description=_("see also"))
    def related(self, customer: Customer) -> str:
        if not customer.pk:
            return "-"
        pages = (
            (reverse("admin:customers_order_changelist"), gettext("Orders")),
            (reverse("admin:tickets_ticket_changelist"), gettext("Tickets")),
        )
        links = ((url, customer.pk, text) for url, text in pages)
        return format_html_join(" · ", '<a href="{}?customer__id__exact={}">{}</a>', links)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        return super().get_queryset(request).prefetch_related("addresses")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Customer], search_term: str
    ) -> tuple[QuerySet[Customer], bool]:
        """A whole address is looked up by its folded form, which has an index; the rest is part of a name."""
        if "@" in search_term:
            found = CustomerAddress.objects.filter(folded=fold_email(search_term))
            return queryset.filter(pk__in=found.values("customer")), False
        return super().get_search_results(request, queryset, search_term)
