from django.db import migrations, models


def fill_in(apps, schema_editor):
    """So far no account was written down, so all mail is taken to be of the one that is set up now."""
    for mailbox in apps.get_model("tickets", "Mailbox").objects.filter(source="imap"):
        account = f"{mailbox.user}@{mailbox.host.casefold()}"
        mailbox.read_folders.update(account=account)
        mailbox.mails.filter(uid__isnull=False).update(account=account)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0010_delivery_unanswered")]

    operations = [
        migrations.AddField(
            model_name="inmail",
            name="account",
            field=models.CharField(
                blank=True, default="", help_text="User and server that it was fetched from.", max_length=520
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="mailboxfolder",
            name="account",
            field=models.CharField(default="", max_length=520),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="mailboxfolder",
            name="refusals",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="How often the server did not give the next one."
            ),
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop, elidable=True),
        migrations.RemoveConstraint(model_name="inmail", name="each_uid_once"),
        migrations.RemoveConstraint(model_name="mailboxfolder", name="mailbox_folder_once"),
        migrations.AddConstraint(
            model_name="inmail",
            constraint=models.UniqueConstraint(
                condition=models.Q(uid__isnull=False),
                fields=("mailbox", "account", "folder", "uid_validity", "uid"),
                name="each_uid_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailboxfolder",
            constraint=models.UniqueConstraint(
                fields=("mailbox", "account", "name"), name="mailbox_folder_once"
            ),
        ),
    ]
