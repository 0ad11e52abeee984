"""Which days are public holidays where, from the `holidays` library. Nothing here is asked over the network."""

import logging
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib.resources import files

import holidays
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from holidays.registry import COUNTRIES

log = logging.getLogger(__name__)

Names = Mapping[date, str]


@lru_cache(maxsize=1)
def countries() -> list[tuple[str, str | Promise]]:
    """Choices, by name. The library knows codes only; the time zone database names them."""
    rows = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8").splitlines()
    names = dict(row.split("\t") for row in rows if row and not row.startswith("#"))
    known = [
        (code, names.get(code, module.replace("_", " ").title()))
        for module, (_class, code, *_others) in COUNTRIES.items()
    ]
    # Åland would come after Zimbabwe.
    return [("", _("none")), *sorted(known, key=lambda country: country[1].replace("Å", "A"))]


def subdivisions(country: str) -> dict[str, str]:
    """The parts of a country that have holidays of their own: code to name, which may be the code again."""
    known = holidays.country_holidays(country)
    aliases = {code: name for name, code in reversed(known.subdivisions_aliases.items())}
    return {code: aliases.get(code, code) for code in known.subdivisions}


def find_subdivision(country: str, typed: str) -> str | None:
    """The code of what is named by its code or by its name, in capitals or not."""
    known = holidays.country_holidays(country)
    codes = {code.casefold(): code for code in known.subdivisions}
    codes |= {name.casefold(): code for name, code in known.subdivisions_aliases.items()}
    return codes.get(typed.strip().casefold())


@lru_cache(maxsize=1024)
def public_holidays(country: str, subdivision: str, year: int, language: str = "en") -> Names:
    """Date to name, in `language` where the library has it, else in English or as the country says.

    A place that the library does not know (any more) has none: whoever writes must get some promise.
    """
    if not country:
        return {}
    try:
        spoken = holidays.country_holidays(country).supported_languages
        found = holidays.country_holidays(
            country,
            subdiv=subdivision or None,
            years=year,
            language=next((name for name in (language, "en_US") if name in spoken), None),
        )
    except NotImplementedError:
        log.warning("No public holidays are known for %r %r.", country, subdivision)
        return {}
    # Those moved from a Saturday may lie in the year before; that year has them, too.
    return {on: name for on, name in sorted(found.items()) if on.year == year}
