"""Where mail comes in, on the pages of the admin."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from customers.linking import fold_email
from customers.staff_admin import Page, is_staff
from tickets.channels.mail_in.fetch import FAILURES, connected
from tickets.models import Mailbox

SECRET_PLACES = ("host", "port", "security", "user", "password", "folders")


class MailboxForm(forms.ModelForm):
    """The password is not shown any more once it is saved; left empty it stays as it is."""

    class Meta:
        model = Mailbox
        fields = (
            *("address", "shop", "is_active", "problem_type", "agent", "team", "language", "acknowledges"),
            *("source", "host", "port", "security", "user", "password", "folders"),
            *("extension", "trusted_hosts", "checks_dkim"),
        )
        widgets = {
            "password": forms.PasswordInput({"class": "vTextField", "autocomplete": "new-password"}),
            "trusted_hosts": forms.Textarea({"rows": 2}),
            "folders": forms.Textarea({"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.saved_password = self.instance.password
        if "password" in self.fields:
            self.initial["password"] = ""
            if self.saved_password:
                self.fields["password"].help_text = gettext("There is one. Leave this empty to keep it.")

    def clean_address(self) -> str:
        address = self.cleaned_data["address"]
        if Mailbox.objects.filter(folded=fold_email(address)).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(gettext("There is a mailbox of this address already."))
        return address

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "password" in self.fields and not cleaned.get("password"):
            cleaned["password"] = self.saved_password
        if cleaned.get("source") == Mailbox.Source.IMAP and "host" in self.fields:
            for name in ("host", "user"):
                if not cleaned.get(name):
                    self.add_error(name, gettext("Needed to fetch mail by IMAP."))
        return cleaned


@admin.register(Mailbox)
class MailboxAdmin(Page):
    form = MailboxForm
    list_display = ("address", "shop", "problem_type", "responsible", "source", "state", "is_active")
    list_filter = ("is_active", "source", "shop")
    list_select_related = ("shop", "problem_type", "agent", "team")
    search_fields = ("address",)
    readonly_fields = ("state",)
    actions = ("thank_again",)
    kept_by = ("mails",)
    fieldsets = (
        (None, {"fields": ("address", "shop", "is_active", "state")}),
        (
            _("What becomes of its mail"),
            {"fields": ("problem_type", "agent", "team", "language", "acknowledges")},
        ),
        (_("How mail comes"), {"fields": ("source",)}),
        (
            _("IMAP"),
            {
                "fields": SECRET_PLACES,
                "description": _(
                    "Mail is read and marked as seen, and never deleted on the server. Only superusers write "
                    "where it is fetched from."
                ),
            },
        ),
        (
            _("Whom we believe"),
            {
                "fields": ("extension", "trusted_hosts", "checks_dkim"),
                "description": _(
                    "How we know that a mail comes from whom it says, and to which ticket it belongs."
                ),
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Mailbox | None = None) -> tuple[str, ...]:
        own = super().get_readonly_fields(request, obj)
        return (*own,) if request.user.is_superuser else (*own, *SECRET_PLACES[:-2], "folders")

    def get_fieldsets(self, request: HttpRequest, obj: Mailbox | None = None) -> Any:
        """Whoever may not write the password may not see that there is one, either."""
        if request.user.is_superuser:
            return self.fieldsets
        hidden = tuple(name for name in SECRET_PLACES if name != "password")
        return [
            (name, options | {"fields": hidden} if options["fields"] == SECRET_PLACES else options)
            for name, options in self.fieldsets
        ]

    @admin.display(description=_("responsible"))
    def responsible(self, mailbox: Mailbox) -> str:
        return str(mailbox.agent or mailbox.team or "")

    @admin.display(description=_("state"))
    def state(self, mailbox: Mailbox) -> str:
        if mailbox.silent_until and mailbox.silent_until > timezone.now():
            until = timezone.localtime(mailbox.silent_until)
            return gettext("Thanks nobody unknown until %(time)s, for too many came at once.") % {
                "time": f"{until:%Y-%m-%d %H:%M}"
            }
        if mailbox.fetch_error:
            return gettext("Could not be fetched: %(error)s") % {"error": mailbox.fetch_error}
        if mailbox.fetched_at:
            return gettext("Fetched %(time)s") % {
                "time": f"{timezone.localtime(mailbox.fetched_at):%Y-%m-%d %H:%M}"
            }
        return (
            gettext("Waits for mail") if mailbox.source == Mailbox.Source.PIPE else gettext("Not fetched yet")
        )

    @admin.action(description=_("Thank unknown people again"))
    def thank_again(self, request: HttpRequest, mailboxes: QuerySet[Mailbox]) -> None:
        count = mailboxes.update(silent_until=None)
        sentence = ngettext("%(count)s mailbox thanks again.", "%(count)s mailboxes thank again.", count)
        self.message_user(request, sentence % {"count": count})

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.try_connection)
        return [path("<int:pk>/try/", view, name="tickets_mailbox_try"), *super().get_urls()]

    def try_connection(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Sign in to the server and look at each folder, without reading any mail."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        mailbox = get_object_or_404(Mailbox, pk=pk)
        if is_staff(request):
            self.message_user(request, *_tried(mailbox))
        return redirect("admin:tickets_mailbox_change", pk)


def _tried(mailbox: Mailbox) -> tuple[str, int]:
    try:
        with connected(mailbox) as server:
            counts = [server.folder.status(name, ["MESSAGES"])["MESSAGES"] for name in mailbox.folder_list]
    except FAILURES as error:
        why = f"{type(error).__name__}: {error}"[:300]
        return gettext("That did not work: %(error)s") % {"error": why}, messages.ERROR
    found = sum(counts)
    sentence = ngettext("It works: %(count)s mail lies there.", "It works: %(count)s mails lie there.", found)
    return sentence % {"count": found}, messages.SUCCESS
