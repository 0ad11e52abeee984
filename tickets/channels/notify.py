"""Notification addresses of the Apprise library: SMS, chat, webhooks. Only admins write them, in SLA types; they hold
passwords, so they are stored encrypted and never logged.

Source: https://github.com/caronc/apprise/wiki
"""

import socket
from collections.abc import Callable
from functools import cache
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

OF_THIS_MACHINE = ("dbus", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows")
"""Apprise also speaks to the desktop and the log of the machine it runs on, which are nobody's to be told by."""


@cache
def _apprise() -> Callable[[], Any]:
    """Loaded when it is needed first: it knows a hundred services, and no page of the desk needs one."""
    import apprise
    from apprise.manager_plugins import NotificationManager

    NotificationManager().disable(*OF_THIS_MACHINE)
    # A service that answers with another address is not followed to it (threat V25).
    return lambda: apprise.Apprise(asset=apprise.AppriseAsset(http_redirects=False))


def check_notification_url(url: str) -> None:
    if url and not _apprise()().add(url):
        raise ValidationError(_("Apprise does not know this address. Look up how it is written in its wiki."))


def _refuse_private(host: str | None) -> None:
    """Raises ValueError for a host of this machine or of its own network: an address in a form must not be a way in."""
    if not isinstance(host, str) or not host:
        return  # a service whose hosts Apprise knows itself
    try:
        found = socket.getaddrinfo(host.strip("[]"), None)
    except OSError as error:
        raise OSError("The host of the notification address is not known.") from error
    if not all(ip_address(address[4][0].partition("%")[0]).is_global for address in found):
        raise ValueError("A notification address must not lead into our own network (NOTIFY_PRIVATE_HOSTS).")


def kind_of(url: str) -> str:
    """What may be shown of a notification address: "slack"."""
    return url.partition(":")[0].casefold()[:40]


def send(url: str, *, title: str, body: str) -> None:
    """Raises ValueError for an address that Apprise does not know, OSError when the service did not take it."""
    service = _apprise()()
    if not service.add(url):
        raise ValueError("Apprise does not know this address.")
    if not settings.NOTIFY_PRIVATE_HOSTS:
        _refuse_private(getattr(service[0], "host", None))
    if not service.notify(body=body, title=title):
        raise OSError(f"The service behind {kind_of(url)}:// did not take the notification.")
