"""What a fresh installation promises until its admin says better. There is always a default SLA type."""

from datetime import time
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils.translation import gettext as _

from sla.models import Calendar, EscalationStep, OpeningHours, Promise, SlaType


def create_default_sla_type() -> SlaType:
    """Office hours, Monday to Friday from 9 to 17: an answer within 4 hours, solved within 3 days."""
    with transaction.atomic():
        calendar, is_new = Calendar.objects.get_or_create(name=_("Office hours"))
        if is_new:
            OpeningHours.objects.bulk_create(
                OpeningHours(calendar=calendar, weekday=weekday, opens=time(9), closes=time(17))
                for weekday in range(5)
            )
        sla_type, is_new = SlaType.objects.get_or_create(
            is_default=True,
            defaults={
                "name": _("Standard"),
                "calendar": calendar,
                "first_answer_minutes": 4 * 60,
                "solution_minutes": 3 * 8 * 60,
            },
        )
        if is_new:
            add_usual_steps(sla_type)
        return sla_type


def add_usual_steps(sla_type: SlaType) -> None:
    """The handler is told in the desk when three quarters of the time are over, and by mail when it is due."""
    for kind in (Promise.Kind.FIRST_ANSWER, Promise.Kind.SOLUTION):
        near = {"when": EscalationStep.When.PERCENT, "amount": 75, "by_mail": False}
        EscalationStep.objects.create(sla_type=sla_type, promise_kind=kind, **near)
        EscalationStep.objects.create(sla_type=sla_type, promise_kind=kind, to_responsible=True)


def create_missing_default(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """After each `migrate`, and not a data migration, so that it also holds after a `flush`."""
    if using != DEFAULT_DB_ALIAS:
        return
    if SlaType._meta.db_table not in connections[using].introspection.table_names():
        return  # migrated back to before this app
    if not SlaType.objects.exists():
        create_default_sla_type()
