import csv
from datetime import datetime
from typing import TextIO

from customers.importing.rows import OrderRow
from customers.links import order_url
from customers.models import Order, Shop


class LinkWriter:
    """Writes `order_number,email,url` for each order of the file, whether or not the import changed it."""

    def __init__(self, stream: TextIO, shop: Shop, now: datetime) -> None:
        self.writer = csv.writer(stream)
        self.writer.writerow(["order_number", "email", "url"])
        self.shop = shop
        self.now = now

    def write(self, batch: list[OrderRow]) -> None:
        orders = Order.objects.filter(shop=self.shop, number__in=[row.number for row in batch])
        by_number = {order.number: order for order in orders}
        for row in batch:
            order = by_number[row.number]
            order.shop = self.shop  # one instance: its secret is decrypted once
            self.writer.writerow([_cell(row.number), _cell(row.email), order_url(order, now=self.now)])


def _cell(text: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
