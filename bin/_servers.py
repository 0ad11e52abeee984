"""Prints, as shell assignments, the servers on this machine that tests may use; what it cannot find, it
leaves empty."""

import getpass
import os
import shlex
import shutil

import psycopg2
import redis


def postgres() -> str:
    """A server that lets us create databases. Tests use test_NAME, never NAME itself."""
    given = os.environ.get("TEST_DATABASE_URL")
    user = os.environ.get("PGUSER", getpass.getuser())
    for url in (
        [given]
        if given
        else ["postgres:///", f"postgres://{user}@127.0.0.1/", "postgres://postgres@127.0.0.1/"]
    ):
        base = url.replace("postgis:", "postgres:")
        server = base.rsplit("/", 1)[0]
        try:
            with (
                psycopg2.connect(f"{server}/postgres", connect_timeout=3) as connection,
                connection.cursor() as cursor,
            ):
                cursor.execute("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
                if cursor.fetchone() == (True,):
                    return given or f"{server}/helpdesk_{os.getpid()}"
        except psycopg2.Error:
            continue
    return ""


def redis_server() -> str:
    url = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/0")
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as client:
            client.ping()
    except (redis.RedisError, ValueError):
        return ""
    return url


def browser() -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, names) if path), "")


for name, value in {"POSTGRES": postgres(), "REDIS": redis_server(), "CHROMIUM": browser()}.items():
    print(f"{name}={shlex.quote(value)}")
