from django.db import migrations, models


class Migration(migrations.Migration):
    """There are no promises to fill it for: 0004 forgot them all, to be derived anew."""

    dependencies = [("sla", "0007_special_hours")]

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
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(fields=["due_at"], name="promise_due_in_period"),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(
                fields=["met_at"], name="promise_met_in_period", condition=models.Q(met_at__isnull=False)
            ),
        ),
    ]
