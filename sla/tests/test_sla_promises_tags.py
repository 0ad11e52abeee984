from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation

from customers.tests.factories import NOON, make_customer, make_order
from sla.models import Promise
from sla.templatetags.sla_promises import answer_promised, in_full, kindly, promise_preview, promises_of
from sla.tests.factories import make_calendar, make_sla_type, promise_of
from tickets import actions
from tickets.access import ticket_token
from tickets.models import Delivery
from tickets.tests.factories import make_agent, make_problem_type, make_ticket


@pytest.mark.parametrize(
    ("due", "said"),
    [
        (datetime(2026, 3, 11, 12, 30, tzinfo=UTC), "today by 14:30"),
        (datetime(2026, 3, 11, 21, 59, tzinfo=UTC), "today by 23:59"),
        (datetime(2026, 3, 11, 22, 0, tzinfo=UTC), "tomorrow by 00:00"),  # midnight in Tallinn
        (datetime(2026, 3, 12, 8, 0, tzinfo=UTC), "tomorrow by 10:00"),
        (datetime(2026, 3, 13, 8, 0, tzinfo=UTC), "Friday by 10:00"),
        (datetime(2026, 3, 17, 8, 0, tzinfo=UTC), "Tuesday by 10:00"),
        (datetime(2026, 3, 18, 8, 0, tzinfo=UTC), "Wed 18 Mar by 10:00"),
        (datetime(2026, 3, 30, 7, 0, tzinfo=UTC), "Mon 30 Mar by 10:00"),  # summer time
        (datetime(2027, 1, 4, 8, 0, tzinfo=UTC), "Mon 4 Jan 2027 by 10:00"),
        (datetime(2026, 3, 11, 8, 0, tzinfo=UTC), "today by 10:00"),
        (datetime(2026, 3, 10, 8, 0, tzinfo=UTC), "yesterday by 10:00"),
        (datetime(2026, 3, 9, 8, 0, tzinfo=UTC), "Mon 9 Mar by 10:00"),
        (None, ""),
    ],
)
def test_a_due_time_is_said_as_people_say_it(due: datetime | None, said: str) -> None:
    with time_machine.travel(NOON, tick=False):
        assert kindly(due) == said


@time_machine.travel(NOON, tick=False)
def test_the_zone_of_a_calendar_elsewhere_is_named() -> None:
    due = datetime(2026, 3, 11, 12, 30, tzinfo=UTC)
    assert kindly(due.astimezone(ZoneInfo("Europe/Warsaw"))) == "today by 13:30 CET"
    assert kindly(due.astimezone(ZoneInfo("Europe/Tallinn"))) == "today by 14:30"


def test_weekday_and_month_follow_the_language() -> None:
    with time_machine.travel(NOON, tick=False), translation.override("et"):
        assert "reede" in kindly(NOON + timedelta(days=2)).casefold()
        assert "märts" in in_full(NOON)


def test_a_mail_names_day_year_and_zone() -> None:
    assert in_full(NOON) == "Wednesday, 11 March 2026, 12:00 (EET)"
    assert in_full(None) == ""


@pytest.mark.django_db
def test_what_the_form_promises_is_what_the_ticket_gets(django_assert_max_num_queries) -> None:
    make_sla_type(problem_type=make_problem_type())
    with time_machine.travel(NOON, tick=False):
        problem_type, order = make_problem_type(), make_order()
        with django_assert_max_num_queries(4):
            preview = promise_preview(problem_type, order)
        assert preview == promise_of(make_ticket()).due_at


@pytest.mark.django_db
def test_form_mail_page_and_row_tell_the_same_time() -> None:
    """One promise: in the zone of its calendar, wherever it is shown."""
    warsaw = make_calendar("Warsaw", time_zone="Europe/Warsaw")
    make_sla_type(problem_type=make_problem_type(), calendar=warsaw)
    with time_machine.travel(NOON, tick=False):
        preview = promise_preview(make_problem_type(), make_order())
        ticket = make_ticket()
        stored = promise_of(ticket)
        assert preview == answer_promised({}, ticket) == ticket.due_at == stored.due_at
        page = Template(
            "{% load sla_promises %}{% promises_of ticket as promises %}{{ promises.0.due_at|kindly }}"
        ).render(Context({"ticket": ticket}))
        assert page == kindly(preview) == "today by 13:00 CET"
        mail = Delivery.objects.get(kind="acknowledge")
        assert "Wednesday, 11 March 2026, 13:00 (CET)" in mail.text
        assert "Wednesday, 11 March 2026, 13:00 (CET)" in mail.html


@pytest.mark.django_db
def test_promises_come_in_order_with_one_query(django_assert_num_queries) -> None:
    ticket = make_ticket()
    actions.reply(ticket, by=make_agent(), text="Try this.", at=NOON)
    with django_assert_num_queries(1):
        promises = promises_of(ticket)
        assert [p.kind for p in promises] == [Promise.Kind.FIRST_ANSWER, Promise.Kind.SOLUTION]
        assert [str(p.sla_type) for p in promises] == ["Standard", "Standard"]
    assert answer_promised({}, ticket) is None


@pytest.mark.django_db
def test_the_acknowledgement_is_written_in_the_language_of_the_customer(settings) -> None:
    settings.LANGUAGES = [("en", "English"), ("et", "eesti")]
    make_ticket(order=make_order(customer=make_customer("kalle@example.com", language="et")))
    mail = Delivery.objects.get(kind="acknowledge")
    assert "märts" in mail.text
    assert 'lang="et"' in mail.html


@pytest.mark.django_db
def test_confirmation_and_ticket_page_show_the_promise(client) -> None:
    make_sla_type(problem_type=make_problem_type())
    with time_machine.travel(NOON, tick=False):
        ticket = make_ticket()
        token = ticket_token(ticket)
        for name in ("portal:received", "portal:ticket"):
            page = client.get(reverse(name, args=[token])).content.decode()
            assert kindly(promise_of(ticket).due_at) == "today by 14:00"
            assert "today by 14:00" in page


@pytest.mark.django_db
def test_a_customer_whose_zone_is_known_is_told_in_it() -> None:
    """By the form, the page and the mail alike."""
    make_sla_type(problem_type=make_problem_type())
    carol = make_customer()
    carol.time_zone = "America/New_York"
    carol.save()
    order = make_order(customer=carol)
    with time_machine.travel(NOON, tick=False):
        assert kindly(promise_preview(make_problem_type(), order)) == "today by 08:00 EDT"
        ticket = make_ticket(order=order)
        assert kindly(answer_promised({}, ticket)) == "today by 08:00 EDT"
        mail = Delivery.objects.get(kind="acknowledge")
        assert "Wednesday, 11 March 2026, 08:00 (EDT)" in mail.text


@pytest.mark.django_db
def test_a_later_answer_that_is_owed_is_told_like_the_first() -> None:
    make_sla_type(problem_type=make_problem_type(), next_answer_minutes=60)
    ticket = make_ticket()
    actions.reply(ticket, by=make_agent(), text="Try this.", at=NOON)
    assert answer_promised({}, ticket) is None
    actions.receive(ticket, by=ticket.customer, text="No.", at=NOON)
    assert answer_promised({}, ticket) == NOON + timedelta(hours=1)
