"""The button "Replay" on the pages of SLA types, rules and calendars, as somebody presses it. Carol's ticket of an
hour ago waits for its first answer, which is due in another hour."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from sla.models import Calendar, EscalationStep, OpeningHours, Promise, SlaRule, SlaTerms, SlaType
from sla.replay import replay
from sla.tests.factories import make_calendar, make_sla_type
from tickets.models import Delivery, Event, Ticket
from tickets.tests.factories import make_agent, make_problem_type, make_ticket

pytestmark = pytest.mark.django_db

EVERYTHING = (Calendar, OpeningHours, SlaType, SlaRule, SlaTerms, Promise, Ticket, Event, Delivery, LogEntry)


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(make_agent("Olga Owner", is_staff=True))
    return client


@pytest.fixture
def codes() -> SlaType:
    """In the hours of a desk that never closes."""
    always = make_calendar("Always", days=range(7), opens="00:00", closes="00:00")
    return make_sla_type(calendar=always, problem_type=make_problem_type())


@pytest.fixture(autouse=True)
def ticket(codes: SlaType) -> Ticket:
    return make_ticket(at=timezone.now() - timedelta(hours=1))


def quick() -> SlaType:
    return make_sla_type("Quick", first_answer_minutes=30, first_answer_clock="always")


def press(client: Client, address: str, data: dict) -> HttpResponse:
    """The page after the button; whatever it says, no row of anything is another one."""
    before = [list(model.objects.order_by("pk").values()) for model in EVERYTHING]
    response = client.post(address, {"_replay": "Replay", "_replay_days": 7} | data)
    assert [list(model.objects.order_by("pk").values()) for model in EVERYTHING] == before
    assert response.status_code == 200
    return response


def found(response: HttpResponse) -> tuple[int, int, int]:
    """How many tickets were looked at, turned out otherwise, and differ at all."""
    result = response.context["replay"]
    return result.tickets, result.turned, result.differing


def page_of(row: SlaType | SlaRule | Calendar) -> str:
    return f"/admin/sla/{row._meta.model_name}/{row.pk}/change/"


def steps_data(steps: list[EscalationStep]) -> dict:
    data = {"steps-TOTAL_FORMS": len(steps), "steps-INITIAL_FORMS": len(steps)}
    for n, step in enumerate(steps):
        values = {"id": step.pk, "sla_type": step.sla_type_id, "promise_kind": step.promise_kind}
        values |= {"when": step.when, "amount": step.amount, "to_assignee": "on", "by_mail": "on"}
        data |= {f"steps-{n}-{name}": value for name, value in values.items()}
    return data


def sla_data(sla_type: SlaType | None = None, **fields) -> dict:
    """What the page of an SLA type sends; of a new one without `sla_type`."""
    data = {"name": "Codes", "calendar": Calendar.objects.get(name="Always").pk, "first_answer_minutes": 120}
    data |= {"solution_minutes": 480, "responsible_agent": "", "responsible_team": ""}
    data |= {f"{kind}_clock": "working" for kind in ("first_answer", "next_answer", "solution")}
    data |= steps_data(list(sla_type.steps.all()) if sla_type else [])
    rules = list(sla_type.rules.all()) if sla_type else []
    data |= {"rules-TOTAL_FORMS": len(rules), "rules-INITIAL_FORMS": len(rules)}
    for n, rule in enumerate(rules):
        values = {"id": rule.pk, "sla_type": rule.sla_type_id, "problem_type": rule.problem_type_id}
        data |= {f"rules-{n}-{name}": value for name, value in values.items()}
    return data | fields


def week_data(calendar: Calendar, **changed: str) -> dict:
    """What the page of a calendar sends, with something else in each row of its week."""
    hours = list(calendar.opening_hours.all())
    data = {"name": calendar.name, "time_zone": calendar.time_zone}
    data |= {"opening_hours-TOTAL_FORMS": len(hours), "opening_hours-INITIAL_FORMS": len(hours)}
    data |= {"special_hours-TOTAL_FORMS": 0, "special_hours-INITIAL_FORMS": 0}
    for n, span in enumerate(hours):
        values = {"id": span.pk, "calendar": calendar.pk, "weekday": span.weekday}
        values |= {"opens": f"{span.opens:%H:%M}", "closes": f"{span.closes:%H:%M}"} | changed
        data |= {f"opening_hours-{n}-{name}": value for name, value in values.items()}
    return data


@pytest.mark.parametrize("model", ["slatype", "slarule", "calendar"])
def test_the_button_stands_on_the_pages_that_can_be_tried(staff, model):
    rows = {"slatype": SlaType, "slarule": SlaRule, "calendar": Calendar}[model].objects
    for address in (page_of(rows.first()), f"/admin/sla/{model}/add/"):
        page = staff.get(address).content.decode()
        assert 'name="_replay"' in page
        assert '<option value="30" selected>on the last 30 days</option>' in page
    assert 'name="_replay"' not in staff.get("/admin/sla/responsible/add/").content.decode()


def test_shorter_minutes_show_which_ticket_would_be_broken(staff, codes, ticket):
    response = press(staff, page_of(codes), sla_data(codes, first_answer_minutes=30))
    page = response.content.decode()
    assert found(response) == (1, 1, 1)
    assert "Replay on the last 7 days" in page
    assert "1 ticket would have turned out otherwise." in page
    assert f">#{ticket.number}</a>" in page


def test_what_was_typed_is_shown_again_and_can_be_saved_then(staff, codes):
    data = sla_data(codes, first_answer_minutes=37, name="Faster codes")
    page = press(staff, page_of(codes), data).content.decode()
    assert 'value="37"' in page
    assert 'value="Faster codes"' in page
    assert '<option value="7" selected>' in page
    assert "errornote" not in page
    staff.post(page_of(codes), data | {"_save": "Save"})
    codes.refresh_from_db()
    assert (codes.first_answer_minutes, codes.name) == (37, "Faster codes")


def test_the_same_minutes_show_that_nothing_differs(staff, codes):
    page = press(staff, page_of(codes), sla_data(codes)).content.decode()
    assert "Nothing would have been otherwise." in page
    assert "1 ticket opened since" in page


def test_mistakes_in_the_form_are_shown_and_nothing_is_replayed(staff, codes):
    response = press(staff, page_of(codes), sla_data(codes, solution_minutes=5))
    assert "A solution cannot be promised sooner than the first answer." in response.content.decode()
    assert "replay" not in response.context


def test_mistakes_in_a_table_are_shown_and_nothing_is_replayed(staff, codes):
    twice = {"opening_hours-1-weekday": "0", "opening_hours-1-opens": "01:00"}
    response = press(staff, page_of(codes.calendar), week_data(codes.calendar) | twice)
    assert "This overlaps with other hours of the week." in response.content.decode()
    assert "replay" not in response.context


def test_days_that_are_not_offered_are_the_usual_ones(staff, codes):
    response = press(staff, page_of(codes), sla_data(codes) | {"_replay_days": "1000000000"})
    assert response.context["replay_days"] == 30


def test_a_removed_rule_leaves_its_tickets_to_the_default(staff, codes):
    response = press(staff, page_of(codes), sla_data(codes, **{"rules-0-DELETE": "on"}))
    assert [line.name for line in response.context["replay"].sla_types] == ["Codes", "Standard"]


def test_a_new_sla_type_takes_over_by_a_rule(staff, ticket):
    rule = {"rules-0-shop": ticket.shop_id, "rules-0-problem_type": ticket.problem_type_id}
    data = sla_data(name="New", first_answer_minutes=30, **{"rules-TOTAL_FORMS": 1}, **rule)
    response = press(staff, "/admin/sla/slatype/add/", data)
    assert found(response) == (1, 1, 1)
    assert [line.name for line in response.context["replay"].sla_types] == ["Codes", "New"]


def test_a_new_rule_moves_its_tickets(staff, ticket):
    data = {"customer": ticket.customer_id, "sla_type": quick().pk}
    assert found(press(staff, "/admin/sla/slarule/add/", data)) == (1, 1, 1)


def test_a_changed_rule_moves_its_tickets(staff, codes):
    rule = codes.rules.get()
    data = {"problem_type": rule.problem_type_id, "sla_type": quick().pk}
    assert found(press(staff, page_of(rule), data)) == (1, 1, 1)


def test_a_rule_for_something_else_gives_its_tickets_back(staff, codes):
    data = {"problem_type": make_problem_type("refund").pk, "sla_type": codes.pk}
    response = press(staff, page_of(codes.rules.get()), data)
    assert [line.name for line in response.context["replay"].sla_types] == ["Codes", "Standard"]


def test_other_opening_hours_move_the_tickets_of_its_sla_types(staff, codes):
    data = week_data(codes.calendar, opens="00:00", closes="00:01")
    assert found(press(staff, page_of(codes.calendar), data)) == (1, 0, 1)


def test_the_same_opening_hours_move_nothing(staff, codes):
    assert found(press(staff, page_of(codes.calendar), week_data(codes.calendar))) == (1, 0, 0)


def test_a_new_calendar_moves_nothing(staff, codes):
    data = week_data(codes.calendar) | {"name": "New", "opening_hours-INITIAL_FORMS": 0}
    data = {name: value for name, value in data.items() if not name.endswith(("-id", "-calendar"))}
    assert found(press(staff, "/admin/sla/calendar/add/", data)) == (1, 0, 0)


def test_looking_at_a_page_replays_nothing(staff, codes):
    response = staff.get(page_of(codes), {"_replay": "Replay"})
    assert "replay" not in response.context


@pytest.mark.django_db(transaction=True)
def test_nobody_is_kept_from_writing_while_it_replays(staff, codes, monkeypatch):
    held = []

    def replay_and_look(*args, **kwargs):
        held.append(connection.in_atomic_block)
        return replay(*args, **kwargs)

    monkeypatch.setattr("sla.admin.replay.replay", replay_and_look)
    press(staff, page_of(codes), sla_data(codes))
    assert held == [False]
