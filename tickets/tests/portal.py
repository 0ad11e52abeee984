"""What the tests of the customers' pages share: links, and forms as a browser posts them."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from customers.links import order_token
from customers.models import ActivationCode, Order
from tickets.access import ticket_token
from tickets.models import ProblemType, Ticket
from tickets.tests.factories import make_picture


def order_link(order: Order) -> list[str]:
    return [order.shop.slug, order_token(order.shop, order.number, timezone.now())]


def report_url(
    code: ActivationCode, problem_type: ProblemType | str, name: str = "report", *rest: Any
) -> str:
    slug = problem_type if isinstance(problem_type, str) else problem_type.slug
    return reverse(f"portal:{name}", args=[*order_link(code.item.order), code.public_ref, slug, *rest])


def ticket_page(ticket: Ticket, name: str = "ticket", *rest: Any) -> str:
    return reverse(f"portal:{name}", args=[ticket_token(ticket), *rest])


def picture(name: str = "screen.png", **look: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, make_picture(**look), content_type="image/png")


def upload(name: str, content: bytes, content_type: str = "image/png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=content_type)
