from django.db import migrations


def forget(apps, schema_editor):
    """Promises are derived from the history from now on: those of unsolved tickets come back with the next repair."""
    apps.get_model("sla", "Promise").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [("sla", "0003_any_agent_claims")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
