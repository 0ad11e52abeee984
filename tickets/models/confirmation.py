from django.db import models
from django.utils.translation import gettext_lazy as _


class AddressConfirmation(models.Model):
    """A mailed link by which somebody proves to read an address. Works once, for half an hour; only its hash is kept.

    There is a row for every request, also for addresses that no customer has, so that both look alike from outside.
    """

    folded = models.CharField(max_length=254, db_index=True)
    network = models.CharField(
        max_length=64, blank=True, help_text=_("Keyed hash of where it was asked from, to be counted by.")
    )
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("address confirmation")
        verbose_name_plural = _("address confirmations")
