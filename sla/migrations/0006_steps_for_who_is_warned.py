from django.db import migrations


def warn_by_steps(apps, schema_editor):
    """Whom an SLA type warned of a broken promise is told by a step when it is due."""
    Step = apps.get_model("sla", "EscalationStep")
    for sla_type in apps.get_model("sla", "SlaType").objects.all():
        for kind in ("first_answer", "solution"):
            step = Step.objects.create(sla_type=sla_type, promise_kind=kind, when="at")
            step.agents.set(sla_type.warned_agents.all())


class Migration(migrations.Migration):

    dependencies = [("sla", "0005_terms_rules_and_steps")]

    operations = [
        migrations.RunPython(warn_by_steps, migrations.RunPython.noop),
        migrations.RemoveField(model_name="slatype", name="warned_agents"),
    ]
