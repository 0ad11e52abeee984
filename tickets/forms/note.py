from django.utils.translation import gettext_lazy as _

from tickets.forms.seen import SeenForm
from tickets.forms.typed import TypedText


class NoteForm(SeenForm):
    note = TypedText(label=_("Note"), error_messages={"required": _("Please write the note first.")})
