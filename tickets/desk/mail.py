"""Mail as it came in: what was parked, and everything else, for looking up."""

import contextlib
from base64 import b64encode
from typing import Any
from uuid import UUID

from csp.decorators import csp
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from tickets.access import in_mail_for_agent, visible_mails
from tickets.channels.mail_in.html_view import clean
from tickets.channels.mail_in.mail import Mail, Unreadable
from tickets.channels.mail_in.parse import read
from tickets.desk.doors import agents_only
from tickets.desk.paging import newest_page
from tickets.evidence.received import kind_of
from tickets.evidence.serving import SEALED
from tickets.models import InMail, Mailbox
from tickets.models.ticket import NUMBER_BASE

Outcome = InMail.Outcome

VIEWS = (
    ("", _("Parked"), {"outcome": Outcome.PARKED}),
    ("all", _("All"), {}),
    ("automatic", _("Automatic"), {"is_automatic": True}),
    ("bounces", _("Came back"), {"outcome": Outcome.BOUNCED}),
    ("aside", _("Set aside"), {"outcome": Outcome.SET_ASIDE}),
)
COLUMNS = (
    *(
        "id",
        "public_id",
        "outcome",
        "reason",
        "told",
        "is_automatic",
        "sender_name",
        "sender_address",
        "subject",
    ),
    *("size", "received_at", "mailbox__address", "ticket"),
)
EMBEDDED_AT_MOST = 3_000_000
SHOWN_INLINE = ("image/png", "image/jpeg", "image/gif", "image/webp")


@require_safe
@never_cache
@agents_only
def mails(request: HttpRequest) -> HttpResponse:
    return show_mails(request)


def show_mails(request: HttpRequest, *, fetched: Any = None) -> HttpResponse:
    """`fetched` is what came when somebody asked for it just now."""
    wanted = request.GET.get("view", "")
    name, filters = next(((name, rest) for name, _label, rest in VIEWS if name == wanted), ("", VIEWS[0][2]))
    rows: QuerySet[InMail] = visible_mails(request.user).filter(**filters)
    page = newest_page(rows, COLUMNS, request.GET.get("after", ""))
    for row in page.rows:
        row["number"] = NUMBER_BASE + row["ticket"] if row["ticket"] else None
    context = {
        "nav": "mail",
        "page": page,
        "view": name,
        "views": [(value, label, value == name) for value, label, _filters in VIEWS],
        "now": timezone.now(),
        "fetched": fetched,
        "can_fetch": Mailbox.objects.filter(source=Mailbox.Source.IMAP, is_active=True).exists(),
        "broken": list(Mailbox.objects.filter(is_active=True).exclude(fetch_error="").defer("password")),
    }
    return render(request, "desk/mail.html", context)


@require_safe
@never_cache
@agents_only
def mail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return show_mail(request, in_mail_for_agent(request.user, public_id))


def show_mail(
    request: HttpRequest, in_mail: InMail, *, status: int = 200, refusal: Any = None, form: Any = None
) -> HttpResponse:
    understood = read_mail(in_mail)
    context = {
        "nav": "mail",
        "in_mail": in_mail,
        "mail": understood,
        "parts": list(enumerate(understood.files)) if understood else [],
        "pictures_shown": SHOWN_INLINE,
        "refusal": refusal,
        "form": form,
        "now": timezone.now(),
        "Outcome": Outcome,
        "is_loose": not in_mail.ticket_id,
    }
    return render(request, "desk/mail_one.html", context, status=status)


@require_safe
@agents_only
def original(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The bytes as they came, as a file that no browser opens by itself."""
    in_mail = in_mail_for_agent(request.user, public_id)
    try:
        file = in_mail.raw.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        file, as_attachment=True, filename=f"{in_mail.pk}.eml", content_type="application/octet-stream"
    )
    return _sealed(response)


@require_safe
@agents_only
def part(request: HttpRequest, public_id: UUID, index: int) -> HttpResponse:
    """A file of a mail. Small raster pictures are shown, all else is a download."""
    in_mail = in_mail_for_agent(request.user, public_id)
    understood = read_mail(in_mail)
    if understood is None or index >= len(understood.files):
        raise Http404
    file = understood.files[index]
    kind = kind_of(file.content)
    if kind in SHOWN_INLINE:
        return _sealed(HttpResponse(file.content, content_type=kind))
    response = HttpResponse(file.content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, file.name)
    return _sealed(response)


@require_safe
@agents_only
@xframe_options_sameorigin
@csp(
    {
        "default-src": ["'none'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "frame-ancestors": ["'self'"],
        "form-action": ["'none'"],
        "base-uri": ["'none'"],
        "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    }
)
def formatted(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The HTML of a mail, cleaned, on a page that may run and load nothing."""
    return _formatted(request, public_id, remote=False)


@require_safe
@agents_only
@xframe_options_sameorigin
@csp(
    {
        "default-src": ["'none'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "https:"],
        "frame-ancestors": ["'self'"],
        "form-action": ["'none'"],
        "base-uri": ["'none'"],
        "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    }
)
def with_pictures(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The same with pictures from elsewhere, which tells their owner that somebody looks."""
    return _formatted(request, public_id, remote=True)


def _formatted(request: HttpRequest, public_id: UUID, *, remote: bool) -> HttpResponse:
    in_mail = in_mail_for_agent(request.user, public_id)
    understood = read_mail(in_mail)
    if understood is None or not understood.html:
        raise Http404
    # Inside the page: a sandboxed one is nobody to our own server, and would get no picture from it.
    pictures = {
        file.cid: f"data:{kind_of(file.content)};base64,{b64encode(file.content).decode()}"
        for file in understood.files
        if file.cid and kind_of(file.content) in SHOWN_INLINE and len(file.content) <= EMBEDDED_AT_MOST
    }
    shown = clean(understood.html, pictures=pictures, remote=remote)
    context = {"in_mail": in_mail, "shown": shown, "remote": remote}
    response = render(request, "desk/mail_formatted.html", context)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def read_mail(in_mail: InMail) -> Mail | None:
    """None for what cannot be read: the page then shows what was kept about it."""
    with contextlib.suppress(Unreadable, FileNotFoundError), in_mail.raw.open("rb") as file:
        return read(file.read())
    return None


def _sealed(response: HttpResponse | FileResponse) -> Any:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = SEALED
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
