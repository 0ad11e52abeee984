from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.links import rotate_secret
from customers.models import Shop
from customers.staff_admin import Page


@admin.register(Shop)
class ShopAdmin(Page):
    list_display = ("name", "slug", "website", "support_email")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = (
        (None, {"fields": ("name", "website", "support_email")}),
        (_("Order links"), {"fields": ("slug", "masked_secret")}),
    )
    readonly_fields = ("masked_secret",)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    kept_by = ("tickets", "orders", "products")

    @admin.display(description=_("link secret"))
    def masked_secret(self, shop: Shop) -> str:
        return "••••••••" if shop.pk else gettext("Made when the shop is saved.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Shop]:
        return super().get_queryset(request).defer("link_secret")

    def get_prepopulated_fields(self, request: HttpRequest, obj: Shop | None = None) -> dict:
        """Only for a new shop: whoever corrects a name must not change the address of links already sent."""
        return {} if obj else self.prepopulated_fields

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/secret/", view(self.secret), name="customers_shop_secret"),
            path("<int:pk>/new-secret/", view(self.new_secret), name="customers_shop_new_secret"),
        ]
        return own + super().get_urls()

    def secret(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks first (GET), shows the secret then (POST) and records who saw it."""
        shop = self._shop_for_superuser(request, pk)
        shown = request.method == "POST"
        if shown:
            self.log_change(request, shop, gettext("Link secret shown."))
        return self._answer(request, "secret", shop, title=gettext("Link secret"), shown=shown)

    def new_secret(self, request: HttpRequest, pk: int) -> HttpResponse:
        shop = self._shop_for_superuser(request, pk)
        if request.method != "POST":
            return self._answer(request, "new_secret", shop, title=gettext("Make a new link secret"))
        rotate_secret(shop)
        self.log_change(request, shop, gettext("New link secret made."))
        self.message_user(
            request,
            gettext("%(shop)s has a new link secret. All order links sent so far have ended.")
            % {"shop": shop},
            messages.SUCCESS,
        )
        return redirect(reverse("admin:customers_shop_change", args=[shop.pk]))

    def _shop_for_superuser(self, request: HttpRequest, pk: int) -> Shop:
        if not request.user.is_superuser:
            raise PermissionDenied
        shop = Shop.objects.filter(pk=pk).first()
        if shop is None:
            raise Http404
        return shop

    def _answer(
        self, request: HttpRequest, template: str, shop: Shop, *, title: str, shown: bool = False
    ) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "shop": shop,
            "title": title,
            "shown": shown,
        }
        return TemplateResponse(request, f"admin/customers/shop/{template}.html", context)
