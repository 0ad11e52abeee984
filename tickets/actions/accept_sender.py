from datetime import datetime
from typing import Literal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from customers.linking import find_customer, fold_email
from customers.models import CustomerAddress
from tickets.actions._ticket import change, locked
from tickets.actions.participants import add_participant
from tickets.actions.refusals import Refused
from tickets.events import record
from tickets.models import Agent, Event, Message


@transaction.atomic
def accept_sender(
    message: Message, *, as_: Literal["customer", "participant"], by: Agent, at: datetime
) -> bool:
    """An agent says who the stranger is: the customer, writing from another address, or somebody who takes part from
    now on. What they wrote belongs to the conversation then, and the customer sees it. False when it was said already.

    Raises `Refused` when the address is another customer's.
    """
    ticket = locked(message.ticket)
    message = Message.objects.select_for_update().get(pk=message.pk)
    if not message.is_stranger:
        return False
    address = message.sender_address
    owner = find_customer(address)
    if as_ == "customer":
        if owner and owner != ticket.customer:
            raise Refused(
                _("%(address)s is an address of %(name)s, who is another customer.")
                % {"address": address, "name": owner}
            )
        if owner is None:
            _keep(ticket.customer_id, address)
        who = {"customer": ticket.customer}
    else:
        add_participant(ticket, email=address, name=message.sender_name, by=by, at=at)
        who = {"participant": ticket.participants.get(removed_at=None, folded=fold_email(address))}
    mine = ticket.messages.filter(is_stranger=True, sender_address__iexact=address)
    mine.update(is_stranger=False, **who)
    change(ticket, last_activity_at=at)
    record(
        ticket,
        Event.Kind.SENDER_ACCEPTED,
        by=by,
        at=at,
        address=address,
        name=ticket.customer.name or ticket.customer.email,
        message=message.pk,
        **{"as": as_},
    )
    return True


def _keep(customer_id: int, address: str) -> None:
    try:
        with transaction.atomic():
            CustomerAddress.objects.create(customer_id=customer_id, email=address)
    except IntegrityError as error:
        raise Refused(_("Somebody else has this address since a moment ago.")) from error
