import uuid

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import ProductCategory
from tickets.models.ticket import Ticket


class ProblemTypeQuerySet(models.QuerySet["ProblemType"]):
    def offered_for(self, category: ProductCategory | None) -> "ProblemTypeQuerySet":
        """Active types for a product category; without one (a whole order) only those that fit every category."""
        fits = Q(categories=None)
        return self.filter(fits | Q(categories=category) if category else fits, is_active=True).distinct()


class ProblemType(models.Model):
    """What went wrong, such as "Code already used"."""

    name = models.CharField(
        _("name"), max_length=100, help_text=_("In the customer's words: 'The code is already used'.")
    )
    slug = models.SlugField(_("short name"), unique=True, help_text=_("Stands in the address of the form."))
    help = models.TextField(
        _("help"), blank=True, help_text=_("One or two lines under the name that help to choose.")
    )
    categories = models.ManyToManyField(
        ProductCategory,
        blank=True,
        related_name="problem_types",
        verbose_name=_("product categories"),
        help_text=_("Offered for products of these categories; for all when none is chosen."),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Smaller comes first."))
    is_active = models.BooleanField(
        _("offered"),
        default=True,
        help_text=_("Untick instead of deleting: tickets of this type stay as they are."),
    )

    needs_verified = models.BooleanField(
        _("only for verified senders"),
        default=False,
        help_text=_(
            "For changes of accounts, invoices and contact data: the desk warns before anybody acts on a request "
            "whose sender is not verified."
        ),
    )

    objects = ProblemTypeQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name"]
        verbose_name = _("problem type")
        verbose_name_plural = _("problem types")

    def __str__(self) -> str:
        return self.name


class EvidenceSlotQuerySet(models.QuerySet["EvidenceSlot"]):
    def asked_for(
        self, problem_type: ProblemType, category: ProductCategory | None
    ) -> "EvidenceSlotQuerySet":
        """What the form asks for this problem type in this category, in order."""
        fits = Q(category=None)
        return self.filter(fits | Q(category=category) if category else fits, problem_type=problem_type)


class EvidenceSlot(models.Model):
    """One thing the customer must show or answer for a problem type in a product category."""

    class Kind(models.TextChoices):
        PICTURE = "picture", _("picture")
        TEXT = "text", _("one line of text")
        LONG_TEXT = "long_text", _("several lines of text")
        NUMBER = "number", _("number")
        DATE = "date", _("date")
        CHOICE = "choice", _("choice")
        YES_NO = "yes_no", _("yes or no")

    problem_type = models.ForeignKey(
        ProblemType, on_delete=models.CASCADE, related_name="slots", verbose_name=_("problem type")
    )
    category = models.ForeignKey(
        ProductCategory,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="slots",
        verbose_name=_("product category"),
        help_text=_("Asked only for products of this category; for all when empty."),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.PICTURE)
    label = models.CharField(_("label"), max_length=200, help_text=_("'A screenshot of the error message'."))
    help = models.TextField(
        _("help"), blank=True, help_text=_("What must be seen or said, in a line or two.")
    )
    choices = models.TextField(
        _("choices"), blank=True, help_text=_("One on each line; only for the kind 'choice'.")
    )
    required = models.BooleanField(_("required"), default=True)
    max_files = models.PositiveSmallIntegerField(
        _("pictures at most"), default=5, validators=[MinValueValidator(1)], help_text=_("Only for pictures.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("Smaller comes first."))

    objects = EvidenceSlotQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("evidence slot")
        verbose_name_plural = _("evidence slots")

    def __str__(self) -> str:
        return self.label

    @property
    def choice_list(self) -> list[str]:
        return [line.strip() for line in self.choices.splitlines() if line.strip()]


def example_path(instance: "ExamplePicture", filename: str) -> str:
    return f"examples/{uuid.uuid4().hex}"


class ExamplePicture(models.Model):
    """What a good (or a useless) picture for a slot looks like; stands beside the upload, may differ by category."""

    slot = models.ForeignKey(
        EvidenceSlot, on_delete=models.CASCADE, related_name="examples", verbose_name=_("evidence slot")
    )
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    category = models.ForeignKey(
        ProductCategory,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        verbose_name=_("product category"),
        help_text=_("Shown only for products of this category; for all when empty."),
    )
    picture = models.FileField(_("picture"), upload_to=example_path)
    caption = models.CharField(_("caption"), max_length=200, blank=True)
    is_good = models.BooleanField(_("good example"), default=True, help_text=_("Untick for 'not like this'."))

    class Meta:
        ordering = ["-is_good", "id"]
        verbose_name = _("example picture")
        verbose_name_plural = _("example pictures")

    def __str__(self) -> str:
        return self.caption or str(self.slot)


class Evidence(models.Model):
    """What a customer gave for one slot of one ticket, with the question as it was asked then."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="evidence")
    slot = models.ForeignKey(EvidenceSlot, on_delete=models.SET_NULL, null=True, related_name="+")
    label = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=EvidenceSlot.Kind.choices)
    value = models.TextField(
        blank=True, help_text=_("The answer; empty for pictures, which are attachments.")
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self) -> str:
        return self.label
