import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models.draft import Draft
from tickets.models.evidence import Evidence, EvidenceSlot
from tickets.models.message import Message, Note


def storage_path(instance: "Attachment", filename: str) -> str:
    """Ours alone: nothing of what a stranger called the file reaches the disk."""
    name = uuid.uuid4().hex
    return f"attachments/{name[:2]}/{name}"


class Attachment(models.Model):
    """A file somebody gave us. The original is kept as it came; pictures are shown only as our own re-encoding.

    It belongs to a draft until that is sent, then to a message or a note, and to the evidence of a slot if it
    was given for one.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, null=True, related_name="attachments")
    slot = models.ForeignKey(EvidenceSlot, on_delete=models.SET_NULL, null=True, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="attachments")
    note = models.ForeignKey(Note, on_delete=models.CASCADE, null=True, related_name="attachments")
    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, null=True, related_name="attachments")
    name = models.CharField(
        _("name"), max_length=200, help_text=_("As the sender called it, made safe to show.")
    )
    content_type = models.CharField(
        max_length=100, help_text=_("Found out from the content, never believed.")
    )
    size = models.PositiveBigIntegerField(help_text=_("Bytes of the original."))
    sha256 = models.CharField(max_length=64, db_index=True)
    original = models.FileField(upload_to=storage_path)
    preview = models.FileField(
        upload_to=storage_path, blank=True, help_text=_("Upright, without metadata, for showing large.")
    )
    thumbnail = models.FileField(upload_to=storage_path, blank=True)
    preview_due_at = models.DateTimeField(
        null=True, help_text=_("When a worker may look whether it is a picture; nothing when one did.")
    )
    width = models.PositiveIntegerField(null=True, help_text=_("Pixels of the preview."))
    height = models.PositiveIntegerField(null=True)
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["preview_due_at"],
                name="attachment_preview_due",
                condition=models.Q(preview_due_at__isnull=False),
            )
        ]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return bool(self.preview)
