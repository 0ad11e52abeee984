from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from json import dumps, loads
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from sla.models.sla_type import SlaType
from sla.terms import Terms, read


class SlaTermsManager(models.Manager["SlaTerms"]):
    def of(self, sla_type: SlaType, data: Mapping[str, Any]) -> "SlaTerms":
        """The row that holds these terms; made when they are new."""
        digest = sha256(_as_text(data).encode()).hexdigest()
        return self.get_or_create(sla_type=sla_type, digest=digest, defaults={"data": data})[0]

    def read(self, ids: Iterable[int]) -> dict[int, Terms]:
        """By id, ready to count with. One query."""
        rows = self.filter(pk__in=set(ids)).values_list("pk", "data")
        return {pk: terms_of(data) for pk, data in rows}


class SlaTerms(models.Model):
    """An SLA type and its calendar as they were at one time, as JSON for `sla.terms.read`. Rows never change: a
    promise keeps the terms under which it was made, and can be derived from them for ever."""

    sla_type = models.ForeignKey(SlaType, on_delete=models.PROTECT, related_name="terms")
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the data; the same terms are one row."))
    data = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SlaTermsManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sla_type", "digest"], name="same_terms_once_an_sla_type")
        ]
        verbose_name = _("terms of an SLA type")
        verbose_name_plural = _("terms of SLA types")

    def __str__(self) -> str:
        return f"{self.sla_type} · {self.created_at:%Y-%m-%d}"


def terms_of(data: Mapping[str, Any]) -> Terms:
    """Ready to count with. While they are in memory, equal terms are one object."""
    return _read(_as_text(data))


def _as_text(data: Mapping[str, Any]) -> str:
    return dumps(data, sort_keys=True)


@lru_cache(maxsize=1024)
def _read(data: str) -> Terms:
    """Kept in memory by content: reading the opening hours of years takes a while."""
    return read(loads(data))
