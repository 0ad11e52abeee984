import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import ActivationCode
from customers.tests.factories import make_category, make_code, make_customer, make_order, make_product
from tickets.models import Attachment, Draft, Event, EvidenceSlot, ExamplePicture, ProblemType, Ticket
from tickets.tests.factories import make_picture, make_problem_type, make_slot, make_ticket
from tickets.tests.portal import order_link, picture, report_url, ticket_page, upload

pytestmark = pytest.mark.django_db
Kind = EvidenceSlot.Kind


@pytest.fixture
def code() -> ActivationCode:
    return make_code()


@pytest.fixture
def used() -> ProblemType:
    return make_problem_type()


def test_the_whole_job_without_scripts(client, code, used):
    screen = make_slot(used)
    where = make_slot(used, kind=Kind.TEXT, label="Where did you enter it?", position=1)
    url = report_url(code, used)
    page = client.get(url).content.decode()
    assert screen.label in page
    assert where.label in page
    form = {"text": "It says used.", f"slot_{where.pk}": "In the launcher", f"files_{screen.pk}": picture()}
    answer = client.post(url, form)
    ticket = Ticket.objects.get()
    assert answer.url == ticket_page(ticket, "received")
    received = client.get(answer.url).content.decode()
    assert str(ticket.number) in received
    assert "one picture" in received
    assert "c•••@example.com" in received
    assert (ticket.order, ticket.code, ticket.customer) == (code.item.order, code, code.item.order.customer)
    assert [given.label for given in ticket.evidence.all()] == [screen.label, where.label]
    page = client.get(ticket_page(ticket)).content.decode()
    assert "It says used." in page
    assert "In the launcher" in page
    assert "screen.png" in page


def test_the_time_zone_of_the_browser_is_kept_with_the_customer(client, code, used):
    page = client.get(report_url(code, used)).content.decode()
    assert 'name="time_zone"' in page
    client.post(report_url(code, used), {"text": "Used.", "time_zone": "Asia/Tokyo"})
    code.item.order.customer.refresh_from_db()
    assert code.item.order.customer.time_zone == "Asia/Tokyo"


def test_one_event_is_recorded(client, code, used):
    client.post(report_url(code, used), {"text": "It says used."})
    assert Event.objects.filter(kind=Event.Kind.OPENED).count() == 1
    assert not Draft.objects.exists()


def test_asked_is_exactly_what_type_and_category_need(client, code, used):
    mine, other = code.item.product.category, make_category("gift-cards")
    make_slot(used, label="For all")
    make_slot(used, label="For mine", category=mine)
    make_slot(used, label="For another category", category=other)
    make_slot(make_problem_type("expired"), label="For another type")
    page = client.get(report_url(code, used)).content.decode()
    assert "For all" in page
    assert "For mine" in page
    assert "For another" not in page


def test_types_of_other_categories_are_not_offered(client, code, used):
    elsewhere = make_problem_type("card-empty", name="The card is empty")
    elsewhere.categories.add(make_category("gift-cards"))
    choose = reverse("portal:choose", args=[*order_link(code.item.order), code.public_ref])
    page = client.get(choose).content.decode()
    assert used.name in page
    assert elsewhere.name not in page
    assert client.get(report_url(code, elsewhere)).status_code == 404


def test_a_required_picture_that_is_missing_keeps_all_that_was_typed(client, code, used):
    screen = make_slot(used)
    where = make_slot(used, kind=Kind.TEXT, label="Where?")
    answer = client.post(report_url(code, used), {"text": "It says used.", f"slot_{where.pk}": "Launcher"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Please add a picture here." in page
    assert "It says used." in page
    assert "Launcher" in page
    again = client.get(report_url(code, used)).content.decode()  # also after the tab was closed
    assert "It says used." in again
    assert "Launcher" in again
    client.post(report_url(code, used), {f"slot_{where.pk}": "Launcher", f"files_{screen.pk}": picture()})
    assert Ticket.objects.count() == 1


def test_good_files_stay_after_an_error(client, code, used):
    screen = make_slot(used)
    question = make_slot(used, kind=Kind.NUMBER, label="How many?")
    files = [picture("one.png"), upload("two.png", b"<html>"), picture("three.png")]
    answer = client.post(report_url(code, used), {f"slot_{question.pk}": "many", f"files_{screen.pk}": files})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "one.png" in page
    assert "three.png" in page
    assert "“two.png” was not taken" in page
    assert 'value="many"' in page
    answer = client.post(report_url(code, used), {f"slot_{question.pk}": "2,5"})
    ticket = Ticket.objects.get()
    assert [file.name for file in ticket.messages.get().attachments.all()] == ["one.png", "three.png"]
    assert ticket.evidence.get(kind=Kind.NUMBER).value == "2.5"


def test_removing_a_file_without_scripts_keeps_the_text(client, code, used):
    screen = make_slot(used)
    client.post(report_url(code, used, "report-upload"), {f"files_{screen.pk}": picture("wrong.png")})
    file = Draft.objects.get().attachments.get()
    url = report_url(code, used, "report-file-remove", file.public_id)
    page = client.post(url, {"text": "Half a sen"}, follow=True).content.decode()
    assert "wrong.png" not in page
    assert "Half a sen" in page


@pytest.mark.parametrize(
    ("kind", "good", "stored", "bad"),
    [
        (Kind.TEXT, "  one \n line ", "one line", ""),
        (Kind.LONG_TEXT, "two\r\nlines", "two\nlines", "x" * 10_001),
        (Kind.NUMBER, "12,50", "12.50", "NaN"),
        (Kind.NUMBER, "0", "0", "none"),
        (Kind.DATE, "2026-03-11", "2026-03-11", "yesterday"),
        (Kind.CHOICE, "Steam", "Steam", "Origin"),
        (Kind.YES_NO, "no", "no", "maybe"),
    ],
)
def test_each_kind_of_question(client, code, used, kind, good, stored, bad):
    question = make_slot(used, kind=kind, label="Tell us", choices="Steam\nEpic")
    assert client.post(report_url(code, used), {f"slot_{question.pk}": bad}).status_code == 422
    client.post(report_url(code, used), {f"slot_{question.pk}": good})
    assert Ticket.objects.get().evidence.get().value == stored


def test_sent_twice_is_one_ticket(client, code, used):
    form = {"text": "It says used."}
    first, second = client.post(report_url(code, used), form), client.post(report_url(code, used), form)
    ticket = Ticket.objects.get()
    assert first.url == ticket_page(ticket, "received")
    assert second.url == ticket_page(ticket)
    assert ticket.messages.count() == 1
    assert not Draft.objects.exists()


def test_back_after_sending_and_writing_anew_puts_the_text_into_the_reply(client, code, used):
    client.post(report_url(code, used), {"text": "It says used."})
    answer = client.post(
        report_url(code, used), {"text": "And another thing.", "files": picture()}, follow=True
    )
    assert Ticket.objects.count() == 1
    page = answer.content.decode()
    assert "And another thing.</textarea>" in page
    assert "screen.png" in page
    assert Ticket.objects.get().messages.count() == 1


def test_pictures_and_answers_of_a_second_report_wait_in_the_reply(client, code, used):
    screen = make_slot(used)
    where = make_slot(used, kind=Kind.TEXT, label="Where?", required=False)
    when = make_slot(used, kind=Kind.TEXT, label="When?", required=False)
    content = make_picture()
    first = {f"slot_{where.pk}": "Launcher", f"files_{screen.pk}": upload("one.png", content), "text": ""}
    client.post(report_url(code, used), first)
    ticket = Ticket.objects.get()
    client.post(ticket_page(ticket, "reply-draft"), {"text": "Half a sentence"})
    files = [upload("again.png", content), picture("late.png")]
    second = {f"slot_{where.pk}": "Launcher", f"slot_{when.pk}": "Today", f"files_{screen.pk}": files}
    page = client.post(report_url(code, used), second, follow=True).content.decode()
    assert "stands below, not sent yet" in page
    assert "Half a sentence\n\nWhen?: Today</textarea>" in page
    assert "late.png" in page
    assert "again.png" not in page
    assert [draft.ticket for draft in Draft.objects.all()] == [ticket]


def test_the_same_report_sent_twice_with_its_pictures_adds_nothing(client, code, used):
    screen = make_slot(used)
    number = make_slot(used, kind=Kind.NUMBER, label="How many?")
    gone = make_slot(used, kind=Kind.TEXT, label="Gone")
    gone.delete()
    content = make_picture()
    for _ in range(2):
        form = {"text": "Used.", f"slot_{number.pk}": "2,5", "slot_987654": "and so on"}
        answer = client.post(
            report_url(code, used), form | {f"files_{screen.pk}": upload("one.png", content)}
        )
    assert answer.url == ticket_page(Ticket.objects.get())
    assert not Draft.objects.exists()
    assert Attachment.objects.count() == 1


def test_a_second_report_on_an_order_that_moved_is_kept(client, code, used):
    make_ticket(code=code, problem_type=used, at=timezone.now())
    order = code.item.order
    order.customer = make_customer("dave@example.com")
    order.save()
    client.post(report_url(code, used), {"text": "It is mine now.", "files": picture()})
    draft = Draft.objects.get()
    assert (draft.code, draft.text, draft.attachments.count()) == (code, "It is mine now.", 1)


def test_asking_again_leads_to_the_open_ticket(client, code, used):
    ticket = make_ticket(code=code, problem_type=used, at=timezone.now())
    choose = reverse("portal:choose", args=[*order_link(code.item.order), code.public_ref])
    for url in (choose, report_url(code, used)):
        assert client.get(url).url == ticket_page(ticket)


def test_answers_to_questions_that_are_gone_go_along_as_text(client, code, used):
    where = make_slot(used, kind=Kind.TEXT, label="Where?")
    when = make_slot(used, kind=Kind.TEXT, label="When?")
    other = make_problem_type("other")
    form = {"text": "It says used.", f"slot_{where.pk}": "In the launcher", f"slot_{when.pk}": "Today"}
    when.delete()
    client.post(report_url(code, used), form)
    assert Ticket.objects.get().messages.get().text == "It says used.\nToday"
    Ticket.objects.update(status="closed")
    used.categories.add(make_category("gift-cards"))
    client.post(report_url(code, used), form)
    page = client.get(report_url(code, other)).content.decode()
    assert "It says used.\nWhere?: In the launcher\nToday" in page


def test_examples_of_the_category_go_before_those_for_all(client, code, used):
    slot = make_slot(used)
    everywhere = ExamplePicture.objects.create(slot=slot, picture="examples/a", caption="For all")
    bad = ExamplePicture.objects.create(slot=slot, picture="examples/b", caption="Cut off", is_good=False)
    page = client.get(report_url(code, used)).content.decode()
    assert str(everywhere.public_id) in page
    assert "Not like this" in page
    own = ExamplePicture.objects.create(
        slot=slot, picture="examples/c", caption="Ours", category=code.item.product.category
    )
    other = ExamplePicture.objects.create(
        slot=slot, picture="examples/d", category=make_category("gift-cards")
    )
    page = client.get(report_url(code, used)).content.decode()
    assert [str(e.public_id) in page for e in (own, bad, everywhere, other)] == [True, True, False, False]


@pytest.mark.parametrize("how", ["deactivated", "deleted", "moved"])
def test_type_gone_while_the_form_was_open_keeps_text_and_files(client, code, used, how):
    screen = make_slot(used)
    other = make_problem_type("other")
    client.post(
        report_url(code, used, "report-upload"),
        {f"files_{screen.pk}": picture("early.png")},
        headers={"accept": "application/json"},
    )
    url = report_url(code, used)
    if how == "deleted":
        used.delete()
    elif how == "moved":
        used.categories.add(make_category("gift-cards"))
    else:
        ProblemType.objects.filter(pk=used.pk).update(is_active=False)
    answer = client.post(url, {"text": "It says used.", f"files_{screen.pk}": picture("late.png")})
    assert answer.status_code == 404
    assert "no longer in our list" in answer.content.decode()
    assert other.name in answer.content.decode()
    page = client.get(report_url(code, other)).content.decode()
    for kept in ("It says used.", "early.png", "late.png"):
        assert kept in page
    client.post(report_url(code, other), {"text": "It says used."})
    assert Ticket.objects.get().messages.get().attachments.count() == 2


def test_pictures_chosen_for_another_problem_type_are_shown_removable_and_sent(client, code, used):
    other = make_problem_type("other")
    screen = make_slot(used)
    make_slot(other, kind=Kind.TEXT, label="Anything?", required=False)
    files = [picture("early.png"), picture("wrong.png")]
    client.post(report_url(code, used, "report-upload"), {f"files_{screen.pk}": files})
    page = client.get(report_url(code, other)).content.decode()
    assert "early.png" in page
    wrong = Attachment.objects.get(name="wrong.png")
    client.post(report_url(code, other, "report-file-remove", wrong.public_id))
    client.post(report_url(code, other), {"text": ""})
    assert [file.name for file in Ticket.objects.get().messages.get().attachments.all()] == ["early.png"]
    assert "One more file" in client.get(ticket_page(Ticket.objects.get(), "received")).content.decode()


def test_category_gone_while_the_form_was_open(client, code, used):
    mine = code.item.product.category
    screen = make_slot(used, category=mine)
    url = report_url(code, used)
    code.item.product.category = make_category("gift-cards")
    code.item.product.save()
    mine.delete()
    answer = client.post(url, {"text": "It says used.", f"files_{screen.pk}": picture()})
    assert answer.url == ticket_page(Ticket.objects.get(), "received")
    assert Ticket.objects.get().messages.get().attachments.count() == 1


def test_a_report_on_the_whole_order(client, used):
    order = make_order()
    url = reverse("portal:report", args=[*order_link(order), "order", used.slug])
    assert client.get(url).status_code == 200
    client.post(url, {"text": "Where is my invoice?"})
    ticket = Ticket.objects.get()
    assert (ticket.order, ticket.code) == (order, None)


def test_nothing_said_and_nothing_shown_is_no_report(client, code, used):
    assert client.post(report_url(code, used), {"text": "  "}).status_code == 422
    make_slot(used, required=False)
    answer = client.post(report_url(code, used), {"text": ""})
    assert answer.status_code == 422
    assert "Please tell us what happened." in answer.content.decode()
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "NUL \x00 inside",
        "\u202egnp.exe",
        "🙈 emoji 👩‍👩‍👧",
        "<script>alert(1)</script>",
        "{{ 7|add:7 }}",
        "Ä õ ž ł ř",
    ],
)
def test_strange_text_arrives_and_is_shown_harmless(client, code, used, text):
    client.post(report_url(code, used), {"text": text})
    ticket = Ticket.objects.get()
    assert ticket.messages.get().text == text.replace("\x00", "")
    page = client.get(ticket_page(ticket)).content.decode()
    assert "<script>alert" not in page
    assert "\x00" not in page


def test_a_text_of_a_megabyte_is_refused_kindly_and_kept(client, code, used):
    text = "long " * 200_000
    answer = client.post(report_url(code, used), {"text": text})
    assert answer.status_code == 422
    assert "50000 can be sent" in answer.content.decode()
    assert text.strip() in answer.content.decode()
    assert len(Draft.objects.get().text) > 999_000


def test_nothing_known_is_asked_and_the_code_stays_masked(client, code, used):
    page = client.get(report_url(code, used)).content.decode()
    assert code.code not in page
    assert code.masked in page
    assert code.item.order.number in page
    assert code.item.product.name in page


def test_a_code_of_another_order_is_not_found(client, code, used):
    stranger = make_code(order=make_order(number="B-1"), product=make_product())
    url = reverse("portal:report", args=[*order_link(code.item.order), stranger.public_ref, used.slug])
    assert client.get(url).status_code == 404
    assert client.post(url, {"text": "x"}).status_code == 404
    assert not Draft.objects.exists()


def test_get_writes_nothing(client, code, used):
    client.get(report_url(code, used))
    client.get(reverse("portal:choose", args=[*order_link(code.item.order), code.public_ref]))
    assert not Draft.objects.exists()


@pytest.mark.parametrize("name", ["report-upload", "report-draft"])
def test_get_on_a_verb_is_refused(client, code, used, name):
    assert client.get(report_url(code, used, name)).status_code == 405


def test_post_without_csrf_token_is_refused(code, used):
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post(report_url(code, used), {"text": "x"}).status_code == 403
    assert not Ticket.objects.exists()


def test_typed_words_are_kept_as_one_types(client, code, used):
    question = make_slot(used, kind=Kind.TEXT)
    answer = client.post(
        report_url(code, used, "report-draft"),
        {"text": "It sa", f"slot_{question.pk}": "Lau"},
        headers={"accept": "application/json"},
    )
    assert answer.status_code == 204
    draft = Draft.objects.get()
    assert (draft.text, draft.answers) == ("It sa", {str(question.pk): "Lau"})


def test_answers_to_no_question_do_not_fill_the_draft(client, code, used):
    question = make_slot(used, kind=Kind.TEXT)
    other = make_slot(make_problem_type("other"), kind=Kind.TEXT)
    client.post(report_url(code, "other", "report-draft"), {f"slot_{other.pk}": "of the other type"})
    for number in range(3):
        form = {"text": "Used.", f"slot_{question.pk}": "x" * 60_000, f"slot_{900_000 + number}": "y" * 100}
        client.post(report_url(code, used, "report-draft"), form)
    draft = Draft.objects.get()
    assert draft.answers == {str(other.pk): "of the other type", str(question.pk): "x" * 50_000}
    assert draft.text == "Used.\n" + "y" * 100


def test_an_autosave_that_comes_in_behind_its_own_report_leaves_no_draft(client, code, used):
    client.post(report_url(code, used), {"text": "It says used."})
    answer = client.post(
        report_url(code, used, "report-draft"),
        {"text": "It says used."},
        headers={"accept": "application/json"},
    )
    assert answer.status_code == 204
    assert not Draft.objects.exists()


@pytest.mark.parametrize("slots", [1, 6])
def test_the_form_needs_the_same_queries_for_any_number_of_slots(
    client, code, used, slots, django_assert_num_queries
):
    for _ in range(slots):
        slot = make_slot(used)
        ExamplePicture.objects.create(slot=slot, picture="examples/x")
        client.post(report_url(code, used, "report-upload"), {f"files_{slot.pk}": picture()})
    with django_assert_num_queries(15):
        assert client.get(report_url(code, used)).status_code == 200
