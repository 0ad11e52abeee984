from sla.admin import calendar, rules, sla_types

__all__ = ["calendar", "rules", "sla_types"]
