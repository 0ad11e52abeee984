from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

GROUPS = (
    (_("Shop"), ("Shop", "ProductCategory", "Product", "Customer", "CustomerGroup", "Order")),
    (_("Forms and replies"), ("ProblemType", "EvidenceSlot", "ReplyTemplate")),
    (_("Mail"), ("Mailbox", "MailTemplate")),
    (_("Promises"), ("SlaType", "SlaRule", "Calendar", "Responsible")),
    (_("People"), ("Agent", "Team", "Absence")),
    (_("Records"), ("Ticket", "Message", "Note", "Event", "Delivery")),
)


class HelpdeskAdminSite(AdminSite):
    """The admin by what a shop's owner sets up, and not by which of our apps a model lives in."""

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        apps = super().get_app_list(request, app_label)
        if app_label:
            return apps
        pages = {page["object_name"]: page for app in apps for page in app["models"]}
        groups = []
        for position, (title, names) in enumerate(GROUPS):
            label = f"group-{position}"
            url = f"{reverse('admin:index')}#{label}"
            models = [pages.pop(name) for name in names if name in pages]
            groups.append(
                {
                    "name": title,
                    "app_label": label,
                    "app_url": url,
                    "has_module_perms": True,
                    "models": models,
                }
            )
        # What comes with libraries keeps its own heading.
        for app in apps:
            app["models"] = [page for page in app["models"] if page["object_name"] in pages]
        return [group for group in groups + apps if group["models"]]


class HelpdeskAdminConfig(AdminConfig):
    default_site = "helpdesk.admin_site.HelpdeskAdminSite"
