from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def read_date(text: str) -> datetime | None:
    """Aware, in UTC where it names no zone; None for none, or one that no person wrote a mail on."""
    try:
        date = parsedate_to_datetime(text[:200])
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        return date if 1970 < date.astimezone(UTC).year < 2100 else None
    except Exception:  # the module raises many kinds on what is no date
        return None
