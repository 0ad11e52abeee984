"""Settings of the processes that test_kill.py kills: the database of the test, and a beat in a hurry."""

import json
import os

from helpdesk.settings import *  # noqa: F403
from helpdesk.settings import CELERY_BEAT_SCHEDULE

PRODUCTION = False  # though mail goes to a server: that of the test
DATABASES = {"default": json.loads(os.environ["KILL_TEST_DATABASE"])}
CELERY_BEAT_SCHEDULE = {
    name: {**CELERY_BEAT_SCHEDULE[name], "schedule": 1, "options": {"expires": 5}}
    for name in ("send due mail", "sweep promises")
}
