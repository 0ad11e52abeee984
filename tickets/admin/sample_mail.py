"""A ticket to look at a mail template with: the newest of the shop, or an invented one that is never saved."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer, Shop
from tickets.models import MailTemplate, Message, ProblemType, Ticket


def sample_of(template: MailTemplate) -> tuple[Ticket, dict[str, Any]]:
    """Ticket and context as the mail would have them. No link in it opens anything."""
    tickets = Ticket.objects.select_related("shop", "customer").order_by("-pk")
    ticket = (tickets.filter(shop=template.shop) if template.shop else tickets).first() or _invented(
        template.shop
    )
    message = Message(
        ticket=ticket,
        direction=Message.Direction.OUT,
        text=_("This is where the words of the agent stand.\n\nThere may be several paragraphs."),
        created_at=timezone.now(),
    )
    promise = SimpleNamespace(due_at=timezone.now() + timedelta(hours=4), kind="first_answer")
    return ticket, {
        "ticket": ticket,
        "shop": ticket.shop,
        "customer": ticket.customer,
        "message": message,
        "promise": promise,
        "received": [_("A screenshot of the error message – 1 picture")],
        "ticket_url": settings.SITE_URL + "/t/example",
        "site_url": settings.SITE_URL,
    }


def _invented(shop: Shop | None) -> Ticket:
    return Ticket(
        pk=1,
        shop=shop or Shop(name=_("Your shop"), support_email="help@shop.example"),
        customer=Customer(pk=0, name="Carol Customer"),
        problem_type=ProblemType(name=_("The code is already used")),
        subject=_("The code is already used"),
        opened_at=timezone.now(),
        last_activity_at=timezone.now(),
    )
