"""Who acts, for the history: the person that is signed in when something is written."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from partners.models import acting


class ByWhom:
    """Whatever a request writes is one act of whoever is signed in. Nobody is looked up for a page that only reads."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with acting(by=lambda: request.user):  # type: ignore[arg-type,return-value]
            return self.get_response(request)
