"""What people wrote, made safe and pleasant to read: `{% load words %}`."""

import re
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django import template
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import Urlizer, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tickets.models import Attachment, Evidence, EvidenceSlot

register = template.Library()


class _Links(Urlizer):
    url_template = '<a href="{href}" rel="nofollow noopener noreferrer">{url}</a>'


_links = _Links()


@register.filter
def linked(text: str) -> SafeString:
    """Escaped, with links for the addresses in it. For agents' words only: a customer's link may lead
    anywhere."""
    return mark_safe(_links(str(text), autoescape=True))  # noqa: S308  escaped word by word


NO_FILE = UUID(int=0)
IMAGE = re.compile(r"\[image: ([^\]\n]{1,130})\]")


@register.simple_tag
def file_address(name: str, *before: str) -> str:
    """The address of files on a page, with `NO_FILE` in place of one."""
    return reverse(name, args=[*before, NO_FILE])


@register.simple_tag
def with_pictures(text: str, files: Iterable[Attachment], address: str, *, links: bool = False) -> SafeString:
    """Escaped, on lines, and with the pictures of a mail where they stood. `address` is the address of a file with
    `NO_FILE` in place of its public id; what is no picture of the message stays the words it was."""
    shown = {file.name: file for file in files if file.is_picture}
    out = []
    end = 0
    for match in IMAGE.finditer(text):
        file = shown.get(match[1])
        if file is None:
            continue
        out.append(_on_lines(text[end : match.start()], links))
        target = address.replace(str(NO_FILE), str(file.public_id))
        out.append(
            format_html(
                '<a class="picture-in-text" href="{}" data-lightbox title="{}"><img src="{}?size=thumb" alt="{}" '
                'loading="lazy"></a>',
                target,
                file.name,
                target,
                file.name,
            )
        )
        end = match.end()
    out.append(_on_lines(text[end:], links))
    return mark_safe("".join(out))  # noqa: S308  each piece is escaped


def _on_lines(text: str, links: bool) -> str:
    return linebreaksbr(linked(text) if links else escape(text), autoescape=False)


@register.filter
def answer(evidence: Evidence) -> str:
    """What was answered to a question, as a person writes it; it is stored as the form sent it."""
    if evidence.kind == EvidenceSlot.Kind.YES_NO:
        return {"yes": _("Yes"), "no": _("No")}.get(evidence.value, evidence.value)
    if evidence.kind == EvidenceSlot.Kind.DATE:
        try:
            return date_format(date.fromisoformat(evidence.value), "DATE_FORMAT")
        except ValueError:
            return evidence.value
    return evidence.value
