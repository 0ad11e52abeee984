from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from customers.tests.factories import NOON
from sla.models import Promise
from sla.tests.factories import make_sla_type, promise_of
from tickets.tests.factories import make_problem_type, make_ticket

pytestmark = pytest.mark.django_db


def check(*options: str) -> str:
    out = StringIO()
    call_command("check_promises", *options, stdout=out)
    return out.getvalue()


def test_promises_that_fit_their_histories_are_told_so() -> None:
    make_sla_type(problem_type=make_problem_type())
    make_ticket()
    make_ticket()
    assert check() == "2 tickets checked, 0 differ.\n"


def test_each_difference_is_told_and_repaired_on_request() -> None:
    make_sla_type(problem_type=make_problem_type())
    ticket, lost = make_ticket(), make_ticket()
    due_at = promise_of(ticket).due_at
    Promise.objects.filter(pk=promise_of(ticket).pk).update(due_at=NOON)
    lost.promises.all().delete()
    out = StringIO()
    with pytest.raises(CommandError, match="2 tickets checked, 2 differ"):
        call_command("check_promises", stdout=out)
    assert f"ticket {ticket.pk}: stored due_at {NOON}, derived due_at {due_at}" in out.getvalue()
    assert out.getvalue().count(f"ticket {lost.pk}: stored nothing") == 2
    assert check("--repair").endswith("2 differ and were repaired.\n")
    assert promise_of(ticket).due_at == due_at
    assert check() == "2 tickets checked, 0 differ.\n"


def test_an_unsolved_ticket_without_a_history_is_told_and_repaired() -> None:
    ticket = make_ticket()
    ticket.events.all().delete()
    ticket.promises.all().delete()
    with pytest.raises(CommandError, match="1 tickets checked, 1 differ"):
        check()
    check("--repair")
    assert ticket.promises.count() == 2
