"""Headers that every page carries, and those for pages behind secret links."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
SECRET_PAGES = ["/o/no-such-shop/no-such-token/", "/t/no-such-token/", "/my/"]
PAGES = [*SECRET_PAGES, "/desk/login/", "/admin/login/", "/healthz", "/no-such-page/"]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_has_the_strict_policy(client, page):
    policy = client.get(page).headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert (
        rules["script-src"] == rules["style-src"] == rules["connect-src"] == rules["form-action"] == "'self'"
    )
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert "unsafe" not in policy


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_sniffed_framed_indexed_or_told_to_other_sites(client, page):
    headers = client.get(page).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("page", SECRET_PAGES)
def test_no_cache_keeps_a_page_behind_a_secret_link(client, page):
    assert client.get(page).headers["Cache-Control"] == "no-store"


def test_a_form_over_https_passes_with_the_headers_that_browsers_send():
    """Under "same-origin" a browser names our origin; under "no-referrer" it would say "null"."""
    client = Client(enforce_csrf_checks=True)
    token = client.get("/admin/login/", secure=True).context["csrf_token"]
    form = {"csrfmiddlewaretoken": str(token), "username": "x@example.com", "password": "x"}

    def post(origin: str) -> int:
        return client.post("/admin/login/", form, secure=True, headers={"origin": origin}).status_code

    assert post("https://testserver") == 200
    assert post("null") == 403
    assert post("https://evil.example") == 403
