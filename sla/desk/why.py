from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sla.why import why
from sla.why_in_words import agent_in_words, deadline_in_words, sla_type_in_words
from tickets.access import ticket_for_agent
from tickets.desk.doors import agents_only, wants_json


@require_safe
@never_cache
@agents_only
def why_page(request: HttpRequest, *, number: int) -> HttpResponse:
    """Why this deadline, why this agent: a page for people, JSON for whoever asks for it."""
    ticket = ticket_for_agent(request.user, number)
    facts = why(ticket)
    if wants_json(request):
        return JsonResponse(facts)
    context = {
        "ticket": ticket,
        "sla_type": sla_type_in_words(facts),
        "promises": deadline_in_words(facts),
        "agent": agent_in_words(facts),
    }
    return render(request, "desk/why.html", context)
