"""Reads settings from environment variables.

A malformed value does not raise here: it is written down with the name of its setting, the default is used,
and the system check `helpdesk.E001` reports it (see checks.py). So `manage.py check` shows everything that is
wrong at once and in words, instead of one traceback at a time.
"""

import ipaddress
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import environ
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
DATABASE_SCHEMES = {"postgres", "postgresql", "sqlite"}
BROKER_SCHEMES = {"redis", "rediss"}
MAIL_SCHEMES = {"smtp", "smtp+tls", "smtp+ssl", "file", "console"}
MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}


def host_of(bind: str) -> str:
    """Of an address to listen at, such as "[::1]:8000"; IPv6 without its brackets."""
    return bind.rpartition(":")[0].strip("[]")


def is_own_machine(host: str | None) -> bool:
    """Whether nobody but this machine can mean `host`."""
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return host is not None and (host == "localhost" or host.endswith(".localhost"))


@dataclass(frozen=True)
class Problem:
    """One setting that cannot be used as it was given. Never holds the value: it may be a secret."""

    setting: str
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.setting} {self.message} {self.hint}"


class Environment:
    """Typed access to the variables; collects what is malformed in `problems`."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = os.environ if variables is None else variables
        self.problems: list[Problem] = []

    def given(self, name: str) -> bool:
        """An empty variable counts as not set: compose files and unit files leave such behind."""
        return bool(self._variables.get(name, "").strip())

    def complain(self, setting: str, message: str, hint: str) -> None:
        self.problems.append(Problem(setting, message, hint))

    def _read(self, name: str, default: T, parse: Callable[[str], T], hint: str) -> T:
        if not self.given(name):
            return default
        try:
            return parse(self._variables[name].strip())
        except (ValueError, ImproperlyConfigured):
            self.complain(name, "has a value that cannot be used.", hint)
            return default

    def text(self, name: str, default: str = "") -> str:
        return self._read(name, default, str, "")

    def flag(self, name: str, default: bool = False) -> bool:
        def parse(value: str) -> bool:
            if value.lower() in TRUE | FALSE:
                return value.lower() in TRUE
            raise ValueError

        return self._read(name, default, parse, "Give 1 or 0.")

    def number(self, name: str, default: int, at_least: int = 0, at_most: int = 2**31 - 1) -> int:
        def parse(value: str) -> int:
            if at_least <= int(value) <= at_most:
                return int(value)
            raise ValueError

        return self._read(name, default, parse, f"Give a whole number from {at_least} to {at_most}.")

    def words(self, name: str, default: list[str] | None = None) -> list[str]:
        """A list separated by commas."""

        def parse(value: str) -> list[str]:
            return [word.strip() for word in value.split(",") if word.strip()]

        return self._read(name, default or [], parse, "")

    def choice(self, name: str, default: str, choices: set[str]) -> str:
        def parse(value: str) -> str:
            if value in choices:
                return value
            raise ValueError

        return self._read(name, default, parse, "Known values: " + ", ".join(sorted(choices)) + ".")

    def folder(self, name: str, default: Path) -> Path:
        return self._read(name, default, lambda value: Path(value).expanduser(), "").absolute()

    def time_zone(self, name: str, default: str) -> str:
        def parse(value: str) -> str:
            from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

            try:
                return ZoneInfo(value).key
            except (ZoneInfoNotFoundError, OSError) as error:
                raise ValueError from error

        return self._read(name, default, parse, 'Give a name such as "Europe/Tallinn".')

    def site_url(self, name: str, default: str) -> str:
        """An absolute address without a path, without the slash at its end."""

        def parse(value: str) -> str:
            parts = urlsplit(value)
            if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
                raise ValueError
            if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
                raise ValueError
            return f"{parts.scheme}://{parts.netloc}"

        return self._read(
            name, default, parse, 'Give scheme and host only, such as "https://help.example.com".'
        )

    def origins(self, name: str) -> list[str]:
        def parse(value: str) -> list[str]:
            origins = [origin.strip().rstrip("/") for origin in value.split(",") if origin.strip()]
            if any(urlsplit(o).scheme not in {"http", "https"} or not urlsplit(o).netloc for o in origins):
                raise ValueError
            return origins

        return self._read(
            name, [], parse, 'Give origins with their scheme, such as "https://help.example.com".'
        )

    def fernet_keys(self, name: str) -> list[str]:
        def parse(value: str) -> list[str]:
            keys = [key.strip() for key in value.split(",") if key.strip()]
            for key in keys:
                Fernet(key)
            return keys

        hint = (
            "Give Fernet keys separated by commas, the newest first. A new one: python -c "
            '"from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
        )
        return self._read(name, [], parse, hint)

    def database(self, name: str) -> dict[str, Any] | None:
        def parse(value: str) -> dict[str, Any] | None:
            if urlsplit(value).scheme not in DATABASE_SCHEMES:
                raise ValueError
            config = environ.Env.db_url_config(value)
            if not config.get("NAME"):
                raise ValueError
            return config

        return self._read(name, None, parse, 'Such as "postgres://user:password@host:5432/helpdesk".')

    def broker(self, name: str) -> str:
        def parse(value: str) -> str:
            parts = urlsplit(value)
            if parts.scheme not in BROKER_SCHEMES or not parts.hostname or parts.port == 0:
                raise ValueError
            if parts.scheme == "rediss" and "ssl_cert_reqs" not in parse_qs(parts.query):
                # Left out, Celery would take any certificate and so talk to anybody.
                query = f"{parts.query}&" if parts.query else ""
                return parts._replace(query=f"{query}ssl_cert_reqs=required").geturl()
            return value

        return self._read(name, "", parse, 'Such as "redis://:password@host:6379/0".')

    def mail(self, name: str, folder: Path) -> dict[str, Any]:
        """Django's EMAIL_* settings; without the variable, mails become files in `folder`."""
        to_folder = {
            "EMAIL_BACKEND": "helpdesk.mail_folder.EmailBackend",
            "EMAIL_FILE_PATH": str(folder),
        }

        def parse(value: str) -> dict[str, Any]:
            parts = urlsplit(value)
            if parts.scheme not in MAIL_SCHEMES or (parts.scheme.startswith("smtp") and not parts.hostname):
                raise ValueError
            if parts.scheme == "file":
                return to_folder | {"EMAIL_FILE_PATH": parts.path or str(folder)}
            scheme = {"console": "consolemail"}.get(parts.scheme, parts.scheme)
            config = environ.Env.email_url_config(parts._replace(scheme=scheme).geturl())
            known = {key: v for key, v in config.items() if key.startswith("EMAIL_") and v is not None}
            known.pop("EMAIL_FILE_PATH", None)
            if parts.scheme in MAIL_PORTS:
                known["EMAIL_BACKEND"] = "tickets.channels.smtp.EmailBackend"
                known["EMAIL_PORT"] = parts.port or MAIL_PORTS[parts.scheme]
            return known

        hint = 'Such as "smtp+tls://user:password@host:587" or "file:///var/lib/helpdesk/mail".'
        return self._read(name, to_folder, parse, hint)

    def secret_kept_in(self, file: Path) -> str:
        """The secret in `file`, made on first use. Of processes that start together the first wins."""
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            if not file.exists():
                handle, draft = tempfile.mkstemp(dir=file.parent)  # readable by its owner only
                with os.fdopen(handle, "w") as stream:
                    stream.write(secrets.token_urlsafe(50))
                try:
                    os.link(draft, file)
                except FileExistsError:
                    pass  # another process was faster; its secret counts
                finally:
                    os.unlink(draft)
            return file.read_text().strip()
        except OSError as error:
            self.complain(
                "HELPDESK_DATA",
                f"cannot be used ({error.strerror}).",
                "Name a folder that can be written to.",
            )
            return secrets.token_urlsafe(50)
