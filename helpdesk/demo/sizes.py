"""How much the demo tells of."""

ORDERS = 200
DAYS = 90
OLD_TICKETS, NEW_TICKETS, NEW_DAYS = 125, 70, 5
"""Opened over all the days, and besides in the last few."""
