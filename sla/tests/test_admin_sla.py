import pytest
from django.test import Client

from sla.admin.sla_types import in_hours
from sla.models import Calendar, SlaRule, SlaType
from sla.tests.factories import make_sla_type
from tickets.tests.factories import make_agent, make_problem_type, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(make_agent("Olga Owner", is_staff=True))
    return client


def sla_data(**fields) -> dict:
    data = {"name": "Codes", "calendar": Calendar.objects.first().pk, "first_answer_minutes": 120}
    data |= {"solution_minutes": 540, "responsible_agent": "", "responsible_team": ""}
    data |= {f"{kind}_clock": "working" for kind in ("first_answer", "next_answer", "solution")}
    return (
        data
        | {"rules-TOTAL_FORMS": 0, "rules-INITIAL_FORMS": 0}
        | {
            "steps-TOTAL_FORMS": 0,
            "steps-INITIAL_FORMS": 0,
        }
        | fields
    )


def test_an_sla_type_is_made_with_its_problem_types(staff):
    problem_type = make_problem_type()
    data = sla_data(**{"rules-TOTAL_FORMS": 1, "rules-0-problem_type": problem_type.pk})
    assert staff.post("/admin/sla/slatype/add/", data).status_code == 302
    assert SlaRule.objects.get().sla_type.name == "Codes"


def test_a_problem_type_follows_one_sla_type_only(staff):
    problem_type = make_problem_type()
    make_sla_type("First", problem_type=problem_type)
    data = sla_data(**{"rules-TOTAL_FORMS": 1, "rules-0-problem_type": problem_type.pk})
    assert (
        "Another SLA type has this rule already."
        in staff.post("/admin/sla/slatype/add/", data).content.decode()
    )


def test_a_rule_for_nothing_is_refused(staff):
    sla_type = make_sla_type("First", problem_type=make_problem_type())
    rule = {"rules-0-id": sla_type.rules.get().pk, "rules-0-sla_type": sla_type.pk}
    data = sla_data(**{"rules-TOTAL_FORMS": 1, "rules-INITIAL_FORMS": 1}, **rule)
    page = staff.post(f"/admin/sla/slatype/{sla_type.pk}/change/", data).content.decode()
    assert "Choose for whom or for what the rule is." in page


def test_agent_and_team_are_not_both_responsible(staff):
    data = sla_data(responsible_agent=make_agent().pk, responsible_team=make_team().pk)
    assert "not both" in staff.post("/admin/sla/slatype/add/", data).content.decode()


def test_who_left_is_not_offered(staff):
    make_agent("Gone Agent", is_active=False)
    assert "Gone Agent" not in staff.get("/admin/sla/slatype/add/").content.decode()


def test_the_default_is_moved_and_there_is_always_exactly_one(staff):
    other = make_sla_type()
    page = choose_default(staff, other)
    assert "Codes is the default now." in page
    assert list(SlaType.objects.filter(is_default=True)) == [other]
    assert "Please choose one SLA type." in choose_default(staff, *SlaType.objects.all())
    assert SlaType.objects.filter(is_default=True).count() == 1


def choose_default(client: Client, *sla_types: SlaType) -> str:
    data = {"action": "make_default", "_selected_action": [one.pk for one in sla_types]}
    return client.post("/admin/sla/slatype/", data, follow=True).content.decode()


def test_the_first_sla_type_becomes_the_default(staff):
    SlaType.objects.all().delete()
    staff.post("/admin/sla/slatype/add/", sla_data())
    assert SlaType.objects.get().is_default


def test_saving_cannot_change_which_is_the_default(staff):
    default = SlaType.objects.get(is_default=True)
    staff.post(f"/admin/sla/slatype/{default.pk}/change/", sla_data(name="Renamed", is_default=""))
    default.refresh_from_db()
    assert (default.name, default.is_default) == ("Renamed", True)


def test_the_default_is_not_deleted(staff):
    default = SlaType.objects.get(is_default=True)
    page = staff.get(f"/admin/sla/slatype/{default.pk}/delete/").content.decode()
    assert "Make another SLA type the default first." in page
    staff.post(f"/admin/sla/slatype/{default.pk}/delete/", {"post": "yes"})
    assert SlaType.objects.filter(pk=default.pk).exists()


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(1, "1 min"), (60, "1 h"), (90, "1 h 30 min"), (540, "9 h"), (59, "59 min"), (0, "0 min")],
)
def test_minutes_are_shown_as_hours(minutes, words):
    assert in_hours(minutes) == words
