from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.time_zones import check_time_zone
from sla.public_holidays import countries, find_subdivision, public_holidays, subdivisions

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


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
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        choices=countries,
        help_text=_("Its public holidays are days off. Choose none if you work on them."),
    )
    subdivision = models.CharField(
        _("state or region"),
        max_length=64,
        blank=True,
        help_text=_(
            "Only where it has holidays of its own, such as BY or Bayern in Germany. "
            "Empty: the holidays of the whole country."
        ),
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if not self.subdivision or self.country not in dict(countries()):
            return  # a country that does not exist is told at its own field
        if not self.country:
            raise ValidationError({"subdivision": _("Please choose the country, too.")})
        code = find_subdivision(self.country, self.subdivision)
        if code is None:
            raise ValidationError({"subdivision": self._no_such_subdivision()})
        self.subdivision = code

    def _no_such_subdivision(self) -> str:
        told = {"name": self.subdivision, "country": self.get_country_display()}
        regions = subdivisions(self.country)
        if not regions:
            text = gettext("%(country)s has no regions with holidays of their own. Please leave it empty.")
            return text % told
        told["known"] = ", ".join(
            code if name == code else f"{code} ({name})" for code, name in regions.items()
        )
        return gettext("No region '%(name)s' is known in %(country)s, but these are: %(known)s.") % told

    def hours_data(self, at: datetime) -> dict[str, Any]:
        """The opening hours as they are now, as JSON for `sla.terms.read_hours`."""
        return self.hours_data_with(self.opening_hours.all(), self.special_hours.all(), at)

    def hours_data_with(
        self, week: Iterable["OpeningHours"], special: Iterable["SpecialHours"], at: datetime
    ) -> dict[str, Any]:
        """The same with these rows, saved or not. The same hours give the same JSON.

        Days that differ from the week are told from the year before `at`, when a ticket from an import may have
        opened, to the second year after it: no promise takes so long.
        """
        years = range(at.year - 1, at.year + 3)
        usual: dict[str, list[tuple[str, str]]] = {}
        for span in week:
            usual.setdefault(str(span.weekday), []).append(span.as_span())
        holidays = (on for year in years for on in public_holidays(self.country, self.subdivision, year))
        own: dict[str, list[tuple[str, str]]] = {}
        for day in special:
            if day.on.year in years:
                own.setdefault(day.on.isoformat(), []).extend(day.as_spans())
        exceptions = {on.isoformat(): [] for on in holidays} | own
        return {
            "tz": self.time_zone,
            "week": {weekday: sorted(spans) for weekday, spans in sorted(usual.items())},
            "exceptions": {on: sorted(spans) for on, spans in sorted(exceptions.items())},
        }


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


class SpecialHours(models.Model):
    """A date that differs from the week: an own day off, or one span of an extra opening. All rows of a date
    together replace what the week or a public holiday says for it."""

    calendar = models.ForeignKey(
        Calendar, on_delete=models.CASCADE, related_name="special_hours", verbose_name=_("calendar")
    )
    on = models.DateField(_("date"))
    opens = models.TimeField(_("opens"), null=True, blank=True, help_text=_("Empty: closed all day."))
    closes = models.TimeField(
        _("closes"),
        null=True,
        blank=True,
        help_text=_("00:00 means midnight; a time before the opening is the next day."),
    )
    name = models.CharField(
        _("name"),
        max_length=100,
        blank=True,
        help_text=_("What it is, for you and your colleagues: Inventory, Christmas market."),
    )

    class Meta:
        ordering = ["on", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "on", "opens"], name="special_opening_once_a_date"),
            models.UniqueConstraint(
                fields=["calendar", "on"], condition=Q(opens=None), name="special_day_off_once_a_date"
            ),
            models.CheckConstraint(
                condition=Q(opens=None, closes=None) | Q(opens__isnull=False, closes__isnull=False),
                name="special_hours_have_both_ends_or_none",
            ),
        ]
        verbose_name = _("own day")
        verbose_name_plural = _("own days off and extra openings")

    def __str__(self) -> str:
        hours = " ".join("–".join(span) for span in self.as_spans()) or gettext("closed")
        return " ".join(filter(None, [f"{self.on:%Y-%m-%d}", hours, self.name]))

    def clean(self) -> None:
        if (self.opens is None) != (self.closes is None):
            missing = "opens" if self.opens is None else "closes"
            raise ValidationError({missing: _("Please give both times, or neither for a day off.")})

    def as_spans(self) -> list[tuple[str, str]]:
        """As `sla.calendar.WorkingHours` takes them; none for a day off."""
        if self.opens is None or self.closes is None:
            return []
        return [(f"{self.opens:%H:%M}", f"{self.closes:%H:%M}")]
