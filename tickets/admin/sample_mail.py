"""A ticket to look at a mail template with: the newest of the shop, or an invented one that is never saved."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from customers.models import Customer, Shop
from tickets.models import Agent, MailTemplate, Message, ProblemType, Ticket

PROMISED_IN = timedelta(hours=4)


def sample_of(template: MailTemplate, agent: Agent, *, at: datetime) -> tuple[Ticket, dict[str, Any]]:
    """Ticket and context as the mail would have them, with everything that may be in it. No link opens anything."""
    tickets = Ticket.objects.select_related("shop", "customer", "order", "product").order_by("-pk")
    tickets = tickets.defer("shop__link_secret")
    if template.shop:
        tickets = tickets.filter(shop=template.shop)
    ticket = tickets.first() or _invented(template.shop, at)
    message = Message(
        ticket=ticket,
        direction=Message.Direction.OUT,
        agent=agent,
        text=_("This is where the words of the agent stand.\n\nThere may be several paragraphs."),
        created_at=at,
    )
    return ticket, {
        "ticket": ticket,
        "shop": ticket.shop,
        "customer": ticket.customer,
        "message": message,
        "promise": SimpleNamespace(due_at=at + PROMISED_IN, kind="first_answer"),
        "found": {"answer_promised": at + PROMISED_IN},
        "received": [_("A screenshot of the error message – 1 picture")],
        "ticket_url": settings.SITE_URL + "/t/example",
        "site_url": settings.SITE_URL,
    }


def _invented(shop: Shop | None, at: datetime) -> Ticket:
    return Ticket(
        pk=1,
        shop=shop or Shop(name=_("Your shop"), support_email="help@shop.example"),
        customer=Customer(pk=0, name="Carol Customer"),
        problem_type=ProblemType(name=_("The code is already used")),
        subject=_("The code is already used"),
        opened_at=at,
        last_activity_at=at,
    )
