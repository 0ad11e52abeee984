"""Who takes part in a ticket besides its customer."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from customers.linking import fold_email, validate_folded_length
from tickets.actions._ticket import locked, moment
from tickets.actions.refusals import Refused
from tickets.channels.mail_in.own import OwnAddresses
from tickets.events import Actor, record
from tickets.evidence.names import clean_line
from tickets.models import Agent, Delivery, Event, Participant, Ticket

AT_MOST = 20
"""In one ticket: more is a mailing list, or an attack (THREATS V29)."""


@transaction.atomic
def add_participant(
    ticket: Ticket, *, email: str, name: str = "", by: Actor, at: datetime | None = None
) -> bool:
    """From now on answers go to this address, too. False for who takes part already, and, when no agent asks, for who
    cannot. Raises `Refused` with a sentence for the agent."""
    ticket, now, email = locked(ticket), moment(at), email.strip()
    folded = fold_email(email)
    active = ticket.participants.filter(removed_at=None)
    if active.filter(folded=folded).exists():
        return False
    if why := _why_not(ticket, email, folded, active.count()):
        if isinstance(by, Agent):
            raise Refused(why)
        return False
    participant = Participant.objects.create(
        ticket=ticket,
        name=clean_line(name)[:200],
        email=email,
        added_by=by if isinstance(by, Agent) else None,
        added_at=now,
    )
    record(
        ticket,
        Event.Kind.PARTICIPANT_ADDED,
        by=by,
        at=now,
        participant=participant.pk,
        address=participant.email,
        name=participant.name,
    )
    return True


@transaction.atomic
def remove_participant(participant: Participant, *, by: Agent, at: datetime | None = None) -> bool:
    """What they said stays; from now on nothing goes to them. False when they were removed already."""
    ticket, now = locked(participant.ticket), moment(at)
    if not Participant.objects.filter(pk=participant.pk, removed_at=None).update(removed_at=now):
        return False
    # What a worker has in hand by now leaves; all else does not, though it was written while they took part.
    waiting = (Delivery.State.QUEUED, Delivery.State.DEFERRED)
    Delivery.objects.filter(ticket=ticket, participant=participant, state__in=waiting).delete()
    record(
        ticket,
        Event.Kind.PARTICIPANT_REMOVED,
        by=by,
        at=now,
        participant=participant.pk,
        address=participant.email,
        name=participant.name,
    )
    return True


def _why_not(ticket: Ticket, email: str, folded: str, already: int) -> str:
    try:
        validate_email(email)
        validate_folded_length(email)
    except ValidationError:
        return _("“%(address)s” is no e-mail address.") % {"address": email}
    if ticket.customer.addresses.filter(folded=folded).exists():
        return _("%(address)s is the customer's own address.") % {"address": email}
    if email in OwnAddresses():
        return _("%(address)s is one of our own addresses: mail would go round in circles.") % {
            "address": email
        }
    if already >= AT_MOST:
        return _("%(count)s people take part, and there is room for no more.") % {"count": already}
    return ""
