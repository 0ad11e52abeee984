from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from tickets.access import attachment_for_agent
from tickets.desk.doors import agents_only
from tickets.evidence.serving import serve
from tickets.evidence.unsent import Address
from tickets.models import Ticket


@require_safe
@agents_only
def file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    attachment = attachment_for_agent(request.user, public_id)
    return serve(attachment, size=request.GET.get("size", "preview"), cache="private, max-age=3600")


def address_of(ticket: Ticket) -> Address:
    """Where the files of an agent's draft are, and where they are removed."""

    def address(what: str, public_id: UUID) -> str:
        if what == "file":
            return reverse("desk:file", args=[public_id])
        return reverse("desk:remove-file", args=[ticket.number, public_id]) + "#composer"

    return address
