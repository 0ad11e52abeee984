"""The product's pages, and beside them the least that a page for a signed-in agent costs."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path


@login_required
def bare(request: HttpRequest) -> HttpResponse:
    return render(request, "bare.html", {"agent": request.user})


urlpatterns = [path("bare/", bare), path("", include("helpdesk.urls"))]
