"""Mail templates in the admin: written with the variables at hand, looked at before they are used, sent to oneself."""

from typing import Any

from csp.decorators import csp
from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from customers.staff_admin import Page
from tickets.admin.sample_mail import sample_of
from tickets.channels import mail_out
from tickets.mail_templates import NEEDED, VARIABLES, mistakes
from tickets.models import MailTemplate

# A mail brings its styles in itself, as mail programs want it.
MAIL_ALONE = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "frame-ancestors": ["'self'"],
    "form-action": ["'none'"],
    "sandbox": ["allow-popups"],
}


class MailTemplateForm(forms.ModelForm):
    class Meta:
        model = MailTemplate
        fields = ("kind", "shop", "language", "subject", "text")
        widgets = {
            "text": forms.Textarea({"rows": 16, "class": "vLargeTextField"}),
            "subject": forms.TextInput({"class": "vTextField"}),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("kind") and "subject" in cleaned and "text" in cleaned:
            for field, sentences in mistakes(cleaned["kind"], cleaned["subject"], cleaned["text"]).items():
                self.add_error(field, sentences)
        return cleaned


@admin.register(MailTemplate)
class MailTemplateAdmin(Page):
    form = MailTemplateForm
    list_display = ("kind", "shop", "language", "subject")
    list_filter = ("kind", "language", "shop")
    list_select_related = ("shop",)
    search_fields = ("subject", "text")
    readonly_fields = ("variables",)
    fields = ("kind", "shop", "language", "subject", "text", "variables")

    @admin.display(description=_("variables"))
    def variables(self, template: MailTemplate) -> SafeString:
        """What may stand in braces in each kind of mail, the needed ones first."""
        lines = [
            (
                kind.label,
                ", ".join(f"{{{name}}}" for name in VARIABLES[kind]),
                ", ".join(f"{{{name}}}" for name in NEEDED[kind]),
            )
            for kind in MailTemplate.Kind
        ]
        needed = gettext("needed")
        row = "<dt>{}</dt><dd>{}<br><small>{}: {}</small></dd>"
        rows = format_html_join("", row, [(kind, names, needed, must) for kind, names, must in lines])
        return format_html("<dl>{}</dl>", rows)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new one begins with the words that came with the program."""
        kind = request.GET.get("kind", MailTemplate.Kind.REPLY)
        if kind not in MailTemplate.Kind.values:
            kind = MailTemplate.Kind.REPLY
        subject, text = BUILT_IN[MailTemplate.Kind(kind)]
        begin = {"kind": kind, "language": settings.LANGUAGE_CODE, "subject": subject, "text": text}
        return begin | super().get_changeform_initial_data(request)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/preview/", wrap(self.preview), name="tickets_mailtemplate_preview"),
            path("<int:pk>/html/", wrap(self.html), name="tickets_mailtemplate_html"),
            path("<int:pk>/test/", wrap(self.send_test), name="tickets_mailtemplate_test"),
            *super().get_urls(),
        ]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The mail as a customer of the shop would get it, for its newest ticket or an invented one."""
        template = get_object_or_404(MailTemplate.objects.select_related("shop"), pk=pk)
        subject, text, _html = self._written(template)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Preview"),
            "opts": self.model._meta,
            "original": template,
            "subject": subject,
            "text": text,
        }
        return render(request, "admin/tickets/mailtemplate/preview.html", context)

    @method_decorator(xframe_options_sameorigin)
    @method_decorator(csp(MAIL_ALONE))
    def html(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The HTML as it would be sent, on a page of its own that may run and load nothing."""
        template = get_object_or_404(MailTemplate.objects.select_related("shop"), pk=pk)
        return HttpResponse(self._written(template)[2])

    def send_test(self, request: HttpRequest, pk: int) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        template = get_object_or_404(MailTemplate.objects.select_related("shop"), pk=pk)
        subject, text, html = self._written(template)
        mail_out.send_test(request.user, subject=subject, text=text, html=html, at=timezone.now())
        self.message_user(
            request, gettext("A test mail is on its way to %(to)s.") % {"to": request.user.email}
        )
        return redirect("admin:tickets_mailtemplate_change", pk)

    def _written(self, template: MailTemplate) -> tuple[str, str, str]:
        ticket, context = sample_of(template)
        language = (
            template.language if template.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        )
        with translation.override(language):
            return mail_out.written(template.kind, ticket, context, own=template)


Kind = MailTemplate.Kind

BUILT_IN = {
    Kind.ACKNOWLEDGE: (
        "[#{ticket_number}] We have your report",
        "Hello {customer_name},\n\nthank you for writing to {shop}. The number of your report is {ticket_number}.\n\n"
        "You will have an answer by {answer_by}.\n\nWhat we received:\n{received}\n\n{ticket_url}\n\n{shop}",
    ),
    Kind.REPLY: (
        "[#{ticket_number}] Our answer: {subject}",
        "{text}\n\n{agent_name}, {shop}\n\nJust answer this mail, or on the page of your ticket:\n\n{ticket_url}",
    ),
    Kind.SOLVED: (
        "[#{ticket_number}] Solved: {subject}",
        "Hello {customer_name},\n\nwe believe that the problem of your ticket {ticket_number} is solved. "
        "Is it still there? Then tell us within {reopen_days} days.\n\n{ticket_url}\n\n{shop}",
    ),
    Kind.DELAY: (
        "[#{ticket_number}] It takes longer: {subject}",
        "Hello {customer_name},\n\nwe promised you an answer by {promise}, and it may take longer. We are "
        "sorry, and write to you as soon as we know more.\n\n{ticket_url}\n\n{shop}",
    ),
}
"""What a new template begins with: the words that came with the program, with variables."""
