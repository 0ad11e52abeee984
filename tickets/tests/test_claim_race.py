import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from threading import Barrier
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from tickets.tests.desk import address, kinds, signed_in
from tickets.tests.factories import make_agent, make_ticket

AGENTS = 40
CSRF = "0123456789abcdefghijklmnopqrstuv"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("had_by", ["nobody", "an agent who left"])
def test_of_forty_agents_who_claim_at_once_exactly_one_wins(live_server, had_by):
    """Over HTTP, each with a session of their own, all let go at the same moment."""
    gone = make_agent("Grete Gone", is_active=False)
    ticket = make_ticket(assignee=None if had_by == "nobody" else gone)
    agents = [make_agent(f"Agent{number} Of Forty") for number in range(AGENTS)]
    sessions = [signed_in(agent).cookies[settings.SESSION_COOKIE_NAME].value for agent in agents]
    host = urlsplit(live_server.url).netloc
    ready = Barrier(AGENTS)

    def claim(session: str) -> tuple[int, dict]:
        connection = HTTPConnection(host, timeout=60)
        headers = {
            "Accept": "application/json",
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}",
            "X-CSRFToken": CSRF,
        }
        connection.connect()
        ready.wait(timeout=60)
        connection.request("POST", address("claim", ticket), headers=headers)
        response = connection.getresponse()
        body = json.loads(response.read())
        connection.close()
        return response.status, body

    with ThreadPoolExecutor(AGENTS) as pool:
        answers = list(pool.map(claim, sessions))

    assert Counter(status for status, _body in answers) == {200: 1, 409: AGENTS - 1}
    winner = agents[[status for status, _body in answers].index(200)]
    refusals = {body["error"] for status, body in answers if status == 409}
    assert refusals == {f"{winner.name} has this ticket in work."}
    ticket.refresh_from_db()
    assert ticket.assignee == winner
    assert kinds(ticket) == ["claimed"]
