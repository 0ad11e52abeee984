"""What `manage.py serve` does before its programs run, and how it finds out that they live."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.core.management import CommandError

from helpdesk.management.commands import serve

pytestmark = pytest.mark.standalone
HASHED = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
PLAIN = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


@pytest.fixture
def collects(settings, tmp_path, monkeypatch):
    """Whether static files are collected at a start with these settings."""
    settings.STATIC_ROOT = str(tmp_path / "static")
    collected = []

    def collect(*args: object, **kwargs: object) -> None:
        root = Path(settings.STATIC_ROOT)
        root.mkdir(exist_ok=True)
        if not settings.DEBUG:
            (root / "staticfiles.json").touch()
        collected.append(root)

    def collects(*, debug: bool = False) -> bool:
        settings.DEBUG, settings.STORAGES = debug, PLAIN if debug else HASHED
        collected.clear()
        serve.collect_static(lambda line: None)
        return bool(collected)

    monkeypatch.setattr(serve, "call_command", collect)
    return collects


def test_static_files_are_collected_once(collects):
    assert collects()
    assert not collects()


def test_they_are_collected_anew_after_a_start_with_debug(collects):
    assert collects(debug=True)
    assert not collects(debug=True)
    assert collects()


def test_they_are_collected_anew_for_another_folder(collects, settings, tmp_path):
    assert collects()
    settings.STATIC_ROOT = str(tmp_path / "elsewhere")
    assert collects()


@pytest.mark.parametrize("lost", ["staticfiles.json", "collected.txt"])
def test_they_are_collected_anew_when_some_were_deleted(collects, settings, lost):
    assert collects()
    (Path(settings.STATIC_ROOT) / lost).unlink()
    assert collects()


@pytest.fixture(params=["127.0.0.1", "[::1]", "localhost"])
def taken(request, settings) -> Iterator[socket.socket]:
    """A port in use, where the helpdesk is told to listen."""
    host = request.param.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as server:
        settings.WEB_BIND = f"{request.param}:{server.getsockname()[1]}"
        yield server


def test_a_port_in_use_is_refused_and_a_free_one_is_not(taken):
    with pytest.raises(CommandError, match="cannot be used"):
        serve.refuse_a_port_in_use()
    taken.close()
    serve.refuse_a_port_in_use()


def test_an_address_that_means_nothing_is_told(settings):
    settings.WEB_BIND = "no-such-host.invalid:8000"
    with pytest.raises(CommandError, match="WEB_BIND"):
        serve.refuse_a_port_in_use()


class Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(settings, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setattr(serve, "ALIVE_WITHIN_SECONDS", 5)
    with HTTPServer(("127.0.0.1", 0), Healthy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.WEB_BIND = f"0.0.0.0:{server.server_port}"
        processes = Mock(ended=Mock(return_value=None))
        assert serve.wait_until_alive(processes, Mock(count=0))
        server.shutdown()
