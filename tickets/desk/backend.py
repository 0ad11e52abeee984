from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Exists, OuterRef

from tickets.models import Agent, InMail, Notice


class AgentBackend(ModelBackend):
    """Signs agents in as Django does, and tells with the agent, in the same statement, whether there are notices to
    read and parked mails: both are marked on every page of the desk."""

    def get_user(self, user_id: Any) -> Agent | None:
        unread = Notice.objects.filter(agent=OuterRef("pk"), read_at=None)
        told = Agent.objects.annotate(
            has_unread_notices=Exists(unread), has_parked_mail=Exists(InMail.objects.parked())
        )
        agent = told.filter(pk=user_id).first()
        return agent if agent and self.user_can_authenticate(agent) else None
