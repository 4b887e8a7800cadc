from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import override

from partners.actions.due import run_due


class Command(BaseCommand):
    """Called every few minutes by the machine. It may be called at any time, and also while another one is at it."""

    help = "Do everything periodic that is due: send mails, write reminders and daily mails, clear what is old."

    def handle(self, *args: Any, **options: Any) -> None:
        with override(settings.LANGUAGE_CODE):
            outcomes = list(run_due())
            for outcome in outcomes:
                if outcome.error:
                    self.stderr.write(f"{outcome.job.label}: {outcome.error}")
                elif outcome.done:
                    self.stdout.write(f"{outcome.job.label}: {outcome.done}")
            failed = [outcome for outcome in outcomes if outcome.error]
            if not any(outcome.done for outcome in outcomes) and not failed:
                self.stdout.write(_("Nothing was due."))
            if failed:
                raise CommandError(_("Some jobs broke off. They are tried again next time."))
