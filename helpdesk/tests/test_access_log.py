"""No log line holds the secret of a link."""

import logging

import pytest

from helpdesk.access_log import Formatter, without_links

SECRET = "MTAwMQ.1767225600.h4Zq_x-Y"


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        (f"/o/keyhaven/{SECRET}/", "/o/keyhaven/***/"),
        (f"/o/keyhaven/{SECRET}/report/order/", "/o/keyhaven/***/report/order/"),
        (f"/t/{SECRET}/reply/", "/t/***/reply/"),
        (f"/t/{SECRET}", "/t/***"),
        (f"/t/{SECRET}?size=thumb", "/t/***?size=thumb"),
        (f"/my/{SECRET}/", "/my/***/"),
        (f"https://help.example.com/t/{SECRET}/", "https://help.example.com/t/***/"),
    ],
)
def test_the_token_of_a_path_is_masked(path, logged):
    assert without_links(f'"GET {path} HTTP/1.1" 200') == f'"GET {logged} HTTP/1.1" 200'


@pytest.mark.parametrize(
    "path", ["/my/tickets/", "/my/", "/desk/tickets/100001/", "/static/css/base.css", "/t/"]
)
def test_other_paths_stay_readable(path):
    assert without_links(path) == path


def test_errors_of_the_web_server_are_masked(capfd):
    from gunicorn.config import Config

    from helpdesk.gunicorn import MaskingLogger

    logger = MaskingLogger(Config())
    logger.error("Error handling request %s", f"/t/{SECRET}/")
    printed = capfd.readouterr().err
    assert "/t/***/" in printed
    assert SECRET not in printed


def test_arguments_and_tracebacks_are_masked_too():
    try:
        raise ValueError(f"no such link /t/{SECRET}/")
    except ValueError as error:
        info = (ValueError, error, error.__traceback__)
    record = logging.LogRecord(
        "x", logging.ERROR, __file__, 1, "Not Found: %s", (f"/o/shop/{SECRET}/",), info
    )
    line = Formatter("%(message)s").format(record)
    assert SECRET not in line
    assert "/o/shop/***/" in line


def test_djangos_own_warning_about_a_missing_page_is_masked():
    handler = next(h for h in logging.getLogger().handlers if isinstance(h.formatter, Formatter))
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 1, "Not Found: %s", (f"/t/{SECRET}/",), None
    )
    assert SECRET not in handler.format(record)


def test_the_web_servers_access_line_is_masked():
    from helpdesk.gunicorn import MaskingLogger, access_log_format, logger_class

    assert logger_class is MaskingLogger
    assert "{" not in access_log_format  # no header, such as a referrer or a cookie
