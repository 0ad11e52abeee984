"""What an agent writes into a ticket: a reply, a note, a memo, and the drafts and files of these."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets import actions
from tickets.access import attachment_of_draft
from tickets.actions import draft as drafts
from tickets.actions.refusals import ChangedMeanwhile, Refused
from tickets.desk import held, kept
from tickets.desk.doors import done, refused, verb
from tickets.desk.files import address_of
from tickets.desk.ticket_page import show
from tickets.evidence.unsent import as_json
from tickets.evidence.uploads import add_files
from tickets.forms.memo import MemoForm
from tickets.forms.note import NoteForm
from tickets.forms.reply import ReplyForm
from tickets.forms.seen import SeenForm
from tickets.models import Draft, Participant, Ticket
from tickets.models.ticket import Status
from tickets.sending_check import findings, seal

UNREADABLE = 422


@verb
def reply(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    now, agent = timezone.now(), request.user
    form = ReplyForm(request.POST)
    if not form.is_valid() or request.files_refused:
        return show(request, ticket.number, status=UNREADABLE, form=form, files_refused=request.files_refused)
    text, then = form.cleaned_data["text"], form.cleaned_data["then"]
    draft = Draft.objects.filter(ticket=ticket, agent=agent).first()
    files = list(draft.attachments.values_list("sha256", flat=True)) if draft else []
    if (text.strip() or files) and not kept.was_sent(ticket, agent, text, form.seen):
        found = findings(ticket, text, files=len(files), agent=agent)
        if found and seal(found, text, files) != form.cleaned_data["seen_findings"]:
            asked = {"findings": found, "findings_seal": seal(found, text, files), "then": then}
            return show(request, ticket.number, status=UNREADABLE, form=form, asked=asked)
    participants = _chosen(request, ticket)
    sentence = _("Your reply is on its way.")
    try:
        said = actions.reply(
            ticket,
            by=agent,
            text=text,
            draft=draft,
            seen=form.seen,
            then=then,
            participants=participants,
            at=now,
        )
    except ChangedMeanwhile as refusal:
        if not kept.was_sent(ticket, agent, text, form.seen):
            return refused(request, ticket, refusal)
        kept.drop_reply(ticket, agent, text, at=now)
    else:
        panes = kept.panes_of(draft)
        rest = kept.unsent_rest(panes.get("reply", ""), text)
        kept.keep(ticket, agent, panes | {"reply": rest}, at=now)
        held.remember(request, said, participants)
        if said.held_until:
            sentence = ""  # the page tells when it leaves
    return done(request, ticket, sentence, to_queue=then == Status.SOLVED)


def _chosen(request: HttpRequest, ticket: Ticket) -> list[Participant] | None:
    """Whom the page ticked; None where it offered nobody."""
    if "chose_participants" not in request.POST:
        return None
    active = list(ticket.participants.filter(removed_at=None))
    unticked = held.left_out(request, ticket.number, active)
    return [one for one in active if one.pk not in unticked]


@verb
def note(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    now = timezone.now()
    form = NoteForm(request.POST)
    if not form.is_valid():
        return show(request, ticket.number, status=UNREADABLE, form=form, pane="note")
    text = form.cleaned_data["note"]
    actions.add_note(ticket, by=request.user, text=text, seen=form.seen, at=now)
    kept.drop(ticket, request.user, "note", text, at=now)
    return done(request, ticket, _("The note is written."))


@verb
def memo(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    now = timezone.now()
    form = MemoForm(request.POST)
    if not form.is_valid():
        return show(request, ticket.number, status=UNREADABLE, form=form, pane="memo")
    text, answered = form.cleaned_data["memo"], form.cleaned_data["answered"]
    try:
        actions.add_memo(ticket, by=request.user, text=text, answered=answered, seen=form.seen, at=now)
    except ChangedMeanwhile as refusal:
        return refused(request, ticket, refusal, form=form, pane="memo")
    kept.drop(ticket, request.user, "memo", text, at=now)
    return done(request, ticket, _("The memo is written."))


@verb
def draft(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Kept on the way in, like with every button. An autosave that comes in after its own reply is undone
    here."""
    typed, form = kept.posted(request.POST), SeenForm(request.POST)
    text = typed.get("reply", "")
    if form.is_valid() and kept.was_sent(ticket, request.user, text, form.seen):
        kept.drop(ticket, request.user, "reply", text, at=timezone.now())
        return done(request, ticket)
    mine = Draft.objects.filter(ticket=ticket, agent=request.user).first()
    if "autosave" in request.POST and not kept.shows_all(typed, mine):
        raise Refused(_("You wrote on in another tab. This one is kept when you press one of its buttons."))
    return done(
        request, ticket, _("Kept as a draft."), version=kept.version(mine.updated_at if mine else None)
    )


@verb
def upload(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Files for the reply: one by one with scripts; without, with the whole form, of which the door keeps
    all."""
    if "composer" in request.POST:
        if request.files_refused:
            return show(request, ticket.number, status=UNREADABLE, files_refused=request.files_refused)
        return done(request, ticket)
    now = timezone.now()
    mine = drafts.reply_draft(ticket, agent=request.user, at=now)
    added = add_files(mine, request.FILES.getlist("files"), at=now)
    return as_json(added, address_of(ticket))


@verb
def remove_file(request: HttpRequest, ticket: Ticket, public_id: UUID) -> HttpResponse:
    mine = get_object_or_404(Draft, ticket=ticket, agent=request.user)
    drafts.discard_attachment(attachment_of_draft(mine, public_id))
    return done(request, ticket)
