from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from customers.models import ActivationCode, CustomerAddress, Order
from tickets.actions._ticket import change, locked, stop_if_held
from tickets.actions.open_ticket import only_product
from tickets.actions.refusals import Refused
from tickets.events import record
from tickets.models import Agent, Event, Ticket


@transaction.atomic
def link_order(
    ticket: Ticket,
    order: Order,
    *,
    code: ActivationCode | None = None,
    to_its_customer: bool = False,
    by: Agent,
    at: datetime,
) -> bool:
    """Say which order, and which of its codes, a ticket is about. False when it says so already.

    `to_its_customer`: whoever wrote is the customer of the order, so the ticket and their address go to that customer.
    Raises `Refused` for an order of another shop, and for one of another customer without that word.
    """
    ticket = locked(ticket)
    stop_if_held(ticket, by)
    if (ticket.order_id, ticket.code_id) == (order.pk, code.pk if code else None):
        return False
    if order.shop_id != ticket.shop_id:
        raise Refused(_("Order %(number)s belongs to another shop.") % {"number": order.number})
    if order.customer_id != ticket.customer_id:
        if not to_its_customer:
            raise Refused(
                _("Order %(number)s is of %(name)s, who is another customer than the one who wrote.")
                % {"number": order.number, "name": order.customer}
            )
        _give(ticket, order)
    product = code.item.product if code else only_product(order)
    change(ticket, order=order, code=code, product=product)
    record(
        ticket,
        Event.Kind.ORDER_LINKED,
        by=by,
        at=at,
        order=order.pk,
        code=code.pk if code else None,
        number=order.number,
    )
    return True


def _give(ticket: Ticket, order: Order) -> None:
    """The ticket, what was said in it, and the addresses it came from. Orders of the customer it had until now show
    that the address is somebody else's."""
    if ticket.customer.orders.exists():
        raise Refused(_("%(name)s has orders, too, so this is another person.") % {"name": ticket.customer})
    before = ticket.customer
    written = ticket.messages.filter(customer=before).values_list("sender_address", flat=True)
    CustomerAddress.objects.filter(customer=before, email__in=set(written)).update(customer=order.customer)
    ticket.messages.filter(customer=before).update(customer=order.customer)
    change(ticket, customer=order.customer)
