from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from partners.actions.notices import choose_notices, refuse_notices
from partners.actions.refusals import subscriber_of
from partners.models import Person


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def notices_refuse(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link in a notice leads. Opening it changes nothing, because programs that check mails open links too.

    The button of a mail program sends the same POST as ours, without a cookie and without a token of a form: the signed
    link is the proof. It is answered with a page and not with a redirect, as RFC 8058 asks for.
    """
    subscriber = subscriber_of(token)
    if subscriber is None:
        raise Http404
    if request.method != "POST":
        return render(request, "partners/notices_refuse.html", {"has_account": subscriber.person is not None})
    if subscriber.person and request.POST.get("wahl") == Person.Notices.DAILY:
        choose_notices(person=subscriber.person, choice=Person.Notices.DAILY)
        return render(request, "partners/notices_refused.html", {"has_account": True, "is_daily": True})
    refuse_notices(subscriber=subscriber)
    return render(request, "partners/notices_refused.html", {"has_account": subscriber.person is not None})
