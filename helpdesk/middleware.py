from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from helpdesk.health import healthz

# Whoever holds one of these addresses is let in: no cache may keep such a page.
SECRET_PATHS = ("/o/", "/t/", "/my/")

GetResponse = Callable[[HttpRequest], HttpResponse]


def private_links(get_response: GetResponse) -> GetResponse:
    """Keeps all pages out of search engines and those behind secret links out of caches."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        if request.path_info.startswith(SECRET_PATHS):
            response.headers["Cache-Control"] = "no-store"
        return response

    return middleware


def health_for_any_host(get_response: GetResponse) -> GetResponse:
    """Answers before anything looks at the host: monitors and load balancers ask by the address of a machine."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return healthz(request) if request.path_info == "/healthz" else get_response(request)

    return middleware
