from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from partners.actions.steps import take_step_with_many
from partners.models import Actor, Neighbourhood
from quartier.management.commands.import_actors import neighbourhood_named
from quartier.models import ImportedActor, ImportRun

WAITING = (Actor.State.DRAFT, Actor.State.SUBMITTED)


class Command(BaseCommand):
    help = "Publishes imported actors of a neighbourhood that are drafts. Drafts that people write in the portal are theirs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--neighbourhood", required=True, metavar="SLUG", help="the Quartier that imported them")
        parser.add_argument("--import-run", metavar="N|latest", help="only what stood in the list of this import run")
        parser.add_argument("--dry-run", action="store_true", help="only list what would be published")

    def handle(self, *args: Any, **options: Any) -> None:
        neighbourhood = neighbourhood_named(options["neighbourhood"])
        links = ImportedActor.objects.filter(neighbourhood=neighbourhood)
        if options["import_run"]:
            links = ImportedActor.objects.seen_in(import_run_named(options["import_run"], neighbourhood))
        actors = Actor.objects.filter(pk__in=links.values("actor"), state__in=WAITING)
        if options["dry_run"]:
            for actor in actors.iterator(chunk_size=500):
                self.stdout.write(f"  {actor.name}")
            self.stdout.write(_("Would be published: {count}").format(count=number_format(actors.count())))
        else:
            # Whoever was moved by somebody else a moment ago waits no longer and is left alone.
            plan = take_step_with_many(actors=actors, step="publish")
            count = number_format(len(plan.movers) if plan else 0)
            self.stdout.write(self.style.SUCCESS(_("Published: {count}").format(count=count)))


def import_run_named(text: str, neighbourhood: Neighbourhood) -> ImportRun:
    runs = ImportRun.objects.filter(neighbourhood=neighbourhood)
    if text != "latest":
        runs = runs.filter(pk=int(text)) if text.isdecimal() and len(text) < 18 else runs.none()
    found = runs.first()
    if found is None:
        runs = ImportRun.objects.filter(neighbourhood=neighbourhood)
        known = ", ".join(str(pk) for pk in runs.values_list("pk", flat=True)[:20]) or "–"
        raise CommandError(
            _("There is no import run “{text}” here. There are: {known}.").format(text=text, known=known)
        )
    return found
