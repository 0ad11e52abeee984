from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from tickets.evidence.serving import serve_example
from tickets.models import ExamplePicture


@require_safe
def example(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Public: the same picture stands in the form of every customer."""
    return serve_example(get_object_or_404(ExamplePicture, public_id=public_id))
