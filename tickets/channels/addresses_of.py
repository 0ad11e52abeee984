"""Between which addresses the mails of a ticket go."""

from customers.linking import fold_email
from customers.models import CustomerAddress
from tickets.models import Mailbox, Ticket


def written_to(ticket: Ticket) -> CustomerAddress | None:
    """Where the customer gets our mails: the address they last wrote from in this ticket, else their first one, but
    none whose mails come back while there is another. None when no address is known."""
    addresses = list(ticket.customer.addresses.all())
    sound = [address for address in addresses if address.bounced_at is None]
    if len(sound) > 1:
        wrote = ticket.messages.filter(customer=ticket.customer_id, is_stranger=False)
        last = (
            wrote.exclude(sender_address="").order_by("-pk").values_list("sender_address", flat=True).first()
        )
        folded = fold_email(last) if last else ""
        sound.sort(key=lambda address: address.folded != folded)
    return next(iter(sound or addresses), None)


def written_from(ticket: Ticket) -> str:
    """Our own: that of the mailbox the ticket came by, as long as it is in use, else the shop's."""
    mailbox = ticket.mailbox
    if mailbox and mailbox.is_active and mailbox.shop_id == ticket.shop_id:
        return mailbox.address
    return ticket.shop.support_email


def answers_come_by_mail(ticket: Ticket) -> bool:
    """Whether we read what is written to the address that our mails come from. Somebody else may."""
    return Mailbox.objects.filter(folded=fold_email(written_from(ticket)), is_active=True).exists()
