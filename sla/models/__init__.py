from sla.models.calendar import Calendar, OpeningHours, SpecialHours
from sla.models.promise import Promise
from sla.models.sla_type import SlaRule, SlaType
from sla.models.terms import SlaTerms

__all__ = ["Calendar", "OpeningHours", "Promise", "SlaRule", "SlaTerms", "SlaType", "SpecialHours"]
