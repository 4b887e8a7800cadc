from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import override

from quartier.demo.story import load_story
from quartier.demo.synthetic import load_synthetic
from quartier.management.commands.rebuild_search import count_published_words
from quartier.tables import measure_tables

MOST_ACTORS = 200_000


class Command(BaseCommand):
    """Invented data has no place in a portal that people use, so it is refused where DEBUG is off, unless forced."""

    help = "Load the demo (the story of Sendling), or many synthetic actors for measuring."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--actors", type=int, metavar="N", help=_("So many synthetic actors instead of the story."))
        parser.add_argument("--seed", type=int, default=1, metavar="S", help=_("The same seed makes the same data."))
        parser.add_argument("--force", action="store_true", help=_("Also where DEBUG is off."))

    def handle(self, *args: Any, actors: int | None, seed: int, force: bool, **options: Any) -> None:
        if not settings.DEBUG and not force:
            raise CommandError(
                _("DEBUG is off: this looks like a real portal. Invented data is loaded only with --force.")
            )
        with override(settings.LANGUAGE_CODE):
            if actors is None:
                self.tell_story()
            else:
                self.make_synthetic(actors, seed)

    def tell_story(self) -> None:
        try:
            loaded = load_story()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(_("The demo is loaded.") if loaded else _("The demo is here already. Nothing was changed."))

    def make_synthetic(self, actors: int, seed: int) -> None:
        if not 1 <= actors <= MOST_ACTORS:
            raise CommandError(_("Between 1 and %(most)s actors, please.") % {"most": MOST_ACTORS})
        began = time.monotonic()
        made = load_synthetic(actors=actors, seed=seed)
        if made is None:
            self.stdout.write(_("There are synthetic actors already. Nothing was changed."))
            return
        count_published_words()
        measure_tables()
        self.stdout.write(
            _("%(actors)s actors, %(projects)s projects, %(contributions)s contributions in %(seconds).1f seconds.")
            % {
                "actors": made.actors,
                "projects": made.projects,
                "contributions": made.contributions,
                "seconds": time.monotonic() - began,
            }
        )
