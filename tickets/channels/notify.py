"""Notification addresses of the Apprise library: SMS, chat, webhooks. Only admins write them, in SLA types; they hold
passwords, so they are stored encrypted and never logged.

Source: https://github.com/caronc/apprise/wiki
"""

import logging
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

OF_THIS_MACHINE = ("dbus", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows")
"""Apprise also speaks to the desktop and the log of the machine it runs on, which are nobody's to be told by."""


@cache
def _apprise() -> type:
    """Loaded when it is needed first: it knows a hundred services, and no page of the desk needs one."""
    import apprise
    from apprise.manager_plugins import NotificationManager

    NotificationManager().disable(*OF_THIS_MACHINE)
    # It logs addresses.
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    return apprise.Apprise


def check_notification_url(url: str) -> None:
    if url and not _apprise()().add(url):
        raise ValidationError(_("Apprise does not know this address. Look up how it is written in its wiki."))


def kind_of(url: str) -> str:
    """What may be shown of a notification address: "slack"."""
    return url.partition(":")[0].casefold()[:40]


def send(url: str, *, title: str, body: str) -> None:
    """Raises ValueError for an address that Apprise does not know, OSError when the service did not take it."""
    service = _apprise()()
    if not service.add(url):
        raise ValueError("Apprise does not know this address.")
    if not service.notify(body=body, title=title):
        raise OSError(f"The service behind {kind_of(url)}:// did not take the notification.")
