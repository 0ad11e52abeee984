from tickets.admin import people, problem_types, records, reply_templates

__all__ = ["people", "problem_types", "records", "reply_templates"]
