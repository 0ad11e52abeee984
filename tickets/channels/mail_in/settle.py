"""What becomes of a mail: bounce, automatic answer, something said in a ticket, a new ticket. In the caller's
transaction, with the row of the mail."""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop

from customers.linking import customer_for, fold_email, heard_from, validate_folded_length
from tickets import actions
from tickets.actions.by_mail import ByMail
from tickets.actions.participants import AT_MOST as PARTICIPANTS_AT_MOST
from tickets.actions.refusals import Finished
from tickets.channels import mail_out
from tickets.channels.mail_in.automatic import BOUNCE as BOUNCED
from tickets.channels.mail_in.automatic import REPLY, may_be_answered
from tickets.channels.mail_in.bounces import Bounce
from tickets.channels.mail_in.facts import Facts
from tickets.channels.mail_in.mail import Address, Mail
from tickets.channels.mail_in.mentions import find_mentioned
from tickets.channels.mail_in.place import HEX_ID, Place, find_place, newcomers, sent_to
from tickets.channels.mail_in.thanks import Thanks, may_thank
from tickets.channels.reply_address import BOUNCE, read_token
from tickets.evidence.names import clean_line
from tickets.models import Delivery, InMail, Message
from tickets.models.ticket import Channel, Status, Verified

Outcome = InMail.Outcome

# Reasons are stored in English and translated where they are shown.
CAME_BEFORE = gettext_noop("The same mail came before.")
NO_SENDER = gettext_noop("It does not say who sent it.")
OUR_OWN = gettext_noop("It comes from one of our own addresses.")
NO_ADDRESS = gettext_noop("Its sender is no address that can be answered.")
BY_MACHINE = gettext_noop("A machine wrote it.")
BY_STRANGER = gettext_noop("The sender takes no part in the ticket.")
NOT_WANTED = gettext_noop("Its sender wants no automatic answer.")
LOOKS_LIKE_ANSWER = gettext_noop("It looks like an answer to one of our mails.")
BY_A_FORM = gettext_noop("It came by a form, or from an address that nobody reads.")
BOUNCE_OF_WHAT = gettext_noop("It tells of a mail that was not delivered, but not of which.")
NOT_OURS = gettext_noop("It tells of a mail that is not ours.")
CAME_BACK = gettext_noop("A mail could not be delivered.")
ONLY_LATE = gettext_noop("A mail is late and may still arrive.")

UNTHANKED = Thanks(InMail.Thanked.NO)
BOUNCES_WITHIN = timedelta(days=7)
"""A bounce that names nothing of ours but an address is about a mail of the last days."""


def settle(in_mail: InMail, facts: Facts, *, at: datetime) -> None:
    automatic, sender = facts.automatic, facts.sender
    if facts.bounce or (automatic and automatic.kind == BOUNCED and automatic.is_certain):
        return _take_bounce(in_mail, facts, at)
    if sender is None:
        return _end(in_mail, Outcome.PARKED, at, reason=NO_SENDER)
    if sender.address in facts.own:
        return _end(in_mail, Outcome.PARKED, at, reason=OUR_OWN)
    try:
        validate_email(sender.address)
        validate_folded_length(sender.address)
    except ValidationError:
        return _end(in_mail, Outcome.PARKED, at, reason=NO_ADDRESS, detail=sender.address[:320])
    return _take(in_mail, facts, sender, at)


def set_aside_copy(in_mail: InMail, *, at: datetime) -> None:
    """The same mail came before."""
    _end(in_mail, Outcome.DUPLICATE, at, reason=CAME_BEFORE)


def _take(in_mail: InMail, facts: Facts, sender: Address, at: datetime) -> None:
    automatic, words = facts.automatic, facts.mail.words
    place = find_place(facts.mail, sender.address)
    in_mail.verified, in_mail.looks_like = _verified(place, facts), place.looks_like
    said = ByMail(
        name=sender.name,
        address=sender.address,
        verified=in_mail.verified,
        header_id=in_mail.header_id,
        quoted=words.full,
        files=facts.mail.files,
    )
    is_reply = automatic is not None and automatic.kind == REPLY
    # A person can write like a machine. So a mail that no more than its words call one opens a ticket, unthanked.
    if automatic and (place.ticket or (is_reply and automatic.is_certain)):
        outcome = Outcome.AUTO_REPLY if is_reply else Outcome.REPLIED
        message = None
        if place.ticket:
            why = automatic.reason
            message = actions.hear_machine(place.ticket, text=words.own, mail=said, why=why, at=at)
        return _end(in_mail, outcome, at, message=message, reason=BY_MACHINE, detail=automatic.reason)
    if place.ticket and place.is_stranger:
        message = actions.hear_stranger(place.ticket, text=words.own, mail=said, at=at)
        return _end(in_mail, Outcome.REPLIED, at, message=message, reason=BY_STRANGER)
    if place.ticket:
        return _reply(in_mail, facts, place, said, at)
    return _open(in_mail, facts, place, said, at)


def _reply(in_mail: InMail, facts: Facts, place: Place, said: ByMail, at: datetime) -> None:
    by, ticket, text = place.customer or place.participant, place.ticket, facts.mail.words.own
    # Only what follows a closed ticket is a new one, and may be thanked.
    thanks = _thanks(in_mail, facts, place, at) if ticket.status == Status.CLOSED else UNTHANKED
    try:
        message = actions.receive(
            ticket, by=by, text=text, mail=said, channel=Channel.MAIL, acknowledge=thanks.are_given, at=at
        )
    except Finished:
        # A participant wrote into a closed ticket, where nobody looks: an agent decides.
        in_mail.looks_like = ticket
        return _open(in_mail, facts, Place(looks_like=ticket), said, at)
    heard_from(said.address)
    if place.customer and said.verified:
        _take_along(message, facts, at)
    if message.ticket_id == ticket.pk or message.ticket.opened_at != at:
        return _end(in_mail, Outcome.REPLIED, at, message=message)
    _note_thanks(in_mail, thanks, message, at)
    return _end(in_mail, Outcome.OPENED, at, message=message, reason=thanks.why_not)


def _open(in_mail: InMail, facts: Facts, place: Place, said: ByMail, at: datetime) -> None:
    mail, mailbox = facts.mail, in_mail.mailbox
    thanks = _thanks(in_mail, facts, place, at)
    customer = place.customer or customer_for(
        said.address,
        name=said.name[:200],
        language=mailbox.language,
        is_new=place.looks_like is None,
    )
    if place.customer:
        heard_from(said.address)
    mentioned = find_mentioned(mailbox.shop, customer, mail.subject, mail.words.own)
    in_mail.mentions_order, in_mail.mentions_code = mentioned.order, mentioned.code
    message = actions.open_by_mail(
        mailbox,
        by=customer,
        subject=clean_line(mail.subject),
        text=mail.words.own,
        mail=said,
        acknowledge=thanks.are_given,
        at=at,
    )
    if said.verified:
        _take_along(message, facts, at)
    _note_thanks(in_mail, thanks, message, at)
    if facts.automatic:
        detail = facts.automatic.reason
        return _end(in_mail, Outcome.OPENED, at, message=message, reason=BY_MACHINE, detail=detail)
    return _end(in_mail, Outcome.OPENED, at, message=message, reason=thanks.why_not)


def _thanks(in_mail: InMail, facts: Facts, place: Place, at: datetime) -> Thanks:
    nobody = InMail.Thanked.NO
    if not may_be_answered(facts.mail, facts.automatic, own_addresses=facts.own.folded):
        return Thanks(nobody, NOT_WANTED)
    if place.looks_like:
        return Thanks(nobody, LOOKS_LIKE_ANSWER)
    if facts.sender != facts.mail.sender:
        return Thanks(nobody, BY_A_FORM)
    return may_thank(in_mail.mailbox, place.customer, is_proven=facts.is_proven, at=at)


def _note_thanks(in_mail: InMail, thanks: Thanks, message: Message, at: datetime) -> None:
    in_mail.thanked = thanks.whom
    if thanks.breaks:
        mail_out.tell_breaker(in_mail.mailbox, message.ticket, at=at)


def _take_bounce(in_mail: InMail, facts: Facts, at: datetime) -> None:
    bounce = facts.bounce
    if bounce is None:
        why = facts.automatic.reason if facts.automatic else ""
        return _end(in_mail, Outcome.BOUNCED, at, reason=BOUNCE_OF_WHAT, detail=why)
    delivery, is_named = _bounced_delivery(facts.mail, bounce, at)
    detail = clean_line(bounce.detail)[:300]
    if delivery is None:
        return _end(in_mail, Outcome.BOUNCED, at, reason=NOT_OURS, detail=detail)
    in_mail.ticket = delivery.ticket
    if bounce.is_final:
        actions.undelivered(delivery, bounced=True, detail=detail, is_address=is_named, at=at)
    reason = CAME_BACK if bounce.is_final else ONLY_LATE
    return _end(in_mail, Outcome.BOUNCED, at, message=delivery.message, reason=reason, detail=detail)


def _bounced_delivery(mail: Mail, bounce: Bounce, at: datetime) -> tuple[Delivery | None, bool]:
    """By the envelope address that only this delivery had, by its Message-ID in what came back, else the newest mail to
    the address that is named; and whether it was named by what only its way knew. An address anybody can name, so that
    puts a ticket before an agent and says nothing against the address. What has not left yet cannot come back."""
    deliveries = Delivery.objects.select_related("ticket", "message__ticket").filter(attempts_made__gt=0)
    for address in sent_to(mail):
        token = read_token(address)
        if token and token.kind == BOUNCE:
            return deliveries.filter(pk=token.delivery).first(), True
    ours = [UUID(hex=match[1]) for one in bounce.original_ids if (match := HEX_ID.fullmatch(one.casefold()))]
    if ours:
        return deliveries.filter(public_id__in=ours).order_by("-pk").first(), True
    to = [failed.address for failed in bounce.recipients][:20]
    if not to or bounce.original_ids:
        return None, False
    left = {"state": Delivery.State.SENT, "created_at__gt": at - BOUNCES_WITHIN, "via": Delivery.Via.MAIL}
    return deliveries.filter(to__in=to, **left).order_by("-pk").first(), False


def _verified(place: Place, facts: Facts) -> Verified:
    # Whoever got a copy of an answer has read the address; so it is no word against the mail servers of the sender.
    if place.by_token and not (facts.checks and facts.checks.fails):
        return Verified.REPLY_ADDRESS
    known = place.customer or place.participant
    return Verified.MAIL if known and facts.is_proven else Verified.NOT


def _take_along(message: Message, facts: Facts, at: datetime) -> None:
    """Whom a verified customer put into copy takes part from now on."""
    mine = {address.folded for address in message.ticket.customer.addresses.all()}
    new = newcomers(facts.mail, facts.sender.address, facts.own)
    new = [(name, address) for name, address in new if fold_email(address) not in mine]
    for name, address in new[:PARTICIPANTS_AT_MOST]:
        actions.add_participant(message.ticket, email=address, name=name, by=None, at=at)


def fingerprint_of(in_mail: InMail, mail: Mail) -> str:
    """Of what its writer made, not of the way it took: a copy by another mail server has other Received lines. Without
    an ID and a date nothing tells a repetition from a second mail, so then all of it counts. To two shops it is two."""
    shop = str(in_mail.mailbox.shop_id)
    if not (mail.message_id or mail.date):
        return hashlib.sha256(f"{shop}\0{in_mail.sha256}".encode()).hexdigest()
    parts = [
        shop,
        mail.message_id,
        mail.sender.address if mail.sender else "",
        mail.date.isoformat() if mail.date else "",
        mail.subject,
        mail.words.full,
        *(hashlib.sha256(file.content).hexdigest() for file in mail.files),
    ]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def _end(
    in_mail: InMail,
    outcome: Outcome,
    at: datetime,
    *,
    message: Message | None = None,
    reason: str = "",
    detail: str = "",
) -> None:
    """`reason` is one of the sentences above; `detail` is of the mail itself."""
    in_mail.outcome, in_mail.reason, in_mail.handled_at, in_mail.next_attempt_at = outcome, reason, at, None
    in_mail.told["detail"] = detail
    if message:
        in_mail.message, in_mail.ticket = message, message.ticket
    in_mail.save()
