"""Mails that came to the demo shop today, by the way in that all mail takes: one of a customer about an order, one of
somebody unknown, an out-of-office answer, and one that nobody can place."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from django.conf import settings

from customers.models import Order, Shop
from tickets.channels.mail_in.handle import handle
from tickets.channels.mail_in.mailboxes import problem_type_of_mail
from tickets.channels.mail_in.store import store
from tickets.models import Attachment, Delivery, Mailbox


def write_mails(*, now: datetime) -> None:
    """A mailbox for each shop, and what lay in the first one. Nobody is at the other end of these mails: none is checked
    by DNS, and what is sent because of them counts as sent."""
    mail_type = problem_type_of_mail()
    for shop in Shop.objects.all():
        Mailbox.objects.create(
            address=shop.support_email, shop=shop, problem_type=mail_type, checks_dkim=False
        )
    mailbox = Mailbox.objects.select_related("shop").order_by("pk").first()
    for minutes, raw in _mails(mailbox, now):
        at = now - timedelta(minutes=minutes)
        handle(store(mailbox, raw, at=at, mine=True), at=at)
    sent = {"state": Delivery.State.SENT, "next_attempt_at": None, "attempts_made": 1, "sent_at": now}
    Delivery.objects.exclude(state=Delivery.State.SENT).update(**sent)


def _mails(mailbox: Mailbox, now: datetime) -> list[tuple[int, bytes]]:
    order = Order.objects.filter(shop=mailbox.shop, customer__language="en", tickets=None).latest("placed_at")
    customer = f"{order.customer.name} <{order.customer.email}>"
    picture = _any_picture()
    about_an_order = _mail(
        mailbox,
        customer,
        "Nothing happens when I enter it",
        f"Hello,\n\nI bought from you yesterday, order {order.number}. When I enter the code the window closes, and "
        f"that is all that happens. A picture is attached.\n\nBest regards,\n{order.customer.name}\n\nSent from my iPhone\n",
        now - timedelta(minutes=95),
        picture=picture,
    )
    unknown = _mail(
        mailbox,
        "Jonas Berg <jonas.berg@example.net>",
        "Do you sell to companies?",
        "Hi,\n\nwe need twenty licences of the reader for our office. Can we pay by invoice, and who would we talk "
        "to?\n\nJonas",
        now - timedelta(minutes=50),
    )
    away = _mail(
        mailbox,
        customer,
        "Automatic reply: [Keyhaven] We have your mail",
        "I am out of the office until Monday and will read my mail then.",
        now - timedelta(minutes=94),
        **{"Auto-Submitted": "auto-replied"},
    )
    nobody = b"Subject: =?utf-8?Q?Code_gef=C3=A4llt_mir_nicht?=\nDate: " + format_datetime(now).encode()
    nobody += b"\nContent-Type: text/plain; charset=utf-8\n\nThe code does not work, please call me.\n"
    return [(95, about_an_order), (94, away), (50, unknown), (20, nobody)]


def _mail(
    mailbox: Mailbox,
    sender: str,
    subject: str,
    text: str,
    at: datetime,
    *,
    picture: bytes = b"",
    **headers: str,
) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, mailbox.address, subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{int(at.timestamp())}.{len(text)}@mail.example.net>"
    for name, value in headers.items():
        mail[name] = value
    mail.set_content(text)
    if picture:
        mail.add_attachment(picture, maintype="image", subtype="webp", filename="window.webp")
    return mail.as_bytes()


def _any_picture() -> bytes:
    """One that a customer of the demo has sent before."""
    file = Attachment.objects.exclude(preview="").order_by("pk").first()
    return Path(settings.MEDIA_ROOT, file.preview.name).read_bytes() if file else b""
