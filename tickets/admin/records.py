"""Tickets and all that is recorded about them, to look at and search. The work is done at the desk."""

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.linking import fold_email
from customers.models import CustomerAddress
from customers.staff_admin import ReadOnlyPage, ReadOnlyTable
from tickets.models import Delivery, DeliveryAttempt, Event, Evidence, Message, Note, Ticket
from tickets.models.ticket import NUMBER_BASE


def ticket_key(text: str) -> int | None:
    """The primary key behind a ticket number as people write it; None when it is something else."""
    digits = text.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 18:
        return None
    return int(digits) - NUMBER_BASE


class WithPeople:
    """For inlines and pages of what an agent or a customer did."""

    @admin.display(description=_("by"))
    def who(self, row: Model) -> str:
        written_by = getattr(row, "sender_name", "") or getattr(row, "sender_address", "")
        return str(row.agent or row.customer or written_by or gettext("the system"))


class EvidenceTable(ReadOnlyTable):
    model = Evidence
    fields = ("label", "kind", "value", "files")
    readonly_fields = fields

    @admin.display(description=_("files"))
    def files(self, evidence: Evidence) -> str:
        return ", ".join(attachment.name for attachment in evidence.attachments.all()) or "-"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Evidence]:
        return super().get_queryset(request).prefetch_related("attachments")


class MessageTable(WithPeople, ReadOnlyTable):
    model = Message
    fields = ("created_at", "direction", "channel", "who", "text")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        return super().get_queryset(request).select_related("agent", "customer")


class NoteTable(ReadOnlyTable):
    model = Note
    fields = ("created_at", "kind", "agent", "text")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Note]:
        return super().get_queryset(request).select_related("agent")


class EventTable(WithPeople, ReadOnlyTable):
    model = Event
    fields = ("at", "kind", "who", "data")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        return super().get_queryset(request).select_related("agent", "customer")


class DeliveryTable(ReadOnlyTable):
    model = Delivery
    fields = ("created_at", "mail", "to", "state", "detail", "attempts_made", "sent_at")
    readonly_fields = fields

    @admin.display(description=_("mail"))
    def mail(self, delivery: Delivery) -> str:
        url = reverse("admin:tickets_delivery_change", args=[delivery.pk])
        return format_html('<a href="{}">{}</a>', url, delivery.kind)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        return super().get_queryset(request).defer("text", "html")


@admin.register(Ticket)
class TicketAdmin(ReadOnlyPage):
    list_display = ("number", "subject", "status", "customer", "handler", "opened_at")
    list_filter = ("status", "shop", "problem_type", "channel", "team", "opened_at")
    list_select_related = ("customer", "assignee", "team")
    search_fields = ("subject",)
    search_help_text = _("Ticket number, order number, a whole e-mail address, or words of the subject")
    ordering = ("-pk",)
    fieldsets = (
        (None, {"fields": ("at_the_desk", "subject", "status", "problem_type", "channel")}),
        (_("About"), {"fields": ("customer", "shop", "order", "code", "product", "follows")}),
        (
            _("Who and when"),
            {"fields": ("assignee", "team", "opened_at", "waiting_since", "due_at", "solved_at")},
        ),
    )
    readonly_fields = ("at_the_desk",)
    inlines = (EvidenceTable, MessageTable, NoteTable, EventTable, DeliveryTable)

    @admin.display(description=_("number"), ordering="pk")
    def number(self, ticket: Ticket) -> str:
        return str(ticket.number)

    @admin.display(description=_("handler"))
    def handler(self, ticket: Ticket) -> str:
        return str(ticket.assignee or ticket.team or "-")

    @admin.display(description=_("number"))
    def at_the_desk(self, ticket: Ticket) -> str:
        url = reverse("desk:ticket", args=[ticket.number])
        return format_html('{} · <a href="{}">{}</a>', ticket.number, url, gettext("Open it at the desk"))

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Ticket | None:
        """With all that its page names, in one query and without decrypting the code."""
        related = (
            "customer",
            "shop",
            "order",
            "code",
            "product",
            "follows",
            "problem_type",
            "assignee",
            "team",
        )
        key = int(object_id) if object_id.isascii() and object_id.isdigit() and len(object_id) < 19 else None
        tickets = self.get_queryset(request).select_related(*related).defer("code__code", "shop__link_secret")
        return tickets.filter(pk=key).first()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Ticket], search_term: str
    ) -> tuple[QuerySet[Ticket], bool]:
        term = search_term.replace("\0", "").strip()
        if not term:
            return queryset, False
        if "@" in term:
            customers = CustomerAddress.objects.filter(folded=fold_email(term)).values("customer")
            return queryset.filter(customer__in=customers), False
        return queryset.filter(
            Q(pk=ticket_key(term)) | Q(order__number__iexact=term) | Q(subject__icontains=term)
        ), False


class OfTicket(ReadOnlyPage):
    """A page of records that are found by the number of their ticket."""

    list_select_related = ("ticket", "agent", "customer")
    search_fields = ("pk",)
    search_help_text = _("Ticket number")
    ordering = ("-pk",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        return (queryset.filter(ticket=ticket_key(search_term)) if search_term.strip() else queryset), False


@admin.register(Message)
class MessageAdmin(WithPeople, OfTicket):
    list_display = ("ticket", "created_at", "direction", "channel", "who", "beginning")
    list_display_links = ("created_at",)
    list_filter = ("direction", "channel", "is_stranger", "is_automatic", "created_at")
    fields = (
        ("ticket", "created_at"),
        ("direction", "channel"),
        ("who", "sender_address", "verified"),
        ("is_stranger", "is_automatic", "held_until"),
        "text",
        "quoted",
    )
    readonly_fields = ("who",)

    @admin.display(description=_("text"))
    def beginning(self, message: Message) -> str:
        return message.text[:80]


@admin.register(Note)
class NoteAdmin(OfTicket):
    list_display = ("ticket", "created_at", "kind", "agent", "beginning")
    list_display_links = ("created_at",)
    list_filter = ("kind", "created_at")
    list_select_related = ("ticket", "agent")
    fields = ("ticket", "created_at", "kind", "agent", "text")

    @admin.display(description=_("text"))
    def beginning(self, note: Note) -> str:
        return note.text[:80]


@admin.register(Event)
class EventAdmin(WithPeople, OfTicket):
    list_display = ("ticket", "at", "kind", "who", "data")
    list_display_links = ("at",)
    list_filter = ("kind", "at")
    fields = ("ticket", "at", "kind", "who", "data")
    readonly_fields = ("who",)


class AttemptTable(ReadOnlyTable):
    model = DeliveryAttempt
    fields = ("number", "worker", "started_at", "finished_at", "outcome", "detail")
    readonly_fields = fields


@admin.register(Delivery)
class DeliveryAdmin(OfTicket):
    list_display = ("created_at", "kind", "to", "ticket", "state", "why", "attempts_made", "sent_at")
    list_filter = ("state", "kind", ("participant", admin.EmptyFieldListFilter), "created_at")
    list_select_related = ("ticket",)
    search_help_text = _("Ticket number, or a whole e-mail address")
    fields = (
        "kind",
        "ticket",
        "to",
        "participant",
        "sender",
        "subject",
        ("in_reply_to", "references"),
        ("state", "detail"),
        ("attempts_made", "next_attempt_at"),
        ("created_at", "sent_at", "bounced_at"),
        "words",
    )
    readonly_fields = ("words",)
    inlines = (AttemptTable,)

    @admin.display(description=_("why"))
    def why(self, delivery: Delivery) -> str:
        return delivery.detail[:80]

    @admin.display(description=_("text"))
    def words(self, delivery: Delivery) -> str:
        """A link that signs its reader in is nobody else's business."""
        return gettext("Holds a secret link.") if delivery.holds_secret else delivery.text

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Delivery], search_term: str
    ) -> tuple[QuerySet[Delivery], bool]:
        if "@" in search_term:
            return queryset.filter(to__iexact=search_term.replace("\0", "").strip()), False
        return super().get_search_results(request, queryset, search_term)
