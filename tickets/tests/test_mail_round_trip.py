"""The whole way: a customer's mail program, a real IMAP server, the desk, a real SMTP server, and back again."""

from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from customers.tests.factories import make_customer
from tickets import actions
from tickets.access import ticket_token
from tickets.channels.deliver import send_due
from tickets.channels.mail_in.fetch import fetch_all
from tickets.evidence.uploads import add_files
from tickets.models import Delivery, InMail, Mailbox, Message, Ticket
from tickets.models.ticket import Status, Verified
from tickets.tests.factories import make_agent, make_mailbox, make_picture
from tickets.tests.imap_server import PASSWORD, USER, ImapServer, imap_server
from tickets.tests.mail_server import MailServer, mail_server
from tickets.tests.mailing import CAROL, DAVE, make_mail

pytestmark = [pytest.mark.django_db, pytest.mark.imap]


@pytest.fixture
def imap(tmp_path_factory) -> Iterator[ImapServer]:
    with imap_server(tmp_path_factory.mktemp("imap")) as server:
        make_mailbox(
            source=Mailbox.Source.IMAP,
            host="127.0.0.1",
            port=server.port,
            security="none",
            user=USER,
            password=PASSWORD,
        )
        yield server


@pytest.fixture
def smtp(settings) -> Iterator[MailServer]:
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield server


def fetched(server: ImapServer, *mails: bytes) -> list[InMail]:
    server.deliver(*mails)
    (box,) = fetch_all(now=timezone.now())
    assert box.error == ""
    return box.new


def sent_to(server: MailServer, address: str) -> list[EmailMessage]:
    send_due()
    return [taken.mail for taken in server.taken if taken.recipients == [address]]


def answer_to(mail: EmailMessage, text: str, **more: str) -> bytes:
    """As mail programs answer: to Reply-To, below the mail, with its text quoted."""
    body = mail.get_body(("plain",)).get_content()
    quoted = "\n".join(f"> {line}" for line in body.splitlines())
    return make_mail(
        f"{text}\n\nOn Tue, Nov 24, 2026 at 12:00 Keyhaven <help@keyhaven.example> wrote:\n{quoted}\n",
        to=mail["Reply-To"],
        subject=f"Re: {mail['Subject']}",
        in_reply_to=mail["Message-ID"],
        references=f"{mail['References']} {mail['Message-ID']}",
        **more,
    )


def test_a_conversation_by_mail_and_page_is_one(imap: ImapServer, smtp: MailServer, client) -> None:
    make_customer(CAROL)
    alice = make_agent()

    # A mail opens a ticket, and is thanked with number and time.
    picture = make_picture()
    (first,) = fetched(
        imap, make_mail("My code is refused.", message_id="<first@example.com>", files={"e.png": picture})
    )
    ticket = first.ticket
    (thanks,) = sent_to(smtp, CAROL)
    assert str(ticket.number) in thanks["Subject"]
    assert "You will have an answer by" in thanks.get_body(("plain",)).get_content()
    assert thanks["Auto-Submitted"] == "auto-replied"
    assert thanks["In-Reply-To"] == "<first@example.com>"

    # The agent answers, with a picture; it hangs under what the customer wrote.
    draft = actions.draft.reply_draft(ticket, agent=alice, at=timezone.now())
    add_files(draft, [SimpleUploadedFile("look.png", picture)], at=timezone.now())
    actions.reply(
        ticket,
        by=alice,
        text="Please look at this.",
        draft=draft,
        then=Status.WAITING_CUSTOMER,
        at=timezone.now(),
    )
    _thanks, reply = sent_to(smtp, CAROL)
    assert "Please look at this." in reply.get_body(("plain",)).get_content()
    assert "Please look at this." in reply.get_body(("html",)).get_content()
    assert [part.get_filename() for part in reply.iter_attachments()] == ["look.png"]
    assert "<first@example.com>" in reply["References"]
    assert "Auto-Submitted" not in reply
    assert reply["From"].endswith("<help@keyhaven.example>")

    # The customer answers by mail: same ticket, sender proven, history folded, ticket open again.
    (second,) = fetched(imap, answer_to(reply, "It shows the same.", cc=DAVE))
    assert (second.ticket, second.outcome, second.verified) == (ticket, "replied", Verified.REPLY_ADDRESS)
    assert second.message.text == "It shows the same."
    assert "Please look at this." in second.message.quoted
    ticket.refresh_from_db()
    assert (ticket.status, ticket.verified) == (Status.OPEN, Verified.REPLY_ADDRESS)

    # And on the page, where all of it stands.
    page = client.get(f"/t/{ticket_token(ticket)}/").content.decode()
    for words in ("My code is refused.", "Please look at this.", "It shows the same."):
        assert words in page

    # The one in copy takes part: gets the answer without a link, and answers by mail.
    actions.reply(ticket, by=alice, text="Thanks, we check it.", at=timezone.now())
    (copy,) = sent_to(smtp, DAVE)
    assert ticket_token(ticket) not in copy.as_string()
    (third,) = fetched(imap, answer_to(copy, "I saw it, too.", sender=f"Dave <{DAVE}>"))
    assert third.ticket == ticket
    assert third.message.participant.email == DAVE

    assert Ticket.objects.count() == 1
    assert Message.objects.filter(ticket=ticket).count() == 5


def test_an_answer_that_comes_back_puts_the_ticket_before_its_agent(
    imap: ImapServer, smtp: MailServer
) -> None:
    alice = make_agent()
    (mail,) = fetched(imap, make_mail("Help."))
    actions.reply(mail.ticket, by=alice, text="Done.", then=Status.SOLVED, at=timezone.now())
    answer = sent_to(smtp, CAROL)[-1]
    envelope = smtp.taken[-1].sender
    assert envelope.startswith("help+b")
    report = (
        f"From: MAILER-DAEMON@mx.example\nReturn-Path: <>\nTo: {envelope}\nSubject: Undelivered Mail\n"
        'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nIt could not be delivered.\n--b\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; {CAROL}\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\n"
        f"--b\nContent-Type: message/rfc822\n\n{answer.as_string()}\n--b--\n"
    )
    (bounce,) = fetched(imap, report.encode())
    assert bounce.outcome == "bounced"
    ticket = Ticket.objects.get()
    assert ticket.status == Status.OPEN
    assert ticket.waiting_since
    assert Delivery.objects.get(kind="reply").state == Delivery.State.BOUNCED
    assert alice.notices.filter(kind="mail_failed").exists()
