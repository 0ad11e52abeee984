"""Nothing that an agent types is ever lost, and nothing is sent that should not be."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tickets.actions import claim, close, receive, reply, solve
from tickets.desk.kept import composer_token
from tickets.models import Attachment, Draft, Message, Ticket
from tickets.tests.desk import address, composer_of, kinds, signed_in
from tickets.tests.factories import make_agent, make_picture, make_ticket

pytestmark = pytest.mark.django_db


def picture(name: str = "proof.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, make_picture(), "image/png")


def answers(ticket: Ticket) -> list[str]:
    return list(ticket.messages.filter(direction="out").values_list("text", flat=True))


def test_a_reply_is_sent_with_its_files():
    alice, ticket = make_agent(), make_ticket()
    typed = composer_of(ticket, alice, text="See here", files=[picture(), picture("two.png")])
    response = signed_in(alice).post(address("reply", ticket), typed)
    assert response.url == address("ticket", ticket)
    message = ticket.messages.get(direction="out")
    assert [file.name for file in message.attachments.all()] == ["proof.png", "two.png"]
    assert not Draft.objects.filter(ticket=ticket).exists()


def test_after_solving_the_agent_is_back_at_the_queue():
    alice, ticket = make_agent(), make_ticket()
    response = signed_in(alice).post(
        address("reply", ticket), composer_of(ticket, alice, text="Done", then="solved")
    )
    assert response.url == "/desk/"
    ticket.refresh_from_db()
    assert ticket.status == "solved"


def test_an_empty_reply_is_refused_in_words():
    alice, ticket = make_agent(), make_ticket()
    response = signed_in(alice).post(address("reply", ticket), composer_of(ticket, alice))
    assert response.status_code == 409
    assert "Please write something or add a picture." in response.content.decode()


def test_a_reply_pressed_twice_is_sent_once():
    alice, ticket = make_agent(), make_ticket()
    browser, typed = signed_in(alice), composer_of(ticket, alice, text="Here is the code.")
    same = make_picture()
    posts = [
        browser.post(address("reply", ticket), {**typed, "files": [SimpleUploadedFile("proof.png", same)]})
        for _ in "12"
    ]
    codes = [response.status_code for response in posts]
    assert codes == [302, 302]
    assert answers(ticket) == ["Here is the code."]
    assert Attachment.objects.count() == 1
    assert not Draft.objects.exists()


def test_the_same_words_with_another_file_are_no_double():
    alice, ticket = make_agent(), make_ticket()
    browser, typed = signed_in(alice), composer_of(ticket, alice, text="See here")
    browser.post(address("reply", ticket), {**typed, "files": [picture()]})
    response = browser.post(address("reply", ticket), {**typed, "files": [picture("two.png")]})
    assert response.status_code == 409
    assert [file.name for file in response.context["composer"]["files"]] == ["two.png"]
    assert answers(ticket) == ["See here"]


def test_the_same_words_to_a_new_question_are_no_double():
    alice, ticket = make_agent(), make_ticket()
    browser = signed_in(alice)
    browser.post(address("reply", ticket), composer_of(ticket, alice, text="Please send a screenshot."))
    ticket.refresh_from_db()
    typed = composer_of(ticket, alice, text="Please send a screenshot.", files=[picture()])
    receive(ticket, by=ticket.customer, text="Of what?")
    response = browser.post(address("reply", ticket), typed)
    assert response.status_code == 409
    assert response.context["composer"]["text"] == "Please send a screenshot."
    assert [file.name for file in response.context["composer"]["files"]] == ["proof.png"]


def test_a_new_message_stops_the_reply_shows_it_and_keeps_text_and_files():
    alice, ticket = make_agent(), make_ticket()
    browser, typed = signed_in(alice), composer_of(ticket, alice, text="A long answer", files=[picture()])
    newer = receive(ticket, by=ticket.customer, text="It works now, sorry!")
    response = browser.post(address("reply", ticket), typed)
    page = response.content.decode()
    assert response.status_code == 409
    assert "It works now, sorry!" in page
    assert f'msg-new" id="m{newer.pk}"' in page
    assert "A long answer" in page
    assert "proof.png" in page
    assert answers(ticket) == []


def test_a_second_press_after_reading_the_news_sends():
    alice, ticket = make_agent(), make_ticket()
    browser, typed = signed_in(alice), composer_of(ticket, alice, text="A long answer", files=[picture()])
    receive(ticket, by=ticket.customer, text="Hello?")
    shown = browser.post(address("reply", ticket), typed).context["composer"]
    again = typed | {"seen_message": shown["seen_message"], "seen_assignee": shown["seen_assignee"]}
    del again["files"]
    assert browser.post(address("reply", ticket), again).status_code == 302
    assert answers(ticket) == ["A long answer"]
    assert ticket.messages.get(direction="out").attachments.count() == 1


def test_who_has_the_ticket_is_told_and_can_be_relieved():
    alice, bob = make_agent(), make_agent("Bob Other")
    ticket = make_ticket(assignee=bob)
    response = signed_in(alice).post(
        address("reply", ticket), composer_of(ticket, alice, text="Let me answer")
    )
    page = response.content.decode()
    assert response.status_code == 409
    assert "Bob Other has this ticket in work." in page
    assert "Take over" in page
    assert "Let me answer" in page


def test_a_colleague_who_took_it_meanwhile_stops_the_reply_and_can_be_relieved():
    alice, bob, ticket = make_agent(), make_agent("Bob Other"), make_ticket()
    typed = composer_of(ticket, alice, text="Let me answer")
    claim(ticket, by=bob)
    page = signed_in(alice).post(address("reply", ticket), typed).content.decode()
    assert "Bob Other has the ticket now." in page
    assert "Take over" in page
    assert "Let me answer" in page
    assert answers(ticket) == []


def test_a_closed_ticket_keeps_what_was_typed():
    alice, ticket = make_agent(), make_ticket()
    typed = composer_of(ticket, alice, text="Too late", files=[picture()])
    solve(ticket, by=None)
    close(ticket, by=None)
    browser = signed_in(alice)
    response = browser.post(address("reply", ticket), typed)
    assert response.status_code == 409
    for page in (response.content.decode(), browser.get(address("ticket", ticket)).content.decode()):
        assert "Nothing was sent" in page
        assert re.search(r"<textarea[^>]* readonly[^>]*>Too late</textarea>", page)
        assert "proof.png" in page
        assert 'name="text"' not in page


def test_a_note_on_a_closed_ticket_leaves_the_reply_that_was_too_late():
    alice, ticket = make_agent(), make_ticket()
    browser = signed_in(alice)
    browser.post(address("draft", ticket), composer_of(ticket, alice, text="Too late"))
    solve(ticket, by=None)
    close(ticket, by=None)
    typed = composer_of(ticket, alice, note="She wrote again by mail.")
    del typed["text"]  # its page has no field for a reply
    browser.post(address("note", ticket), typed)
    assert ticket.notes.count() == 1
    assert Draft.objects.get(ticket=ticket, agent=alice).text == "Too late"


def test_an_unfilled_variable_is_asked_about_once():
    alice, ticket = make_agent(), make_ticket()
    browser, written = signed_in(alice), {"text": "Dear {customer_name},"}
    asked = browser.post(address("reply", ticket), composer_of(ticket, alice, **written))
    assert asked.status_code == 422
    assert "{customer_name} is not filled in" in asked.content.decode()
    assert answers(ticket) == []
    seal = {"seen_findings": asked.context["findings_seal"]}
    browser.post(address("reply", ticket), composer_of(ticket, alice, **written, **seal))
    assert answers(ticket) == ["Dear {customer_name},"]


def test_a_bad_file_stops_the_reply_and_the_good_one_stays():
    alice, ticket = make_agent(), make_ticket()
    bad = SimpleUploadedFile("page.png", b"<html><script>alert(1)</script>", "image/png")
    response = signed_in(alice).post(
        address("reply", ticket), composer_of(ticket, alice, text="See", files=[picture(), bad])
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "page.png" in page
    assert [file.name for file in response.context["composer"]["files"]] == ["proof.png"]
    assert answers(ticket) == []


@pytest.mark.parametrize("text", ["a" * 50_001, "x" * 1_048_576], ids=["a little too long", "a mebibyte"])
def test_a_text_too_long_is_refused_and_kept(text):
    alice, ticket = make_agent(), make_ticket()
    response = signed_in(alice).post(address("reply", ticket), composer_of(ticket, alice, text=text))
    assert response.status_code == 422
    assert Draft.objects.get(ticket=ticket, agent=alice).text == text
    assert answers(ticket) == []


def test_nul_bytes_are_dropped_and_letters_of_all_kinds_arrive():
    alice, ticket = make_agent(), make_ticket()
    signed_in(alice).post(
        address("reply", ticket), composer_of(ticket, alice, text="Tere\x00 õhtust 🎉 \u202eabc")
    )
    assert answers(ticket) == ["Tere õhtust 🎉 \u202eabc"]


@pytest.mark.parametrize("field", ["seen_message", "seen_assignee", "then"])
def test_a_page_that_was_tampered_with_sends_nothing(field):
    alice, ticket = make_agent(), make_ticket()
    typed = composer_of(ticket, alice, text="Hello") | {field: "9" * 40 + "x"}
    assert signed_in(alice).post(address("reply", ticket), typed).status_code == 422
    assert answers(ticket) == []


class TestWhenTheSessionEnded:
    def test_a_reply_is_kept_for_its_writer_who_finds_it_after_signing_in(self, client):
        alice, ticket = make_agent(), make_ticket()
        typed = composer_of(ticket, alice, text="An hour of work", note="psst", files=[picture()])
        response = client.post(address("reply", ticket), typed)
        assert response.url == f"/desk/login/?next={address('ticket', ticket)}"
        page = signed_in(alice).get(address("ticket", ticket))
        assert page.context["composer"]["text"] == "An hour of work"
        assert page.context["composer"]["note"] == "psst"
        assert "We kept what you wrote" in page.content.decode()
        assert [file.name for file in page.context["composer"]["files"]] == ["proof.png"]
        assert answers(ticket) == []

    @pytest.mark.parametrize("verb", ["claim", "release", "note", "memo", "draft", "status", "problem-type"])
    def test_any_button_of_the_page_keeps_it(self, client, verb):
        alice, ticket = make_agent(), make_ticket()
        client.post(address(verb, ticket), composer_of(ticket, alice, text="An hour of work"))
        assert Draft.objects.get(ticket=ticket, agent=alice).text == "An hour of work"
        assert kinds(ticket) == []

    def test_a_script_hears_that_it_is_kept(self, client):
        alice, ticket = make_agent(), make_ticket()
        response = client.post(
            address("draft", ticket),
            composer_of(ticket, alice, text="Half"),
            headers={"accept": "application/json"},
        )
        assert response.status_code == 401
        assert "What you wrote is kept" in response.json()["error"]

    @pytest.mark.parametrize("token", ["", "x", "a:b:c"])
    def test_without_the_signed_token_nothing_is_stored(self, client, token):
        ticket = make_ticket()
        client.post(address("reply", ticket), {"composer": token, "text": "Spam", "files": [picture()]})
        assert not Draft.objects.exists()
        assert not Attachment.objects.exists()

    def test_a_token_of_another_ticket_stores_nothing(self, client):
        alice, ticket, other = make_agent(), make_ticket(), make_ticket()
        client.post(address("reply", ticket), {"composer": composer_token(other, alice), "text": "Spam"})
        assert not Draft.objects.exists()

    def test_a_token_of_who_left_stores_nothing(self, client):
        gone, ticket = make_agent("Grete Gone", is_active=False), make_ticket()
        client.post(address("reply", ticket), composer_of(ticket, gone, text="Spam"))
        assert not Draft.objects.exists()

    def test_an_old_token_stores_nothing(self, client, settings):
        alice, ticket = make_agent(), make_ticket()
        typed = composer_of(ticket, alice, text="Spam")
        settings.SESSION_COOKIE_AGE = -1
        client.post(address("reply", ticket), typed)
        assert not Draft.objects.exists()


class TestTheDraft:
    def test_it_is_kept_while_typing_and_shown_again(self):
        alice, ticket = make_agent(), make_ticket()
        browser = signed_in(alice)
        response = browser.post(
            address("draft", ticket),
            composer_of(ticket, alice, text="Half"),
            headers={"accept": "application/json"},
        )
        assert response.json()["done"] == "Kept as a draft."
        assert browser.get(address("ticket", ticket)).context["composer"]["text"] == "Half"
        assert kinds(ticket) == []

    def test_it_is_its_writers_alone(self):
        alice, ticket = make_agent(), make_ticket()
        signed_in(alice).post(address("draft", ticket), composer_of(ticket, alice, text="Half"))
        page = signed_in(make_agent("Bob Other")).get(address("ticket", ticket))
        assert "Half" not in page.context["composer"]["text"]

    def test_emptied_it_is_gone(self):
        alice, ticket = make_agent(), make_ticket()
        browser = signed_in(alice)
        browser.post(address("draft", ticket), composer_of(ticket, alice, text="Half"))
        browser.post(address("draft", ticket), composer_of(ticket, alice, text=""))
        assert not Draft.objects.exists()

    def test_an_autosave_behind_its_own_reply_does_not_bring_it_back(self):
        alice, ticket = make_agent(), make_ticket()
        browser, typed = signed_in(alice), composer_of(ticket, alice, text="Sent")
        browser.post(address("reply", ticket), typed)
        browser.post(address("draft", ticket), typed)
        assert not Draft.objects.exists()

    def test_a_page_from_before_overwrites_nothing_of_it(self):
        alice, ticket = make_agent(), make_ticket()
        browser, empty = signed_in(alice), composer_of(ticket, alice)
        browser.post(address("draft", ticket), composer_of(ticket, alice, text="Half an hour", note="psst"))
        browser.post(address("claim", ticket), empty)
        draft = Draft.objects.get(ticket=ticket, agent=alice)
        assert (draft.text, draft.answers) == ("Half an hour", {"note": "psst"})

    def test_what_was_typed_in_two_pages_is_kept_of_both(self):
        alice, ticket = make_agent(), make_ticket()
        browser, other = signed_in(alice), composer_of(ticket, alice, text="From the other tab")
        browser.post(address("draft", ticket), composer_of(ticket, alice, text="Half an hour"))
        browser.post(address("claim", ticket), other)
        assert Draft.objects.get().text == "Half an hour\n\nFrom the other tab"

    @pytest.mark.parametrize(("verb", "field"), [("reply", "text"), ("note", "note"), ("memo", "memo")])
    def test_sending_from_one_page_leaves_what_another_wrote(self, verb, field):
        alice, ticket = make_agent(), make_ticket()
        browser, other = signed_in(alice), composer_of(ticket, alice, **{field: "Short and quick"})
        browser.post(address("draft", ticket), composer_of(ticket, alice, **{field: "Half an hour"}))
        assert browser.post(address(verb, ticket), other).status_code == 302
        said = answers(ticket) + [note.text for note in ticket.notes.all()]
        assert said == ["Short and quick"]
        draft = Draft.objects.get()
        assert (draft.text or draft.answers[field]) == "Half an hour"

    def test_a_page_goes_on_from_its_own_autosave(self):
        alice, ticket = make_agent(), make_ticket()
        browser, typed = signed_in(alice), composer_of(ticket, alice, autosave="on")
        for text in ("Half", "Half a reply", "Another beginning", ""):
            answer = browser.post(
                address("draft", ticket), typed | {"text": text}, headers={"accept": "application/json"}
            )
            typed["draft"] = answer.json()["version"]
            assert list(Draft.objects.values_list("text", flat=True)) == ([text] if text else [])

    def test_an_autosave_of_another_page_changes_nothing_and_says_so(self):
        alice, ticket = make_agent(), make_ticket()
        browser, other = signed_in(alice), composer_of(ticket, alice, text="Other words", autosave="on")
        browser.post(address("draft", ticket), composer_of(ticket, alice, text="Half an hour"))
        for _ in range(2):
            answer = browser.post(address("draft", ticket), other, headers={"accept": "application/json"})
            assert answer.status_code == 409
            assert "another tab" in answer.json()["error"]
        assert Draft.objects.get().text == "Half an hour"

    def test_an_autosave_that_the_next_button_overtook_is_no_other_page(self):
        alice, ticket = make_agent(), make_ticket()
        browser, typed = signed_in(alice), composer_of(ticket, alice)
        browser.post(address("draft", ticket), typed | {"text": "Half a re", "autosave": "on"})
        browser.post(address("claim", ticket), typed | {"text": "Half a reply"})
        assert Draft.objects.get().text == "Half a reply"

    def test_a_reply_leaves_a_half_written_note_alone(self):
        alice, ticket = make_agent(), make_ticket()
        signed_in(alice).post(address("reply", ticket), composer_of(ticket, alice, text="Sent", note="Half"))
        draft = Draft.objects.get(ticket=ticket, agent=alice)
        assert (draft.text, draft.answers) == ("", {"note": "Half"})

    def test_claiming_takes_along_what_is_typed(self):
        alice, ticket = make_agent(), make_ticket()
        signed_in(alice).post(address("claim", ticket), composer_of(ticket, alice, text="Half"))
        assert Draft.objects.get(ticket=ticket, agent=alice).text == "Half"


class TestFiles:
    def test_one_arrives_by_script_and_is_described(self):
        alice, ticket = make_agent(), make_ticket()
        response = signed_in(alice).post(
            address("upload", ticket), {"files": [picture()]}, headers={"accept": "application/json"}
        )
        (file,) = response.json()["files"]
        assert (file["name"], response.json()["refused"]) == ("proof.png", [])
        assert file["thumb"].endswith("?size=thumb")

    def test_one_that_is_refused_says_why(self):
        ticket = make_ticket()
        empty = SimpleUploadedFile("empty.png", b"", "image/png")
        response = signed_in().post(
            address("upload", ticket), {"files": [empty]}, headers={"accept": "application/json"}
        )
        assert response.json()["files"] == []
        assert "empty.png" in response.json()["refused"][0]

    def test_one_is_removed_with_the_text_kept(self):
        alice, ticket = make_agent(), make_ticket()
        browser = signed_in(alice)
        browser.post(address("draft", ticket), composer_of(ticket, alice, text="Half", files=[picture()]))
        file = Attachment.objects.get()
        browser.post(
            f"{address('upload', ticket)}{file.public_id}/remove/",
            composer_of(ticket, alice, text="Half and more"),
        )
        assert not Attachment.objects.exists()
        assert Draft.objects.get().text == "Half and more"

    def test_nobody_removes_a_colleagues_or_a_sent_file(self):
        alice, bob, ticket = make_agent(), make_agent("Bob Other"), make_ticket()
        typed = composer_of(ticket, bob, text="Mine", files=[picture()])
        signed_in(bob).post(address("draft", ticket), typed)
        remove = f"{address('upload', ticket)}{Attachment.objects.get().public_id}/remove/"
        assert signed_in(alice).post(remove).status_code == 404
        signed_in(bob).post(address("reply", ticket), composer_of(ticket, bob, text="Mine"))
        assert signed_in(bob).post(remove).status_code == 404
        assert Attachment.objects.count() == 1

    def test_an_unsent_file_is_seen_by_its_owner_alone(self):
        alice, bob, ticket = make_agent(), make_agent("Bob Other"), make_ticket()
        signed_in(bob).post(address("draft", ticket), composer_of(ticket, bob, files=[picture()]))
        where = f"/desk/files/{Attachment.objects.get().public_id}/"
        assert signed_in(bob).get(where).status_code == 200
        assert signed_in(alice).get(where).status_code == 404


def test_a_reply_by_get_only_leads_to_the_ticket():
    ticket = make_ticket()
    for verb in ("reply", "draft", "upload"):
        assert signed_in().get(address(verb, ticket)).url == address("ticket", ticket)
        assert kinds(ticket) == []
    assert Message.objects.filter(direction="out").count() == 0


def test_a_reply_without_the_csrf_token_is_refused():
    from django.test import Client

    alice, ticket = make_agent(), make_ticket()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    assert browser.post(address("reply", ticket), composer_of(ticket, alice, text="Hi")).status_code == 403
    assert answers(ticket) == []


def test_the_same_words_said_again_from_a_fresh_page_are_sent():
    alice, ticket = make_agent(), make_ticket()
    reply(ticket, by=alice, text="Thank you!")
    signed_in(alice).post(
        address("reply", ticket), composer_of(Ticket.objects.get(pk=ticket.pk), alice, text="Thank you!")
    )
    assert len(answers(ticket)) == 2
