from functools import reduce
from operator import or_

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, CustomerGroup, Shop
from sla.models.sla_type import SlaType
from tickets.models import ProblemType

WHO = ("customer", "customer_group", "shop")
STEPS = (
    *("customer_problem_type", "customer", "customer_group_problem_type", "customer_group"),
    *("shop_problem_type", "shop", "problem_type"),
)
"""What a rule may be for, the most specific first; after all of them comes the default."""

_TAKEN = _("Another SLA type has this rule already.")


def _fits(step: str) -> Q:
    """The rules of one step: what it names is given, and all else is not."""
    named = {name for name in (*WHO, "problem_type") if name in parts_of(step)}
    return Q(**{f"{name}__isnull": name not in named for name in (*WHO, "problem_type")})


def parts_of(step: str) -> set[str]:
    """The columns that a rule of this step names."""
    who = step.removesuffix("_problem_type") if step != "problem_type" else ""
    return ({who} if who else set()) | ({"problem_type"} if step.endswith("problem_type") else set())


class SlaRule(models.Model):
    """For whom and for what an SLA type holds. The most specific rule wins, and there can be no two alike, so
    there is never a tie; where no rule fits, the default SLA type holds, so there is never a gap."""

    sla_type = models.ForeignKey(
        SlaType, on_delete=models.CASCADE, related_name="rules", verbose_name=_("SLA type")
    )
    customer = models.ForeignKey(
        Customer,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="sla_rules",
        verbose_name=_("customer"),
    )
    customer_group = models.ForeignKey(
        CustomerGroup,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="sla_rules",
        verbose_name=_("customer group"),
    )
    shop = models.ForeignKey(
        Shop,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="sla_rules",
        verbose_name=_("shop"),
    )
    problem_type = models.ForeignKey(
        ProblemType,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="sla_rules",
        verbose_name=_("problem type"),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=reduce(or_, map(_fits, STEPS)),
                name="sla_rule_for_one_of_the_steps",
                violation_error_message=_("Choose for whom or for what the rule is."),
            ),
            *(
                models.UniqueConstraint(
                    fields=sorted(parts_of(step)),
                    condition=_fits(step),
                    name=f"one_sla_rule_a_{step}",
                    violation_error_message=_TAKEN,
                )
                for step in STEPS
            ),
        ]
        verbose_name = _("rule")
        verbose_name_plural = _("rules")

    def __str__(self) -> str:
        named = [
            str(one) for one in (self.customer, self.customer_group, self.shop, self.problem_type) if one
        ]
        return f"{' + '.join(named)} → {self.sla_type}"

    @property
    def step(self) -> str:
        """Which of `STEPS` this rule belongs to."""
        given = {name for name in (*WHO, "problem_type") if getattr(self, f"{name}_id")}
        return next(step for step in STEPS if parts_of(step) == given)

    def clean(self) -> None:
        if sum(bool(getattr(self, f"{name}_id")) for name in WHO) > 1:
            raise ValidationError(
                _("A rule is for a customer, for a customer group or for a shop: choose one.")
            )
        # A form that shows only some of the columns would leave this to the database.
        same = {name: getattr(self, f"{name}_id") for name in (*WHO, "problem_type")}
        if any(same.values()) and SlaRule.objects.filter(**same).exclude(pk=self.pk).exists():
            raise ValidationError(_TAKEN)
