"""Time zones by their names in the IANA database, such as Europe/Tallinn."""

from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from customers.models import Customer


@cache
def known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def check_time_zone(name: str) -> None:
    if name not in known_zones():
        raise ValidationError(
            _("There is no time zone '%(name)s'. Write it like Europe/Tallinn."), params={"name": name}
        )


def zone_or(name: str, other: str) -> ZoneInfo:
    """The zone of that name; the other one where there is none, or none any more."""
    return ZoneInfo(name if name in known_zones() else other)


def remember_time_zone(customer: "Customer", name: str) -> None:
    """What the customer's browser says of itself, from then on; nonsense is left out without a word."""
    if name in known_zones() and name != customer.time_zone:
        customer.time_zone = name
        customer.save(update_fields=["time_zone"])
