"""Every address of the product by every kind of visitor and every method: a new route without a row here
fails."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from customers.links import order_token
from customers.tests.factories import NOON, make_code, make_customer, make_order
from tickets.access import ticket_token
from tickets.models import Agent, Attachment, ExamplePicture, Ticket
from tickets.tests.factories import make_agent, make_ticket

pytestmark = pytest.mark.django_db
METHODS = ("get", "post", "put", "patch", "delete")

# What a route is. PAGE, VERB and TICKET_VERB are the agents'; of the customers' addresses each needs a link that is
# genuine.
PAGE = "a page for agents: others are asked to sign in"
VERB = "a change by an agent: POST only, others are asked to sign in"
TICKET_VERB = (
    "a change to a ticket by an agent: POST, and GET leads to the ticket; others are asked to sign in"
)
SECRET_PAGE = "a page behind a customer's link"
SECRET_VERB = "a change behind a customer's link: POST only"
SECRET_FORM = "a page with a form behind a customer's link"
OPEN_PAGE = "a page for everybody"
OPEN_FORM = "a form for everybody"
OPEN_VERB = "a change that can only touch one's own session: POST only"

OF_AGENTS = {PAGE: ("get",), VERB: ("post",), TICKET_VERB: ("get", "post")}

ROUTES = {
    "home": OPEN_PAGE,
    "healthz": OPEN_PAGE,
    "dev-mail": OPEN_PAGE,
    "dev-mail-one": OPEN_PAGE,
    "dev-mail-html": OPEN_PAGE,
    "desk:login": OPEN_FORM,
    "desk:logout": OPEN_VERB,
    "desk:queue": PAGE,
    "desk:ticket": PAGE,
    "desk:customer": PAGE,
    "desk:file": PAGE,
    "desk:claim": TICKET_VERB,
    "desk:release": TICKET_VERB,
    "desk:hand-over": TICKET_VERB,
    "desk:status": TICKET_VERB,
    "desk:problem-type": TICKET_VERB,
    "desk:reply": TICKET_VERB,
    "desk:note": TICKET_VERB,
    "desk:memo": TICKET_VERB,
    "desk:draft": TICKET_VERB,
    "desk:upload": TICKET_VERB,
    "desk:remove-file": TICKET_VERB,
    "desk:reveal": VERB,
    "desk:undo-reply": TICKET_VERB,
    "desk:accept-sender": TICKET_VERB,
    "desk:move-out": TICKET_VERB,
    "desk:join": TICKET_VERB,
    "desk:dismiss-join": TICKET_VERB,
    "desk:link-order": TICKET_VERB,
    "desk:add-participant": TICKET_VERB,
    "desk:remove-participant": TICKET_VERB,
    "desk:send-code": TICKET_VERB,
    "desk:confirm-code": TICKET_VERB,
    "desk:mail": PAGE,
    "desk:fetch-mail": VERB,
    "desk:mail-one": PAGE,
    "desk:mail-original": PAGE,
    "desk:mail-html": PAGE,
    "desk:mail-html-pictures": PAGE,
    "desk:mail-part": PAGE,
    "desk:mail-make-ticket": VERB,
    "desk:mail-read-again": VERB,
    "desk:mail-set-aside": VERB,
    "desk:mail-take-back": VERB,
    "desk:notices": PAGE,
    "desk:read-notices": VERB,
    "sla:report": PAGE,
    "sla:why": PAGE,
    "sla:report-tickets": PAGE,
    "sla:report-csv": PAGE,
    "portal:order": SECRET_PAGE,
    "portal:choose": SECRET_PAGE,
    "portal:report": SECRET_FORM,
    "portal:report-draft": SECRET_VERB,
    "portal:report-upload": SECRET_VERB,
    "portal:report-file": SECRET_PAGE,
    "portal:report-file-remove": SECRET_VERB,
    "portal:ticket": SECRET_PAGE,
    "portal:received": SECRET_PAGE,
    "portal:reply": SECRET_FORM,
    "portal:solved": SECRET_VERB,
    "portal:reopen": SECRET_VERB,
    "portal:confirm-code": SECRET_VERB,
    "portal:reply-draft": SECRET_VERB,
    "portal:upload": SECRET_VERB,
    "portal:file": SECRET_PAGE,
    "portal:file-remove": SECRET_VERB,
    "portal:my": OPEN_FORM,
    "portal:my-confirm": OPEN_FORM,
    "portal:my-tickets": OPEN_PAGE,
    "portal:my-sign-out": OPEN_VERB,
    "portal:example": OPEN_PAGE,
}


def routes(patterns: list, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":  # has tests of its own, and Django's
                yield from routes(
                    pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space
                )
        else:
            yield f"{space}{pattern.name}", pattern


EVERY = dict(routes(get_resolver(settings.ROOT_URLCONF).url_patterns))


def test_every_route_has_a_row_and_every_row_a_route():
    assert set(EVERY) == set(ROUTES)


class House:
    """Carol's ticket with a file, and everything that can stand in an address about it."""

    def __init__(self) -> None:
        self.code = make_code()
        self.order = self.code.item.order
        self.ticket = make_ticket(code=self.code)
        self.file = Attachment.objects.create(
            message=self.ticket.messages.get(),
            name="a.txt",
            content_type="text/plain",
            size=1,
            uploaded_at=NOON,
        )
        mallory = make_customer("mallory@example.com", "Mallory Stranger")
        self.other = make_ticket(code=make_code(order=make_order(customer=mallory)))

    def address(self, name: str, *, order_token: str = "x.1.y", ticket_token: str = "x.y") -> str:
        wanted = EVERY[name].pattern.converters
        under_order = name in {"portal:order", "portal:choose"} or name.startswith("portal:report")
        values = {
            "number": self.ticket.number,
            "pk": self.ticket.customer_id,
            "message": self.ticket.messages.get().pk,
            "participant": 1,
            "index": 0,
            "public_id": self.file.public_id,
            "ref": self.code.public_ref,
            "shop": self.order.shop.slug,
            "problem": self.ticket.problem_type.slug,
            "token": order_token if under_order else ticket_token,
            "name": "0" * 20 + "-" + "0" * 12,
        }
        parameters = set(wanted) | set(EVERY[name].pattern.regex.groupindex)
        return reverse(name, kwargs={key: values[key] for key in parameters})


@pytest.fixture
def house() -> House:
    return House()


def visitors() -> dict[str, Client]:
    agent, gone = make_agent(), make_agent("Grete Gone")
    clients = {"anonymous": Client(), "agent": Client(), "ex-agent": Client()}
    clients["agent"].force_login(agent)
    clients["ex-agent"].force_login(gone)
    Agent.objects.filter(pk=gone.pk).update(is_active=False)
    return clients


def of_kind(*kinds: str) -> list[str]:
    return sorted(name for name, kind in ROUTES.items() if kind in kinds)


def walk(house: House, names: list[str], check: Callable[[str], None]) -> None:
    """Check each route by its name as if it were the first: what one of them changed is undone for the next. Those
    that fail are all named."""
    before, failed = snapshot(house), []
    for name in names:
        with transaction.atomic():
            try:
                check(name)
            except Exception as error:
                failed.append(f"{name}: {error!r}")
            transaction.set_rollback(True)
        assert snapshot(house) == before, name
    assert failed == []


@pytest.mark.parametrize("who", ["anonymous", "ex-agent"])
def test_the_desk_is_closed_to_whoever_does_not_work_here(house, who):
    browser, before = visitors()[who], snapshot(house)

    def is_closed(name: str) -> None:
        for method in METHODS:
            response = getattr(browser, method)(house.address(name), {"composer": "forged", "text": "Spam"})
            if method in OF_AGENTS[ROUTES[name]]:
                assert response.status_code == 302, method
                assert response.url.startswith("/desk/login/")
            else:
                assert response.status_code == 405, method
        assert snapshot(house) == before

    walk(house, of_kind(*OF_AGENTS), is_closed)


def test_an_agent_comes_in_by_the_methods_of_a_route(house):
    browser, before = visitors()["agent"], snapshot(house)

    def is_open(name: str) -> None:
        for method in METHODS:
            response = getattr(browser, method)(house.address(name))
            if method not in OF_AGENTS[ROUTES[name]]:
                assert response.status_code == 405, method
                continue
            # An empty form is refused in words (409, 422), a file of no draft is not there (404).
            assert response.status_code in {200, 302, 404, 409, 422}
            if method == "get":
                assert snapshot(house) == before

    walk(house, of_kind(*OF_AGENTS), is_open)


@pytest.mark.parametrize("who", ["anonymous", "agent", "ex-agent"])
def test_a_forged_link_opens_nothing_for_nobody(house, who):
    browser, before = visitors()[who], snapshot(house)

    def opens_nothing(name: str) -> None:
        for method in METHODS:
            response = getattr(browser, method)(house.address(name), {"text": "Spam"})
            assert response.status_code in {404, 405}, method
            if method == "get" and ROUTES[name] == SECRET_VERB:
                assert response.status_code == 405
        assert snapshot(house) == before

    walk(house, of_kind(SECRET_PAGE, SECRET_VERB, SECRET_FORM), opens_nothing)


def test_mallorys_own_genuine_link_opens_nothing_of_carols(house):
    """Only what names something of Carol's beside the link can go wrong: files and codes."""
    own, before = house.other, snapshot(house)
    tokens = {
        "order_token": order_token(own.shop, own.order.number, NOON),
        "ticket_token": ticket_token(own),
    }

    def opens_nothing(name: str) -> None:
        where = house.address(name, **tokens)
        for method in METHODS:
            response = getattr(Client(), method)(where, {"text": "Spam"})
            if "file" in name or house.code.public_ref in where:
                assert response.status_code in {404, 405}, method
            assert response.status_code < 500
        assert snapshot(house) == before

    walk(house, of_kind(SECRET_PAGE, SECRET_VERB, SECRET_FORM), opens_nothing)


def test_what_is_open_never_breaks_and_touches_no_ticket(house):
    before = snapshot(house)

    def never_breaks(name: str) -> None:
        for browser in visitors().values():
            for method in METHODS:
                response = getattr(browser, method)(house.address(name))
                assert response.status_code < 500
                if method == "get" and ROUTES[name] == OPEN_VERB:
                    assert response.status_code == 405
        assert snapshot(house) == before

    # healthz has a test of its own: it asks the database on a connection that the other tests lack.
    walk(house, sorted(set(of_kind(OPEN_PAGE, OPEN_VERB, OPEN_FORM)) - {"healthz"}), never_breaks)


def snapshot(house: House) -> list:
    """All that somebody could have changed of Carol's ticket."""
    ticket = Ticket.objects.filter(pk=house.ticket.pk).values().get()
    return [
        ticket,
        house.ticket.messages.count(),
        house.ticket.notes.count(),
        house.ticket.events.count(),
        house.ticket.drafts.count(),
        Attachment.objects.filter(message__ticket=house.ticket).count(),
        house.order.drafts.count(),
        ExamplePicture.objects.count(),
    ]
