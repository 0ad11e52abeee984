from django.contrib import admin, messages
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from customers.linking import fold_email
from customers.links import revoke_links
from customers.models import ActivationCode, CustomerAddress, Order, OrderItem
from customers.staff_admin import ReadOnlyPage, ReadOnlyTable

CODES_SHOWN = 20


class ItemTable(ReadOnlyTable):
    model = OrderItem
    fields = ("product", "quantity", "unit_price", "masked_codes")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderItem]:
        codes = ActivationCode.objects.only("item", "tail")  # what is shown needs no decryption
        items = super().get_queryset(request).select_related("product")
        return items.prefetch_related(Prefetch("codes", codes))

    @admin.display(description=_("codes"))
    def masked_codes(self, item: OrderItem) -> str:
        codes = list(item.codes.all())
        more = [f"+ {len(codes) - CODES_SHOWN}"] if len(codes) > CODES_SHOWN else []
        return ", ".join([code.masked for code in codes[:CODES_SHOWN]] + more) or "-"


@admin.register(Order)
class OrderAdmin(ReadOnlyPage):
    list_display = ("number", "shop", "customer", "placed_at", "total", "currency", "links_revoked_at")
    list_filter = ("shop", "placed_at", ("links_revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("shop", "customer")
    search_fields = ("number",)
    search_help_text = _("Beginning of an order number, a whole e-mail address, or a whole activation code")
    fields = ("number", "shop", "customer", "placed_at", ("total", "currency"), "links_revoked_at")
    inlines = (ItemTable,)
    actions = ("revoke_the_links",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        return super().get_queryset(request).defer("shop__link_secret")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        term = search_term.replace("\0", "").strip()
        if not term:
            return queryset, False
        customers = CustomerAddress.objects.filter(folded=fold_email(term)).values("customer")
        found = Q(number__istartswith=term) | Q(customer__in=customers)
        if any(character.isalnum() for character in term):
            codes = ActivationCode.objects.filter(digest=ActivationCode.digest_of(term))
            found |= Q(pk__in=codes.values("item__order"))
        return queryset.filter(found), False

    @admin.action(description=_("Revoke the links of these orders"), permissions=["view"])
    def revoke_the_links(self, request: HttpRequest, orders: QuerySet[Order]) -> None:
        now = timezone.now()
        count = 0
        for order in orders:
            if revoke_links(order, at=now):
                self.log_change(request, order, [{"changed": {"fields": ["links_revoked_at"]}}])
                count += 1
        self.message_user(
            request,
            ngettext(
                "Links of %(count)d order sent so far no longer work.",
                "Links of %(count)d orders sent so far no longer work.",
                count,
            )
            % {"count": count},
            messages.SUCCESS,
        )
