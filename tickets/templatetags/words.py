"""What people wrote, made safe and pleasant to read: `{% load words %}`."""

from datetime import date

from django import template
from django.utils.formats import date_format
from django.utils.html import Urlizer
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tickets.models import Evidence, EvidenceSlot

register = template.Library()


class _Links(Urlizer):
    url_template = '<a href="{href}" rel="nofollow noopener noreferrer">{url}</a>'


_links = _Links()


@register.filter
def linked(text: str) -> SafeString:
    """Escaped, with links for the addresses in it. For agents' words only: a customer's link may lead
    anywhere."""
    return mark_safe(_links(str(text), autoescape=True))  # noqa: S308  escaped word by word


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
