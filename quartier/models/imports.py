from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from partners.models import Actor, Neighbourhood


class ImportRun(models.Model):
    """One reading of a list: who, when, from which file, and what came of it. Only runs that were written are kept."""

    neighbourhood = models.ForeignKey(
        Neighbourhood, models.CASCADE, related_name="import_runs", verbose_name=_("neighbourhood")
    )
    file_name = models.CharField(_("file name"), max_length=255)
    sha256 = models.CharField(_("checksum (SHA-256)"), max_length=64)
    written_as = models.CharField(_("format"), max_length=120)
    source = models.CharField(_("source"), max_length=80, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"))
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    actor_count = models.PositiveIntegerField(_("actors in the list"), default=0)
    new_count = models.PositiveIntegerField(_("new"), default=0)
    changed_count = models.PositiveIntegerField(_("changed"), default=0)
    unchanged_count = models.PositiveIntegerField(_("unchanged"), default=0)
    faulty_count = models.PositiveIntegerField(_("skipped as faulty"), default=0)
    report = models.JSONField(
        _("report"), default=list, help_text=_("Remarks as they were printed, the first of each sort.")
    )

    class Meta:
        verbose_name = _("import run")
        verbose_name_plural = _("import runs")
        ordering = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.pk})"

    def get_absolute_url(self) -> str:
        return reverse("admin:quartier_importrun_change", args=[self.pk])


class ImportedActorQuerySet(models.QuerySet["ImportedActor"]):
    def of_list(self, *, neighbourhood: Neighbourhood, source: str) -> Self:
        """What earlier editions of the same list brought."""
        return self.filter(neighbourhood=neighbourhood, source=source)

    def seen_in(self, run: ImportRun) -> Self:
        """What stood in the list of this run: it came with it or before, and was last seen in it or after."""
        rows = self.filter(neighbourhood=run.neighbourhood_id, source=run.source)
        return rows.filter(first_run__lte=run.pk, last_run__gte=run.pk)


class ImportedActor(models.Model):
    """Where an actor came from, and what the list said last.

    What the portal says today is compared with `values`: a field that differs was edited by somebody, and the next
    edition of the list does not overwrite it unseen. One key of a list is one actor, so two imports at once cannot make
    twins.
    """

    actor = models.ForeignKey(Actor, models.CASCADE, related_name="+", verbose_name=_("actor"))
    neighbourhood = models.ForeignKey(Neighbourhood, models.CASCADE, related_name="+", verbose_name=_("neighbourhood"))
    source = models.CharField(_("source"), max_length=80, blank=True)
    key = models.CharField(_("key in the list"), max_length=200)
    values = models.JSONField(_("what the list said last"), default=dict)
    first_run = models.ForeignKey(ImportRun, models.RESTRICT, related_name="+", verbose_name=_("came with"))
    last_run = models.ForeignKey(ImportRun, models.RESTRICT, related_name="+", verbose_name=_("last seen in"))

    objects = ImportedActorQuerySet.as_manager()

    class Meta:
        verbose_name = _("imported actor")
        verbose_name_plural = _("imported actors")
        ordering = ["key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["neighbourhood", "source", "key"],
                name="imported_actor_once_per_list",
                violation_error_message=_("This entry of the list is linked to an actor already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} → {self.actor}"
