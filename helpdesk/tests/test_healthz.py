"""`/healthz` tells which part is alive, and nothing more."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import DatabaseError
from django.utils.module_loading import import_string

from helpdesk import health, heartbeat
from helpdesk.models import Heartbeat

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def reachable_broker(settings, tmp_path):
    """These tests are about the folder; test_healthz_redis asks a real server."""
    settings.REDIS_URL = ""
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"folder": str(tmp_path)}


def beat_all(at: datetime) -> None:
    for process in ("worker", "beat"):
        heartbeat.beat(process, at=at)


def test_everything_alive_answers_200(client):
    beat_all(datetime.now(tz=UTC))
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json()["ok"] is True
    assert set(response.json()) == {"ok", "database", "broker", "worker", "beat"}


def test_a_fresh_install_with_no_worker_answers_503(client):
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["database"] == {"ok": True}
    assert response.json()["worker"] == {"ok": False, "seen_seconds_ago": None}


@pytest.mark.parametrize(("seconds", "ok"), [(0, True), (45, True), (46, False), (86_400, False)])
def test_a_process_is_dead_after_45_silent_seconds(seconds, ok):
    beat_all(NOW - timedelta(seconds=seconds))
    assert health.health(NOW)["beat"] == {"ok": ok, "seen_seconds_ago": float(seconds)}


def test_a_worker_is_alive_as_long_as_it_does_the_tasks_that_beat_sends(settings):
    heartbeat.beat("worker", at=NOW)
    [entry] = [e for e in settings.CELERY_BEAT_SCHEDULE.values() if "alive" in e["task"]]
    assert entry["schedule"] < entry["options"]["expires"] < heartbeat.SILENT_AFTER_SECONDS
    later = NOW + timedelta(minutes=5)
    assert not health.health(later)["worker"]["ok"]
    with time_machine.travel(later, tick=False):
        import_string(entry["task"])()
    assert health.health(later)["worker"]["ok"]


def test_one_silent_process_is_named(client):
    beat_all(NOW)
    heartbeat.beat("beat", at=NOW - timedelta(minutes=5))
    state = health.health(NOW)
    assert state["worker"]["ok"] is True
    assert state["beat"]["ok"] is False


def test_a_broken_database_answers_503_in_words(client, monkeypatch):
    def fail(*args, **kwargs):
        raise DatabaseError("server at secret-host closed the connection")

    monkeypatch.setattr(Heartbeat.objects, "values_list", fail)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["database"] == {"ok": False}
    assert b"secret-host" not in response.content


def test_a_broker_folder_that_is_gone_is_told(client, settings, tmp_path):
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"folder": str(tmp_path / "gone")}
    assert client.get("/healthz").json()["broker"] == {"ok": False}


def test_a_redis_that_does_not_answer_is_told_without_its_address(client, settings):
    settings.REDIS_URL = "redis://:hunter2@127.0.0.1:1/0"
    response = client.get("/healthz")
    assert response.json()["broker"] == {"ok": False}
    assert b"hunter2" not in response.content


@pytest.mark.redis
def test_healthz_redis(client, settings, redis_url):
    settings.REDIS_URL = redis_url
    assert client.get("/healthz").json()["broker"] == {"ok": True}


def test_asking_costs_one_query_and_writes_nothing(client, django_assert_num_queries):
    beat_all(NOW)
    with django_assert_num_queries(1) as queries:
        client.get("/healthz")
    assert queries[0]["sql"].startswith("SELECT")


def test_a_heartbeat_survives_a_database_that_is_away(monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(Heartbeat.objects, "update_or_create", fail)
    heartbeat.beat("worker")
    assert "could not be written" in caplog.text


def test_it_answers_by_any_host_name_and_other_pages_do_not(client, settings):
    settings.ALLOWED_HOSTS = ["help.example.com"]
    beat_all(datetime.now(tz=UTC))
    assert client.get("/healthz", headers={"host": "10.0.0.7:8000"}).status_code == 200
    assert client.get("/desk/login/", headers={"host": "10.0.0.7:8000"}).status_code == 400


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)("/healthz").status_code == 405
