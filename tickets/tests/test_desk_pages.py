import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from customers.tests.factories import make_code, make_customer, make_order, make_product
from tickets.actions import add_note, close, receive, reply, solve
from tickets.actions import draft as drafts
from tickets.evidence.uploads import add_files
from tickets.models import Attachment, Delivery, Evidence, ReplyTemplate, Ticket
from tickets.tests.desk import address, composer_of, signed_in
from tickets.tests.factories import make_agent, make_picture, make_slot, make_ticket

pytestmark = pytest.mark.django_db
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def page_of(ticket, browser=None, query=""):
    response = (browser or signed_in()).get(address("ticket", ticket) + query)
    assert response.status_code == 200
    return response.content.decode()


def test_messages_notes_and_events_stand_in_one_order():
    ticket = make_ticket(text="First words")
    add_note(ticket, by=make_agent(), text="A quiet note")
    reply(ticket, by=make_agent(), text="Our answer")
    page = page_of(ticket)
    places = [page.index(words) for words in ("First words", "A quiet note", "Our answer")]
    assert places == sorted(places)
    assert "opened the ticket" in page
    assert "took the ticket into work" in page


def test_notes_are_marked_as_for_agents_only():
    ticket = make_ticket()
    add_note(ticket, by=make_agent(), text="A quiet note")
    assert "msg-note" in page_of(ticket)
    assert "Only agents see this" in page_of(ticket)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("queued", "is on its way"),
        ("sending", "is on its way"),
        ("sent", "Mailed to carol@example.com"),
        ("failed", "could not be delivered"),
    ],
)
def test_each_answer_tells_how_far_its_mail_got(state, words):
    ticket = make_ticket()
    message = reply(ticket, by=make_agent(), text="Hello")
    Delivery.objects.filter(message=message).update(state=state)
    assert words in page_of(ticket)


def test_codes_are_masked_and_only_the_tickets_own_can_be_revealed():
    order = make_order()
    code = make_code("ABCDE-FGHIJ-KLMNO-7K2Q", order=order)
    other = make_code("ZZZZZ-YYYYY-XXXXX-9999", order=order)
    page = page_of(make_ticket(code=code))
    assert "•••• 7K2Q" in page
    assert "•••• 9999" in page
    assert "FGHIJ" not in page
    assert "YYYYY" not in page
    assert f"/desk/codes/{code.public_ref}/reveal/" in page
    assert other.public_ref not in page


def test_evidence_stands_beside_its_question():
    ticket = make_ticket()
    slot = make_slot()
    evidence = Evidence.objects.create(ticket=ticket, slot=slot, label=slot.label, kind="picture")
    Evidence.objects.create(ticket=ticket, label="What does it say?", kind="text", value="0x8024", position=1)
    draft = drafts.reply_draft(ticket, agent=None, at=ticket.opened_at)
    picture = SimpleUploadedFile("error.png", make_picture())
    (file,) = add_files(draft, [picture], at=ticket.opened_at).attachments
    Attachment.objects.filter(pk=file.pk).update(draft=None, message=ticket.messages.get(), evidence=evidence)
    page = page_of(ticket)
    for words in (slot.label, "What does it say?", "0x8024"):
        assert words in page
    # Shown as evidence, not once more under the message; as a thumbnail, and large on a click.
    assert page.count(f"/desk/files/{file.public_id}/?size=thumb") == 1
    assert f'href="/desk/files/{file.public_id}/" data-lightbox' in page


def test_a_deleted_slot_leaves_its_evidence_readable():
    ticket, slot = make_ticket(), make_slot()
    Evidence.objects.create(ticket=ticket, slot=slot, label="As it was asked then", kind="text", value="Yes")
    slot.delete()
    assert "As it was asked then" in page_of(ticket)


def test_a_files_type_and_bytes_are_not_the_senders_to_choose():
    ticket = make_ticket()
    draft = drafts.reply_draft(ticket, agent=None, at=ticket.opened_at)
    files = [SimpleUploadedFile("page.html.txt", b"no <b>"), SimpleUploadedFile("error.png", make_picture())]
    add_files(draft, files, at=ticket.opened_at)
    receive(ticket, by=ticket.customer, text="See", draft=draft)
    for file in Attachment.objects.all():
        shown = signed_in().get(f"/desk/files/{file.public_id}/")
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in shown.headers["Content-Security-Policy"]
        assert shown.headers["Content-Type"] in {"image/webp", "application/octet-stream"}
        kept = signed_in().get(f"/desk/files/{file.public_id}/?size=original")
        assert kept.headers["Content-Disposition"].startswith("attachment")
    assert Attachment.objects.count() == 2


def test_all_other_tickets_of_the_customer_are_at_hand():
    carol = make_customer()
    tickets = [make_ticket(code=make_code(order=make_order(customer=carol))) for _ in range(23)]
    mallory = make_customer("mallory@example.com", "Mallory Stranger")
    make_ticket(code=make_code(order=make_order(customer=mallory)))
    response = signed_in().get(address("ticket", tickets[0]))
    others = [row["number"] for row in response.context["others"]]
    assert others == [ticket.number for ticket in reversed(tickets[3:])]
    assert response.context["more_others"] is True
    assert f"/desk/customers/{carol.pk}/" in response.content.decode()


class TestTemplates:
    def test_one_is_filled_with_what_the_ticket_knows(self):
        ticket = make_ticket(code=make_code(product=make_product(name="Harbour Lights")))
        template = ReplyTemplate.objects.create(
            title="Hello",
            text="Dear {customer_name}, {product} of {order_number} ({ticket_number}). {agent_name}, {shop} {x}",
        )
        response = signed_in().get(address("ticket", ticket), {"template": template.pk})
        assert response.context["composer"]["text"] == (
            f"Dear Carol Customer, Harbour Lights of {ticket.order.number} ({ticket.number}). "
            "Alice Agent, Keyhaven {x}"
        )

    def test_what_the_ticket_does_not_know_stays_to_be_seen(self):
        ticket = make_ticket(order=make_order())
        template = ReplyTemplate.objects.create(title="Hello", text="About {product}")
        response = signed_in().get(address("ticket", ticket), {"template": template.pk})
        assert response.context["composer"]["text"] == "About {product}"

    def test_one_is_added_behind_what_is_typed_already(self):
        alice, ticket = make_agent(), make_ticket()
        template = ReplyTemplate.objects.create(title="Hello", text="Kind regards")
        browser = signed_in(alice)
        browser.post(address("draft", ticket), composer_of(ticket, alice, text="My words"))
        response = browser.get(address("ticket", ticket), {"template": template.pk})
        assert response.context["composer"]["text"] == "My words\n\nKind regards"

    def test_those_in_the_customers_language_and_for_the_problem_come_first(self):
        ticket = make_ticket()
        ReplyTemplate.objects.create(title="A", text="a", language="et")
        ReplyTemplate.objects.create(title="B", text="b")
        ReplyTemplate.objects.create(title="C", text="c", problem_type=ticket.problem_type)
        response = signed_in().get(address("ticket", ticket))
        assert [one["title"] for one in response.context["choices"].templates] == ["C", "B", "A"]

    @pytest.mark.parametrize("wanted", ["", "0", "x", "-1", "9" * 40, "\x00"])
    def test_an_unknown_one_is_no_harm(self, wanted):
        assert signed_in().get(address("ticket", make_ticket()), {"template": wanted}).status_code == 200

    def test_names_do_not_reach_into_objects(self):
        ticket = make_ticket()
        template = ReplyTemplate.objects.create(
            title="X", text="{shop.link_secret} {0.__class__} {agent_name!r}"
        )
        response = signed_in().get(address("ticket", ticket), {"template": template.pk})
        assert response.context["composer"]["text"] == template.text


def test_what_people_wrote_is_never_markup():
    customer = make_customer("carol@example.com", HOSTILE)
    order = make_order(customer=customer, number=HOSTILE[:60])
    product = make_product(name=HOSTILE)
    ticket = make_ticket(code=make_code(order=order, product=product), text=HOSTILE)
    Ticket.objects.filter(pk=ticket.pk).update(subject=HOSTILE)
    ReplyTemplate.objects.create(title=HOSTILE, text="</script>" + HOSTILE)
    add_note(ticket, by=make_agent(), text=HOSTILE)
    browser = signed_in()
    for where in ("/desk/", address("ticket", ticket), f"/desk/customers/{customer.pk}/"):
        page = browser.get(where).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_a_closed_ticket_can_be_read_and_noted_but_not_answered():
    ticket = make_ticket()
    solve(ticket, by=None)
    close(ticket, by=None)
    page = page_of(ticket)
    assert "pane-note" in page
    assert "pane-reply" not in page


def test_a_follow_up_leads_back_to_the_closed_ticket():
    ticket = make_ticket()
    solve(ticket, by=None)
    close(ticket, by=None)
    newer = receive(ticket, by=ticket.customer, text="It is back").ticket
    assert address("ticket", ticket) in page_of(newer)


@pytest.mark.parametrize("number", ["0", "1", "99999", "100000", "999999999", "9" * 30])
def test_a_number_that_no_ticket_has_is_not_found(number):
    assert signed_in().get(f"/desk/tickets/{number}/").status_code == 404


class TestTheCustomer:
    def test_everything_about_one_person_is_on_a_page(self):
        carol = make_customer()
        ticket = make_ticket(code=make_code(order=make_order(customer=carol, number="WEB-1")))
        page = signed_in().get(f"/desk/customers/{carol.pk}/").content.decode()
        for words in ("carol@example.com", "WEB-1", str(ticket.number)):
            assert words in page

    def test_tickets_are_paged_by_key(self, monkeypatch):
        monkeypatch.setattr("tickets.desk.paging.PAGE", 2)
        carol = make_customer()
        tickets = [make_ticket(code=make_code(order=make_order(customer=carol))) for _ in range(5)]
        browser, found, after = signed_in(), [], ""
        while after is not None:
            page = browser.get(f"/desk/customers/{carol.pk}/", {"after": after}).context["page"]
            found += [row["id"] for row in page.rows]
            after = page.next
        assert found == [ticket.pk for ticket in reversed(tickets)]

    @pytest.mark.parametrize("pk", ["0", "999999", "9" * 30])
    def test_an_unknown_one_is_not_found(self, pk):
        assert signed_in().get(f"/desk/customers/{pk}/").status_code == 404
