"""The words of mails as an admin wrote them: which variables each has, what is wrong with a text, and the mail that it
becomes."""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.html import Urlizer, format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tickets.memory import is_remembering, remembered
from tickets.models import MailTemplate, Ticket

Kind = MailTemplate.Kind

COMMON = ("customer_name", "shop", "ticket_number", "ticket_url")
VARIABLES = {
    # Nothing that a customer wrote: see mail_out.acknowledge.
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
TELLING = ("answer_by", "received", "promise")
"""A paragraph that speaks of such a thing is left out where it is not there; of other variables only the gap closes."""
MAY_BE_EMPTY = ("customer_name", "subject", "agent_name", "answer_by", "received")
PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
STRAY = re.compile(r"[{}]")
EMPTY = "\0"
BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


def mistakes(kind: str, subject: str, text: str) -> dict[str, list[str]]:
    """By field, in sentences; empty when all is well."""
    known = VARIABLES[Kind(kind)]
    in_subject = tuple(name for name in known if name in IN_SUBJECT)
    found = {"subject": _unknown(subject, in_subject), "text": _unknown(text, known)}
    for name in NEEDED[Kind(kind)]:
        if f"{{{name}}}" not in text:
            found["text"].append(_("{%(name)s} is missing.") % {"name": name})
    if not any(found.values()):
        found = _mistakes_when_bare(Kind(kind), subject, text)
    return {field: sentences for field, sentences in found.items() if sentences}


def _mistakes_when_bare(kind: Kind, subject: str, text: str) -> dict[str, list[str]]:
    """What is wrong with the mail where all is empty that may be: what it is for must be in it even then."""
    values = {name: "" if name in MAY_BE_EMPTY else f"value of {name}" for name in VARIABLES[kind]}
    bare_subject, bare_text, _html = render(MailTemplate(kind=kind, subject=subject, text=text), values)
    found: dict[str, list[str]] = {"subject": [], "text": []}
    if not bare_subject.strip():
        found["subject"].append(
            _("It is empty where nothing is known. Please write some words of your own, too.")
        )
    for name in NEEDED[kind]:
        if values[name] not in bare_text:
            found["text"].append(
                _(
                    "{%(name)s} stands in a paragraph that is left out where nothing is promised or was sent. "
                    "Please give it a paragraph of its own."
                )
                % {"name": name}
            )
    return found


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
    """That of the shop before that for all shops, in the customer's language before English; None for the words that
    came with the program. Where those speak the customer's language, they come before English ones for all shops.
    One query."""
    if is_remembering() and not remembered("has_mail_templates", MailTemplate.objects.exists):
        return None
    language = ticket.customer.language
    places = [(ticket.shop_id, language), (ticket.shop_id, "en"), (None, language)]
    if language not in dict(settings.LANGUAGES):
        places.append((None, "en"))
    fits = Q(shop=ticket.shop_id) | Q(shop=None)
    rows = MailTemplate.objects.filter(fits, kind=kind, language__in=[language, "en"])
    by_place = {(row.shop_id, row.language): row for row in rows}
    return next((by_place[place] for place in places if place in by_place), None)


def names_in(template: MailTemplate) -> set[str]:
    """The variables that it uses."""
    return set(PLACEHOLDER.findall(template.subject + "\n" + template.text))


def render(template: MailTemplate, values: Mapping[str, Any]) -> tuple[str, str, SafeString]:
    """Subject, text and the inside of the HTML mail. Values are what they are: braces in them mean nothing, and in the
    HTML they are escaped, with links for the addresses in them."""
    written = BLANK_LINES.split(template.text.replace("\r\n", "\n").strip())
    blocks = [block for block in written if not _says_nothing(block, values)]
    filled = [_filled(block, values) for block in blocks]
    text = re.sub(r"\n{3,}", "\n\n", "\n\n".join(block for block in filled if block.strip()))
    html = format_html_join("\n", "{}", ((part,) for block in blocks for part in _html(block, values)))
    return _filled(template.subject, values), text.strip() + "\n", html


def _says_nothing(block: str, values: Mapping[str, Any]) -> bool:
    told = [name for name in PLACEHOLDER.findall(block) if name in TELLING]
    return bool(told) and not any(values.get(name) for name in told)


def _filled(text: str, values: Mapping[str, Any]) -> str:
    """Where a value is empty the gap closes: "Hello {customer_name}," becomes "Hello,". A line of nothing else goes."""
    lines = (_line(line, values) for line in text.split("\n"))
    return "\n".join(line for line in lines if line is not None)


def _line(line: str, values: Mapping[str, Any]) -> str | None:
    if not PLACEHOLDER.search(line):
        return line
    # What stands around an empty value is looked at in the template, never in what a value says.
    bare = PLACEHOLDER.sub(lambda match: match[0] if _value(match[1], values) else EMPTY, line)
    if EMPTY in bare:
        bare = re.sub(rf"^(?:{EMPTY}[ \t,;:]*)+|(?:[ \t,;:]*{EMPTY})+$|[ \t]*{EMPTY}", "", bare)
        if not bare.strip():
            return None
    return PLACEHOLDER.sub(lambda match: _value(match[1], values), bare)


def _value(name: str, values: Mapping[str, Any]) -> str:
    value = values.get(name)
    return "" if value is None else str(value)


def _html(block: str, values: Mapping[str, Any]) -> Iterator[SafeString]:
    """Paragraphs. A line that is nothing but the address of the ticket is a button, the agent's text has paragraphs of
    its own, and what was received is a list."""
    plain: list[str] = []
    for line in [*block.split("\n"), "{}"]:
        alone = ALONE.get(line.strip())
        if alone is None and line not in ("{}", "-- ", "--"):
            plain.append(line)
            continue
        if words := _filled("\n".join(plain), values).strip():
            yield format_html("<p>{}</p>", mark_safe(_linked(words).replace("\n", "<br>\n")))  # noqa: S308
        plain = []
        if alone and values.get(line.strip()[1:-1]):
            yield alone(values)


def _button(values: Mapping[str, Any]) -> SafeString:
    label = _("Open your ticket")
    return format_html('<p><a class="mail-btn" href="{}">{}</a></p>', _value("ticket_url", values), label)


def _quote(values: Mapping[str, Any]) -> SafeString:
    words = mark_safe(linebreaks(_linked(_value("text", values))))  # noqa: S308  escaped word by word
    return format_html('<div class="mail-quote">{}</div>', words)


def _list(values: Mapping[str, Any]) -> SafeString:
    lines = [line.removeprefix("- ") for line in _value("received", values).splitlines()]
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((line,) for line in lines)))


ALONE = {"{ticket_url}": _button, "{text}": _quote, "{received}": _list}


class _Links(Urlizer):
    url_template = '<a href="{href}">{url}</a>'


_links = _Links()


def _linked(text: str) -> str:
    return str(_links(text, autoescape=True))  # escaped word by word
