from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sla", "0008_promise_started_in")]

    operations = [
        migrations.AddIndex(
            model_name="warning",
            index=models.Index(
                fields=["batch"], name="warning_of_batch", condition=models.Q(batch__isnull=False)
            ),
        ),
    ]
