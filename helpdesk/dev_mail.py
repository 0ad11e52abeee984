"""The dev mail page: reads what mail_folder.py wrote, so that a try needs no mailbox. It exists only while
mail goes to the folder and the settings are not those of production, since everybody's mail with its links is
shown to anybody."""

from collections.abc import Callable
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from functools import wraps
from pathlib import Path
from typing import Any, cast

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

SHOWN = 200
HEADERS = ("From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "Auto-Submitted")
View = Callable[..., HttpResponseBase]


def only_for_a_try(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if settings.PRODUCTION or settings.EMAIL_BACKEND != "helpdesk.mail_folder.EmailBackend":
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _read(file: Path) -> dict[str, Any]:
    """A mail as the templates want it; headers of a damaged file are shown as far as they can be read."""
    mail = cast(EmailMessage, BytesParser(policy=policy.default).parsebytes(file.read_bytes()))
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    return {
        "name": file.stem,
        "written_at": datetime.fromtimestamp(int(file.stem.split("-")[0]) / 1e9, tz=UTC),
        "to": str(mail["To"] or ""),
        "subject": str(mail["Subject"] or "").strip(),
        "headers": [(name, str(mail[name]).strip()) for name in HEADERS if mail[name]],
        "text": text.get_content() if text else "",
        "html": html.get_content() if html else "",
        "attachments": [part.get_filename() or part.get_content_type() for part in mail.iter_attachments()],
    }


def _find(name: str) -> dict[str, Any]:
    file = Path(settings.EMAIL_FILE_PATH) / f"{name}.eml"
    if not file.is_file():
        raise Http404
    return _read(file)


@never_cache
@require_safe
@only_for_a_try
def mail_list(request: HttpRequest) -> HttpResponse:
    folder = Path(settings.EMAIL_FILE_PATH)
    files = sorted(folder.glob("*.eml"), reverse=True)
    return render(
        request, "dev/mail_list.html", {"mails": [_read(file) for file in files[:SHOWN]], "count": len(files)}
    )


@never_cache
@require_safe
@only_for_a_try
def mail(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "dev/mail.html", {"mail": _find(name)})


@never_cache
@require_safe
@only_for_a_try
@xframe_options_sameorigin
@csp(
    {
        "default-src": [NONE],
        "img-src": [SELF, "data:"],
        "style-src": [UNSAFE_INLINE],  # mail programs know no other styles
        "frame-ancestors": [SELF],
        "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    }
)
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part alone, as a mail program would show it: no script runs, links open in a new window."""
    return HttpResponse('<base target="_blank">' + _find(name)["html"])
