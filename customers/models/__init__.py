from customers.models.customer import Customer, CustomerAddress, CustomerGroup
from customers.models.order import ActivationCode, Order, OrderItem
from customers.models.product import Product, ProductCategory
from customers.models.shop import Shop

__all__ = [
    "ActivationCode",
    "Customer",
    "CustomerAddress",
    "CustomerGroup",
    "Order",
    "OrderItem",
    "Product",
    "ProductCategory",
    "Shop",
]
