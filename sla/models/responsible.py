from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from tickets.models import Team
from tickets.models.ticket import Channel


class Responsible(models.Model):
    """Who gets a new ticket whose SLA type names nobody: the agent of its customer, whoever is responsible for the
    channel by which it came, or the desk's general agent."""

    customer = models.OneToOneField(
        Customer,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="responsible",
        verbose_name=_("customer"),
        help_text=_("Gets the tickets of this customer."),
    )
    channel = models.CharField(  # noqa: DJ001  whoever looks after a customer has no channel
        _("channel"),
        max_length=8,
        choices=Channel.choices,
        null=True,
        blank=True,
        help_text=_("Gets what comes by this channel. With neither customer nor channel: gets all the rest."),
    )
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agent"),
    )
    team = models.ForeignKey(
        Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("team")
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(customer=None) | Q(channel=None),
                name="responsible_for_one_thing",
                violation_error_message=_("Choose a customer or a channel, not both."),
            ),
            models.CheckConstraint(
                condition=Q(agent=None) ^ Q(team=None),
                name="responsible_is_an_agent_or_a_team",
                violation_error_message=_("Name an agent or a team, one of them."),
            ),
            models.UniqueConstraint(
                Coalesce("channel", models.Value("")),
                condition=Q(customer=None),
                name="one_responsible_a_channel_and_one_for_the_rest",
                violation_error_message=_("Somebody is responsible for this already."),
            ),
        ]
        verbose_name = _("responsible person")
        verbose_name_plural = _("responsible people")

    def __str__(self) -> str:
        what = self.customer or (self.get_channel_display() if self.channel else _("all the rest"))
        return f"{what} → {self.agent or self.team}"
