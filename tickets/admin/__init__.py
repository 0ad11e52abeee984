from tickets.admin import mail_templates, mailboxes, people, problem_types, records, reply_templates

__all__ = ["mail_templates", "mailboxes", "people", "problem_types", "records", "reply_templates"]
