from sla.admin import calendar, sla_types

__all__ = ["calendar", "sla_types"]
