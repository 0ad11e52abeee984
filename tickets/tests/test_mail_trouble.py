"""When the database or the storage fails for a while, a mail waits, and is not lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.db.models.fields.files import FieldFile

from tickets.channels.mail_in import handle as handling
from tickets.channels.mail_in import store as storing
from tickets.channels.mail_in.handle import handle_one
from tickets.channels.mail_in.store import store
from tickets.models import InMail
from tickets.tests.factories import make_mailbox
from tickets.tests.mailing import NOON, make_mail

pytestmark = pytest.mark.django_db
Outcome = InMail.Outcome


class LostCommit:
    """A transaction that is committed, and the answer that says so never arrives."""

    def __init__(self) -> None:
        self._real = transaction.Atomic(using=None, savepoint=True, durable=False)

    def __enter__(self) -> None:
        self._real.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._real.__exit__(*error)
        raise OperationalError("server closed the connection unexpectedly")


def test_a_mail_whose_commit_was_not_heard_of_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox, raw = make_mailbox(), make_mail()
    place = {"at": NOON, "folder": "INBOX", "uid_validity": 1, "uid": 5}
    with monkeypatch.context() as lost:
        lost.setattr(storing.transaction, "atomic", LostCommit)
        with pytest.raises(OperationalError):
            store(mailbox, raw, **place)
    assert store(mailbox, raw, **place) is None
    assert handle_one(InMail.objects.get().pk).outcome == Outcome.OPENED


@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), OperationalError("database is locked")])
def test_it_is_read_as_soon_as_they_work_again(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = store(make_mailbox(), make_mail(), at=NOON)
    with monkeypatch.context() as broken:
        broken.setattr(FieldFile, "open", fail(error))
        for _ in range(12):
            InMail.objects.update(next_attempt_at=NOON)
            assert handle_one(mail.pk).outcome == Outcome.WAITING
    mail.refresh_from_db()
    assert mail.attempts == 0
    InMail.objects.update(next_attempt_at=NOON)
    assert handle_one(mail.pk).outcome == Outcome.OPENED


def test_the_longer_they_fail_the_longer_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    mail = store(make_mailbox(), make_mail(), at=NOON, mine=True)
    monkeypatch.setattr(FieldFile, "open", fail(OSError(28, "No space left on device")))
    waits = []
    for minutes in (0, 10, 600):
        at = NOON + timedelta(minutes=minutes)
        handling.handle(mail, at=at)
        waits.append(mail.next_attempt_at - at)
    assert waits == [handling.WAIT, timedelta(minutes=2.5), handling.LONGEST_WAIT]


def fail(error: Exception) -> Any:
    def raising(*_args: Any, **_options: Any) -> None:
        raise error

    return raising
