import pytest

from customers.tests.factories import make_code, make_customer, make_order, make_product, make_shop
from tickets.actions import receive, solve
from tickets.tests.desk import signed_in
from tickets.tests.factories import make_agent, make_problem_type, make_team, make_ticket

pytestmark = pytest.mark.django_db

HOSTILE = [
    "'",
    '"',
    "''; DROP TABLE tickets_ticket; --",
    "1 OR 1=1",
    "' OR ''='",
    "%",
    "_",
    "%%%",
    "\\",
    "\\'",
    "\x00",
    "a\x00b",
    "\x1b[31m",
    "\r\nSet-Cookie: a=b",
    "\u202eabc",
    "\u200b",
    "\ufeff",
    "\ufffd",
    "🎉",
    "é" * 300,
    "a" * 10_000,
    "a " * 2_000,
    "9" * 5_000,
    "99999999999999999999",
    "9223372036854775807",
    "9223372036854775808",
    "-1",
    "0",
    "1e9",
    "NaN",
    "Infinity",
    "²",
    "١٢٣",
    "None",
    "null",
    "undefined",
    "true",
    "[]",
    "{}",
    "{{ 7*7 }}",
    "${7*7}",
    "%s%s%s",
    "%(a)s",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "@",
    "a@",
    "@b",
    "x@" + "ü" * 100 + ".example",
    "#",
    "#100001",
    "00010101T000000000000-1",
    "99991231T235959999999-999999999999999999",
    "20260230T000000000000-1",
    "--",
    "(?i)(a+)+$",
]


CHOICES = ["whose", "status", "team", "type", "shop"]


@pytest.mark.parametrize(
    ("names", "besides"),
    [(CHOICES, {}), (["q"], {}), (["after"], {}), (["after"], {"status": "solved"})],
    ids=["choices", "search", "place", "place among the solved"],
)
def test_no_parameter_breaks_the_page(names, besides):
    """One that makes no sense counts as not given (see below), so several at once hide nothing of each other."""
    make_ticket()
    browser = signed_in()
    for value in HOSTILE:
        response = browser.get("/desk/", besides | {name: [value, value] for name in names})
        assert response.status_code == 200, value
        assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize("name", ["whose", "status", "team", "type", "shop", "after", "unknown"])
def test_what_makes_no_sense_counts_as_not_given(name):
    ticket = make_ticket()
    assert found({name: "no such thing"}) == [ticket]


def found(query, agent=None):
    from tickets.models import Ticket

    rows = signed_in(agent).get("/desk/", query).context["page"].rows
    by_pk = Ticket.objects.in_bulk([row["id"] for row in rows])
    return [by_pk[row["id"]] for row in rows]


def test_mine_and_unassigned():
    alice = make_agent()
    mine, free = make_ticket(assignee=alice), make_ticket()
    make_ticket(assignee=make_agent("Bob Other"))
    assert found({"whose": "mine"}, alice) == [mine]
    left_behind = make_ticket(assignee=make_agent("Grete Gone", is_active=False))
    assert found({"whose": "unassigned"}, alice) == [free, left_behind]


def test_team_problem_and_shop():
    team, other_type, other_shop = make_team("Readers"), make_problem_type("late"), make_shop("lehekylg")
    of_team = make_ticket(team=team)
    of_type = make_ticket(problem_type=other_type)
    of_shop = make_ticket(
        code=make_code(order=make_order(shop=other_shop), product=make_product(shop=other_shop))
    )
    assert found({"team": team.pk}) == [of_team]
    assert found({"type": other_type.pk}) == [of_type]
    assert found({"shop": other_shop.pk}) == [of_shop]
    assert found({"shop": other_shop.pk, "type": other_type.pk}) == []


def test_status():
    fresh, solved = make_ticket(), make_ticket()
    solve(solved, by=None)
    assert found({"status": "new"}) == [fresh]
    assert found({"status": "solved"}) == [solved]
    assert found({}) == [fresh]


def test_what_is_chosen_stays_chosen_on_the_page():
    team = make_team("Readers")
    page = signed_in().get("/desk/", {"team": team.pk, "q": "<b>", "whose": "mine"}).content.decode()
    assert f'<option value="{team.pk}" selected>' in page
    assert 'value="&lt;b&gt;"' in page
    assert '<input type="hidden" name="whose" value="mine">' in page


class TestSearch:
    @pytest.fixture
    def ticket(self):
        make_ticket()
        order = make_order(customer=make_customer("Maarja.Õun@example.com", "Maarja Õun"), number="WEB-77123")
        return make_ticket(
            code=make_code("KKKKK-LLLLL-MMMMM", order=order), text="It says region locked 0x8024"
        )

    @pytest.mark.parametrize(
        "text",
        [
            "WEB-77123",
            "web-77123",
            "maarja.õun@EXAMPLE.com",
            "Maarja",
            "maarja",
            "KKKKK-LLLLL-MMMMM",
            "kkkkk lllll mmmmm",
            "kkkkklllllmmmmm",
            "0x8024",
            "REGION locked",
            "locked maarja",
        ],
    )
    def test_it_finds_a_ticket_by(self, ticket, text):
        assert found({"q": text}) == [ticket]

    def test_it_finds_by_number_with_and_without_the_sign(self, ticket):
        assert found({"q": str(ticket.number)}) == [ticket]
        assert found({"q": f"#{ticket.number}"}) == [ticket]

    def test_every_word_must_be_found(self, ticket):
        assert found({"q": "region unheard-of"}) == []

    def test_it_finds_what_was_said_later(self, ticket):
        receive(ticket, by=ticket.customer, text="My graphics card is a Voodoo2")
        assert found({"q": "voodoo2"}) == [ticket]

    def test_it_looks_into_solved_tickets_unless_told_otherwise(self, ticket):
        solve(ticket, by=None)
        assert found({"q": "WEB-77123"}) == [ticket]
        assert found({"q": "WEB-77123", "status": "unsolved"}) == []

    def test_signs_of_the_query_language_are_plain_letters(self, ticket):
        assert found({"q": "%"}) == []
        assert found({"q": "_______"}) == []
