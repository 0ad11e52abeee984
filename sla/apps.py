from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SlaConfig(AppConfig):
    name = "sla"
    verbose_name = _("Promises (SLA)")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from sla import receivers  # noqa: F401  connects to tickets.events.event_recorded
        from sla.defaults import create_missing_default

        post_migrate.connect(create_missing_default, sender=self)
