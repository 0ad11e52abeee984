from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from customers.tests.factories import NOON, make_code, make_order
from tickets.actions import Answer, open_ticket, solve
from tickets.actions.draft import report_draft
from tickets.evidence.uploads import add_files
from tickets.models import Attachment, Delivery, Draft, Ticket
from tickets.tests.factories import make_picture, make_problem_type, make_slot

pytestmark = pytest.mark.django_db


def opened(code, **more):
    order = code.item.order
    values = {"by": order.customer, "order": order, "code": code, "text": "Used already.", "at": NOON} | more
    return open_ticket(problem_type=make_problem_type(), **values)


def test_a_ticket_is_bound_to_order_code_product_and_customer():
    code = make_code()
    ticket = opened(code).ticket
    assert (ticket.order, ticket.code, ticket.product) == (code.item.order, code, code.item.product)
    assert (ticket.shop, ticket.customer) == (code.item.order.shop, code.item.order.customer)
    assert (ticket.status, ticket.waiting_since) == ("new", NOON)
    assert ticket.messages.get().text == "Used already."


def test_opening_is_one_event_and_one_mail_to_the_customer():
    ticket = opened(make_code()).ticket
    assert ticket.events.filter(kind="opened").count() == 1
    mail = Delivery.objects.get(ticket=ticket)
    assert (mail.kind, mail.to) == ("acknowledge", "carol@example.com")


def test_asked_twice_for_one_code_it_is_one_ticket():
    code = make_code()
    first = opened(code)
    second = opened(code, at=NOON + timedelta(minutes=1))
    assert (first.is_new, second.is_new) == (True, False)
    assert second.ticket == first.ticket
    assert Ticket.objects.count() == 1
    assert Delivery.objects.count() == 1


def test_another_code_of_the_same_order_is_another_ticket():
    code = make_code()
    other = make_code(order=code.item.order)
    assert opened(code).ticket != opened(other).ticket


def test_after_the_first_was_solved_a_new_one_opens():
    code = make_code()
    solve(opened(code).ticket, by=None)
    assert opened(code).is_new


def test_a_whole_order_can_be_the_matter():
    order = make_order()
    ticket = open_ticket(
        by=order.customer, order=order, code=None, problem_type=make_problem_type(), text="?", at=NOON
    ).ticket
    assert (ticket.code, ticket.product) == (None, None)


def test_pictures_and_answers_are_kept_by_slot_and_the_draft_is_gone():
    code, slot, question = make_code(), make_slot(), make_slot(kind="text", label="What does it say?")
    draft = report_draft(code.item.order, code, at=NOON)
    for name, place in (("slot.png", slot), ("more.png", None)):
        add_files(draft, [SimpleUploadedFile(name, make_picture())], slot=place, at=NOON)
    ticket = opened(code, draft=draft, answers=[Answer(slot), Answer(question, "0x8024")]).ticket
    shown, said = ticket.evidence.all()
    assert [file.name for file in shown.attachments.all()] == ["slot.png"]
    assert (said.label, said.value) == ("What does it say?", "0x8024")
    assert ticket.messages.get().attachments.count() == 2
    assert not Draft.objects.exists()
    assert Attachment.objects.count() == 2


def test_files_of_a_slot_that_is_not_answered_come_along_with_the_message():
    code, slot = make_code(), make_slot()
    draft = report_draft(code.item.order, code, at=NOON)
    add_files(draft, [SimpleUploadedFile("other.png", make_picture())], slot=slot, at=NOON)
    ticket = opened(code, draft=draft).ticket
    assert ticket.messages.get().attachments.get().name == "other.png"
    assert not Draft.objects.exists()
