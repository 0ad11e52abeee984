from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from sla.promises import differences, repair, without_promises
from tickets.models import Ticket


class Command(BaseCommand):
    help = "Derives every promise anew from the history of its ticket and reports each row that says something else."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="Make the rows say what the histories say.")

    def handle(self, *args: Any, **options: Any) -> None:
        tickets = Ticket.objects.order_by("pk").values_list("pk", flat=True)
        wrong = set(without_promises())
        for ticket in sorted(wrong):
            self.stdout.write(f"ticket {ticket}: unsolved, and no SLA type was applied")
        checked = 0

        def counted() -> Any:
            nonlocal checked
            for ticket in tickets.iterator():
                checked += 1
                yield ticket

        for difference in differences(counted()):
            wrong.add(difference.ticket)
            self.stdout.write(str(difference))
        if options["repair"]:
            for ticket in sorted(wrong):
                repair(ticket, now=timezone.now())
        told = f"{checked} tickets checked, {len(wrong)} differ"
        if wrong and not options["repair"]:
            raise CommandError(f"{told}.")
        self.stdout.write(f"{told} and were repaired." if wrong else f"{told}.")
