"""What an invitation says, in lines, for a mail that says nothing else (RFC 5545)."""

import re

SHOWN = {
    "SUMMARY": "",
    "DTSTART": "When: ",
    "DTEND": "Until: ",
    "LOCATION": "Where: ",
    "ORGANIZER": "Organizer: ",
}
READ_AT_MOST = 50_000
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d)?(Z?)")


def read_invitation(text: str) -> list[str]:
    """One text, or none."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text[:READ_AT_MOST])
    event = unfolded.partition("BEGIN:VEVENT")[2].partition("END:VEVENT")[0].partition("BEGIN:VALARM")[0]
    found: dict[str, str] = {}
    description = ""
    for line in event.splitlines():
        name, _, value = line.partition(":")
        name, _, parameters = name.partition(";")
        if name.upper() == "DESCRIPTION":
            description = description or _plain(value)
        if name.upper() in SHOWN and name.upper() not in found:
            found[name.upper()] = _value(name.upper(), value, parameters)
    lines = [f"{SHOWN[name]}{found[name]}" for name in SHOWN if found.get(name)]
    return ["\n".join([*lines, *([description] if description else [])])] if lines or description else []


def _value(name: str, value: str, parameters: str) -> str:
    if name.startswith("DT"):
        zone = re.search(r"TZID=([^;]+)", parameters)
        if time := _TIME.search(value):
            year, month, day, hour, minute, utc = time.groups()
            clock = f" {hour}:{minute}" if hour else ""
            return f"{year}-{month}-{day}{clock} {'UTC' if utc else zone[1] if zone else ''}".strip()
    if name == "ORGANIZER":
        common = re.search(r'CN="?([^";]+)', parameters)
        address = value.casefold().removeprefix("mailto:")
        return f"{common[1]} {address}" if common else address
    return _plain(value)


def _plain(value: str) -> str:
    return value.replace("\\n", "\n").replace("\\N", "\n").replace("\\,", ",").replace("\\;", ";").strip()
