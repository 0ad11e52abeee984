"""What holds for all pages of the admin, whichever app they belong to."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import Customer, CustomerAddress, CustomerGroup, Order, Product, ProductCategory, Shop
from customers.tests.factories import (
    NOON,
    make_category,
    make_code,
    make_customer,
    make_order,
    make_product,
    make_shop,
)
from sla.models import Calendar, OpeningHours, Promise, Responsible, SlaRule, SlaType
from sla.tests.factories import make_special_hours
from tickets.events import record
from tickets.models import (
    Absence,
    Agent,
    Delivery,
    DeliveryAttempt,
    Event,
    EvidenceSlot,
    ExamplePicture,
    Mailbox,
    MailTemplate,
    Message,
    Note,
    ProblemType,
    ReplyTemplate,
    Team,
    Ticket,
)
from tickets.tests.factories import (
    make_agent,
    make_mailbox,
    make_problem_type,
    make_slot,
    make_team,
    make_ticket,
)

pytestmark = pytest.mark.django_db

EDITED = {
    Shop,
    ProductCategory,
    Product,
    Customer,
    CustomerGroup,
    ProblemType,
    EvidenceSlot,
    ReplyTemplate,
    Mailbox,
    MailTemplate,
    SlaType,
    SlaRule,
    Calendar,
    Responsible,
    Team,
    Absence,
}
ONLY_LOOKED_AT = {Order, Ticket, Message, Note, Event, Delivery}
PAGES = sorted(EDITED | ONLY_LOOKED_AT | {Agent}, key=lambda model: model.__name__)


def names(model) -> str:
    return model.__name__


def url(model, page: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(make_agent("Olga Owner", is_staff=True))
    return client


def make_rows(start: int, count: int) -> None:
    """So many more of everything, each of its own, so that a query a row would show."""
    calendar = Calendar.objects.create(name=f"Calendar {start}", time_zone="Europe/Tallinn")
    for n in range(start, start + count):
        shop, category = make_shop(f"shop-{n}"), make_category(f"category-{n}")
        agent = make_agent(f"Agent{n} Tamm")
        customer = make_customer(f"customer{n}@example.com", f"Customer {n}")
        make_team(f"Team {n}", agent)
        problem_type = make_problem_type(f"type-{n}")
        problem_type.categories.add(category)
        slot = make_slot(problem_type, category=category)
        ExamplePicture.objects.create(slot=slot, category=category, picture="examples/none")
        ReplyTemplate.objects.create(title=f"Template {n}", text="Hello", problem_type=problem_type)
        make_mailbox(f"help@shop-{n}.example", shop=shop)
        MailTemplate.objects.create(kind="reply", shop=shop, subject="Hello", text="{text} {ticket_url}")
        order = make_order(shop=shop, customer=customer)
        code = make_code(order=order, product=make_product(shop=shop, category=category))
        ticket = make_ticket(code=code, problem_type=problem_type, assignee=agent)
        Note.objects.create(ticket=ticket, agent=agent, text="A note", created_at=NOON)
        OpeningHours.objects.create(
            calendar=calendar, weekday=n % 7, opens=f"{n // 7:02}:00", closes=f"{n // 7:02}:30"
        )
        make_special_hours(calendar, NOON.date() + timedelta(days=n))
        sla_type = SlaType.objects.create(
            name=f"SLA {n}",
            calendar=Calendar.objects.create(name=f"Calendar of {n}"),
            first_answer_minutes=60,
            solution_minutes=540,
            responsible_agent=agent,
        )
        SlaRule.objects.create(problem_type=problem_type, sla_type=sla_type)
        customer.group = CustomerGroup.objects.create(name=f"Group {n}")
        customer.save(update_fields=["group"])
        Responsible.objects.create(customer=customer, agent=agent)
        Absence.objects.create(agent=agent, first_day=NOON.date(), last_day=NOON.date())
        delivery = Delivery.objects.filter(ticket=ticket).first()
        DeliveryAttempt.objects.create(delivery=delivery, number=1, worker="w", started_at=NOON)


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200, address
    return len(captured)


def test_every_page_is_named_here():
    ours = {
        model for model in admin.site._registry if model._meta.app_label in ("customers", "tickets", "sla")
    }
    assert ours == set(PAGES)


def test_a_list_and_a_row_cost_the_same_number_of_queries_with_more_rows(staff):
    make_rows(0, 2)
    lists = {url(model, "changelist"): 12 for model in PAGES}
    pages = {url(model, "change", model.objects.first().pk): 22 for model in PAGES}
    at_most = lists | pages
    for address in at_most:  # what Django keeps in memory is there from now on
        queries_of(staff, address)
    few = {address: queries_of(staff, address) for address in at_most}
    make_rows(2, 5)
    assert {address: queries_of(staff, address) for address in at_most} == few
    assert not {address: few[address] for address in at_most if few[address] > at_most[address]}


@pytest.mark.parametrize("model", [*sorted(EDITED, key=names), Agent], ids=names)
def test_a_page_to_add_one_opens(staff, model):
    assert staff.get(url(model, "add")).status_code == 200


def test_records_cannot_be_added_changed_or_deleted(staff):
    make_rows(0, 1)
    for model in sorted(ONLY_LOOKED_AT, key=names):
        stays_as_it_is(staff, model)


def stays_as_it_is(staff: Client, model) -> None:
    row = model.objects.first()
    before = model.objects.values().get(pk=row.pk)
    assert staff.get(url(model, "add")).status_code == 403
    assert staff.post(url(model, "add"), {}).status_code == 403
    assert staff.post(url(model, "change", row.pk), {"text": "forged", "number": "X"}).status_code == 403
    assert staff.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    staff.post(
        url(model, "changelist"), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
    )
    assert model.objects.values().get(pk=row.pk) == before


def test_records_stay_closed_for_a_superuser(staff):
    make_rows(0, 1)
    staff.force_login(make_agent("Sam Super", is_staff=True, is_superuser=True))
    event = Event.objects.first()
    assert staff.post(url(Event, "delete", event.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("who", ["an agent without the admin", "a stranger", "an admin who left"])
def test_nobody_else_gets_in(who):
    make_rows(0, 1)
    client = Client()
    if who == "an agent without the admin":
        client.force_login(make_agent("Alice Agent"))
    elif who == "an admin who left":
        client.force_login(make_agent("Olga Owner", is_staff=True))
        Agent.objects.filter(name="Olga Owner").update(is_active=False)
    for model in PAGES:
        row = model.objects.first()
        for address in (url(model, "changelist"), url(model, "add"), url(model, "change", row.pk)):
            response = client.get(address)
            assert response.status_code == 302
            assert response.url.startswith("/admin/login/")


def test_a_search_for_anything_is_answered(staff):
    make_rows(0, 1)
    searched = [url(model, "changelist") for model in PAGES]
    for text in (
        "Carol",
        "carol@example.com",
        "100001",
        "#100001",
        "'\"<b>%",
        "\0",
        "@\0",
        "9" * 40,
        "٣",
        "-1",
        " ",
    ):
        answered = {address: staff.get(address, {"q": text}).status_code for address in searched}
        assert answered == dict.fromkeys(searched, 200), text


def more_children() -> None:
    """Ten more of everything that stands on the page of another row."""
    ticket = Ticket.objects.get()
    problem_type, slot = ticket.problem_type, EvidenceSlot.objects.first()
    for n in range(10):
        make_slot(problem_type, category=make_category(), label=f"Slot {n}")
        ExamplePicture.objects.create(slot=slot, category=make_category(), picture="examples/none")
        CustomerAddress.objects.create(customer=ticket.customer, email=f"more{n}@example.com")
        make_code(order=ticket.order)
        for model in (Message, Note):
            model.objects.create(
                ticket=ticket, agent=make_agent(f"More{n} Tamm"), text="more", created_at=NOON
            )
        record(ticket, Event.Kind.NOTED, by=None, at=NOON)
        SlaRule.objects.create(problem_type=make_problem_type(f"more-{n}"), sla_type=SlaType.objects.first())
        OpeningHours.objects.create(
            calendar=Calendar.objects.first(), weekday=6, opens=f"{n}:30", closes=f"{n}:40"
        )
        make_special_hours(Calendar.objects.first(), NOON.date() + timedelta(days=100 + n))


def test_a_page_costs_the_same_with_more_on_it(staff):
    make_rows(0, 1)
    SlaRule.objects.exclude(sla_type__name="SLA 0").delete()
    pages = (Customer, Order, ProblemType, EvidenceSlot, Ticket, SlaType, Calendar, Delivery)
    addresses = [url(model, "change", model.objects.first().pk) for model in pages]
    for address in addresses:  # what Django keeps in memory is there from now on
        queries_of(staff, address)
    few = [queries_of(staff, address) for address in addresses]
    more_children()
    assert [queries_of(staff, address) for address in addresses] == few


@pytest.mark.parametrize(
    ("model", "row", "kept_by"),
    [
        (Shop, lambda ticket: ticket.shop, "tickets"),
        (Customer, lambda ticket: ticket.customer, "orders"),
        (ProblemType, lambda ticket: ticket.problem_type, "tickets"),
        (Product, lambda ticket: ticket.product, "tickets"),
        (ProductCategory, lambda ticket: ticket.product.category, "products"),
        (Team, lambda ticket: ticket.team, "tickets"),
        (Calendar, lambda ticket: SlaType.objects.first().calendar, "SLA types"),
        (SlaType, lambda ticket: Promise.objects.first().sla_type, "promises"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
@pytest.mark.parametrize("way", ["its page", "the list"])
def test_what_others_stand_on_is_not_deleted_and_it_is_said_why(staff, model, row, kept_by, way):
    make_rows(0, 1)
    ticket = make_ticket(team=make_team("Keys"))
    ticket.refresh_from_db()
    pk = row(ticket).pk
    SlaType.objects.update(is_default=False)
    if way == "its page":
        address, data = url(model, "delete", pk), {}
    else:
        address, data = url(model, "changelist"), {"action": "delete_selected", "_selected_action": [pk]}
    page = (staff.get(address) if way == "its page" else staff.post(address, data)).content.decode()
    assert kept_by in page
    staff.post(address, data | {"post": "yes"})
    assert model.objects.filter(pk=pk).exists()


def test_what_nothing_stands_on_can_be_deleted(staff):
    team = make_team("Empty")
    staff.post(url(Team, "delete", team.pk), {"post": "yes"})
    assert not Team.objects.filter(pk=team.pk).exists()
    assert LogEntry.objects.get().object_repr == "Empty"


def test_words_of_strangers_are_shown_as_words(staff):
    hostile = '"><img src=x onerror=alert(1)>'
    customer = make_customer("m@example.com", hostile)
    ticket = make_ticket(
        code=make_code(order=make_order(customer=customer, number=hostile[:60])), text=hostile
    )
    for model in (Customer, Order, Ticket, Message, Event):
        for address in (url(model, "changelist"), url(model, "change", model.objects.first().pk)):
            assert "<img src=x" not in staff.get(address).content.decode()
    assert ticket.customer == customer


def test_the_index_groups_the_pages_by_what_a_shop_sets_up(staff):
    page = staff.get("/admin/").content.decode()
    places = [
        page.index(f">{group}</a>")
        for group in ("Shop", "Forms and replies", "Promises", "People", "Records")
    ]
    assert places == sorted(places)
    assert all(url(model, "changelist") in page for model in PAGES)


def test_the_index_opens_and_needs_no_inline_script_or_style(staff):
    make_rows(0, 1)
    for address in [
        "/admin/",
        *(url(model, "changelist") for model in PAGES),
        *(url(model, "add") for model in EDITED),
    ]:
        page = staff.get(address).content.decode()
        assert " style=" not in page
        assert "<style" not in page
        assert " onclick=" not in page
