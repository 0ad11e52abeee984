import zoneinfo
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


def check_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("There is no time zone '%(name)s'. Write it like Europe/Tallinn."), params={"name": name}
        )


class Calendar(models.Model):
    """When the desk works. Promises in working time run only while it is open."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="Europe/Tallinn",
        validators=[check_time_zone],
        help_text=_("Where the opening hours are meant, such as Europe/Tallinn."),
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")

    def __str__(self) -> str:
        return self.name

    def hours_data(self, at: datetime) -> dict[str, Any]:
        """The opening hours as they are now, as JSON for `sla.terms.read_hours`."""
        week: dict[str, list[tuple[str, str]]] = {}
        for span in self.opening_hours.all():
            week.setdefault(str(span.weekday), []).append(span.as_span())
        return {"tz": self.time_zone, "week": week, "exceptions": {}}


class OpeningHours(models.Model):
    """One span of one weekday. Several a day are fine, and a lunch break is the gap between two."""

    calendar = models.ForeignKey(
        Calendar, on_delete=models.CASCADE, related_name="opening_hours", verbose_name=_("calendar")
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=WEEKDAYS)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(
        _("closes"), help_text=_("00:00 means midnight; a time before the opening is the next day.")
    )

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "weekday", "opens"], name="opening_once_a_weekday")
        ]
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"

    def as_span(self) -> tuple[str, str]:
        """As `sla.calendar.WorkingHours` takes it."""
        return f"{self.opens:%H:%M}", f"{self.closes:%H:%M}"
