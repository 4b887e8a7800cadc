"""What search engines may list: the pages that everybody may read, and nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.urls import reverse

from partners.models import Actor, Neighbourhood, Offer, Partnership
from projects.models import Need, Project


class Pages(Sitemap):
    """Pages without a record of their own."""

    def items(self) -> list[str]:
        lists = ["actor-list", "partnership-list", "offer-list"]
        return ["home", *(f"partners:{one}" for one in lists), "projects:project-list", "projects:need-list", "join"]

    def location(self, item: str) -> str:
        return reverse(item)


class Neighbourhoods(Sitemap):
    def items(self) -> QuerySet[Neighbourhood]:
        return Neighbourhood.objects.only("slug").order_by("pk")


class Dated(Sitemap):
    """Says when each page changed, so that a search engine need not read them all again."""

    def lastmod(self, item: Any) -> datetime:
        return item.updated_at

    def get_latest_lastmod(self) -> datetime | None:
        return self.items().order_by().aggregate(latest=Max("updated_at"))["latest"]  # type: ignore[attr-defined]


class Actors(Dated):
    def items(self) -> QuerySet[Actor]:
        return Actor.objects.published().only("slug", "updated_at").order_by("pk")


class Projects(Dated):
    def items(self) -> QuerySet[Project]:
        return Project.objects.published().only("slug", "updated_at").order_by("pk")


class Partnerships(Sitemap):
    def items(self) -> QuerySet[Partnership]:
        return Partnership.objects.visible_to(AnonymousUser()).only("pk").order_by("pk")


class Offers(Dated):
    def items(self) -> QuerySet[Offer]:
        return Offer.objects.visible_to(AnonymousUser()).current().only("pk", "updated_at").order_by("pk")


class Needs(Dated):
    def items(self) -> QuerySet[Need]:
        return Need.objects.visible_to(AnonymousUser()).current().only("pk", "updated_at").order_by("pk")


SITEMAPS: dict[str, type[Sitemap]] = {
    "seiten": Pages,
    "quartiere": Neighbourhoods,
    "akteure": Actors,
    "projekte": Projects,
    "partnerschaften": Partnerships,
    "angebote": Offers,
    "bedarfe": Needs,
}
