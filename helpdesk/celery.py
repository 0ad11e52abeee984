"""The Celery application. Worker and beat are started with `celery -A helpdesk worker` and `celery -A
helpdesk beat`."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init

import helpdesk.file_broker  # noqa: F401  (knows the address folder://)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

app = Celery("helpdesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_djangos_logging(**kwargs: Any) -> None:
    """A receiver of this signal keeps Celery from setting up its own logging, which would not mask links."""


@worker_init.connect
@beat_init.connect
def refuse_wrong_settings(**kwargs: Any) -> None:
    from helpdesk.checks import refuse_wrong_settings

    refuse_wrong_settings()
