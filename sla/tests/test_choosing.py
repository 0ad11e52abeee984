import pytest
from django.db import IntegrityError, transaction

from customers.models import CustomerGroup
from customers.tests.factories import NOON, make_customer, make_order, make_shop
from sla.choosing import decide
from sla.models import SlaRule, SlaType
from sla.models.rule import STEPS
from sla.promises import repair_missed
from sla.tests.factories import make_sla_type, promise_of
from tickets import actions
from tickets.models import Event
from tickets.tests.factories import make_agent, make_problem_type, make_ticket

pytestmark = pytest.mark.django_db


def things() -> dict:
    """One of each that a rule can name; Carol is in the group."""
    group = CustomerGroup.objects.get_or_create(name="Resellers")[0]
    carol = make_customer()
    carol.group = group
    carol.save()
    return {
        "customer": carol,
        "customer_group": group,
        "shop": make_shop(),
        "problem_type": make_problem_type(),
    }


def rule_of(step: str, **others) -> SlaRule:
    """The rule of a step, with an SLA type of its own."""
    named = {name: thing for name, thing in (things() | others).items() if name in parts(step)}
    return SlaRule.objects.create(sla_type=make_sla_type(f"SLA {step} {len(others)}"), **named)


def parts(step: str) -> set[str]:
    who = {
        "customer_problem_type": {"customer"},
        "customer": {"customer"},
        "customer_group": {"customer_group"},
    }
    who |= {
        "customer_group_problem_type": {"customer_group"},
        "shop": {"shop"},
        "shop_problem_type": {"shop"},
    }
    return who.get(step, set()) | ({"problem_type"} if step.endswith("problem_type") else set())


@pytest.mark.parametrize("step", STEPS)
def test_each_step_wins_over_all_that_come_after_it(step: str) -> None:
    for other in STEPS[STEPS.index(step) :]:
        rule_of(other)
    here = things()
    decision = decide(here["problem_type"], customer=here["customer"], shop=here["shop"])
    assert decision is not None
    assert (decision.why, decision.sla_type.name) == (step, f"SLA {step} 0")


def test_rules_for_others_do_not_fit() -> None:
    others = {
        "customer": make_customer("dora@example.com", "Dora"),
        "customer_group": CustomerGroup.objects.create(name="VIP"),
        "shop": make_shop("other"),
        "problem_type": make_problem_type("refund"),
    }
    for step in STEPS:
        rule_of(step, **others)
    # Half of a pair fits, the other does not.
    here = things()
    named = {"customer": here["customer"], "problem_type": others["problem_type"]}
    SlaRule.objects.create(sla_type=make_sla_type("Half"), **named)
    decision = decide(here["problem_type"], customer=here["customer"], shop=here["shop"])
    assert decision is not None
    assert decision.why == "default"


def test_for_a_customer_without_a_group_no_rule_of_a_group_is_asked() -> None:
    for step in ("shop", "problem_type"):
        rule_of(step)
    here = things()
    decision = decide(here["problem_type"], customer=make_customer("dora@example.com"), shop=here["shop"])
    assert decision is not None
    assert decision.why == "shop"


@pytest.mark.parametrize("step", STEPS)
def test_there_can_be_no_two_rules_alike(step: str) -> None:
    rule = rule_of(step)
    rule.pk = None
    with transaction.atomic(), pytest.raises(IntegrityError):
        rule.save(force_insert=True)


@pytest.mark.parametrize(
    "names", [(), ("customer", "shop"), ("customer", "customer_group"), ("shop", "customer_group")]
)
def test_a_rule_names_one_of_the_steps(names: tuple[str, ...]) -> None:
    here = things()
    with transaction.atomic(), pytest.raises(IntegrityError):
        SlaRule.objects.create(sla_type=make_sla_type(), **{name: here[name] for name in names})


def test_a_problem_type_without_a_rule_follows_the_default() -> None:
    make_sla_type("Aardvark")  # the first by name, and by nothing else
    decision = decide(make_problem_type())
    assert decision is not None
    assert decision.sla_type.is_default
    assert decision.why == "default"


def test_a_fresh_installation_has_a_default_with_office_hours() -> None:
    default = SlaType.objects.get(is_default=True)
    assert [str(hours) for hours in default.calendar.opening_hours.all()] == [
        f"{day} 09:00–17:00" for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    ]


def test_with_no_sla_type_left_a_ticket_still_gets_its_promises() -> None:
    SlaType.objects.all().delete()
    assert decide(make_problem_type()) is None
    ticket = make_ticket()
    assert ticket.promises.count() == 2
    assert SlaType.objects.get().is_default


def test_the_ticket_keeps_which_rule_decided() -> None:
    rule = rule_of("customer_group")
    event = make_ticket().events.get(kind=Event.Kind.SLA_APPLIED)
    assert (event.data["why"], event.data["rule"]) == ("customer_group", rule.pk)


def test_the_form_promises_by_the_rule_of_the_customer() -> None:
    rule = rule_of("customer")
    SlaType.objects.filter(pk=rule.sla_type_id).update(first_answer_minutes=7)
    from sla.templatetags.sla_promises import promise_preview

    order = make_order(customer=rule.customer)
    usual = promise_preview(make_problem_type(), make_order(customer=make_customer("dora@example.com")))
    assert promise_preview(make_problem_type(), order) < usual


def test_a_changed_rule_holds_for_the_next_ticket_and_moves_none() -> None:
    ticket = make_ticket()
    before = promise_of(ticket).due_at
    rule = rule_of("shop")
    assert repair_missed() == 0
    assert promise_of(ticket).due_at == before
    assert make_ticket().events.get(kind=Event.Kind.SLA_APPLIED).data["rule"] == rule.pk
    actions.change_problem_type(ticket, make_problem_type("refund"), by=make_agent(), at=NOON)
    assert promise_of(ticket).sla_type == rule.sla_type
