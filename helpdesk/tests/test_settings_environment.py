"""Settings are read from the environment; what cannot be read is named, without its value."""

import os
import runpy
import socket
import ssl
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.db.utils import ConnectionHandler
from kombu import Connection
from psycopg2 import OperationalError

pytestmark = pytest.mark.standalone

MALFORMED = {
    "DATABASE_URL": ["mysql://x/y", "postgres", "postgres://host:port/name", "postgres://h/", "://"],
    "REDIS_URL": ["localhost:6379", "http://localhost", "redis://", "redis://host:99999/0"],
    "EMAIL_URL": ["mail.example.com", "smtp://", "smtp://host:port", "imap://host"],
    "SITE_URL": [
        "help.example.com",
        "ftp://x",
        "https://",
        "https://x/path",
        "https://u:p@x",
        "https://x:abc",
    ],
    "FIELD_KEYS": ["abc", "a,b", "MDEyMzQ1Njc4OWFiY2RlZg=="],
    "CSRF_TRUSTED_ORIGINS": ["help.example.com", "https://a.example.com,b"],
    "DEBUG": ["maybe", "2"],
    "BEHIND_PROXY": ["nginx"],
    "PORT": ["http", "0", "70000", "80.5"],
    "ORDER_LINK_DAYS": ["0", "-1", "two years"],
    "TICKET_LINK_DAYS": ["0"],
    "UPLOAD_MAX_MB": ["20 MB", "0"],
    "LANGUAGE_CODE": ["de", "english"],
    "TIME_ZONE": ["Tallinn", "../etc/passwd", "EET+2x"],
    "LOG_LEVEL": ["loud"],
}
CASES = [(name, value) for name, values in MALFORMED.items() for value in values]


def environment(tmp_path, **variables: str) -> dict[str, str]:
    """As on a machine with nothing set, then `variables`."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "HELPDESK_DATA": str(tmp_path / "data"), **variables}


def run(tmp_path, *command: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *command],
        env=environment(tmp_path, **variables),
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def read(monkeypatch, tmp_path):
    """Reads the settings file anew with these variables."""

    def read(**variables: str) -> dict[str, Any]:
        with monkeypatch.context() as only_now:
            for name in list(os.environ):
                only_now.delenv(name)
            for name, value in environment(tmp_path, **variables).items():
                only_now.setenv(name, value)
            return runpy.run_path(str(settings.BASE_DIR / "helpdesk" / "settings.py"))

    return read


@pytest.fixture
def problems(read):
    """The names of the variables that the settings file complains about."""
    return lambda **variables: [problem.setting for problem in read(**variables)["SETTINGS_PROBLEMS"]]


@pytest.mark.parametrize(("name", "value"), CASES)
def test_a_malformed_value_is_named(problems, name, value):
    assert problems(**{name: value}) == [name]


@pytest.mark.parametrize("name", MALFORMED)
def test_an_empty_value_is_as_good_as_none(problems, name):
    assert problems(**{name: "  "}) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgres:///helpdesk"),
        ("DATABASE_URL", "postgresql://u:p%40ss@db.example.com:5433/helpdesk?sslmode=require"),
        ("DATABASE_URL", "sqlite:////var/lib/helpdesk/db.sqlite3"),
        ("REDIS_URL", "rediss://:p@redis.example.com:6380/1"),
        ("EMAIL_URL", "smtp+tls://user:p%40ss@mail.example.com:587"),
        ("EMAIL_URL", "file:///var/lib/helpdesk/mail"),
        ("SITE_URL", "https://help.example.com/"),
        ("SITE_URL", "http://[::1]:8000"),
        ("CSRF_TRUSTED_ORIGINS", "https://a.example.com, https://*.example.org"),
        ("DEBUG", "True"),
        ("TIME_ZONE", "Europe/Bratislava"),
    ],
)
def test_a_sound_value_passes(problems, name, value):
    assert problems(**{name: value}) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SITE_URL", "http://help.example.com"),
        ("SITE_URL", "http://192.168.1.20:8000"),
        ("SITE_URL", "https://localhost"),
        ("WEB_BIND", "0.0.0.0:8000"),
        ("WEB_BIND", "[::]:8000"),
        ("WEB_BIND", ":8000"),
        ("WEB_BIND", "unix:/run/helpdesk.sock"),
        ("DATABASE_URL", "postgres:///helpdesk"),
        ("REDIS_URL", "redis://localhost"),
        ("ALLOWED_HOSTS", "help.example.com"),
        ("EMAIL_URL", "smtp://mail.example.com"),
    ],
)
def test_what_nobody_sets_for_a_try_makes_a_production(read, name, value):
    assert read(**{name: value})["PRODUCTION"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "8080"),
        ("SITE_URL", "http://localhost:8000"),
        ("SITE_URL", "http://[::1]:8000"),
        ("SITE_URL", "http://helpdesk.localhost"),
        ("WEB_BIND", "127.0.0.1:8000"),
        ("WEB_BIND", "[::1]:8000"),
        ("EMAIL_URL", "file:///tmp/mail"),
        ("DEBUG", "1"),
    ],
)
def test_what_concerns_the_own_machine_stays_a_try(read, name, value):
    assert not read(**{name: value})["PRODUCTION"]


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("smtp://mail.example.com", 25),
        ("smtp+tls://mail.example.com", 587),
        ("smtp+ssl://mail.example.com", 465),
        ("smtp+ssl://mail.example.com:2465", 2465),
    ],
)
def test_mail_goes_to_the_usual_port_of_its_encryption(read, url, port):
    assert read(EMAIL_URL=url)["EMAIL_PORT"] == port


@pytest.mark.parametrize(
    ("url", "reqs"),
    [
        ("rediss://redis.example.com/1", ssl.CERT_REQUIRED),
        ("rediss://redis.example.com/1?ssl_cert_reqs=none", ssl.CERT_NONE),
    ],
)
def test_the_certificate_of_redis_counts_unless_somebody_says_that_it_does_not(read, url, reqs):
    broker = Connection(read(REDIS_URL=url)["CELERY_BROKER_URL"])
    assert broker.ssl["ssl_cert_reqs"] == reqs


def test_a_database_that_does_not_answer_is_given_up_soon(read):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"postgres://u@127.0.0.1:{silent.getsockname()[1]}/helpdesk"
        databases = ConnectionHandler(read(DATABASE_URL=address)["DATABASES"])
        with pytest.raises(OperationalError, match="timeout"):
            databases["default"].connect()


def test_all_faults_are_told_at_once_by_manage_check_and_none_as_a_traceback(tmp_path):
    result = run(
        tmp_path, "manage.py", "check", PORT="http", REDIS_URL="localhost", FIELD_KEYS="hunter2-secret"
    )
    assert result.returncode == 1
    assert all(name in result.stderr for name in ("PORT", "REDIS_URL", "FIELD_KEYS"))
    assert "HINT" in result.stderr
    assert "Traceback" not in result.stderr
    assert "hunter2" not in result.stdout + result.stderr


def test_a_missing_production_setting_is_an_error_of_manage_check(tmp_path):
    result = run(tmp_path, "manage.py", "check", SITE_URL="https://help.example.com")
    assert result.returncode == 1
    assert all(name in result.stderr for name in ("SECRET_KEY", "REDIS_URL", "EMAIL_URL"))


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "gunicorn", "-c", "helpdesk/gunicorn.py", "helpdesk.wsgi"],
        ["-m", "celery", "-A", "helpdesk", "worker", "--pool=threads"],
        ["-m", "celery", "-A", "helpdesk", "beat", "--pidfile="],
    ],
    ids=["web", "worker", "beat"],
)
def test_web_worker_and_beat_refuse_wrong_settings_in_words(tmp_path, command):
    result = run(tmp_path, *command, SITE_URL="help.example.com")
    assert result.returncode != 0
    assert "SITE_URL has a value that cannot be used" in result.stderr
    assert "Traceback" not in result.stderr


def test_processes_that_start_together_agree_on_one_secret(tmp_path):
    script = "from helpdesk.settings import SECRET_KEY; print(SECRET_KEY)"
    together = [
        subprocess.Popen(
            [sys.executable, "-c", script],
            env=environment(tmp_path),
            cwd=settings.BASE_DIR,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    secrets = {process.communicate(timeout=60)[0].strip() for process in together}
    assert len(secrets) == 1
    kept = tmp_path / "data" / "secret.key"
    assert secrets == {kept.read_text()}
    assert kept.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in kept.parent.iterdir()] == ["secret.key"]


def test_a_data_folder_that_cannot_be_made_is_named(problems, tmp_path):
    (tmp_path / "file").touch()
    assert problems(HELPDESK_DATA=str(tmp_path / "file" / "data")) == ["HELPDESK_DATA"]
