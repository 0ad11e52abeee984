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
                max_length=8,
                verbose_name="started in",
            ),
        ),
    ]
