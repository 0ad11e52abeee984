"""What all tests share: a data folder of their own, and the servers that some of them need."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
import redis

# Before Django reads its settings. The workers of pytest-xdist share the folder, each with its own database.
OWNS_DATA = "PYTEST_XDIST_WORKER" not in os.environ
if OWNS_DATA:
    os.environ["HELPDESK_DATA"] = tempfile.mkdtemp(prefix="helpdesk-tests-")
# Those of the person who runs the tests must not reach them; DATABASE_URL and REDIS_URL choose the servers.
_SETTINGS = (Path(__file__).parent / "helpdesk" / "settings.py").read_text(encoding="utf-8")
_OURS = {"HELPDESK_DATA", "DATABASE_URL", "REDIS_URL", "REDIS_PREFIX"}
for _name in set(re.findall(r'env\.\w+\(\s*"(\w+)"', _SETTINGS)) - _OURS:
    os.environ.pop(_name, None)
os.environ["SECRET_KEY"] = "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz"
# Apart from a helpdesk on the same server.
os.environ.setdefault("REDIS_PREFIX", f"helpdesk-test-{os.getpid()}:")
os.environ["DJANGO_SETTINGS_MODULE"] = "helpdesk.settings"
# Playwright keeps an event loop in the thread of the test; Django's guard would take that for async code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
ASKS_DATABASE = {"db", "transactional_db", "client", "admin_client", "live_server"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    settings.PRODUCTION = False  # also where DATABASE_URL names PostgreSQL
    settings.SEND_DELAY_SECONDS = 0  # but for the tests of taking back
    settings.NOTIFY_PRIVATE_HOSTS = True  # the services of tests are on loopback
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Hashed names would need a collectstatic first.
    plain_files = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain_files}
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    django.setup()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not OWNS_DATA:
        return
    shutil.rmtree(os.environ["HELPDESK_DATA"], ignore_errors=True)
    if url := os.environ.get("REDIS_URL"):  # wake-ups that no worker of these tests took
        with redis.Redis.from_url(url) as client:
            for key in client.scan_iter(os.environ["REDIS_PREFIX"] + "*"):
                client.delete(key)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks no database is the same on each, so it is run once."""
    for item in items:
        if not (item.get_closest_marker("django_db") or ASKS_DATABASE & set(item.fixturenames)):
            item.add_marker(pytest.mark.standalone)


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path: Path) -> None:
    """Uploads and mails that no other test sees."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")


def missing(what: str, setting: str) -> None:
    message = f"{what} was not found; name one in {setting}"
    if os.environ.get("REQUIRE_ALL"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture
def postgres_url() -> str:
    """Address of a PostgreSQL database whose server lets us create databases."""
    url = os.environ.get("TEST_DATABASE_URL", "")
    if not url:
        missing("PostgreSQL", "TEST_DATABASE_URL")
    return url


@pytest.fixture
def redis_url() -> str:
    url = os.environ.get("TEST_REDIS_URL", "")
    if not url:
        missing("Redis", "TEST_REDIS_URL")
    return url


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser."""
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    missing("Chromium", "PATH")
    raise AssertionError


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict, chromium: str) -> Iterator[dict]:
    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    return {**browser_type_launch_args, "executable_path": chromium, "args": flags}
