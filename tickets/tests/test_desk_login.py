import pytest
from django.conf import settings

from tickets.tests.desk import signed_in
from tickets.tests.factories import PASSWORD, make_agent

pytestmark = pytest.mark.django_db
LOGIN = "/desk/login/"


def sign_in(client, **more):
    return client.post(LOGIN, {"username": "alice@desk.example", "password": PASSWORD} | more)


def test_an_agent_comes_in_by_address_and_password(client):
    make_agent()
    assert sign_in(client).url == "/desk/"
    assert client.get("/desk/").status_code == 200


def test_the_address_may_be_written_in_capitals(client):
    make_agent()
    assert sign_in(client, username="Alice@Desk.Example").status_code == 302


def test_the_session_gets_a_new_id(client):
    make_agent()
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = before = session.session_key
    sign_in(client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before


def test_a_wrong_password_an_unknown_address_and_who_left_look_the_same(client):
    make_agent()
    make_agent("Grete Gone", is_active=False)
    pages = [
        sign_in(client, **wrong)
        for wrong in (
            {"password": "wrong"},
            {"username": "nobody@desk.example"},
            {"username": "grete@desk.example"},
        )
    ]
    assert {page.status_code for page in pages} == {200}
    assert all("do not belong together" in page.content.decode() for page in pages)


def test_after_ten_failures_the_door_stays_shut_for_a_while(client):
    make_agent()
    for _ in range(10):
        sign_in(client, password="wrong")
    response = sign_in(client)
    assert response.status_code == 429
    assert "quarter of an hour" in response.content.decode()


def test_next_leads_on_within_the_house(client):
    make_agent()
    assert sign_in(client, next="/desk/tickets/100001/").url == "/desk/tickets/100001/"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "https:///evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "\x00//evil.example",
        " //evil.example",
        "https://testserver@evil.example/",
        "//testserver:evil.example",
    ],
)
def test_next_never_leads_out_of_the_house(client, elsewhere):
    make_agent()
    assert sign_in(client, next=elsewhere).url == "/desk/"


def test_signing_out_ends_the_session_and_needs_a_post():
    browser = signed_in()
    assert browser.get("/desk/logout/").status_code == 405
    assert browser.post("/desk/logout/").url == LOGIN
    assert browser.get("/desk/").status_code == 302


def test_who_leaves_is_out_at_once():
    alice = make_agent()
    browser = signed_in(alice)
    alice.is_active = False
    alice.save()
    assert browser.get("/desk/").status_code == 302
