"""The customers' pages in a real browser: what scripts add, and that nothing breaks the
Content-Security-Policy."""

import base64
import time

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from customers.tests.factories import make_code
from tickets.evidence import pictures, uploads
from tickets.models import Attachment, Draft, EvidenceSlot, Ticket
from tickets.tests.factories import make_picture, make_problem_type, make_slot, make_ticket
from tickets.tests.portal import report_url, ticket_page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HAND_OVER = """([kind, content, name, text]) => {
  const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
  const held = new DataTransfer();
  held.items.add(new File([bytes], name, { type: "image/png" }));
  if (text) held.setData("text/plain", text);
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: held, bubbles: true, cancelable: true });
  const place = kind === "paste" ? document.activeElement : document.querySelector("[data-dropzone]");
  return place.dispatchEvent(event);
}"""


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser complained about. Refused uploads are answered 422, which it also mentions."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("console", lambda said: heard.append(said.text) if said.type == "error" else None)
    return heard


@pytest.fixture
def slowly(monkeypatch) -> None:
    """The server looks at each picture for a while."""

    def look_at(file):
        time.sleep(1)
        return pictures.look_at(file)

    monkeypatch.setattr(uploads, "look_at", look_at)


def chosen(name: str, content: bytes | None = None) -> dict:
    return {"name": name, "mimeType": "image/png", "buffer": content or make_picture()}


def hand_over(page: Page, kind: str, name: str, text: str = "") -> bool:
    """False when a script took what was handed over, so that the browser leaves it alone."""
    return page.evaluate(HAND_OVER, [kind, base64.b64encode(make_picture()).decode(), name, text])


def test_pick_drop_paste_remove_and_send(page, live_server, complaints):
    code, problem_type = make_code(), make_problem_type()
    slot = make_slot(problem_type)
    make_slot(problem_type, kind=EvidenceSlot.Kind.TEXT, label="Where?", position=1)
    page.goto(live_server.url + report_url(code, problem_type))
    place = page.locator("[data-uploads]").first
    place.locator("input[type=file]").first.set_input_files([chosen("picked.png"), chosen("wrong.png")])
    expect(place.locator(".upload-done")).to_have_count(2)
    hand_over(page, "drop", "dropped.png")
    hand_over(
        page, "paste", "pasted.png"
    )  # nothing has the focus: the first place that is empty, the one for all else
    expect(page.locator(".upload-done")).to_have_count(4)
    page.get_by_role("button", name="Remove wrong.png").click()
    expect(page.get_by_text("wrong.png")).to_have_count(0)
    page.get_by_label("Where?").fill("In the launcher")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", name="Thank you, we have it")).to_be_visible()
    ticket = Ticket.objects.get()
    names = set(ticket.messages.get().attachments.values_list("name", "evidence__slot"))
    assert names == {("picked.png", slot.pk), ("dropped.png", slot.pk), ("pasted.png", None)}
    assert not complaints


def test_text_pasted_from_a_table_goes_into_the_field(page, live_server):
    page.goto(live_server.url + report_url(make_code(), make_problem_type()))
    page.get_by_label("What happened?").focus()
    assert hand_over(page, "paste", "cells.png", text="a cell")
    assert not hand_over(page, "paste", "screen.png")
    expect(page.locator(".upload-done")).to_have_count(1)
    assert Attachment.objects.get().name == "screen.png"


def test_a_refused_file_says_why_and_the_rest_stays(page, live_server, settings):
    settings.UPLOAD_MAX_MB = 1
    code, problem_type = make_code(), make_problem_type()
    make_slot(problem_type, max_files=2)
    page.goto(live_server.url + report_url(code, problem_type))
    field = page.locator("[data-uploads] input[type=file]").first
    field.set_input_files([chosen("page.png", b"<html>"), chosen("good.png")])
    expect(page.locator(".upload-done")).to_have_count(1)
    expect(page.locator(".upload-failed")).to_contain_text("It is not a picture")
    field.set_input_files([chosen("huge.png", b"x" * 1_100_000)])
    expect(page.locator("[data-uploads-errors]").first).to_contain_text("“huge.png” is larger than 1 MB")
    field.set_input_files([chosen("two.png"), chosen("three.png")])
    expect(page.locator("[data-uploads-errors]").first).to_contain_text("“three.png” was left out")
    expect(page.locator(".upload-done")).to_have_count(2)


def test_sending_waits_for_files_that_are_still_on_their_way(page, live_server):
    code, problem_type = make_code(), make_problem_type()
    make_slot(problem_type, max_files=3)
    page.goto(live_server.url + report_url(code, problem_type))
    files = [chosen(f"{number}.png") for number in range(3)]
    page.locator("[data-uploads] input[type=file]").first.set_input_files(files)
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", name="Thank you, we have it")).to_be_visible()
    assert Attachment.objects.filter(message__isnull=False).count() == 3


def test_nothing_is_sent_while_a_file_that_did_not_arrive_was_not_seen(page, live_server, slowly):
    code, problem_type = make_code(), make_problem_type()
    make_slot(problem_type)
    page.goto(live_server.url + report_url(code, problem_type))
    broken = chosen("broken.png", make_picture()[:300])
    page.locator("[data-uploads] input[type=file]").first.set_input_files([chosen("good.png"), broken])
    page.get_by_role("button", name="Send the report").click()
    expect(page.locator(".upload-failed")).to_contain_text("broken.png")
    expect(page.locator(".upload-done")).to_have_count(1)
    expect(page.get_by_role("button", name="Send the report")).not_to_have_attribute("aria-busy", "true")
    assert not Ticket.objects.exists()
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", name="Thank you, we have it")).to_be_visible()
    assert Attachment.objects.get().name == "good.png"


def test_a_picture_removed_after_it_arrived_is_not_sent(page, live_server, slowly):
    code, problem_type = make_code(), make_problem_type()
    make_slot(problem_type, max_files=1)
    page.goto(live_server.url + report_url(code, problem_type))
    field = page.locator("[data-uploads] input[type=file]").first
    with page.expect_request("**/files/"):
        field.set_input_files([chosen("private.png")])
    page.wait_for_timeout(300)
    page.get_by_role("button", name="Remove private.png").click()
    expect(page.get_by_text("private.png")).to_be_hidden()
    field.set_input_files([chosen("good.png")])
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", name="Thank you, we have it")).to_be_visible()
    assert Attachment.objects.get().name == "good.png"


def test_a_file_that_could_not_be_removed_says_so_and_stays(page, live_server):
    code, problem_type = make_code(), make_problem_type()
    make_slot(problem_type)
    page.goto(live_server.url + report_url(code, problem_type))
    page.locator("[data-uploads] input[type=file]").first.set_input_files([chosen("one.png")])
    expect(page.locator(".upload-done")).to_have_count(1)
    page.route("**/remove/", lambda route: route.abort())
    page.get_by_role("button", name="Remove one.png").click()
    expect(page.locator(".upload-done")).to_contain_text("It could not be removed.")
    page.unroute("**/remove/")
    page.get_by_role("button", name="Remove one.png").click()
    expect(page.locator(".upload-done")).to_have_count(0)
    assert not Attachment.objects.exists()


def test_what_is_typed_is_there_after_the_tab_was_closed(page, live_server):
    code, problem_type = make_code(), make_problem_type()
    page.goto(live_server.url + report_url(code, problem_type))
    with page.expect_response("**/draft/"):
        page.get_by_label("What happened?").fill("Half a sentence")
    assert Draft.objects.get().text == "Half a sentence"
    page.goto("about:blank")
    page.goto(live_server.url + report_url(code, problem_type))
    expect(page.get_by_label("What happened?")).to_have_value("Half a sentence")


def test_an_answer_typed_and_sent_at_once_leaves_no_draft(page, live_server):
    ticket = make_ticket(at=timezone.now())
    page.goto(live_server.url + ticket_page(ticket))
    saves = []
    page.on("request", lambda request: saves.append(request.url) if "/draft/" in request.url else None)
    page.get_by_label("Your answer").press_sequentially("Hello there")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("Thank you, we have your message.")).to_be_visible()
    page.goto(live_server.url + ticket_page(ticket))
    expect(page.get_by_label("Your answer")).to_have_value("")
    assert not saves
    assert not Draft.objects.exists()


def test_enter_in_a_field_sends_and_removes_nothing(page, live_server):
    code, problem_type = make_code(), make_problem_type()
    make_slot(problem_type)
    make_slot(problem_type, kind=EvidenceSlot.Kind.TEXT, label="Where?", position=1)
    page.goto(live_server.url + report_url(code, problem_type))
    page.locator("[data-uploads] input[type=file]").first.set_input_files([chosen("one.png")])
    expect(page.locator(".upload-done")).to_have_count(1)
    page.get_by_label("Where?").fill("Launcher")
    page.get_by_label("Where?").press("Enter")
    expect(page.get_by_role("heading", name="Thank you, we have it")).to_be_visible()
    assert Attachment.objects.count() == 1


def test_a_picture_opens_large_and_closes_by_key(page, live_server, complaints):
    ticket = make_ticket()
    Ticket.objects.update(last_activity_at="2100-01-01T00:00Z")
    page.goto(live_server.url + ticket_page(ticket))
    page.locator("[data-uploads] input[type=file]").first.set_input_files([chosen("one.png")])
    expect(page.locator(".upload-done")).to_have_count(1)
    page.get_by_role("button", name="Send the answer").click()
    page.locator("a.file").click()
    expect(page.locator("dialog[open] img")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert not complaints


def test_without_scripts(browser, live_server):
    code, problem_type = make_code(), make_problem_type()
    make_slot(problem_type)
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(live_server.url + report_url(code, problem_type))
    page.locator("input[type=file]").first.set_input_files(
        [chosen("page.png", b"<html>"), chosen("good.png")]
    )
    page.get_by_role("button", name="Send the report").click()
    expect(page.locator(".upload-done")).to_have_count(1)
    expect(page.get_by_text("“page.png” was not taken.").first).to_be_visible()
    page.get_by_role("button", name="Remove good.png").click()
    expect(page.locator(".upload-done")).to_have_count(0)
    page.locator("input[type=file]").first.set_input_files([chosen("better.png")])
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_role("heading", name="Thank you, we have it")).to_be_visible()
    assert Ticket.objects.get().evidence.get().attachments.get().name == "better.png"
