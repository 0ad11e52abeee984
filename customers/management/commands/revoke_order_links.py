from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from customers.links import revoke_links
from customers.models import Order


class Command(BaseCommand):
    help = "Ends all order links issued so far for these orders. Links issued later work."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", nargs="+", help="order number")
        parser.add_argument("--shop", required=True, metavar="SLUG", help="the short name of the shop")

    def handle(self, *args: Any, **options: Any) -> None:
        found = Order.objects.filter(shop__slug=options["shop"], number__in=options["number"])
        orders = {order.number: order for order in found}
        unknown = [number for number in options["number"] if number not in orders]
        if unknown:
            raise CommandError(f"The shop has no order {', '.join(unknown)}. Nothing was revoked.")
        now = timezone.now()
        for order in orders.values():
            revoke_links(order, at=now)
        self.stdout.write(f"Links of {len(orders)} orders are revoked.")
