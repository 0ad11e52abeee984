from tickets.admin import mailboxes, people, problem_types, records, reply_templates

__all__ = ["mailboxes", "people", "problem_types", "records", "reply_templates"]
