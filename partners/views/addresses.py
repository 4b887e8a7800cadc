from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_cache_control

from partners.models import Actor, Neighbourhood, OldAddress

type View = Callable[..., HttpResponse]


def follow_old_address(rows: Callable[[Any], QuerySet[Any]]) -> Callable[[View], View]:
    """For the pages of a row that is named by its `slug`: an old address leads on to the present one.

    `rows` gives what a person may see; where the row is not among them, there is nothing here. A form that was opened
    under the old address and is sent afterwards is sent on whole (308), so that nothing typed is lost.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def followed(request: HttpRequest, *args: Any, slug: str, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, *args, slug=slug, **kwargs)
            except Http404:
                if answer := way_on(request, rows(request.user), slug):
                    return answer
                raise

        return followed

    return decorate


def way_on(request: HttpRequest, rows: QuerySet[Any], slug: str) -> HttpResponse | None:
    """The same page under the present address, or None where the address is no old one or the row is not to be seen.

    Whoever may not see a page under its present address is led there too and gets the same answer there.
    """
    targets = OldAddress.objects.of(rows.model).filter(slug=slug).values("target")
    present = rows.filter(pk__in=targets).values_list("slug", flat=True).first()
    match = request.resolver_match
    if not present or not match or present == slug:
        return None
    path = reverse(match.view_name, kwargs=match.kwargs | {"slug": present})
    query = request.META.get("QUERY_STRING", "")
    is_read = request.method in {"GET", "HEAD"}
    answer = redirect(f"{path}?{query}" if query else path, permanent=True, preserve_request=not is_read)
    # Asked anew each time: a merge can be undone, and not everybody may see where it leads.
    patch_cache_control(answer, no_cache=True, private=True)
    return answer


of_actor = follow_old_address(Actor.objects.visible_to)
of_neighbourhood = follow_old_address(lambda _user: Neighbourhood.objects.all())
