"""The escalation steps on the page of an SLA type: each is a sentence, and its notification address stays a secret."""

import re

import pytest
from django.test import Client

from sla.admin.steps import told_by
from sla.models import EscalationStep, SlaType
from sla.tests.factories import make_sla_type, make_step
from tickets.tests.factories import make_agent, make_problem_type, make_team

pytestmark = pytest.mark.django_db

SLACK = "slack://TokenA1234/TokenB1234/TokenC12345678901234"
WEBHOOK = "json://hooks.example/late"
CHOICES = ("to_assignee", "to_team", "to_lead", "to_responsible", "to_customer", "by_notice", "by_mail")


@pytest.fixture
def superuser() -> Client:
    return signed_in_as("Sam Super", is_superuser=True)


@pytest.fixture
def staff() -> Client:
    return signed_in_as("Olga Owner")


def signed_in_as(name: str, **fields: bool) -> Client:
    client = Client()
    client.force_login(make_agent(name, is_staff=True, **fields))
    return client


@pytest.fixture
def codes() -> SlaType:
    """With one step, which has a notification address."""
    sla_type = make_sla_type(problem_type=make_problem_type())
    sla_type.steps.all().delete()
    make_step(sla_type, url=SLACK)
    return sla_type


def page_of(sla_type: SlaType) -> str:
    return f"/admin/sla/slatype/{sla_type.pk}/change/"


def save(client: Client, sla_type: SlaType, **fields: str) -> EscalationStep:
    """The first step as it is after its page was saved with `fields`; "" leaves one out."""
    step = sla_type.steps.get()
    values = {"id": step.pk, "sla_type": sla_type.pk, "promise_kind": step.promise_kind, "url": ""}
    values |= {"when": step.when, "amount": step.amount}
    values |= {name: "on" for name in CHOICES if getattr(step, name)} | fields
    data = {"name": sla_type.name, "calendar": sla_type.calendar_id, "first_answer_minutes": 120}
    data |= {f"{kind}_clock": "working" for kind in ("first_answer", "next_answer", "solution")}
    data |= {
        "steps-TOTAL_FORMS": 1,
        "steps-INITIAL_FORMS": 1,
        "rules-TOTAL_FORMS": 0,
        "rules-INITIAL_FORMS": 0,
    }
    data |= {f"steps-0-{name}": value for name, value in values.items()}
    response = client.post(page_of(sla_type), data)
    assert response.status_code == 302, response.context["errors"]
    return sla_type.steps.get()


def test_a_saved_notification_address_is_shown_to_nobody(superuser, staff, codes):
    for client in (superuser, staff):
        page = client.get(page_of(codes)).content.decode()
        assert "slack://••••••••" in page
        assert "TokenA1234" not in page


def test_an_empty_field_keeps_the_notification_address(superuser, codes):
    step = save(superuser, codes, amount="50", when="percent")
    assert (step.amount, step.url) == (50, SLACK)


def test_another_notification_address_takes_its_place(superuser, codes):
    assert save(superuser, codes, url=WEBHOOK).url == WEBHOOK


def test_the_notification_address_can_be_removed(superuser, codes):
    assert save(superuser, codes, forget_url="on").url == ""


def test_one_that_is_written_counts_although_removing_is_ticked(superuser, codes):
    assert save(superuser, codes, url=WEBHOOK, forget_url="on").url == WEBHOOK


def test_only_a_superuser_writes_or_removes_a_notification_address(staff, codes):
    assert save(staff, codes, url=WEBHOOK).url == SLACK
    assert save(staff, codes, forget_url="on").url == SLACK
    page = staff.get(page_of(codes)).content.decode()
    assert 'name="steps-0-url"' not in page
    assert "none; a superuser can write one" in page  # of the new step


def test_what_apprise_does_not_know_is_refused_and_shown_again(superuser, codes):
    step = codes.steps.get()
    with pytest.raises(AssertionError, match="Apprise does not know this address"):
        save(superuser, codes, url="nonsense")
    step.refresh_from_db()
    assert step.url == SLACK


def test_each_step_is_a_sentence_that_opens_without_scripts(superuser, codes):
    page = superuser.get(page_of(codes)).content.decode()
    rows = re.findall(r'<details class="step"( open)?>\s*<summary>(.*?)</summary>', page, re.DOTALL)
    words = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for _open, row in rows]
    assert words == ["First answer: when it is due the handler · by mail, by slack", "New step", "New step"]
    # The last one is what a script copies for each new row.
    assert [bool(is_open) for is_open, _row in rows] == [False, False, True]


def test_a_step_with_a_mistake_is_open(superuser, codes):
    step = codes.steps.get()
    data = {"steps-TOTAL_FORMS": 1, "steps-INITIAL_FORMS": 1, "steps-0-id": step.pk}
    page = superuser.post(page_of(codes), data).content.decode()
    assert '<details class="step" open>' in page


def test_a_step_says_whom_it_tells_how_and_what_else_it_does(codes):
    step = codes.steps.get()
    step.to_lead, step.by_notice, step.url = True, True, ""
    step.address, step.raise_priority, step.hand_to_team = "boss@example.com", True, make_team("Keys")
    step.agents.add(make_agent())
    assert told_by(step) == (
        "the handler, the team's lead, Alice Agent, boss@example.com · in the desk, by mail · "
        "raises the priority, hands over to Keys"
    )
