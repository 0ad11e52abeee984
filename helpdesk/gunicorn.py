"""Settings of the web server: `gunicorn -c helpdesk/gunicorn.py helpdesk.wsgi`."""

import os
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
django.setup()

from django.conf import settings  # noqa: E402
from gunicorn.glogging import Logger  # noqa: E402

from helpdesk.access_log import Formatter, without_links  # noqa: E402


class MaskingLogger(Logger):
    """Without the secrets of links, in paths as in referrers, of requests as of errors."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(Formatter(self.error_fmt, self.datefmt))

    def atoms(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        atoms = super().atoms(*args, **kwargs)
        return {name: without_links(a) if isinstance(a, str) else a for name, a in atoms.items()}


bind = settings.WEB_BIND
workers = settings.WEB_PROCESSES
worker_class = "gthread"
threads = settings.WEB_THREADS
timeout = 60
graceful_timeout = 10
keepalive = 5
max_requests = 10_000  # a slow leak of memory never grows old
max_requests_jitter = 1_000
logger_class = MaskingLogger
control_socket_disable = True  # several instances on one machine would share it
accesslog = "-" if settings.ACCESS_LOG else None
access_log_format = '%(t)s %(h)s "%(r)s" %(s)s %(b)s %(M)sms'
# Headers of a proxy are judged by Django (BEHIND_PROXY), at one place.
forwarded_allow_ips = ""


def on_starting(server: Any) -> None:
    from helpdesk.checks import refuse_wrong_settings

    refuse_wrong_settings()
