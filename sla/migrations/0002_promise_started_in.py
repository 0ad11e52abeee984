from collections import defaultdict
from typing import Any

from django.db import migrations, models

from sla.terms import HOURS, read


def fill(apps: Any, schema_editor: Any) -> None:
    """What rows written from now on get from `sla.promises.values_of`. All start as HOURS; the others are changed."""
    promises = apps.get_model("sla", "Promise").objects
    for terms in apps.get_model("sla", "SlaTerms").objects.all():
        known, found = read(terms.data), defaultdict(list)
        for pk, started_at in promises.filter(terms=terms).values_list("pk", "started_at"):
            found[known.part_of_week(started_at)].append(pk)
        for part, pks in found.items():
            for start in range(0, len(pks) if part != HOURS else 0, 500):
                promises.filter(pk__in=pks[start : start + 500]).update(started_in=part)


class Migration(migrations.Migration):
    dependencies = [("sla", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="promise",
            name="started_in",
            field=models.CharField(
                choices=[
                    ("hours", "opening hours"),
                    ("evening", "evening or night"),
                    ("day_off", "weekend or holiday"),
                ],
                default="hours",
                help_text="By the opening hours of its calendar, in that calendar's time zone.",
                max_length=8,
                verbose_name="started in",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(fields=["due_at"], name="promise_due_in_period"),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(
                fields=["met_at"],
                name="promise_met_in_period",
                condition=models.Q(met_at__isnull=False),
            ),
        ),
    ]
