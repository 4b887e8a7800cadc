from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection, models, transaction

from partners.models import Actor, NormalisedField, Offer, rebuild_words
from partners.models.trigrams import add_trigram_index
from projects.models import Need, Project

ROWS_AT_ONCE = 500
# Searched by every three letters, and compared by parts of a name for likely twins and similar projects.
INDEXED: dict[type[models.Model], tuple[str, ...]] = {
    Actor: ("search_text", "sort_name"),
    Project: ("search_text", "sort_title"),
    Offer: ("search_text",),
    Need: ("search_text",),
}


class Command(BaseCommand):
    """Derived columns are written by every save. Rows that came another way (SQL, `update`) are mended here."""

    help = "Writes the search columns of all rows anew, and counts the words of what is published."

    def handle(self, *args: Any, **options: Any) -> None:
        for model in apps.get_models():
            fields = [field for field in model._meta.local_fields if isinstance(field, NormalisedField)]
            if fields:
                changed, rows = rebuild(model, fields)
                self.stdout.write(f"{model._meta.verbose_name_plural}: {changed} of {rows} rows mended")
            if model in INDEXED:
                self.mend_index(model)
        self.stdout.write(f"{count_published_words()} words of what is published, counted anew")

    def mend_index(self, model: type[models.Model]) -> None:
        """Makes the index of the search where the upgrade could not, because somebody had to allow it first."""
        for column in INDEXED[model]:
            if said := add_trigram_index(connection, table=model._meta.db_table, column=column):
                self.stderr.write(said)
                return


def count_published_words() -> int:
    """The words that a search may suggest: those of the directory and of the public projects."""
    return rebuild_words(Actor.objects.published(), Project.objects.published())


def rebuild(model: type[models.Model], fields: list[NormalisedField]) -> tuple[int, int]:
    """Mends what is wrong, a few hundred rows at a time, so that nobody else waits long. Gives (mended, looked at)."""
    needed = {source for field in fields for source in field.sources} | {field.attname for field in fields}
    columns = {column.attname for column in model._meta.concrete_fields}
    # A source may be worked out from several columns: then the whole row is read.
    rows = (model._base_manager.only(*needed) if needed <= columns else model._base_manager.all()).order_by("pk")
    mended = seen = 0
    last: Any = None
    while True:
        with transaction.atomic():
            batch = list((rows.filter(pk__gt=last) if last is not None else rows).select_for_update()[:ROWS_AT_ONCE])
            if not batch:
                return mended, seen
            mended += sum(mend(row, fields) for row in batch)
            seen, last = seen + len(batch), batch[-1].pk


def mend(row: models.Model, fields: list[NormalisedField]) -> bool:
    """Writes the derived columns of one row, if one of them is wrong."""
    right = {field.attname: field.value_of(row) for field in fields}
    if all(getattr(row, name) == value for name, value in right.items()):
        return False
    type(row)._base_manager.filter(pk=row.pk).update(**right)
    return True
