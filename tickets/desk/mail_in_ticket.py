"""What an agent decides about mails in a ticket: who somebody is, where a mail belongs, what it is about, whether its
sender is who they say, and that an answer should not go out after all."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import CustomerAddress
from tickets import actions
from tickets.access import ticket_for_agent
from tickets.actions.refusals import Refused
from tickets.desk import held
from tickets.desk.doors import done, verb
from tickets.models import InMail, Message, Participant, Ticket


@verb
def accept_sender(request: HttpRequest, ticket: Ticket, message: int) -> HttpResponse:
    stranger = get_object_or_404(Message, pk=message, ticket=ticket)
    as_ = request.POST.get("as", "")
    if as_ not in ("customer", "participant"):
        raise Refused(_("Please say who it is."))
    actions.accept_sender(stranger, as_=as_, by=request.user, at=timezone.now())
    return done(request, ticket, _("The message belongs to the conversation now."))


@verb
def move_out(request: HttpRequest, ticket: Ticket, message: int) -> HttpResponse:
    stranger = get_object_or_404(Message, pk=message, ticket=ticket)
    new = actions.move_out(stranger, by=request.user, at=timezone.now())
    return done(request, new, _("This is a ticket of its own now."))


@verb
def join(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    number = request.POST.get("into", "")
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        raise Refused(_("Please write the number of a ticket."))
    try:
        into = ticket_for_agent(request.user, int(number))
    except Http404:
        raise Refused(_("There is no ticket %(number)s.") % {"number": number}) from None
    actions.join(ticket, into, by=request.user, at=timezone.now())
    return done(request, into, _("What was said there stands in this ticket now."))


@verb
def dismiss(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """No, it does not belong there."""
    InMail.objects.filter(ticket=ticket).update(looks_like=None)
    return redirect("desk:ticket", ticket.number)


@verb
def link_order(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    mail = InMail.objects.filter(ticket=ticket, mentions_order__isnull=False).order_by("pk").first()
    if mail is None:
        raise Refused(_("No order is mentioned in this ticket."))
    actions.link_order(
        ticket,
        mail.mentions_order,
        code=mail.mentions_code,
        to_its_customer=request.POST.get("whose") == "theirs",
        by=request.user,
        at=timezone.now(),
    )
    return done(request, ticket, _("Order %(number)s is linked.") % {"number": mail.mentions_order.number})


@verb
def add_participant(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    email, name = request.POST.get("participant_email", ""), request.POST.get("participant_name", "")
    if not email.strip():
        raise Refused(_("Please write an e-mail address."))
    added = actions.add_participant(
        ticket, email=email[:300], name=name[:300], by=request.user, at=timezone.now()
    )
    sentence = (
        _("%(address)s gets the replies from now on.") if added else _("%(address)s takes part already.")
    )
    return done(request, ticket, sentence % {"address": email.strip()})


@verb
def remove_participant(request: HttpRequest, ticket: Ticket, participant: int) -> HttpResponse:
    one = get_object_or_404(Participant, pk=participant, ticket=ticket)
    actions.remove_participant(one, by=request.user, at=timezone.now())
    return done(request, ticket, _("%(address)s gets no more replies.") % {"address": one.email})


@verb
def send_code(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    address = CustomerAddress.objects.filter(customer=ticket.customer, bounced_at=None).order_by("pk").first()
    if address is None:
        raise Refused(_("No address of the customer is known that a code could go to."))
    actions.send_code(ticket, to=address, by=request.user, at=timezone.now())
    return done(request, ticket, _("A code is on its way to %(address)s.") % {"address": address.email})


@verb
def confirm_code(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    if not actions.confirm_code(
        ticket, request.POST.get("code", "")[:40], by=request.user, at=timezone.now()
    ):
        raise Refused(
            _("That is not the code, or it is too old. After five wrong ones a new code is needed.")
        )
    return done(request, ticket, _("It is the customer: the code was right."))


@verb
def undo_reply(request: HttpRequest, ticket: Ticket, message: int) -> HttpResponse:
    said = Message.objects.filter(pk=message, ticket=ticket).first()
    if said is None:
        raise Refused(_("This answer was taken back already."))
    actions.undo_reply(said, by=request.user, at=timezone.now())
    held.taken_back(request, message, ticket)
    return done(request, ticket, _("Your answer was not sent. It is a draft again."))
