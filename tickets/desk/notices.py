from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tickets.desk.doors import agents_only
from tickets.desk.paging import newest_page
from tickets.models import Notice
from tickets.models.ticket import NUMBER_BASE

COLUMNS = ("id", "kind", "data", "created_at", "read_at", "ticket", "ticket__subject", "ticket__status")


@require_safe
@never_cache
@agents_only
def notices(request: HttpRequest) -> HttpResponse:
    """What the agent was told in the desk, newest first."""
    page = newest_page(
        Notice.objects.filter(agent=request.user), COLUMNS, request.GET.get("after", ""), size=25
    )
    for row in page.rows:
        row["number"] = NUMBER_BASE + row["ticket"]
    context = {
        "nav": "notices",
        "page": page,
        "now": timezone.now(),
        "newest": page.rows[0]["id"] if page.rows else 0,
    }
    return render(request, "desk/notices.html", context)


@require_POST
@agents_only
def read_notices(request: HttpRequest) -> HttpResponse:
    """All that the page showed, and older ones: what came since was not seen."""
    newest = request.POST.get("newest", "")
    if newest.isascii() and newest.isdigit() and len(newest) <= 18:
        mine = Notice.objects.filter(agent=request.user, read_at=None, pk__lte=int(newest))
        mine.update(read_at=timezone.now())
    return redirect("desk:notices")
