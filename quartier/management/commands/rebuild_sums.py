from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from projects.models import Contribution, ContributionTally
from projects.models.counting import count_anew


class Command(BaseCommand):
    """Sums are kept by everybody who writes contributions. Rows that came another way (SQL) are counted here."""

    help = "Adds up all contributions anew. Nobody may write meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        lines = count_anew(Contribution.objects.all(), ContributionTally.objects.all())
        self.stdout.write(f"{Contribution.objects.count()} contributions in {lines} sums")
