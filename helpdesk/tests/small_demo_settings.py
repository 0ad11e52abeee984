"""Settings of the `bin/run` that test_bin_run.py starts: those of the product, and a demo that is built in seconds."""

from helpdesk.demo import sizes
from helpdesk.settings import *  # noqa: F403

sizes.ORDERS, sizes.OLD_TICKETS, sizes.NEW_TICKETS = 20, 2, 10
