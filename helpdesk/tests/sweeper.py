"""A process that sweeps promises, or sends what is due, until it is killed: what a worker does, without Celery.

python -m helpdesk.tests.sweeper sweep|send
"""

import sys
import time

import django
from django.utils import timezone


def main(what: str) -> None:
    django.setup()
    from sla.escalation import sweep
    from tickets.channels.deliver import send_due

    while True:
        if what == "sweep":
            sweep(now=timezone.now())
        else:
            send_due()
        time.sleep(0.1)


if __name__ == "__main__":
    main(sys.argv[1])
