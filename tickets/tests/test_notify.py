"""Notification addresses, against a real service on loopback."""

import json
import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from tickets.channels import deliver, notify
from tickets.models import Delivery


class Service:
    """Keeps what it was told; answers as `status` and `headers` say."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict]] = []
        self.status, self.headers, self.malformed = 200, {}, b""
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.told.append((self.path, json.loads(body)))
                self.send_response(service.status)
                for name, value in service.headers.items():
                    self.send_header(name, value)
                self._headers_buffer.append(service.malformed)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"json://127.0.0.1:{self.server.server_port}/SECRET-TOKEN"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    yield service
    service.server.shutdown()
    service.server.server_close()


def queued(url: str, **fields) -> Delivery:
    now = timezone.now()
    values = {"kind": "warning", "via": "url", "to": "json", "url": url, "subject": "Late", "text": "Hurry"}
    times = {"created_at": now, "next_attempt_at": now}
    return Delivery.objects.create(**{**values, **times, "sender": "x@example.com", "html": ""} | fields)


def test_a_service_is_told_title_and_body(service):
    notify.send(service.url, title="Answer is late", body="#100001")
    ((path, said),) = service.told
    assert path == "/SECRET-TOKEN"
    assert (said["title"], said["message"]) == ("Answer is late", "#100001")


def test_a_service_that_refuses_is_an_error_and_a_redirect_is_not_followed(service):
    service.status, service.headers = 307, {"Location": "/internal"}
    with pytest.raises(OSError, match="did not take"):
        notify.send(service.url, title="Late", body="Hurry")
    assert [path for path, _said in service.told] == ["/SECRET-TOKEN"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "[::1]", "169.254.169.254"])
def test_hosts_of_the_own_network_are_refused_in_production(settings, host):
    settings.NOTIFY_PRIVATE_HOSTS = False
    with pytest.raises(ValueError, match="own network"):
        notify.send(f"json://{host}:9/hook", title="Late", body="Hurry")


def test_no_log_holds_the_address(service, caplog):
    service.malformed = b"a line that is no header\r\n"
    with caplog.at_level(logging.DEBUG):
        notify.send(service.url, title="Late", body="Hurry")
    assert "SECRET-TOKEN" not in caplog.text


@pytest.mark.django_db
def test_a_delivery_goes_out_and_its_attempts_do_not_tell_the_address(service):
    gone, refused = queued(service.url), queued("json://127.0.0.1:9/SECRET-TOKEN")
    deliver.send_due()
    gone.refresh_from_db()
    refused.refresh_from_db()
    assert gone.state == Delivery.State.SENT
    assert refused.state == Delivery.State.DEFERRED
    assert "SECRET" not in " ".join(refused.attempts.values_list("detail", flat=True))


@pytest.mark.django_db
def test_services_are_told_while_the_mail_server_is_away(service, settings, monkeypatch):
    settings.EMAIL_BACKEND = "tickets.channels.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    monkeypatch.setattr(deliver, "_rest_until", 0.0)
    earlier = timezone.now() - timedelta(minutes=5)
    for _ in range(3):
        queued("", via="mail", to="a@example.com", next_attempt_at=earlier)
    queued(service.url)
    deliver.send_due()
    assert len(service.told) == 1
