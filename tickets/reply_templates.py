"""Reply templates, filled with what the ticket knows."""

import re

from tickets.models import Agent, Ticket

VARIABLES = ("customer_name", "order_number", "product", "ticket_number", "shop", "agent_name")
PLACEHOLDER = re.compile(r"\{(" + "|".join(VARIABLES) + r")\}")


def fill(text: str, ticket: Ticket, agent: Agent) -> str:
    """Only the names in VARIABLES are replaced, so braces may stand in a template. What the ticket does not
    know stays a placeholder, which the agent sees and the reply form refuses to send."""
    values = {
        "customer_name": ticket.customer.name,
        "order_number": ticket.order.number if ticket.order else "",
        "product": ticket.product.name if ticket.product else "",
        "ticket_number": str(ticket.number),
        "shop": ticket.shop.name,
        "agent_name": agent.name,
    }
    return PLACEHOLDER.sub(lambda match: values[match[1]] or match[0], text)
