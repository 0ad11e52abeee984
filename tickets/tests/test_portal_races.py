"""The same button pressed several times at once."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from customers.tests.factories import make_code
from tickets.actions import draft as drafts
from tickets.evidence.uploads import add_files
from tickets.models import Attachment, Draft, Event, Message, Ticket
from tickets.tests.factories import last_message, make_problem_type, make_slot, make_ticket
from tickets.tests.portal import picture, report_url, ticket_page

open_ticket = import_module("tickets.actions.open_ticket")  # the verb has the same name as its module
pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 5


def at_once(post: Callable[[Client], int]) -> list[int]:
    start = Barrier(AT_ONCE)

    def press(_: int) -> int:
        try:
            start.wait()
            return post(Client())
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(press, range(AT_ONCE)))


def test_a_report_sent_five_times_at_once_is_one_ticket():
    code, problem_type = make_code(), make_problem_type()
    slot = make_slot(problem_type)
    Client().post(report_url(code, problem_type, "report-upload"), {f"files_{slot.pk}": picture()})
    url = report_url(code, problem_type)
    answers = at_once(lambda client: client.post(url, {"text": "It says used."}).status_code)
    assert answers == [302] * AT_ONCE
    ticket = Ticket.objects.get()
    assert ticket.messages.count() == 1
    assert ticket.evidence.get().attachments.count() == 1
    assert ticket.events.filter(kind=Event.Kind.OPENED).count() == 1
    assert not Draft.objects.exists()


def test_an_answer_sent_five_times_at_once_is_one_message():
    ticket = make_ticket(at=timezone.now())
    url, seen = ticket_page(ticket, "reply"), last_message(ticket).pk
    answers = at_once(lambda client: client.post(url, {"text": "Hello?", "seen": seen}).status_code)
    assert answers == [302] * AT_ONCE
    assert ticket.messages.filter(text="Hello?").count() == 1
    assert not Draft.objects.exists()


def test_a_picture_that_is_stored_while_the_report_is_sent_goes_along_or_is_refused(monkeypatch):
    code, problem_type = make_code(), make_problem_type()
    draft = drafts.report_draft(code.item.order, code, at=timezone.now())
    sending, storing = threading.Event(), threading.Event()
    save, record = Attachment.save, open_ticket._first_message

    def save_slowly(attachment: Attachment, *args: Any, **kwargs: Any) -> None:
        save(attachment, *args, **kwargs)
        storing.set()
        time.sleep(0.5)

    def record_slowly(*args: Any) -> Message:
        sending.set()
        storing.wait(2)  # on SQLite in vain: there it is stored after all this
        return record(*args)

    def upload() -> list[str]:
        try:
            sending.wait(10)
            return add_files(draft, [picture()], at=timezone.now()).refusals
        finally:
            connection.close()

    monkeypatch.setattr(Attachment, "save", save_slowly)
    monkeypatch.setattr(open_ticket, "_first_message", record_slowly)
    with ThreadPoolExecutor(1) as threads:
        refusals = threads.submit(upload)
        answer = Client().post(report_url(code, problem_type), {"text": "It says used."})
        assert answer.status_code == 302
        assert Ticket.objects.get().messages.get().attachments.count() == 1 - len(refusals.result())
    assert not Draft.objects.exists()


def test_of_files_sent_at_once_no_more_stay_than_there_is_room_for():
    code, problem_type = make_code(), make_problem_type()
    slot = make_slot(problem_type, max_files=2)
    url = report_url(code, problem_type, "report-upload")
    headers = {"accept": "application/json"}
    answers = at_once(
        lambda client: client.post(url, {f"files_{slot.pk}": picture()}, headers=headers).status_code
    )
    assert sorted(answers) == [200, 200, 422, 422, 422]
    assert Attachment.objects.count() == 2
