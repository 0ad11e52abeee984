from django.db import models


class Heartbeat(models.Model):
    """When a kind of process was last seen alive. Not shown to anybody but `/healthz`."""

    process = models.CharField(max_length=20, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.process} at {self.seen_at:%Y-%m-%d %H:%M:%S}"
