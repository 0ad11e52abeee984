"""A process that sweeps promises, sends what is due, or fetches and reads mail until it is killed: what a worker does,
without Celery.

python -m helpdesk.tests.sweeper sweep|send|hurry|read|fetch
"""

import sys
import time
from datetime import timedelta

import django
from django.utils import timezone


def main(what: str) -> None:
    django.setup()
    from sla.escalation import sweep
    from tickets.channels import deliver
    from tickets.channels.deliver import send_due
    from tickets.channels.mail_in.fetch import fetch_all
    from tickets.channels.mail_in.handle import handle_due

    rounds = {
        "sweep": lambda: sweep(now=timezone.now()),
        "send": send_due,
        "read": lambda: handle_due(now=timezone.now()),
        "fetch": lambda: fetch_all(now=timezone.now()),
    }
    if what == "hurry":  # who sends and waits moments where others wait minutes
        deliver.BACK_OFF = [timedelta(seconds=0.2)] * 1000
        deliver.REST_SECONDS = 0.3
        what = "send"
    while True:
        rounds[what]()
        time.sleep(0.1)


if __name__ == "__main__":
    main(sys.argv[1])
