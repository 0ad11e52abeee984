"""`manage.py receive_mail`, as a mail server calls it."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import OperationalError

from customers.tests.factories import make_shop
from tickets.models import InMail, Mailbox
from tickets.tests.factories import make_mailbox
from tickets.tests.mailing import make_mail

pytestmark = pytest.mark.django_db
ADDRESS = "help@keyhaven.example"


def receive(*files: Path, mailbox: str = ADDRESS) -> tuple[list[dict[str, Any]], int]:
    """The lines that were printed, and the exit code."""
    out = io.StringIO()
    try:
        call_command("receive_mail", *map(str, files), mailbox=mailbox, stdout=out, stderr=io.StringIO())
        code = 0
    except SystemExit as end:
        code = end.code
    return [json.loads(line) for line in out.getvalue().splitlines()], code


def test_one_line_a_mail_says_all_about_it(tmp_path: Path) -> None:
    make_mailbox()
    file = tmp_path / "mail.eml"
    file.write_bytes(make_mail("It fails.\n", cc="Dave <dave@example.com>", files={"log.bin": b"\0\1"}))
    (line,), code = receive(file)
    in_mail = InMail.objects.get()
    assert code == 0
    assert line == {
        "outcome": "opened",
        "ticket": in_mail.ticket.number,
        "message": in_mail.message_id,
        "from": {"name": "Carol Customer", "address": "carol@example.com"},
        "to": [{"name": "", "address": ADDRESS}],
        "cc": [{"name": "Dave", "address": "dave@example.com"}],
        "subject": "My code",
        "text": "It fails.",
        "full_text": "It fails.",
        "attachments": [
            {
                "name": "log.bin",
                "type": "application/octet-stream",
                "size": 2,
                "sha256": "b413f47d13ee2fe6c845b2ee141af81de858df4ec549a58b7970bb96645bc8d2",
            }
        ],
        "automatic": False,
        "reason": "",
        "id": str(in_mail.public_id),
    }


def test_without_files_it_reads_standard_input(monkeypatch) -> None:
    make_mailbox()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(make_mail())))
    (line,), code = receive()
    assert (line["outcome"], code) == ("opened", 0)


def test_several_files_are_several_lines(tmp_path: Path) -> None:
    make_mailbox()
    files = []
    for number in range(3):
        files.append(tmp_path / f"{number}.eml")
        files[-1].write_bytes(make_mail(f"Text {number}") if number else b"")
    lines, code = receive(*files)
    assert [line["outcome"] for line in lines] == ["parked", "opened", "opened"]
    assert code == 0


def test_the_support_address_of_a_shop_needs_no_mailbox_first(tmp_path: Path) -> None:
    make_shop()
    (tmp_path / "mail.eml").write_bytes(make_mail())
    assert receive(tmp_path / "mail.eml", mailbox="HELP@keyhaven.example")[1] == 0
    assert Mailbox.objects.get().address == ADDRESS


def test_an_address_of_nobody_is_to_be_tried_again(tmp_path: Path) -> None:
    (tmp_path / "mail.eml").write_bytes(make_mail())
    assert receive(tmp_path / "mail.eml", mailbox="help@nobody.example") == ([], 75)


def test_a_file_that_cannot_be_read_is_to_be_tried_again_and_the_others_are_taken(tmp_path: Path) -> None:
    make_mailbox()
    (tmp_path / "mail.eml").write_bytes(make_mail())
    lines, code = receive(tmp_path / "missing.eml", tmp_path / "mail.eml")
    assert ([line["outcome"] for line in lines], code) == (["opened"], 75)


def test_what_cannot_be_stored_is_to_be_tried_again(tmp_path: Path, settings) -> None:
    make_mailbox()
    (tmp_path / "mail.eml").write_bytes(make_mail())
    (tmp_path / "full").write_text("a file where a folder should be")
    settings.MEDIA_ROOT = str(tmp_path / "full")
    assert receive(tmp_path / "mail.eml") == ([], 75)
    assert not InMail.objects.exists()


def test_what_is_stored_is_taken_although_the_database_fails_over_it(tmp_path: Path, monkeypatch) -> None:
    make_mailbox()
    (tmp_path / "mail.eml").write_bytes(make_mail())

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as patched:
        patched.setattr("tickets.channels.mail_in.handle.settle", fail)
        (line,), code = receive(tmp_path / "mail.eml")
    assert (line["outcome"], code) == ("parked", 0)
    assert InMail.objects.get().next_attempt_at is not None


def test_what_nobody_understands_is_parked(tmp_path: Path, monkeypatch) -> None:
    make_mailbox()
    (tmp_path / "mail.eml").write_bytes(make_mail())

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("a mistake of ours")

    with monkeypatch.context() as patched:
        patched.setattr("tickets.channels.mail_in.handle.settle", fail)
        (line,), code = receive(tmp_path / "mail.eml")
    assert (line["outcome"], code) == ("parked", 0)
    parked = InMail.objects.get()
    assert (parked.outcome, parked.sender_address) == ("parked", "carol@example.com")
    assert parked.reason
