"""System checks of the settings. Each has a hint that says what to set; web, worker and beat refuse to start
while one of the errors stands."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register, run_checks
from django.http.request import validate_host

SECRET_KEY_LENGTH = 50
NO_MAIL = {"helpdesk.mail_folder.EmailBackend", "django.core.mail.backends.console.EmailBackend"}
NEW_SECRET = "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"


@register(Tags.security)
def well_formed(**kwargs: Any) -> list[CheckMessage]:
    return [
        Error(f"{problem.setting} {problem.message}", hint=problem.hint, id="helpdesk.E001")
        for problem in settings.SETTINGS_PROBLEMS
    ]


@register(Tags.security)
def data_folder(**kwargs: Any) -> list[CheckMessage]:
    """The folder, or the nearest one above it that exists, must be writable."""
    found: list[CheckMessage] = []
    for name in ("HELPDESK_DATA", "MEDIA_ROOT"):
        folder = Path(getattr(settings, name))
        there = next(place for place in (folder, *folder.parents) if place.exists())
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            found.append(
                Error(
                    f"{name} cannot be written to: {folder}",
                    hint=f"Name a folder in {name} that belongs to the user who runs the helpdesk.",
                    id="helpdesk.E002",
                )
            )
    return found


@register(Tags.security)
def secrets_of_production(**kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not settings.PRODUCTION:
        return found
    if "SECRET_KEY" not in settings.SETTINGS_GIVEN:
        found.append(Error("SECRET_KEY is not set.", hint=f"Make one with: {NEW_SECRET}", id="helpdesk.E003"))
    elif len(settings.SECRET_KEY) < SECRET_KEY_LENGTH or len(set(settings.SECRET_KEY)) < 8:
        found.append(
            Error("SECRET_KEY is too easy to guess.", hint=f"Make one with: {NEW_SECRET}", id="helpdesk.E004")
        )
    if "FIELD_KEYS" not in settings.SETTINGS_GIVEN:
        found.append(
            Warning(
                "FIELD_KEYS is not set, so activation codes are encrypted with a key made from SECRET_KEY.",
                hint="Set FIELD_KEYS before the first order: else a new SECRET_KEY loses all codes.",
                id="helpdesk.W001",
            )
        )
    return found


@register(Tags.security)
def addresses_of_production(**kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not settings.PRODUCTION:
        return found
    if "SITE_URL" not in settings.SETTINGS_GIVEN:
        found.append(
            Error(
                "SITE_URL is not set, so links in mails would lead to this machine only.",
                hint='Set the address that customers see, such as "https://help.example.com".',
                id="helpdesk.E005",
            )
        )
    elif not settings.HTTPS:
        found.append(
            Warning(
                "SITE_URL is not https, so everybody on the way can read the secret links of customers.",
                hint="Serve the helpdesk over https and set SITE_URL to that address.",
                id="helpdesk.W002",
            )
        )
    elif not settings.BEHIND_PROXY:
        found.append(
            Error(
                "SITE_URL is https and BEHIND_PROXY is not set, so every form would be refused.",
                hint="Set BEHIND_PROXY=1 when the proxy that ends TLS sets X-Forwarded-Proto itself.",
                id="helpdesk.E011",
            )
        )
    host = urlsplit(settings.SITE_URL).hostname or ""
    if "*" in settings.ALLOWED_HOSTS:
        found.append(
            Error(
                "ALLOWED_HOSTS allows every host, so anybody can make us write links to their own.",
                hint=f'Name the hosts, such as "{host}".',
                id="helpdesk.E006",
            )
        )
    elif not validate_host(host, settings.ALLOWED_HOSTS):
        found.append(
            Error(
                "ALLOWED_HOSTS lacks the host of SITE_URL, so every request would be refused.",
                hint=f'Add "{host}" to ALLOWED_HOSTS.',
                id="helpdesk.E007",
            )
        )
    return found


@register(Tags.security)
def servers_of_production(**kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.DEBUG and settings.PUBLIC:
        found.append(
            Error(
                "DEBUG is on for a public address: error pages would show secrets.",
                hint="Remove DEBUG, or set SITE_URL and WEB_BIND to local addresses.",
                id="helpdesk.E008",
            )
        )
    if not settings.PRODUCTION:
        return found
    if not settings.REDIS_URL:
        found.append(
            Error(
                "REDIS_URL is not set: the folder that stands in for a broker serves one machine only.",
                hint='Set it, such as "redis://localhost:6379/0".',
                id="helpdesk.E009",
            )
        )
    if settings.EMAIL_BACKEND in NO_MAIL:
        found.append(
            Error(
                "EMAIL_URL sends mail to a folder or the terminal, so no customer would get one.",
                hint='Set it, such as "smtp+tls://user:password@mail.example.com:587".',
                id="helpdesk.E010",
            )
        )
    if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
        found.append(
            Warning(
                "DATABASE_URL is not PostgreSQL: SQLite has one writer at a time and serves one machine.",
                hint='Set it, such as "postgres://user:password@localhost/helpdesk".',
                id="helpdesk.W003",
            )
        )
    return found


def refuse_wrong_settings() -> None:
    """End a process at its start when a check finds an error. Web, worker, beat run none by themselves."""
    errors = [f"  {found}" for found in run_checks() if found.is_serious()]
    if errors:
        raise SystemExit("\n".join(["The helpdesk does not start, its settings need a hand:", *errors]))
