from sla.models.calendar import Calendar, OpeningHours, SpecialHours
from sla.models.escalation import Escalation, EscalationStep, Warning
from sla.models.promise import Promise
from sla.models.responsible import Responsible
from sla.models.rule import SlaRule
from sla.models.sla_type import SlaType
from sla.models.terms import SlaTerms

__all__ = [
    "Calendar",
    "Escalation",
    "EscalationStep",
    "OpeningHours",
    "Promise",
    "Responsible",
    "SlaRule",
    "SlaTerms",
    "SlaType",
    "SpecialHours",
    "Warning",
]
