"""The report as an agent's browser meets it."""

import csv
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from sla import report_csv
from sla.desk import report
from sla.desk.tables import percent, took
from sla.models import Promise
from sla.report_csv import harmless
from sla.tests.factories import make_sla_type, promise_of
from tickets import actions
from tickets.models import Event, Ticket
from tickets.tests.desk import signed_in
from tickets.tests.factories import make_agent, make_problem_type, make_team, make_ticket

pytestmark = pytest.mark.django_db

PAGE, TICKETS, CSV = (f"/desk/reports/promises/{end}" for end in ("", "tickets/", "csv/"))
HOUR = timedelta(hours=1)
MARCH = "?first=2026-03-01&last=2026-03-31"
LINK = re.compile(r'<a href="(/desk/reports/promises/tickets/\?[^"]*)">([^<]*)</a>')
STATEMENTS = {PAGE: 9, TICKETS: 7, CSV: 6}


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026, UTC; Tallinn is two hours ahead. The 9th is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.fixture(autouse=True)
def codes():
    return make_sla_type(problem_type=make_problem_type(), next_answer_minutes=60)


def answered(opened: datetime, after: timedelta, **fields) -> Ticket:
    ticket = make_ticket(at=opened, **fields)
    actions.reply(ticket, by=make_agent(), text="Try this.", at=opened + after)
    return ticket


def some_of_all() -> None:
    """Kept, broken and open ones, begun in hours, in the evening and at a weekend."""
    keys = make_team("Keys")
    answered(at(9, 8), HOUR)
    answered(at(10, 8), 3 * HOUR, team=keys)
    answered(at(10, 17), 15 * HOUR)
    answered(at(14, 8), 48 * HOUR, team=keys)
    again = answered(at(16, 8), HOUR)
    actions.receive(again, by=again.customer, text="And now?", at=at(16, 10))
    actions.solve(again, by=make_agent(), at=at(17, 8))
    make_ticket(at=at(19, 8))


def html(where: str) -> str:
    answer = signed_in().get(where)
    assert answer.status_code == 200
    return answer.content.decode()


def rows_of(where: str) -> list[dict[str, str]]:
    answer = signed_in().get(where)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def test_every_count_leads_to_a_list_with_as_many_rows() -> None:
    some_of_all()
    counts = [(unescape(link), text) for link, text in LINK.findall(html(PAGE + MARCH)) if text.isdigit()]
    assert len(counts) > 15
    for link, text in counts:
        assert html(link).count('class="r-ticket"') == int(text), link


def test_a_share_leads_to_what_it_is_a_share_of_and_a_time_to_those_as_slow() -> None:
    some_of_all()
    links = [(unescape(link), text) for link, text in LINK.findall(html(PAGE + MARCH))]
    shares = [(link, text) for link, text in links if "%" in text]
    times = [link for link, text in links if " m" in text]
    assert shares
    assert times
    for link, text in shares:
        assert "state=decided" in link
        kept, decided = (html(link).count(f">{state}</span>") for state in ("kept", "broken"))
        assert text == percent(1000 * kept // (kept + decided))
    for link in times:
        assert 'class="r-ticket"' in html(link)


def test_each_number_says_what_it_counts_beside_it_and_below() -> None:
    some_of_all()
    page = html(PAGE + MARCH)
    for number in report.DEFINITIONS:
        assert str(number.says) in unescape(page).split("How these numbers are made")[1]
    for cell in re.findall(r'<td class="num[^>]*>', page):
        assert 'title="' in cell
    assert "The team that the ticket has now" in page


def test_a_page_without_promises_says_so() -> None:
    assert "Nothing was promised" in html(PAGE + MARCH)
    assert "Nothing fits" in html(f"{TICKETS}{MARCH}&state=kept")


def test_what_was_only_met_in_the_period_has_its_times() -> None:
    answered(at(6, 14), 90 * HOUR)  # due on Monday the 9th, met on the 10th
    page = html(f"{PAGE}?first=2026-03-10&last=2026-03-10")
    assert "Nothing was promised" not in page
    assert "How long it took" in page


def test_the_list_goes_by_pages_of_twenty_five_and_misses_none() -> None:
    tickets = [make_ticket(at=at(9, 8)) for _ in range(30)]
    where = f"{TICKETS}{MARCH}&state=open&kind=first_answer"
    first = html(where)
    following = unescape(re.search(r'rel="next" href="([^"]*)"', first)[1])
    found = [re.findall(r'class="q-number">(\d+)<', page) for page in (first, html(following))]
    assert [len(one) for one in found] == [25, 5]
    assert found[0] + found[1] == [str(ticket.number) for ticket in reversed(tickets)]


@pytest.mark.parametrize("where", [PAGE, TICKETS, CSV])
@pytest.mark.parametrize(
    "query", [MARCH, f"{MARCH}&kind=first_answer&state=kept&met=1&measure=clock&least=9"]
)
def test_a_page_asks_the_same_for_little_and_for_much(where: str, query: str) -> None:
    browser = signed_in()

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            b"".join(browser.get(where + query))
        assert all(one["sql"].startswith(("SELECT", "(SELECT", "DECLARE")) for one in captured)
        return len(captured)

    answered(at(9, 8), HOUR)
    little = statements()
    for number in range(3):
        problem = make_problem_type(f"type-{number}")
        make_sla_type(f"Type {number}", problem_type=problem)
        answered(at(9 + 7 * number, 8), HOUR, problem_type=problem, team=make_team(f"Team {number}"))
    some_of_all()
    assert statements() == little <= STATEMENTS[where]


@pytest.mark.parametrize("where", [PAGE, TICKETS, CSV])
def test_looking_changes_nothing_and_strangers_are_asked_to_sign_in(client, where: str) -> None:
    some_of_all()
    events = Event.objects.count()
    assert client.get(where).status_code == 302
    assert client.post(where).status_code == 405
    signed_in().get(where)
    assert Event.objects.count() == events


@pytest.mark.parametrize("where", [PAGE, TICKETS, CSV])
@pytest.mark.parametrize("name", ["first", "days", "kind", "type", "team", "shop", "state", "least", "after"])
def test_no_parameter_breaks_a_page(where: str, name: str) -> None:
    browser = signed_in()
    for value in ("'", "%00", "-1", "9" * 30, "=1+1", "%F0%9F%92%A9", "<b>"):
        answer = browser.get(f"{where}?met=1&measure=clock&{name}={value}")
        assert answer.status_code == 200, value


def test_the_csv_has_a_row_for_each_promise_with_times_in_the_zone_of_the_desk() -> None:
    ticket = answered(at(9, 8), 3 * HOUR, team=make_team("Keys"))
    open_one = promise_of(ticket, Promise.Kind.SOLUTION)
    rows = rows_of(CSV + MARCH)
    assert len(rows) == 2
    assert rows[0] == {
        "Ticket": str(ticket.number),
        "Subject": ticket.subject,
        "Promise": "first answer",
        "SLA type": "Codes",
        "Shop": ticket.shop.name,
        "Team now": "Keys",
        "Problem": ticket.problem_type.name,
        "Started": "2026-03-09T10:00:00+02:00",
        "Started in": "opening hours",
        "Due": "2026-03-09T12:00:00+02:00",
        "Paused since": "",
        "Met": "2026-03-09T13:00:00+02:00",
        "Broken": "2026-03-09T12:00:00+02:00",
        "State": "broken",
        "Working seconds": "10800",
        "Seconds by the clock": "10800",
    }
    assert rows[1]["Due"] == timezone.localtime(open_one.due_at).isoformat()
    assert (rows[1]["Met"], rows[1]["Working seconds"], rows[1]["State"]) == ("", "", "open")


def test_the_csv_of_a_number_has_just_its_promises() -> None:
    some_of_all()
    found = rows_of(f"{CSV}{MARCH}&state=broken")
    assert {row["State"] for row in found} == {"broken"}
    assert len(found) == Promise.objects.filter(broken_at__isnull=False).count()


def test_the_csv_has_no_end_before_the_last_promise_and_comes_in_pieces(monkeypatch) -> None:
    monkeypatch.setattr(report_csv, "AT_ONCE", 4)
    for _ in range(5):
        make_ticket(at=at(9, 8))
    answer = signed_in().get(CSV + MARCH)
    assert answer.streaming
    assert len(pieces := list(answer.streaming_content)) == 3
    assert b"".join(pieces).count(b"\r\n") == 11


def test_the_csv_is_in_the_language_of_who_asked_also_when_it_is_read_later() -> None:
    make_ticket(at=at(9, 8))
    with translation.override("de"):
        expected = report_csv.header()
        pieces = report_csv.lines(Promise.objects.all())
    with translation.override("en"):
        first = "".join(pieces).removeprefix("\ufeff").splitlines()[0]
    assert first == ",".join(expected)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1"])
def test_nothing_that_people_typed_becomes_a_formula(text: str) -> None:
    ticket = make_ticket(at=at(9, 8), team=make_team(text))
    Ticket.objects.filter(pk=ticket.pk).update(subject=text)
    rows = rows_of(CSV + MARCH)
    assert {row["Subject"] for row in rows} == {row["Team now"] for row in rows} == {f"'{text}"}
    assert harmless("a=1") == "a=1"


@pytest.mark.parametrize(
    ("seconds", "working", "clock"),
    [
        (0, "0 s", "0 s"),
        (59, "59 s", "59 s"),
        (60, "1 m", "1 m"),
        (3600, "1 h 0 m", "1 h 0 m"),
        (48 * 3600 - 1, "47 h 59 m", "47 h 59 m"),
        (50 * 3600, "50 h 0 m", "2 d 2 h"),
    ],
)
def test_times_are_said_in_two_units_and_working_time_never_in_days(
    seconds: int, working: str, clock: str
) -> None:
    assert (took(seconds, "working"), took(seconds, "clock")) == (working, clock)


@pytest.mark.parametrize(
    ("permille", "said"), [(None, "–"), (1000, "100 %"), (999, "99.9 %"), (5, "0.5 %"), (0, "0 %")]
)
def test_a_share_is_said_with_a_tenth(permille: int | None, said: str) -> None:
    assert percent(permille) == said
