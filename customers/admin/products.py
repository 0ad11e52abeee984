from django.contrib import admin

from customers.models import Product, ProductCategory
from customers.staff_admin import Page


@admin.register(ProductCategory)
class ProductCategoryAdmin(Page):
    list_display = ("name", "slug", "position")
    list_editable = ("position",)
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ["name"]}
    kept_by = ("products",)


@admin.register(Product)
class ProductAdmin(Page):
    list_display = ("name", "sku", "shop", "category")
    list_filter = ("shop", "category")
    list_select_related = ("shop", "category")
    search_fields = ("name", "sku")
    kept_by = ("tickets", "order_items")
