import secrets
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from customers.models import ActivationCode, Customer, Order, Product, Shop
from tickets.models.agent import Agent

NUMBER_BASE = 100_000
"""Ticket numbers are six digits from the first day: nobody likes to be customer number 1."""

FAR_FUTURE = datetime(9999, 1, 1, tzinfo=UTC)
"""Where a ticket without an unanswered message stands in the queue: behind all that wait."""


def new_public_id() -> str:
    return secrets.token_urlsafe(16)


class Channel(models.TextChoices):
    WEB = "web", _("web")
    MAIL = "mail", _("mail")
    STAFF = "staff", _("staff")
    PHONE = "phone", _("phone")


class Status(models.TextChoices):
    NEW = "new", _("new")
    OPEN = "open", _("open")
    WAITING_CUSTOMER = "waiting_customer", _("waiting for customer")
    WAITING_SUPPLIER = "waiting_supplier", _("waiting for supplier")
    SOLVED = "solved", _("solved")
    CLOSED = "closed", _("closed")


class Verified(models.TextChoices):
    """How we know that a message comes from whom it says, strongest first (Websupport's rule, PRODUCT.md W2)."""

    LINK = "link", _("signed link")
    CODE = "code", _("one-time code sent to the known address")
    REPLY_ADDRESS = "reply_address", _("reply address that only this person has")
    MAIL = "mail", _("known address, and its mail servers say so")
    NOT = "", _("not verified")


class Priority(models.IntegerChoices):
    NORMAL = 0, _("normal")
    HIGH = 1, _("high")
    URGENT = 2, _("urgent")


class Written(Value):
    """A constant that stands in the SQL itself on SQLite, which matches partial and expression indexes against what it
    reads there: a bound parameter comes too late. Only for constants of ours, never for what people typed."""

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:
        _sql, (value,) = self.as_sql(compiler, connection)
        return "'{}'".format(value.replace("'", "''")), []


UNSOLVED = (Status.NEW, Status.OPEN, Status.WAITING_CUSTOMER, Status.WAITING_SUPPLIER)
IS_UNSOLVED = Q(status__in=[status.value for status in UNSOLVED])
QUEUE_AT = Coalesce(F("waiting_since"), Value(FAR_FUTURE), output_field=models.DateTimeField())
QUEUE_AT_WRITTEN = Coalesce(
    F("waiting_since"), Written(FAR_FUTURE, models.DateTimeField()), output_field=models.DateTimeField()
)
IS_UNSOLVED_WRITTEN = Q(status__in=[Written(status.value, models.CharField()) for status in UNSOLVED])


class TicketQuerySet(models.QuerySet["Ticket"]):
    def by_number(self, number: int) -> "TicketQuerySet":
        return self.filter(pk=number - NUMBER_BASE)

    def unsolved(self) -> "TicketQuerySet":
        return self.filter(IS_UNSOLVED_WRITTEN)

    def unanswered(self) -> "TicketQuerySet":
        """A customer waits for an answer."""
        return self.unsolved().filter(waiting_since__isnull=False)

    def unassigned(self) -> "TicketQuerySet":
        """Nobody has them in work, and neither does an agent who left. Without a join: an UPDATE asks it, too."""
        return self.filter(Q(assignee=None) | Q(assignee__in=Agent.objects.filter(is_active=False)))

    def in_queue_order(self) -> "TicketQuerySet":
        """Longest-waiting customer first, then those who wait for nothing from us. Carries `queue_at` for paging."""
        return self.annotate(queue_at=QUEUE_AT_WRITTEN).order_by("queue_at", "pk")

    def after(self, queue_at: datetime, pk: int) -> "TicketQuerySet":
        """The part of `in_queue_order()` behind this place; costs the same at any depth."""
        if queue_at == FAR_FUTURE:
            # The one moment that many share, and the last: without this all of them before the place are read.
            return self.filter(queue_at=queue_at, pk__gt=pk).order_by("pk")
        return self.filter(Q(queue_at__gt=queue_at) | Q(pk__gt=pk), queue_at__gte=queue_at)


class Ticket(models.Model):
    """One problem of one customer. Only `tickets.actions` saves it."""

    public_id = models.CharField(max_length=32, unique=True, default=new_public_id, editable=False)
    link_epoch = models.PositiveIntegerField(
        default=0,
        help_text=_("Part of the signature of the customer's link; one more ends all links sent so far."),
    )
    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="tickets")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="tickets")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="tickets")
    code = models.ForeignKey(ActivationCode, on_delete=models.PROTECT, null=True, related_name="tickets")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="tickets")
    problem_type = models.ForeignKey("tickets.ProblemType", on_delete=models.PROTECT, related_name="tickets")
    follows = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        related_name="followed_by",
        help_text=_("The closed ticket whose customer wrote again."),
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        related_name="merged",
        help_text=_("Where what was said here goes on."),
    )
    mailbox = models.ForeignKey(
        "tickets.Mailbox", on_delete=models.SET_NULL, null=True, related_name="tickets"
    )
    subject = models.CharField(_("subject"), max_length=200)
    verified = models.CharField(
        _("sender verified"),
        max_length=16,
        choices=Verified.choices,
        default=Verified.NOT,
        blank=True,
        help_text=_("How we know that it is the customer who asks."),
    )
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices, default=Channel.WEB)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.NEW)
    priority = models.PositiveSmallIntegerField(
        _("priority"),
        choices=Priority.choices,
        default=Priority.NORMAL,
        help_text=_("Raised by an escalation."),
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="assigned_tickets"
    )
    team = models.ForeignKey("tickets.Team", on_delete=models.SET_NULL, null=True, related_name="tickets")
    opened_at = models.DateTimeField(_("opened"))
    waiting_since = models.DateTimeField(
        _("waiting since"), null=True, help_text=_("When the oldest customer message without an answer came.")
    )
    due_at = models.DateTimeField(
        _("due"), null=True, help_text=_("The earliest open promise; decided by the SLA.")
    )
    last_activity_at = models.DateTimeField(_("last activity"))
    solved_at = models.DateTimeField(_("solved"), null=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        indexes = [
            models.Index(QUEUE_AT, F("id"), name="ticket_queue", condition=IS_UNSOLVED),
            # The number of one's own stands on each page: it must not walk through all that one ever solved.
            models.Index(fields=["assignee"], name="ticket_in_work", condition=IS_UNSOLVED),
            models.Index(fields=["customer", "-id"], name="ticket_of_customer"),
            models.Index(fields=["solved_at"], name="ticket_to_close", condition=Q(status="solved")),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    @property
    def number(self) -> int:
        """What people call the ticket. Never part of an address that a customer sees."""
        return NUMBER_BASE + self.pk

    @property
    def holder(self) -> Agent | None:
        """Who has it in work: its assignee, unless that agent left."""
        return self.assignee if self.assignee and self.assignee.is_active else None

    @property
    def is_unsolved(self) -> bool:
        return self.status in UNSOLVED
