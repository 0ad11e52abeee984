# ruff: noqa: E501  the words of mail servers stand in their own lines
"""Reports of mails that did not arrive, in the forms of many mail servers, and what happens to the mail and its ticket."""

from time import process_time

import pytest

from customers.models import CustomerAddress
from tickets import actions
from tickets.channels.mail_in import bounces
from tickets.channels.mail_in.bounces import Bounce, Failed, read_bounce
from tickets.channels.mail_in.parse import read
from tickets.channels.message_ids import message_id
from tickets.channels.reply_address import BOUNCE, signed_address
from tickets.models import Delivery, InMail, Notice
from tickets.models.ticket import Status
from tickets.tests.factories import make_agent, make_mailbox, make_ticket
from tickets.tests.mailing import NOON, make_mail, take, write
from tickets.tests.mails.bounces import OURS, WORDED, Worded

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


SLOPPY = {
    "no blank line before the recipient": "Final-Recipient: rfc822; carol@example.com\nAction: failed\nStatus: 5.1.1",
    "no type": "Final-Recipient: carol@example.com\nAction: failed\nStatus: 5.1.1",
    "spaces and case": "final-recipient:RFC822;  <Carol@Example.com>  \nACTION:  FAILED\nstatus:5.1.1",
    "no action": "Final-Recipient: rfc822; carol@example.com\nStatus: 5.1.1",
    "no status": "Final-Recipient: rfc822; carol@example.com\nAction: failed",
    "words in the status": "Final-Recipient: rfc822; carol@example.com\nAction: failed\nStatus: 5.1.1 (bad destination mailbox address)",
    "words in the action": "Final-Recipient: rfc822; carol@example.com\nAction: failed (gave up)\nStatus: 5.4.7",
    "gave up after delays": "Final-Recipient: rfc822; carol@example.com\nAction: failed\nStatus: 4.4.7",
    "status only in the diagnostic": "Final-Recipient: rfc822; carol@example.com\nDiagnostic-Code: smtp; 550 5.1.1 unknown",
    "comment in the recipient": "Final-Recipient: rfc822; carol@example.com (Carol)\nAction: failed\nStatus: 5.1.1",
    "name in the recipient": 'Final-Recipient: rfc822; "Carol" <carol@example.com>\nAction: failed\nStatus: 5.1.1',
    "only the original one": "Original-Recipient: rfc822; carol@example.com\nAction: failed\nStatus: 5.1.1",
    "forwarded, so the original one": "Original-Recipient: rfc822; carol@example.com\nFinal-Recipient: rfc822; carol@inner.example\nAction: failed\nStatus: 5.1.1",
    "utf-8": "Final-Recipient: utf-8; carol@example.com\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 Kasutajat õun ei leitud",
    "one delivered, one not": "Final-Recipient: rfc822; bob@example.com\nAction: delivered\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; carol@example.com\nAction: failed\nStatus: 5.1.1",
    "two in one block": "Final-Recipient: rfc822; bob@example.com\nAction: relayed\nStatus: 2.0.0\nFinal-Recipient: rfc822; carol@example.com\nAction: failed\nStatus: 5.1.1",
}


@pytest.mark.parametrize("form", SLOPPY)
def test_a_sloppy_report_is_read(form: str) -> None:
    bounce = bounce_of(report(SLOPPY[form]))
    assert bounce
    assert [one.address.casefold() for one in bounce.recipients] == ["carol@example.com"]
    assert bounce.is_final


def test_each_recipient_is_told_with_what_the_server_said() -> None:
    other = "Final-Recipient: rfc822; bob@example.com\nAction: delayed\nStatus: 4.2.2\nDiagnostic-Code: smtp; 452 4.2.2\n mailbox\n full\n"
    bounce = bounce_of(report(f"{failed()}\n{other}"))
    assert bounce
    assert bounce.recipients == [
        Failed("carol@example.com", "5.1.1", "failed", "550 5.1.1 no such user"),
        Failed("bob@example.com", "4.2.2", "delayed", "452 4.2.2 mailbox full"),
    ]
    assert bounce.detail == "5.1.1 550 5.1.1 no such user"


def test_a_report_that_names_nobody_is_about_whom_the_returned_mail_went_to() -> None:
    bounce = bounce_of(report("Arrival-Date: Tue, 24 Nov 2026 12:00:00 +0200"))
    assert bounce
    assert [one.address for one in bounce.recipients] == ["carol@example.com"]


def test_a_report_with_a_type_that_is_missing_is_read() -> None:
    assert bounce_of(report(failed()).replace(b" report-type=delivery-status;", b""))


def test_the_returned_mail_may_be_folded_and_encoded() -> None:
    returned = "To: carol@example.com\nSubject: =?utf-8?Q?Meie_vastus=2C_=C3=B5un?=\nMessage-Id:\n <abc@keyhaven.example>\n\nMessage-ID: <not@this.one>\n"
    bounce = bounce_of(report(failed(), returned=returned))
    assert bounce
    assert (bounce.original_ids, bounce.original_subject) == (["<abc@keyhaven.example>"], "Meie vastus, õun")


def of(worded: Worded) -> bytes:
    return make_mail(worded.text, sender=worded.sender, subject=worded.subject, **dict(worded.headers))


@pytest.mark.parametrize("server", WORDED)
def test_a_worded_report_names_who_did_not_get_it_and_why(server: str) -> None:
    told = WORDED[server]
    bounce = bounce_of(of(told))
    assert bounce
    assert [one.address for one in bounce.recipients] == [told.address]
    assert bounce.is_final == told.final
    assert bounce.detail
    assert "\n" not in bounce.detail
    assert (OURS in bounce.original_ids) == told.knows_id


@pytest.mark.parametrize("server", WORDED)
def test_the_same_words_of_a_person_are_no_bounce(server: str) -> None:
    words = WORDED[server]
    assert bounce_of(make_mail(words.text, subject=f"Fwd: {words.subject}")) is None
    assert bounce_of(make_mail(f"> {words.text}", subject=words.subject)) is None


@pytest.mark.parametrize(
    "raw",
    [
        make_mail("My code could not be delivered, says your page: user unknown. What now?"),
        make_mail(
            "Hello, I am the postmaster of example.com and have a question.", sender="postmaster@example.com"
        ),
        make_mail("undeliverable", subject="Undelivered code"),
        make_mail("I forward you this: 550 5.1.1 no such user bob@example.com"),
        make_mail("Out of office until Monday.", subject="Out of office", return_path="<>"),
        make_mail("The page says: not found. Please help.", return_path="<>"),
        make_mail(
            "Your mails to our users come back, what is wrong?", sender="Postmaster <postmaster@example.com>"
        ),
        make_mail("Read.", sender="postmaster@example.com", subject="Read: your mail"),
        make_mail("A look at the week.", sender="bounces+12@news.example", subject="The week"),
        make_mail("Zwrot za kod 5.1.1?", subject="Zwrot za kod"),
        report(failed())
        .replace(b"delivery-status;", b"disposition-notification;")
        .replace(b"message/delivery-status", b"message/disposition-notification"),
        report(failed())
        .replace(b"delivery-status;", b"feedback-report;")
        .replace(b"message/delivery-status", b"message/feedback-report"),
        make_mail("See the file.", files={"details.txt": failed().encode()}),
    ],
)
def test_a_person_who_speaks_of_such_things_sends_no_bounce(raw: bytes) -> None:
    assert bounce_of(raw) is None


HOSTILE = {
    "blank lines": "\n" * 99_000,
    "spaces": " " * 99_000,
    "tabs and line ends": "\t\n" * 49_000,
    "at signs": "@" * 99_000,
    "an address without end": "a" * 50_000 + "@" + "a." * 24_000,
    "dots": "a@" + "." * 99_000,
    "digits": "5.1." * 24_000,
    "message ids": "Message-ID: <" * 7_000,
    "headers": "message-id:\n " * 7_000,
    "quotes": "> " * 49_000,
    "colons": "could not be delivered:" * 4_000,
    "brackets": "<" * 99_000,
    "addresses": "Failed address: a@b.example\n" * 3_000,
}


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("kind", ["worded", "report"])
def test_a_hostile_report_costs_little(text: str, kind: str) -> None:
    hostile = HOSTILE[text]
    raw = worded(hostile) if kind == "worded" else report(hostile, returned=hostile)
    mail = read(raw)
    began = process_time()
    bounce = read_bounce(mail)
    assert process_time() - began < 3
    assert bounce is None or len(bounce.recipients) <= 20


@pytest.fixture
def answer(db) -> Delivery:
    make_mailbox()
    ticket = make_ticket()
    said = actions.reply(ticket, by=make_agent(), text="Try again.", then=Status.SOLVED, at=NOON)
    said.deliveries.update(state=Delivery.State.SENT, attempts_made=1, next_attempt_at=None)
    return said.deliveries.get()


def came_back(answer: Delivery, *, is_address: bool = True) -> None:
    answer.refresh_from_db()
    assert answer.state == Delivery.State.BOUNCED
    ticket = answer.ticket
    assert (ticket.status, ticket.waiting_since) == (Status.OPEN, NOON)
    assert Notice.objects.filter(ticket=ticket, kind="mail_failed", agent=answer.message.agent).count() == 1
    marked = CustomerAddress.objects.get(email="carol@example.com").bounced_at
    assert marked == (NOON if is_address else None)


def test_a_bounce_finds_its_mail_by_the_address_it_was_returned_to(answer: Delivery) -> None:
    raw = report(failed(), returned="Subject: nothing\n\n", to=signed_address(BOUNCE, answer, extension="+"))
    mail = take(raw)
    assert (mail.outcome, mail.message) == (InMail.Outcome.BOUNCED, answer.message)
    came_back(answer)


def test_a_bounce_finds_its_mail_by_its_message_id(answer: Delivery) -> None:
    take(report(failed(), returned=f"Message-ID: {message_id(answer)}\nSubject: x\n\n"))
    came_back(answer)


def test_a_bounce_that_names_only_the_address_finds_the_newest_mail_to_it(answer: Delivery) -> None:
    take(of(WORDED["postfix, no report"]))
    came_back(answer, is_address=False)


def test_what_has_not_left_yet_cannot_come_back(answer: Delivery) -> None:
    Delivery.objects.update(state=Delivery.State.QUEUED, attempts_made=0, next_attempt_at=NOON)
    take(of(WORDED["postfix, no report"]))
    take(report(failed(), returned=f"Message-ID: {message_id(answer)}\nSubject: x\n\n"))
    answer.refresh_from_db()
    assert (answer.state, answer.next_attempt_at) == (Delivery.State.QUEUED, NOON)


def test_a_person_makes_no_bounce_by_a_header(answer: Delivery) -> None:
    mail = write("Hello", sender="mallory@evil.example", x_failed_recipients="carol@example.com")
    answer.refresh_from_db()
    assert (mail.outcome, answer.state) == (InMail.Outcome.OPENED, Delivery.State.SENT)
    assert mail.thanked == InMail.Thanked.NO


def test_the_words_of_a_report_are_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []
    monkeypatch.setattr(bounces, "_why", lambda text: looks.append(text) or "gone")
    fields = "\n\n".join(f"Final-Recipient: rfc822; a{n}@example.com\nAction: failed" for n in range(500))
    bounce = read_bounce(read(report(fields)))
    assert (len(bounce.recipients), len(looks)) == (bounces.RECIPIENTS_AT_MOST, 1)
    assert bounce.recipients[0].diagnostic == "gone"


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
    assert (mail.outcome, answer.state) == (InMail.Outcome.BOUNCED, Delivery.State.SENT)
    assert answer.ticket.status == Status.SOLVED


def test_a_bounce_of_a_mail_that_is_not_ours_touches_nothing(answer: Delivery) -> None:
    mail = take(report(failed().replace("carol", "someone")))
    assert (mail.outcome, mail.ticket) == (InMail.Outcome.BOUNCED, None)
    answer.refresh_from_db()
    assert answer.state == Delivery.State.SENT
