"""Files beside a text that is being written: how a page and its script see them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import JsonResponse
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from tickets.evidence.uploads import Added
from tickets.models import Attachment

Address = Callable[[str, UUID], str]
"""Makes an address out of "file" or "file-remove" and a file's public id."""


@dataclass(frozen=True)
class UnsentFile:
    """One uploaded file as the page lists it and the script is told about it."""

    name: str
    state: str
    thumb: str
    """Empty for a file that is not a picture."""
    url: str
    remove: str


def unsent(attachments: Iterable[Attachment], address: Address) -> list[UnsentFile]:
    return [
        UnsentFile(
            name=attachment.name,
            state=_("Received, %(size)s") % {"size": filesizeformat(attachment.size)},
            thumb=f"{address('file', attachment.public_id)}?size=thumb" if attachment.is_picture else "",
            url=address("file", attachment.public_id),
            remove=address("file-remove", attachment.public_id),
        )
        for attachment in attachments
    ]


def as_json(added: Added, address: Address) -> JsonResponse:
    """What the uploading script is answered: {"files": [...], "refused": ["sentence", ...]}."""
    files = [vars(file) for file in unsent(added.attachments, address)]
    return JsonResponse({"files": files, "refused": added.refusals}, status=200 if files else 422)
