"""Curated vocabularies: admins keep them, everybody chooses from them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partners.models.search import normalise


class TermQuerySet(models.QuerySet["Term"]):
    def words(self) -> list[tuple[int, str, str]]:
        """Key, slug and word of every row, sorted by the word in the language of the page; quicker than rows."""
        rows = self.order_by().values_list("pk", "slug", "name", "name_en")
        english = speaks_english()
        words = [(pk, slug, name_en if name_en and english else name) for pk, slug, name, name_en in rows]
        return sorted(words, key=lambda word: normalise(word[2]))


def speaks_english() -> bool:
    return (get_language() or "").startswith("en")


class Term(models.Model):
    """A word of a vocabulary in both languages; without an English one the German word serves."""

    name = models.CharField(_("name (German)"), max_length=80, unique=True)
    name_en = models.CharField(_("name (English)"), max_length=80, blank=True)
    slug = models.SlugField(_("short name for addresses"), max_length=80, unique=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The word in the language of the page."""
        return self.name_en if self.name_en and speaks_english() else self.name


class Topic(Term):
    """What somebody works on, for example Nachbarschaft or Bildung."""

    class Meta(Term.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")


class TargetGroup(Term):
    """For whom somebody is there, for example Familien or Neuzugezogene."""

    class Meta(Term.Meta):
        verbose_name = _("target group")
        verbose_name_plural = _("target groups")


class ActorKind(Term):
    """What sort of organisation or initiative an actor is, grouped by sector."""

    class Sector(models.TextChoices):
        CIVIL_SOCIETY = "zivilgesellschaft", _("Civil society")
        EDUCATION = "bildung", _("Education")
        CULTURE = "kultur", _("Culture")
        SOCIAL = "soziales", _("Social affairs and health")
        RELIGION = "religion", _("Religion")
        BUSINESS = "wirtschaft", _("Business")
        HOUSING = "wohnen", _("Housing")
        GOVERNMENT = "verwaltung", _("Politics and administration")
        SPORT = "sport", _("Sport and leisure")
        MEDIA = "medien", _("Media")

    sector = models.CharField(_("sector"), max_length=20, choices=Sector)

    class Meta(Term.Meta):
        verbose_name = _("kind of actor")
        verbose_name_plural = _("kinds of actors")
        ordering = ["sector", "name"]

    SHAPES = {
        Sector.BUSINESS: "triangle",
        Sector.MEDIA: "triangle",
        Sector.HOUSING: "triangle",
        Sector.GOVERNMENT: "diamond",
    }

    @property
    def shape(self) -> str:
        """The form that stands for the sector in the mark, the network and the map: circle, triangle or diamond."""
        return self.shape_of(self.sector)

    @classmethod
    def shape_of(cls, sector: str | None) -> str:
        """The form of a sector; who has no kind yet is drawn like most."""
        return cls.SHAPES.get(cls.Sector(sector), "circle") if sector else "circle"
