"""Problem types, evidence slots, example pictures and reply templates."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from customers.tests.factories import make_category
from tickets.models import EvidenceSlot, ExamplePicture, ProblemType, ReplyTemplate
from tickets.tests.factories import make_agent, make_picture, make_problem_type, make_slot

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(make_agent("Olga Owner", is_staff=True))
    return client


def slot_data(**fields) -> dict:
    data = {
        "problem_type": make_problem_type().pk,
        "category": "",
        "kind": "picture",
        "label": "The error",
        "help": "",
    }
    return data | {"choices": "", "required": "on", "max_files": 5, "position": 0} | fields


def examples_data(slot: EvidenceSlot | None = None, *, known: int = 0, **first) -> dict:
    data = {"examples-TOTAL_FORMS": 1 if first else 0, "examples-INITIAL_FORMS": known}
    if first and slot:
        data["examples-0-slot"] = slot.pk
    return data | {f"examples-0-{name}": value for name, value in first.items()}


def add_picture(client: Client, content: bytes, name: str = "error.png"):
    slot = make_slot()
    picture = SimpleUploadedFile(name, content, content_type="image/png")
    data = examples_data(slot, picture=picture, caption="The whole window", is_good="on")
    data |= slot_data(problem_type=slot.problem_type.pk)
    return client.post(f"/admin/tickets/evidenceslot/{slot.pk}/change/", data)


def test_a_problem_type_is_made_with_its_slots(staff):
    category = make_category()
    data = {"name": "Code already used", "slug": "code-already-used", "help": "", "categories": [category.pk]}
    data |= {"position": 0, "is_active": "on", "slots-TOTAL_FORMS": 2, "slots-INITIAL_FORMS": 0}
    for n, kind in enumerate(("picture", "text")):
        slot = slot_data(kind=kind, label=f"Slot {n}", category=category.pk, position=n)
        data |= {f"slots-{n}-{name}": value for name, value in slot.items() if name != "problem_type"}
    assert staff.post("/admin/tickets/problemtype/add/", data).status_code == 302
    problem_type = ProblemType.objects.get(slug="code-already-used")
    assert [slot.label for slot in EvidenceSlot.objects.asked_for(problem_type, category)] == [
        "Slot 0",
        "Slot 1",
    ]


def test_the_page_of_a_problem_type_leads_to_the_examples_and_groups_by_category(staff):
    problem_type = make_problem_type()
    keys, books = make_category(position=2), make_category("e-books", position=1)
    make_slot(problem_type, category=keys, label="Third")
    make_slot(problem_type, category=books, label="Second")
    first = make_slot(problem_type, label="First")
    page = staff.get(f"/admin/tickets/problemtype/{problem_type.pk}/change/").content.decode()
    assert f"/admin/tickets/evidenceslot/{first.pk}/change/" in page
    assert page.index('value="First"') < page.index('value="Second"') < page.index('value="Third"')


def test_a_choice_needs_at_least_two_choices(staff):
    for choices in ("", "One", "One\n\n  \n"):
        data = slot_data(kind="choice", choices=choices) | examples_data()
        page = staff.post("/admin/tickets/evidenceslot/add/", data).content.decode()
        assert "Write at least two choices" in page
    data = slot_data(kind="choice", choices="Steam\nEpic") | examples_data()
    assert staff.post("/admin/tickets/evidenceslot/add/", data).status_code == 302
    assert EvidenceSlot.objects.get().choice_list == ["Steam", "Epic"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_an_example_picture_is_kept_as_our_own_encoding_and_shown(staff, kind):
    assert add_picture(staff, make_picture(kind=kind)).status_code == 302
    example = ExamplePicture.objects.get()
    assert example.picture.name.startswith("examples/")
    with example.picture.open("rb") as file:
        assert Image.open(BytesIO(file.read())).format == "WEBP"
    address = f"/examples/{example.public_id}/"
    assert address in staff.get(f"/admin/tickets/evidenceslot/{example.slot.pk}/change/").content.decode()
    assert Client().get(address).headers["Content-Type"] == "image/webp"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.png", b"<html><script>alert(1)</script></html>"),
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("empty.png", b""),
        ("half.jpg", make_picture(kind="JPEG")[:800]),
    ],
)
def test_what_is_not_a_picture_is_refused_by_its_content(staff, name, content):
    response = add_picture(staff, content, name)
    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    assert not ExamplePicture.objects.exists()


def test_changing_a_caption_keeps_the_picture(staff):
    add_picture(staff, make_picture())
    example = ExamplePicture.objects.get()
    data = examples_data(example.slot, known=1, id=example.pk, caption="New words", is_good="on")
    data |= slot_data(problem_type=example.slot.problem_type.pk)
    assert staff.post(f"/admin/tickets/evidenceslot/{example.slot.pk}/change/", data).status_code == 302
    kept = ExamplePicture.objects.get()
    assert (kept.caption, kept.picture.name) == ("New words", example.picture.name)


def template_data(text: str) -> dict:
    return {"title": "Hello", "language": "en", "problem_type": "", "text": text}


@pytest.mark.parametrize(
    "text", ["Hi {customer}", "Hi {Customer_name}", "Hi { customer_name }", "Hi {}", "{0}"]
)
def test_an_unknown_variable_is_refused_and_the_known_ones_are_named(staff, text):
    page = staff.post("/admin/tickets/replytemplate/add/", template_data(text)).content.decode()
    assert "Nothing is known to fill in for" in page
    assert "{customer_name}" in page
    assert not ReplyTemplate.objects.exists()


def test_known_variables_are_accepted(staff):
    text = "{customer_name} {order_number} {product} {ticket_number} {shop} {agent_name}\n{\nno variable\n}"
    assert staff.post("/admin/tickets/replytemplate/add/", template_data(text)).status_code == 302
    assert ReplyTemplate.objects.get().title == "Hello"
