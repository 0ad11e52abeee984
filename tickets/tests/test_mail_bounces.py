# ruff: noqa: E501  the words of mail servers stand in their own lines
"""Reports of mails that did not arrive, in the forms of many mail servers, and what happens to the mail and its ticket."""

import pytest

from customers.models import CustomerAddress
from tickets import actions
from tickets.channels.mail_in.bounces import Bounce, read_bounce
from tickets.channels.mail_in.parse import read
from tickets.channels.message_ids import message_id
from tickets.channels.reply_address import BOUNCE, signed_address
from tickets.models import Delivery, InMail, Notice
from tickets.models.ticket import Status
from tickets.tests.factories import make_agent, make_mailbox, make_ticket
from tickets.tests.mailing import NOON, make_mail, take

RETURNED = "From: help@keyhaven.example\nTo: carol@example.com\nMessage-ID: <abc@keyhaven.example>\nSubject: Our answer\n\nHello\n"


def report(
    fields: str,
    *,
    returned: str = RETURNED,
    to: str = "help@keyhaven.example",
    original: str = "message/rfc822",
) -> bytes:
    """After RFC 3464."""
    return (
        "From: MAILER-DAEMON@mx.example (Mail Delivery System)\nReturn-Path: <>\n"
        f"To: {to}\nSubject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nThis is the mail system. Your message could not be delivered.\n"
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n{fields}\n"
        f"--b\nContent-Type: {original}\n\n{returned}\n--b--\n"
    ).encode()


def failed(
    status: str = "5.1.1", action: str = "failed", diagnostic: str = "smtp; 550 5.1.1 no such user"
) -> str:
    return f"Final-Recipient: rfc822; carol@example.com\nAction: {action}\nStatus: {status}\nDiagnostic-Code: {diagnostic}\n"


def bounce_of(raw: bytes) -> Bounce | None:
    return read_bounce(read(raw))


def worded(
    text: str,
    *,
    sender: str = "MAILER-DAEMON@mx.example",
    subject: str = "Undelivered Mail Returned to Sender",
) -> bytes:
    return make_mail(text, sender=sender, subject=subject, return_path="<>")


@pytest.mark.parametrize(
    ("fields", "final"),
    [
        (failed(), True),
        (failed("5.2.2", diagnostic="smtp; 552 5.2.2 mailbox full"), True),
        (failed("5.7.1", diagnostic="smtp; 554 5.7.1 rejected as spam"), True),
        (failed("4.4.1", "delayed", "smtp; connection timed out"), False),
        ("Final-Recipient: rfc822;carol@example.com\nAction: Failed\nStatus: 5.0.0\n", True),
        (
            "Original-Recipient: rfc822;carol@example.com\nFinal-Recipient: x400; /C=EE/\nAction: failed\nStatus: 5.1.1\n",
            True,
        ),
        ("Final-Recipient: RFC822; <carol@example.com>\nStatus: 5.1.1 (bad destination)\n", True),
        (
            "Final-Recipient: rfc822; carol@example.com\nAction: failed\nDiagnostic-Code: smtp;\n 550 folded\n  line\n",
            True,
        ),
    ],
)
def test_a_standard_report_is_read(fields: str, final: bool) -> None:
    bounce = bounce_of(report(fields))
    assert bounce
    assert [one.address for one in bounce.recipients] == ["carol@example.com"]
    assert bounce.is_final == final
    assert bounce.original_ids == ["<abc@keyhaven.example>"]


def test_only_the_headers_may_come_back() -> None:
    bounce = bounce_of(report(failed(), original="text/rfc822-headers"))
    assert bounce
    assert bounce.original_ids == ["<abc@keyhaven.example>"]
    assert bounce.original_subject == "Our answer"


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_of_success_is_no_bounce(action: str) -> None:
    assert bounce_of(report(failed("2.0.0", action))) is None


WORDED = {
    "qmail": "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<carol@example.com>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 no such user\nGiving up on 192.0.2.1.\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <help@keyhaven.example>\nMessage-ID: <abc@keyhaven.example>\n",
    "exim": "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  carol@example.com\n    host mx.example [192.0.2.1]\n    SMTP error from remote mail server after RCPT TO:<carol@example.com>:\n    550 5.1.1 unknown user\n\n------ This is a copy of the message, including all the headers. ------\n\nMessage-ID: <abc@keyhaven.example>\n",
    "postfix": "This is the mail system at host mx.example.\n\nI'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients.\n\n<carol@example.com>: host mx.example[192.0.2.1] said: 550 5.1.1 <carol@example.com>: Recipient address rejected: User unknown (in reply to RCPT TO command)\n",
    "exchange": "Delivery has failed to these recipients or groups:\n\ncarol@example.com\nThe email address you entered couldn't be found. Please check the recipient's email address.\n\nDiagnostic information for administrators:\n#550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup ##\n",
    "gmail": "** Address not found **\n\nYour message wasn't delivered to carol@example.com because the address couldn't be found, or is unable to receive mail.\n\nThe response was:\n550 5.1.1 The email account that you tried to reach does not exist.\n",
    "yahoo": "Sorry, we were unable to deliver your message to the following address.\n\n<carol@example.com>:\n554: delivery error: dd This user doesn't have a yahoo.com account (carol@example.com) [0]\n",
    "notes": "Your message\n\n  Subject: Our answer\n\nwas not delivered to:\n\n  carol@example.com\n\nbecause:\n\n  User carol (carol@example.com) not listed in Domino Directory\n",
    "estonian": "Teie kirja ei saanud kätte toimetada.\n\ncarol@example.com: ei leitud kasutajat (550 5.1.1)\n",
    "finnish": "Viestiä ei voitu toimittaa vastaanottajalle carol@example.com (550 5.1.1).\n",
    "czech": "Vaše zpráva nebyla doručena příjemci carol@example.com: schránka neexistuje (550 5.1.1).\n",
    "slovak": "Vaša správa nebola doručená príjemcovi carol@example.com: schránka neexistuje (550 5.1.1).\n",
    "polish": "Wiadomość nie została dostarczona do carol@example.com: konto nie istnieje (550 5.1.1).\n",
    "german": "Ihre Nachricht konnte nicht zugestellt werden: carol@example.com existiert nicht (550 5.1.1).\n",
}


@pytest.mark.parametrize("server", WORDED)
def test_a_worded_report_names_who_did_not_get_it(server: str) -> None:
    bounce = bounce_of(worded(WORDED[server]))
    assert bounce, server
    assert "carol@example.com" in [one.address.casefold() for one in bounce.recipients]
    assert bounce.is_final


def test_a_worded_warning_is_not_final() -> None:
    text = "This message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered to one or more of its\nrecipients after more than 24 hours on the queue.\n\ncarol@example.com\n\nNo action is required on your part. Delivery attempts will continue."
    bounce = bounce_of(worded(text, subject="Warning: message 1abc delayed 24 hours"))
    assert bounce is None or not bounce.is_final


@pytest.mark.parametrize(
    "raw",
    [
        make_mail("My code could not be delivered, says your page: user unknown. What now?"),
        make_mail(
            "Hello, I am the postmaster of example.com and have a question.", sender="postmaster@example.com"
        ),
        make_mail("undeliverable", subject="Undelivered code"),
        make_mail("I forward you this: 550 5.1.1 no such user bob@example.com"),
    ],
)
def test_a_person_who_speaks_of_such_things_sends_no_bounce(raw: bytes) -> None:
    assert bounce_of(raw) is None


@pytest.fixture
def answer(db) -> Delivery:
    make_mailbox()
    ticket = make_ticket()
    return actions.reply(
        ticket, by=make_agent(), text="Try again.", then=Status.SOLVED, at=NOON
    ).deliveries.get()


def came_back(answer: Delivery) -> None:
    answer.refresh_from_db()
    assert answer.state == Delivery.State.BOUNCED
    ticket = answer.ticket
    assert (ticket.status, ticket.waiting_since) == (Status.OPEN, NOON)
    assert Notice.objects.filter(ticket=ticket, kind="mail_failed", agent=answer.message.agent).count() == 1
    assert CustomerAddress.objects.get(email="carol@example.com").bounced_at == NOON


def test_a_bounce_finds_its_mail_by_the_address_it_was_returned_to(answer: Delivery) -> None:
    raw = report(failed(), returned="Subject: nothing\n\n", to=signed_address(BOUNCE, answer, extension="+"))
    mail = take(raw)
    assert (mail.outcome, mail.message) == (InMail.Outcome.BOUNCED, answer.message)
    came_back(answer)


def test_a_bounce_finds_its_mail_by_its_message_id(answer: Delivery) -> None:
    take(report(failed(), returned=f"Message-ID: {message_id(answer)}\nSubject: x\n\n"))
    came_back(answer)


def test_a_bounce_that_names_only_the_address_finds_the_newest_mail_to_it(answer: Delivery) -> None:
    take(worded(WORDED["postfix"]))
    came_back(answer)


def test_the_same_bounce_again_changes_nothing(answer: Delivery) -> None:
    for number in (1, 2):
        take(
            report(failed(diagnostic=f"smtp; 550 {number}"), returned=f"Message-ID: {message_id(answer)}\n\n")
        )
    came_back(answer)
    assert answer.ticket.events.filter(kind="mail_bounced").count() == 1


def test_a_delay_is_told_and_changes_nothing(answer: Delivery) -> None:
    mail = take(report(failed("4.4.1", "delayed"), returned=f"Message-ID: {message_id(answer)}\n\n"))
    answer.refresh_from_db()
    assert (mail.outcome, answer.state) == (InMail.Outcome.BOUNCED, Delivery.State.QUEUED)
    assert answer.ticket.status == Status.SOLVED


def test_a_bounce_of_a_mail_that_is_not_ours_touches_nothing(answer: Delivery) -> None:
    mail = take(report(failed().replace("carol", "someone")))
    assert (mail.outcome, mail.ticket) == (InMail.Outcome.BOUNCED, None)
    answer.refresh_from_db()
    assert answer.state == Delivery.State.QUEUED
