"""The words of mails as an admin wrote them: which variables each has, what is wrong with a text, and the mail that it
becomes."""

import difflib
import re
from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.html import Urlizer, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tickets.memory import is_remembering, remembered
from tickets.models import MailTemplate, Ticket

Kind = MailTemplate.Kind

COMMON = ("customer_name", "shop", "ticket_number", "ticket_url")
VARIABLES = {
    Kind.ACKNOWLEDGE: (*COMMON, "answer_by", "received"),
    Kind.REPLY: (*COMMON, "subject", "text", "agent_name"),
    Kind.SOLVED: (*COMMON, "subject", "reopen_days"),
    Kind.DELAY: (*COMMON, "subject", "promise"),
}
NEEDED = {
    Kind.ACKNOWLEDGE: ("ticket_number", "ticket_url"),
    Kind.REPLY: ("text", "ticket_url"),
    Kind.SOLVED: ("ticket_url",),
    Kind.DELAY: ("ticket_url",),
}
"""Without these a mail would not do what it is for."""
IN_SUBJECT = ("customer_name", "shop", "ticket_number", "subject", "agent_name")
PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
STRAY = re.compile(r"[{}]")


def mistakes(kind: str, subject: str, text: str) -> dict[str, list[str]]:
    """By field, in sentences; empty when all is well."""
    known = VARIABLES[Kind(kind)]
    in_subject = tuple(name for name in known if name in IN_SUBJECT)
    found = {"subject": _unknown(subject, in_subject), "text": _unknown(text, known)}
    for name in NEEDED[Kind(kind)]:
        if f"{{{name}}}" not in text:
            found["text"].append(_("{%(name)s} is missing.") % {"name": name})
    return {field: sentences for field, sentences in found.items() if sentences}


def _unknown(text: str, known: tuple[str, ...]) -> list[str]:
    sentences = []
    for name in dict.fromkeys(PLACEHOLDER.findall(text)):
        if name in known:
            continue
        near = difflib.get_close_matches(name.strip().casefold().replace(" ", "_"), known, n=1, cutoff=0.5)
        if near:
            sentences.append(
                _("There is no {%(name)s}. Do you mean {%(near)s}?") % {"name": name, "near": near[0]}
            )
        else:
            sentences.append(
                _("There is no {%(name)s} here. There are: %(known)s.")
                % {"name": name, "known": ", ".join(f"{{{one}}}" for one in known)}
            )
    if STRAY.search(PLACEHOLDER.sub("", text)):
        sentences.append(_("A brace is not closed, or not opened."))
    return sentences


def chosen_for(kind: str, ticket: Ticket) -> MailTemplate | None:
    """That of the shop before that for all shops, in the customer's language before English. One query."""
    languages = [ticket.customer.language, "en"]
    if is_remembering() and not remembered("has_mail_templates", MailTemplate.objects.exists):
        return None
    fits = Q(shop=ticket.shop_id) | Q(shop=None)
    rows = MailTemplate.objects.filter(fits, kind=kind, language__in=languages)
    return min(rows, key=lambda row: (row.shop_id is None, row.language != languages[0]), default=None)


def render(template: MailTemplate, values: Mapping[str, Any]) -> tuple[str, str, SafeString]:
    """Subject, text and the inside of the HTML mail. An empty value leaves no hole."""
    subject = _filled(template.subject, values)
    text = re.sub(r"\n{3,}", "\n\n", _filled(template.text, values)).strip() + "\n"
    blocks = [block for block in re.split(r"\n\s*\n", _without_empty(template.text, values)) if block.strip()]
    return subject, text, mark_safe("\n".join(_block(block.strip(), values) for block in blocks))  # noqa: S308


def _filled(text: str, values: Mapping[str, Any]) -> str:
    return PLACEHOLDER.sub(lambda match: str(values.get(match[1], "") or ""), _without_empty(text, values))


def _without_empty(text: str, values: Mapping[str, Any]) -> str:
    """Without the paragraphs that only speak of something that is not there."""
    blocks = re.split(r"(\n\s*\n)", text)
    return "".join(block for block in blocks if not _says_nothing(block, values))


def _says_nothing(block: str, values: Mapping[str, Any]) -> bool:
    names = PLACEHOLDER.findall(block)
    optional = [name for name in names if name in ("answer_by", "received", "customer_name", "promise")]
    return bool(optional) and not any(values.get(name) for name in names)


class _Links(Urlizer):
    url_template = '<a href="{href}">{url}</a>'


def _block(block: str, values: Mapping[str, Any]) -> SafeString:
    """A paragraph. A line that is nothing but the address of the ticket is a button."""
    if block == "{ticket_url}":
        button = _("Open your ticket")
        return format_html(
            '<p><a class="mail-btn" href="{}">{}</a></p>', values.get("ticket_url", ""), button
        )
    if block == "{text}":
        return format_html('<div class="mail-quote">{}</div>', _lines(str(values.get("text", ""))))
    return format_html("<p>{}</p>", _lines(_filled(block, values)))


def _lines(text: str) -> SafeString:
    linked = _Links()(text, autoescape=True)
    return mark_safe(str(linked).strip().replace("\n", "<br>\n"))  # noqa: S308  escaped word by word
