"""What stands in a mail: in the words of the shop where it has its own, else in those that came with the program
(templates/mail/<kind>.subject.txt, .txt and .html)."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import css_inline
from django.conf import settings
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets import mail_templates
from tickets.models import MailTemplate, Message, Ticket


def written(
    kind: str,
    ticket: Ticket | None,
    context: dict[str, Any],
    *,
    language: str,
    own: MailTemplate | None = None,
) -> tuple[str, str, str]:
    """Subject, text and HTML for a reader of this language. `own`: the shop's template, or the one that fits."""
    if own is None and ticket and kind in MailTemplate.Kind.values:
        own = mail_templates.chosen_for(kind, ticket)
    with translation.override(written_in(own.language if own else language)):
        if own and ticket:
            values = _values(ticket, context, mail_templates.names_in(own))
            subject, text, inside = mail_templates.render(own, values)
            about = {"inside": inside, "mail_language": own.language, "mail_subject": one_line(subject)}
            html = render_to_string("mail/own.html", context | about)
        else:
            subject = render_to_string(f"mail/{kind}.subject.txt", context)
            # What a template leaves out for this ticket would leave a hole.
            text = re.sub(r"\n{3,}", "\n\n", render_to_string(f"mail/{kind}.txt", context).strip()) + "\n"
            html = render_to_string(f"mail/{kind}.html", context | {"mail_subject": one_line(subject)})
    return one_line(subject), text, css_inline.inline(html, load_remote_stylesheets=False)


def written_in(language: str) -> str:
    """The language of whoever reads the mail, if we have the words of it."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _values(ticket: Ticket, context: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """What stands in the place of these variables: what the templates that came with the program say there."""
    message = context.get("message")
    makers: dict[str, Callable[[], Any]] = {
        "customer_name": lambda: "" if context.get("unproven") else ticket.customer.name,
        "shop": lambda: ticket.shop.name,
        "ticket_number": lambda: ticket.number,
        "ticket_url": lambda: context["ticket_url"],
        "subject": lambda: "" if context.get("unproven") else ticket.subject,
        "answer_by": lambda: _in_words(
            "{% answer_promised ticket as due %}{{ due|in_full }}",
            ticket=ticket,
            found=context.get("found", {}),
        ),
        "received": lambda: "\n".join(f"- {line}" for line in _all_received(ticket, context)),
        "text": lambda: _said(message, context),
        "agent_name": lambda: message.agent.name if message and message.agent else "",
        "reopen_days": lambda: settings.REOPEN_DAYS,
        "promise": lambda: _in_words(
            "{{ promise.due_at|for_customer:ticket.customer|in_full }}",
            ticket=ticket,
            promise=context["promise"],
        ),
    }
    return {name: makers[name]() for name in names if name in makers}


def _said(message: Message | None, context: dict[str, Any]) -> str:
    """What the agent wrote, and which of the files the mail had no room for."""
    if message is None or message.is_from_customer:
        return ""
    files = "\n".join(f"- {file.name}" for file in context.get("left_out", ()))
    told = _("Too large for a mail, you find it on the page of your ticket:")
    return f"{message.text}\n\n{told}\n{files}".strip() if files else message.text


def _all_received(ticket: Ticket, context: dict[str, Any]) -> list[str]:
    lines = []
    if ticket.product and ticket.order:
        about = {"product": ticket.product.name, "order": ticket.order.number}
        lines.append(_("%(product)s, order %(order)s") % about)
    if context.get("message") and context["message"].text:
        lines.append(_("Your description"))
    return [*lines, *context.get("received", [])]


def _in_words(template: str, **values: Any) -> str:
    """The floor above words promises by its template tags, which any template may load."""
    return Template("{% load sla_promises %}" + template).render(Context(values, autoescape=False))


def lines_received(ticket: Ticket, message: Message | None) -> list[str]:
    """A line for each thing that came with the first message: what was asked and how much of it is there."""
    lines = []
    asked = ticket.evidence.prefetch_related("attachments") if ticket.problem_type_id else ()
    for evidence in asked:
        pictures = len(evidence.attachments.all())
        if pictures:
            counted = ngettext("%(count)s picture", "%(count)s pictures", pictures) % {"count": pictures}
            lines.append(f"{evidence.label} – {counted}")
        elif evidence.value:
            lines.append(_("%(question)s – answered") % {"question": evidence.label})
    others = message.attachments.filter(evidence=None).count() if message else 0
    if others:
        lines.append(ngettext("%(count)s more file", "%(count)s more files", others) % {"count": others})
    return lines


def one_line(text: str) -> str:
    """Safe in a header: no controls, line breaks, encoded words or marks that turn the writing."""
    text = re.sub(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+", " ", text)
    return text.replace("=?", "= ?").strip()
