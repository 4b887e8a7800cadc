"""Files that machines look for at a fixed address."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.sitemaps import views as sitemaps
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from quartier.sitemaps import SITEMAPS

NOT_FOR_SEARCH = ("admin:index", "dashboard", "search", "partners:actor-create", "projects:project-create")


def _plain(lines: list[str]) -> HttpResponse:
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@cache_control(public=True, max_age=3600)
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What is public may be found by search engines; forms, accounts and search results need not."""
    paths = ["/konto/", "/einladungen/", "/beitraege/antworten/", *(reverse(name) for name in NOT_FOR_SEARCH)]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in sorted(paths))]
    return _plain([*lines, "", f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}"])


@cache_control(public=True, max_age=3600)
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell about a security problem (RFC 9116): what the operator set, or the imprint.

    It always holds for half a year from now, because the standard asks for a date and the answer is made afresh.
    """
    contact = settings.SECURITY_CONTACT or f"{settings.SITE_URL}{reverse('imprint')}"
    expires = (timezone.now() + timedelta(days=182)).strftime("%Y-%m-%dT00:00:00Z")
    return _plain(
        [
            f"Contact: {contact}",
            f"Expires: {expires}",
            "Preferred-Languages: de, en",
            f"Canonical: {settings.SITE_URL}{reverse('security-txt')}",
        ]
    )


@cache_control(public=True, max_age=3600)
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """A list of lists, one for each sort of page; a long one has several pages of its own."""
    return sitemaps.index(request, SITEMAPS, sitemap_url_name="sitemap-section")


@cache_control(public=True, max_age=3600)
@require_safe
def sitemap_section(request: HttpRequest, section: str) -> HttpResponse:
    return sitemaps.sitemap(request, SITEMAPS, section=section)
