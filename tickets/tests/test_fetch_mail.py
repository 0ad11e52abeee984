"""Mail fetched from a real IMAP server."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tickets.channels.mail_in import fetch
from tickets.channels.mail_in.fetch import fetch_all, fetch_one
from tickets.models import InMail, Mailbox, MailboxFolder
from tickets.tests.factories import make_mailbox
from tickets.tests.imap_server import PASSWORD, USER, ImapServer, imap_server
from tickets.tests.mailing import make_mail

pytestmark = [pytest.mark.django_db, pytest.mark.imap]


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[ImapServer]:
    with imap_server(tmp_path_factory.mktemp("imap")) as server:
        yield server


@pytest.fixture
def server(running: ImapServer) -> ImapServer:
    """With an empty inbox."""
    client = running.signed_in()
    _, (count,) = client.select("INBOX")
    if int(count or 0):
        client.store("1:*", "+FLAGS", r"(\Deleted)")
        client.expunge()
    client.logout()
    return running


def imap_mailbox(server: ImapServer, **fields: object) -> Mailbox:
    values = {
        "source": Mailbox.Source.IMAP,
        "host": "127.0.0.1",
        "port": server.port,
        "security": Mailbox.Security.NONE,
        "user": USER,
        "password": PASSWORD,
    }
    return make_mailbox(**(values | fields))


def test_new_mail_is_stored_understood_and_marked_as_seen(server: ImapServer) -> None:
    mailbox = imap_mailbox(server)
    server.deliver(make_mail("One."), make_mail("Two."))
    (fetched,) = fetch_all(now=timezone.now())
    assert [mail.outcome for mail in fetched.new] == ["opened", "opened"]
    assert fetched.error == ""
    assert all(r"\Seen" in flags for flags in server.flags())
    mailbox.refresh_from_db()
    assert (mailbox.fetch_error, mailbox.fetching_until) == ("", None)


def test_each_mail_is_fetched_once(server: ImapServer) -> None:
    mailbox = imap_mailbox(server)
    server.deliver(make_mail("One."))
    fetch_one(mailbox, now=timezone.now())
    server.deliver(make_mail("Two."))
    assert len(fetch_one(mailbox, now=timezone.now()).new) == 1
    assert fetch_one(mailbox, now=timezone.now()).new == []
    assert InMail.objects.count() == 2


def test_the_bytes_are_kept_as_the_server_has_them(server: ImapServer) -> None:
    raw = b"From: carol@example.com\r\nSubject: \xe4\xf6\r\n\r\nText \xff\r\n"
    server.deliver(raw)
    fetch_one(imap_mailbox(server), now=timezone.now())
    with InMail.objects.get().raw.open("rb") as kept:
        assert kept.read() == raw


def test_all_folders_are_read(server: ImapServer) -> None:
    mailbox = imap_mailbox(server, folders="INBOX\nWeb form")
    server.deliver(make_mail("In a folder."), folder='"Web form"')
    server.deliver(make_mail("In the inbox."))
    assert len(fetch_one(mailbox, now=timezone.now()).new) == 2


def test_what_was_stored_before_the_server_was_told_is_not_stored_again(server: ImapServer) -> None:
    mailbox = imap_mailbox(server)
    server.deliver(make_mail("One."))
    fetch_one(mailbox, now=timezone.now())
    MailboxFolder.objects.update(last_uid=0)  # as a process leaves it that is killed in between
    assert fetch_one(mailbox, now=timezone.now()).new == []
    assert InMail.objects.count() == 1


def test_a_folder_numbered_anew_brings_duplicates_and_no_second_ticket(server: ImapServer) -> None:
    mailbox = imap_mailbox(server)
    server.deliver(make_mail("One."))
    fetch_one(mailbox, now=timezone.now())
    MailboxFolder.objects.update(uid_validity=7)
    InMail.objects.update(uid_validity=7)
    (again,) = fetch_one(mailbox, now=timezone.now()).new
    assert again.outcome == InMail.Outcome.DUPLICATE


def test_a_wrong_password_is_told_and_kept(server: ImapServer) -> None:
    mailbox = imap_mailbox(server, password="wrong")
    assert "failed" in fetch_one(mailbox, now=timezone.now()).error.casefold()
    mailbox.refresh_from_db()
    assert mailbox.fetch_error
    assert "wrong" not in mailbox.fetch_error


def test_a_server_that_is_away_is_told(server: ImapServer) -> None:
    assert fetch_one(imap_mailbox(server, port=1), now=timezone.now()).error


def test_a_missing_folder_is_told_and_the_others_are_read(server: ImapServer) -> None:
    server.deliver(make_mail("One."))
    fetched = fetch_one(imap_mailbox(server, folders="Nowhere\nINBOX"), now=timezone.now())
    assert len(fetched.new) == 1
    assert fetched.error


def test_another_account_is_read_from_its_beginning(server: ImapServer) -> None:
    mailbox = imap_mailbox(server)
    server.deliver(make_mail("One."))
    fetch_one(mailbox, now=timezone.now())
    # As if all of it had been another account's, whose server numbers as this one does.
    InMail.objects.update(account="old@imap.example", fingerprint="of another mail")
    MailboxFolder.objects.update(account="old@imap.example")
    assert [mail.outcome for mail in fetch_one(mailbox, now=timezone.now()).new] == ["opened"]
    assert fetch_one(mailbox, now=timezone.now()).new == []


def test_a_mail_that_the_server_does_not_give_stops_no_other_for_long(
    server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox = imap_mailbox(server)
    server.deliver(make_mail("One."), make_mail("Two."), make_mail("Three."))
    give = fetch._bytes_of

    def refuse(imap: object, uid: int) -> bytes | None:
        raw = give(imap, uid)
        if raw and b"Two." in raw:
            raise fetch.NotGiven("FETCH 2: [b'message is corrupt']")
        return raw

    monkeypatch.setattr(fetch, "_bytes_of", refuse)
    first = fetch_one(mailbox, now=timezone.now())
    assert (len(first.new), "corrupt" in first.error) == (1, True)
    for _ in range(fetch.REFUSALS_AT_MOST - 1):
        fetched = fetch_one(mailbox, now=timezone.now())
    assert (len(fetched.new), fetched.error) == (1, "")
    parked = InMail.objects.get(outcome=InMail.Outcome.PARKED)
    assert (parked.reason, parked.size) == (fetch.NOT_GIVEN, 0)
    assert "corrupt" in parked.told["detail"]
    assert fetch_one(mailbox, now=timezone.now()).new == []


def test_somebody_who_fetches_keeps_others_away_until_the_lease_is_over(server: ImapServer) -> None:
    now = timezone.now()
    mailbox = imap_mailbox(server, fetching_until=now + timedelta(minutes=1))
    assert fetch_one(mailbox, now=now).is_busy
    assert not fetch_one(mailbox, now=now + fetch.LEASE).is_busy


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_the_way_is_encrypted_and_the_server_must_be_who_it_says(
    server: ImapServer, security: str, monkeypatch, tmp_path: Path
) -> None:
    port = server.tls_port if security == "tls" else server.port
    mailbox = imap_mailbox(server, security=security, port=port)
    assert "certificate" in fetch_one(mailbox, now=timezone.now()).error.casefold()
    server.deliver(make_mail("One."))
    monkeypatch.setenv("SSL_CERT_FILE", str(server.log.parent / "cert.pem"))
    assert len(fetch_one(mailbox, now=timezone.now()).new) == 1
