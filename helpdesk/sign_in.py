"""What django-axes counts wrong passwords by: the address that was typed, and where it was typed."""

from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest


def typed_address(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Folded as signing in folds it: another spelling gives no further tries."""
    typed = (credentials or request.POST).get("username") or ""
    return str(typed).strip().casefold()[:255]


def client_address(request: HttpRequest) -> str | None:
    """Where the request came from. The last hop was added by our own proxy; those before may be invented."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        address = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip() or address
    try:
        return str(ip_address(address))
    except ValueError:
        return None  # a socket file has no address
