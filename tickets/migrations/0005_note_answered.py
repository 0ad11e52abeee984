from typing import Any

from django.db import migrations, models


def fill_from_history(apps: Any, schema_editor: Any) -> None:
    """Until now only the event of the call said whether it brought the answer."""
    events = apps.get_model("tickets", "Event").objects.filter(kind="phoned", data__answered=True)
    notes = apps.get_model("tickets", "Note").objects
    for data in events.values_list("data", flat=True).iterator():
        notes.filter(pk=data["note"]).update(answered=True)


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0004_delivery_unreachable"),
    ]

    operations = [
        migrations.AddField(
            model_name="note",
            name="answered",
            field=models.BooleanField(
                default=False,
                help_text="The customer got the answer in this phone call.",
                verbose_name="answered",
            ),
        ),
        migrations.RunPython(fill_from_history, migrations.RunPython.noop, elidable=True),
    ]
