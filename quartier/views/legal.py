from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from quartier.models import LegalPage


@require_safe
def legal_page(request: HttpRequest, kind: str) -> HttpResponse:
    """What the operator wrote. Without a text the page says that there is none yet, and does not pretend."""
    page = get_object_or_404(LegalPage, kind=kind)
    text, language = page.wording()
    context = {"page": page, "text": text, "language": language, "is_foreign": language != get_language()}
    return render(request, "quartier/legal_page.html", context)
