"""The ticket page: everything about one ticket, at most fifteen statements with session and agent."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import F, FilteredRelation, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tickets.access import ticket_for_agent
from tickets.actions.refusals import ChangedMeanwhile, HeldBy
from tickets.desk.about_mail import read_mail
from tickets.desk.doors import agents_only
from tickets.desk.files import address_of
from tickets.desk.held import held_reply, left_out
from tickets.desk.kept import PRIVATE, composer_token, version
from tickets.desk.side import Choices, read_choices, read_evidence, read_items, read_others
from tickets.desk.talk import hand_out_files, read_talk
from tickets.evidence.unsent import unsent
from tickets.evidence.uploads import MAX_FILES
from tickets.models import Agent, Ticket
from tickets.models.ticket import Status

OFFERED = (Status.OPEN, Status.WAITING_CUSTOMER, Status.WAITING_SUPPLIER, Status.SOLVED, Status.CLOSED)


@require_safe
@never_cache
@agents_only
def ticket(request: HttpRequest, number: int) -> HttpResponse:
    return show(request, number)


def show(
    request: HttpRequest,
    number: int,
    *,
    status: int = 200,
    refusal: Any = None,
    form: forms.Form | None = None,
    pane: str = "reply",
    hand_over: forms.Form | None = None,
    files_refused: Sequence[str] = (),
    revealed: str = "",
    asked: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page, also as the answer to a verb that was refused; what was typed comes out of the agent's
    draft."""
    agent = request.user
    ticket = ticket_for_agent(agent, number, tickets=_with_all_beside(agent))
    talk = read_talk(ticket)
    evidence_files, draft_files = hand_out_files(talk, ticket.draft_id)
    if isinstance(refusal, ChangedMeanwhile):
        news = {message.pk for message in refusal.messages}
        for said in talk.said:
            said.is_news = said.what == "message" and said.id in news
    mail = read_mail(ticket, talk)
    others, more_others = read_others(ticket)
    choices = read_choices(ticket, agent)
    now = timezone.now()
    context = {
        "nav": "queue",
        "ticket": ticket,
        "now": now,
        "held_reply": held_reply(request, now),
        "is_mine": ticket.assignee_id == agent.pk,
        "days": talk.days(),
        "mail": mail,
        "evidence": read_evidence(ticket, evidence_files),
        "items": read_items(ticket),
        "others": others,
        "more_others": more_others,
        "choices": choices,
        "statuses": _statuses(ticket),
        "composer": _composer(request, ticket, choices, pane)
        | {
            "token": composer_token(ticket, agent),
            "version": version(ticket.draft_at),
            "seen_message": talk.newest("message"),
            "seen_note": talk.newest("note"),
            "seen_assignee": ticket.assignee_id or "",
            "files": unsent(draft_files, address_of(ticket)),
            "left_out": left_out(request, ticket.number, mail.participants),
        },
        "form": form,
        "hand_over": hand_over,
        "refusal": refusal,
        "held": isinstance(refusal, HeldBy),
        "changed": isinstance(refusal, ChangedMeanwhile),
        "files_refused": files_refused,
        "limits": {"mb": settings.UPLOAD_MAX_MB, "files": MAX_FILES},
        "revealed": revealed,
        **(asked or {}),
    }
    return render(request, "desk/ticket.html", context, status=status)


def _with_all_beside(agent: Agent) -> Any:
    """The ticket with all it belongs to and the agent's own draft, by one statement. Secrets stay in the
    database."""
    return (
        Ticket.objects.select_related(
            *("customer", "shop", "order", "product", "problem_type", "assignee", "team", "code", "follows"),
            *("mailbox", "merged_into"),
        )
        .prefetch_related("customer__addresses")
        .defer("shop__link_secret", "code__code", "mailbox__password")
        .annotate(my_draft=FilteredRelation("drafts", condition=Q(drafts__agent=agent)))
        .annotate(
            draft_id=F("my_draft__id"),
            draft_text=F("my_draft__text"),
            draft_private=F("my_draft__answers"),
            draft_at=F("my_draft__updated_at"),
        )
    )


def _composer(request: HttpRequest, ticket: Ticket, choices: Choices, pane: str) -> dict[str, Any]:
    """What stands in the three panes: the kept draft, and behind it the template that was asked for."""
    private = ticket.draft_private or {}
    text = ticket.draft_text or ""
    wanted = request.GET.get("template", "") if request.method == "GET" else ""
    for template in choices.templates:
        if str(template["id"]) == wanted:
            text = f"{text.rstrip()}\n\n{template['text']}" if text.strip() else template["text"]
    if pane == "reply" and not text.strip():
        pane = next((name for name in PRIVATE if private.get(name)), pane)
    return {
        "pane": pane,
        "text": text,
        "note": private.get("note", ""),
        "memo": private.get("memo", ""),
        "participant_email": request.POST.get("participant_email", ""),
        "participant_name": request.POST.get("participant_name", ""),
        "kept_at": ticket.draft_at if ticket.draft_id and (ticket.draft_text or private) else None,
    }


def _statuses(ticket: Ticket) -> list[Status]:
    """Where the ticket can go from here."""
    if ticket.status == Status.CLOSED:
        return []
    closing = ticket.status == Status.SOLVED
    return [s for s in OFFERED if s != ticket.status and (s != Status.CLOSED or closing)]
