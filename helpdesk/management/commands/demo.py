"""`manage.py demo`: a believable shop to look at, to try things on, and to load."""

from argparse import ArgumentParser
from json import dumps as to_json
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.db.models import Count
from django.utils import timezone

from customers.links import order_url
from customers.models import Order, Shop
from helpdesk.demo import build, catalogue, people
from helpdesk.demo.load import NothingToSpreadOver, add_tickets
from tickets.access import ticket_url
from tickets.models import Ticket
from tickets.models.ticket import IS_UNSOLVED

LINKS = 4


class Command(BaseCommand):
    help = "Builds the demo shop: products, orders, agents, forms, promises and ninety days of tickets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--tickets", type=int, default=0, metavar="N", help="Add N more tickets for load."
        )
        parser.add_argument(
            "--json", action="store_true", help="Print logins and links for scripts; changes nothing."
        )
        parser.add_argument(
            "--in-production",
            action="store_true",
            help="Build it although these settings are those of a production: its passwords are known to all.",
        )

    def handle(self, *args: Any, tickets: int, json: bool, in_production: bool, **options: Any) -> None:
        if tickets < 0:
            raise CommandError("--tickets takes a number of tickets to add, from 1 up.")
        if json and tickets:
            raise CommandError("--json changes nothing: give --tickets without it first.")
        if json:
            self._print_json()
            return
        if settings.PRODUCTION and not in_production:
            raise CommandError(
                "These are settings of a production, and everybody knows the passwords of the demo. "
                "Give --in-production if you want it here all the same."
            )
        self._build()
        if tickets:
            self._add(tickets)

    def _build(self) -> None:
        if build.is_built():
            self.stdout.write("The demo shop is here already; nothing was changed.")
            return
        if Shop.objects.exists():
            raise CommandError(
                "There is a shop already, and the demo does not mix with it. Use an empty database."
            )
        build.build(now=timezone.now())
        unsolved = Ticket.objects.unsolved().count()
        self.stdout.write(
            f"Built: {Shop.objects.count()} shops, {Order.objects.count()} orders, "
            f"{Ticket.objects.count()} tickets, {unsolved} of them unsolved."
        )

    def _add(self, count: int) -> None:
        def tell(added: int) -> None:
            if added % 50_000 == 0:
                self.stdout.write(f"{added:,} ...")

        try:
            added = add_tickets(count, now=timezone.now(), progress=tell)
        except NothingToSpreadOver as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Added {added:,} tickets.")

    def _print_json(self) -> None:
        if not build.is_built():
            raise CommandError("The demo shop was not built here.")
        self.stdout.write(
            to_json(
                {"logins": _logins(), "order_links": _order_links(), "ticket_links": _ticket_links()},
                ensure_ascii=False,
                indent=2,
            )
        )


def _logins() -> list[dict[str, str]]:
    return [
        {
            "email": spec.email,
            "password": people.DEMO_PASSWORD,
            "name": spec.name,
            "role": "admin" if spec.is_admin else "agent",
        }
        for spec in (*people.AGENTS, people.ADMIN)
    ]


def _order_links() -> list[dict[str, Any]]:
    """Fresh links: some orders nobody has reported anything on, then some with an unsolved ticket."""
    orders = (
        Order.objects.filter(shop__slug__in=catalogue.SHOP, items__codes__isnull=False)
        .select_related("shop", "customer")
        .order_by("-placed_at")
        .distinct()
    )
    quiet = orders.filter(tickets=None, items__product__category__slug=catalogue.GAME_KEYS)[:LINKS]
    busy = orders.filter(pk__in=Ticket.objects.unsolved().values("order"))[:LINKS]
    return [
        {
            "url": order_url(order, now=timezone.now()),
            "shop": order.shop.name,
            "order": order.number,
            "customer": order.customer.name,
            "products": [item.product.name for item in order.items.select_related("product")],
        }
        for order in (*quiet, *busy)
    ]


def _ticket_links() -> list[dict[str, Any]]:
    """Those with most to see: unsolved ones first, then solved ones."""
    talked = Ticket.objects.annotate(
        said=Count("messages", distinct=True), files=Count("messages__attachments", distinct=True)
    ).filter(said__gte=2, files__gte=1)
    found = [
        *talked.filter(IS_UNSOLVED).order_by("-said", "-files", "pk")[:LINKS],
        *talked.exclude(IS_UNSOLVED).order_by("-said", "-files", "pk")[:LINKS],
    ]
    return [{"url": ticket_url(ticket), "number": ticket.number, "status": ticket.status} for ticket in found]
