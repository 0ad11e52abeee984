"""Mail templates in the admin: written with the variables at hand, looked at before they are saved, sent to oneself."""

from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django import forms
from django.conf import settings
from django.contrib import admin
from django.forms.models import construct_instance
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin

from customers.linking import fold_email
from customers.models import Shop
from customers.staff_admin import Page
from tickets.admin.sample_mail import sample_of
from tickets.built_in_mails import built_in
from tickets.channels import mail_out
from tickets.channels.mail_words import written, written_in
from tickets.mail_templates import NEEDED, VARIABLES, mistakes
from tickets.models import Mailbox, MailTemplate

Kind = MailTemplate.Kind
UNREADABLE = 422

# The mail lies in a frame of this page and so under the same policy: it runs and loads nothing, and brings its styles
# in itself, as mail programs want it.
LOOKED_AT = {
    "default-src": [NONE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": ["data:"],
    "font-src": [SELF],
    "frame-src": [SELF],
    "frame-ancestors": [SELF],
    "form-action": [NONE],
    "base-uri": [NONE],
}


class MailTemplateForm(forms.ModelForm):
    class Meta:
        model = MailTemplate
        fields = ("kind", "shop", "language", "subject", "text")
        widgets = {
            "text": forms.Textarea({"rows": 18, "class": "vLargeTextField", "dir": "auto"}),
            "subject": forms.TextInput({"class": "vTextField"}),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if kind := cleaned.get("kind"):
            found = mistakes(kind, cleaned.get("subject", ""), cleaned.get("text", ""))
            for field in found.keys() & cleaned.keys():
                self.add_error(field, found[field])
        return cleaned


class TriedForm(MailTemplateForm):
    """To be looked at and never saved, so it may be one that there is already."""

    def _post_clean(self) -> None:
        self.instance = construct_instance(self, self.instance)


@admin.register(MailTemplate)
class MailTemplateAdmin(Page):
    form = MailTemplateForm
    list_display = ("kind", "shop_or_all", "language", "subject")
    list_filter = ("kind", "language", "shop")
    list_select_related = ("shop",)
    search_fields = ("subject", "text")

    @admin.display(description=_("shop"), ordering="shop__name")
    def shop_or_all(self, template: MailTemplate) -> str:
        return str(template.shop or gettext("all shops"))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new one begins with the words that came with the program."""
        kind = _kind(request)
        subject, text = built_in(kind, answers_by_mail=_answers_by_mail())
        begin = {"language": settings.LANGUAGE_CODE, "subject": subject, "text": text}
        return begin | super().get_changeform_initial_data(request) | {"kind": kind}

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """With the variables and the built-in words of each kind, and a frame in which the mail is looked at."""
        shown = context["original"]
        context |= {
            "kinds": [_described(kind) for kind in Kind],
            "try_url": reverse("admin:tickets_mailtemplate_try"),
            "begin_with": f"template={shown.pk}" if shown else f"kind={_kind(request)}",
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        tried = self.admin_site.admin_view(self.try_it)
        return [path("try/", tried, name="tickets_mailtemplate_try"), *super().get_urls()]

    @method_decorator(never_cache)
    @method_decorator(xframe_options_sameorigin)
    @method_decorator(csp(LOOKED_AT))
    def try_it(self, request: HttpRequest) -> HttpResponse:
        """The mail as a customer of the shop would get it, for its newest ticket or an invented one: by POST out of
        what the form says now, saved or not; `_test` also sends it to who looks. For a frame below the form."""
        if request.method != "POST":
            return self._shown(request, self._saved_or_built_in(request))
        form = TriedForm(request.POST)
        if not form.is_valid():
            errors = [error for field in form.errors.values() for error in field]
            return self._answer(request, {"errors": errors}, status=UNREADABLE)
        return self._shown(request, form.instance, send="_test" in request.POST)

    def _saved_or_built_in(self, request: HttpRequest) -> MailTemplate:
        wanted = request.GET.get("template", "")
        if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
            saved = MailTemplate.objects.select_related("shop").filter(pk=wanted).first()
            if saved:
                return saved
        subject, text = built_in(_kind(request), answers_by_mail=_answers_by_mail())
        return MailTemplate(kind=_kind(request), language=settings.LANGUAGE_CODE, subject=subject, text=text)

    def _shown(self, request: HttpRequest, template: MailTemplate, *, send: bool = False) -> HttpResponse:
        now = timezone.now()
        with translation.override(written_in(template.language)):
            ticket, context = sample_of(template, request.user, at=now)
        subject, text, html = written(
            template.kind, ticket, context, language=template.language, own=template
        )
        if send:
            mail_out.send_test(request.user, subject=subject, text=text, html=html, at=now)
        sent_to = request.user.email if send else ""
        return self._answer(request, {"subject": subject, "text": text, "html": html, "sent_to": sent_to})

    def _answer(self, request: HttpRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        return TemplateResponse(request, "admin/tickets/mailtemplate/try.html", context, status=status)


def _kind(request: HttpRequest) -> Kind:
    asked = request.GET.get("kind", "")
    return Kind(asked) if asked in Kind.values else Kind.REPLY


def _answers_by_mail() -> bool:
    """Of every shop: a template is stored with these words, and may be for all of them."""
    read = set(Mailbox.objects.filter(is_active=True).values_list("folded", flat=True))
    shops = Shop.objects.values_list("support_email", flat=True)
    return bool(read) and all(fold_email(address) in read for address in shops)


def _described(kind: Kind) -> dict[str, Any]:
    """Its variables with whether they are needed, and what it begins with."""
    subject, text = built_in(kind, answers_by_mail=_answers_by_mail())
    return {
        "value": kind.value,
        "label": kind.label,
        "variables": [(f"{{{name}}}", WHAT_IT_IS[name], name in NEEDED[kind]) for name in VARIABLES[kind]],
        "subject": subject,
        "text": text,
    }


WHAT_IT_IS = {
    "customer_name": _("what the customer is called, if we know it"),
    "shop": _("the shop"),
    "ticket_number": _("the ticket's number"),
    "ticket_url": _("the customer's link to the ticket; alone in a line it is a button"),
    "answer_by": _("by when an answer comes; its paragraph is left out when none is promised"),
    "received": _("a list of what the customer sent; its paragraph is left out when it is empty"),
    "subject": _("the ticket's subject"),
    "text": _("what the agent wrote"),
    "agent_name": _("who wrote it"),
    "reopen_days": _("for how many days an answer reopens the ticket"),
    "promise": _("by when we had promised to answer or to solve it"),
}
