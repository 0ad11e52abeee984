"""What a mail template begins with: the words of templates/mail/, with variables where those ask the ticket."""

from django.utils.translation import gettext as _

from tickets.models import MailTemplate

Kind = MailTemplate.Kind


def built_in(kind: str, *, answers_by_mail: bool = False) -> tuple[str, str]:
    """Subject and text, in the language that is active. `answers_by_mail`: we read what customers answer."""
    hello, end = _("Hello {customer_name},"), "{shop}"
    if kind == Kind.ACKNOWLEDGE:
        return _("[#{ticket_number}] We have your report"), _paragraphs(
            hello,
            _("thank you for writing to {shop}. We have your report; its number is {ticket_number}."),
            _("You will have an answer by {answer_by}."),
            _("What we received:") + "\n{received}",
            _("Follow it, add to it and read our answer here. No password is needed:") + "\n{ticket_url}",
            _("Whoever has this link can read the ticket, so please keep it to yourself."),
            end,
        )
    if kind == Kind.REPLY:
        page = _("Please answer on the page of your ticket {ticket_number}, where the whole conversation is:")
        if answers_by_mail:
            page = _(
                "Just answer this mail, or on the page of your ticket {ticket_number}, where the whole conversation is:"
            )
        return _("[#{ticket_number}] Our answer: {subject}"), _paragraphs(
            "{text}", "{agent_name}, {shop}", "-- \n" + page + "\n{ticket_url}"
        )
    if kind == Kind.SOLVED:
        back = _(
            "Is it still there? Then tell us within {reopen_days} days on the page of your ticket, and we go on where "
            "we stopped:"
        )
        if answers_by_mail:
            back = _(
                "Is it still there? Then tell us within {reopen_days} days by answering this mail or on the page of "
                "your ticket, and we go on where we stopped:"
            )
        return _("[#{ticket_number}] Solved: {subject}"), _paragraphs(
            hello,
            _("we believe that the problem of your ticket {ticket_number} is solved."),
            back + "\n{ticket_url}",
            _("If all is well, there is nothing to do."),
            end,
        )
    return _("[#{ticket_number}] It may take longer: {subject}"), _paragraphs(
        hello,
        _(
            "we promised to come back to you about your ticket {ticket_number} by {promise}, and it may take longer. "
            "We are sorry. You need not do anything: we are working on it and write to you as soon as we know more."
        ),
        _("Your ticket:") + "\n{ticket_url}",
        end,
    )


def _paragraphs(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)
