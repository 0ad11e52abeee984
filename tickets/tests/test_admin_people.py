from datetime import date, time

import pytest
from django.contrib.auth import authenticate
from django.test import Client

from tickets.models import Absence, Agent, Team
from tickets.tests.factories import make_agent, make_team

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "a long new password 7"


def client_of(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


@pytest.fixture
def staff() -> Client:
    return client_of(make_agent("Olga Owner", is_staff=True))


@pytest.fixture
def superuser() -> Client:
    return client_of(make_agent("Sam Super", is_staff=True, is_superuser=True))


def change(client: Client, agent: Agent, **fields):
    data = {"name": agent.name, "email": agent.email, "is_active": "on"} | fields
    return client.post(f"/admin/tickets/agent/{agent.pk}/change/", data)


def add(client: Client, **fields):
    data = {
        "name": "Bob Builder",
        "email": "Bob@Desk.example",
        "password1": NEW_PASSWORD,
        "password2": NEW_PASSWORD,
    }
    return client.post("/admin/tickets/agent/add/", data | fields)


def test_an_agent_is_made_with_a_password_and_can_sign_in(staff, rf):
    assert add(staff).status_code == 302
    bob = Agent.objects.get(email="bob@desk.example")
    assert authenticate(rf.post("/"), username="bob@desk.example", password=NEW_PASSWORD) == bob
    assert not bob.is_staff


def test_two_agents_cannot_share_an_address_however_written(staff):
    make_agent("Bob Builder", email="bob@desk.example")
    assert "Another agent signs in with this address." in add(staff).content.decode()
    assert Agent.objects.filter(email__iexact="bob@desk.example").count() == 1


def test_a_weak_password_is_refused(staff):
    assert add(staff, password1="password", password2="password").status_code == 200
    assert not Agent.objects.filter(email="bob@desk.example").exists()


def test_an_agent_who_leaves_is_made_inactive(staff):
    alice = make_agent()
    change(staff, alice, is_active="")
    alice.refresh_from_db()
    assert not alice.is_active


def test_nobody_makes_themselves_or_a_friend_an_admin(staff):
    alice, olga = make_agent(), Agent.objects.get(name="Olga Owner")
    for agent in (alice, olga):
        change(staff, agent, is_staff="on", is_superuser="on")
        agent.refresh_from_db()
        assert not agent.is_superuser
    assert not alice.is_staff
    assert olga.is_staff


def test_an_admin_cannot_take_over_another_admin(staff):
    sam = make_agent("Sam Super", is_staff=True, is_superuser=True)
    assert change(staff, sam, email="mallory@example.com").status_code == 403
    password = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert staff.post(f"/admin/tickets/agent/{sam.pk}/password/", password).status_code == 403
    sam.refresh_from_db()
    assert sam.email == "sam@desk.example"
    assert not sam.check_password(NEW_PASSWORD)


def test_an_admin_sees_another_admin_without_the_password_hash(staff):
    sam = make_agent("Sam Super", is_staff=True, is_superuser=True)
    page = staff.get(f"/admin/tickets/agent/{sam.pk}/change/")
    assert page.status_code == 200
    assert sam.password not in page.content.decode()


def test_an_admin_sets_the_password_of_an_agent(staff):
    alice = make_agent()
    password = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true"}
    assert staff.post(f"/admin/tickets/agent/{alice.pk}/password/", password).status_code == 302
    alice.refresh_from_db()
    assert alice.check_password(NEW_PASSWORD)


def test_a_superuser_makes_admins(superuser):
    alice = make_agent()
    change(superuser, alice, is_staff="on")
    alice.refresh_from_db()
    assert alice.is_staff


def test_an_agent_gets_quiet_hours_and_loses_them(staff):
    alice = make_agent()
    change(staff, alice, quiet_from="22:00", quiet_until="07:00")
    alice.refresh_from_db()
    assert (alice.quiet_from, alice.quiet_until) == (time(22), time(7))
    page = staff.get(f"/admin/tickets/agent/{alice.pk}/change/").content.decode()
    assert 'type="time" name="quiet_from" value="22:00"' in page
    change(staff, alice)
    alice.refresh_from_db()
    assert (alice.quiet_from, alice.quiet_until) == (None, None)


def test_quiet_hours_need_both_ends(staff):
    alice = make_agent()
    page = change(staff, alice, quiet_from="22:00").content.decode()
    assert "Quiet hours need both a beginning and an end." in page


def test_an_absence_is_written_with_its_substitute(staff):
    alice, bob = make_agent(), make_agent("Bob Builder")
    data = {"agent": alice.pk, "first_day": "2026-03-11", "last_day": "2026-03-13", "substitute": bob.pk}
    assert staff.post("/admin/tickets/absence/add/", data).status_code == 302
    absence = Absence.objects.get()
    assert (absence.agent, absence.substitute) == (alice, bob)
    assert (absence.first_day, absence.last_day) == (date(2026, 3, 11), date(2026, 3, 13))
    page = staff.get(f"/admin/tickets/absence/{absence.pk}/change/").content.decode()
    assert 'type="date" name="first_day" value="2026-03-11"' in page


def test_agents_are_never_deleted(superuser):
    alice = make_agent()
    assert superuser.post(f"/admin/tickets/agent/{alice.pk}/delete/", {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": [alice.pk], "post": "yes"}
    superuser.post("/admin/tickets/agent/", data)
    assert Agent.objects.filter(pk=alice.pk).exists()


def test_agents_and_their_teams_are_found(staff):
    make_team("Keys", make_agent())
    page = staff.get("/admin/tickets/agent/", {"q": "alice@desk"}).content.decode()
    assert "Alice Agent" in page
    assert "Keys" in page


def test_a_team_gets_members(staff):
    alice, bob = make_agent(), make_agent("Bob Builder")
    staff.post("/admin/tickets/team/add/", {"name": "Keys", "members": [alice.pk, bob.pk]})
    assert set(Team.objects.get().members.all()) == {alice, bob}
