"""What the middlewares have put into a request, for the type checker."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from partners.models import Person


class PartRequest(HttpRequest):
    """Knows whether a page or a part of one is asked for."""

    htmx: HtmxDetails


class SignedInRequest(PartRequest):
    """Behind `@login_required`."""

    user: Person
