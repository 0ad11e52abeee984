from customers.admin import customers, orders, products, shops

__all__ = ["customers", "orders", "products", "shops"]
