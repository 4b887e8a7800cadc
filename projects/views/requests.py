"""What the middlewares have put into a request, for the type checker."""

from __future__ import annotations

from django.http import HttpRequest
from django.views.decorators.vary import vary_on_headers
from django_htmx.middleware import HtmxDetails

from partners.models import Person

# Around every view that answers with a page or with a part of one at the same address: a cache must not mix them up.
in_parts = vary_on_headers("HX-Request", "HX-Target")


class PartRequest(HttpRequest):
    """Knows whether a page or a part of one is asked for."""

    htmx: HtmxDetails


class SignedInRequest(PartRequest):
    """Behind `@login_required`."""

    user: Person
