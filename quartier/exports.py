"""The register as a table that can be corrected in a spreadsheet and imported again."""

from __future__ import annotations

import csv
import io
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import IO, Any

from django.http import FileResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.resources import Resource

from partners.models import Actor, ActorKind, Neighbourhood, Topic, normalise
from partners.views.exports import AT_ONCE, XLSX, plain, write_workbook
from quartier.imports.comparing import said_by_portal, stamp
from quartier.imports.records import Vocabularies


@dataclass(frozen=True, slots=True)
class Line:
    """One actor in the words that the import understands."""

    said: dict[str, Any]
    kind: str
    neighbourhoods: str
    topics: str
    state: str
    key: str
    version: str


class ActorTable(Resource):
    """The columns, in the order of the table; their names are among those that the import recognises.

    django-import-export knows the columns and how a row is read off. It does not write the file: its formats hold the
    whole table in memory, and they leave `+`, `-` and `@` at the beginning of a cell to the spreadsheet as formulas.
    """

    name = Field("said__name", column_name=_("Name"))
    kind = Field("kind", column_name=_("Kind"))
    neighbourhoods = Field("neighbourhoods", column_name=_("Neighbourhoods"))
    topics = Field("topics", column_name=_("Topics"))
    purpose = Field("said__purpose", column_name=_("Short description"))
    description = Field("said__description", column_name=_("Description"))
    street = Field("said__street", column_name=_("Street"))
    house_number = Field("said__house_number", column_name=_("House number"))
    postcode = Field("said__postcode", column_name=_("Postcode"))
    city = Field("said__city", column_name=_("Town"))
    latitude = Field("said__latitude", column_name=_("Latitude"))
    longitude = Field("said__longitude", column_name=_("Longitude"))
    website = Field("said__website", column_name=_("Website"))
    email = Field("said__email", column_name=_("E-mail"))
    phone = Field("said__phone", column_name=_("Phone"))
    state = Field("state", column_name=_("State"))
    key = Field("key", column_name=_("Key in the portal"))
    version = Field("version", column_name=_("Version in the portal"))

    def export_field(self, field: Any, instance: Line, **kwargs: Any) -> str:
        part, _sep, name = field.attribute.partition("__")
        return str(instance.said[name] if name else getattr(instance, part))

    def iter_queryset(self, queryset: Any) -> Iterator[Line]:
        """Some at a time, in the order in which the rows were found."""
        known = Vocabularies.load(Neighbourhood())
        sorts = ActorKind.objects.words()
        slugs = {pk: slug for pk, slug, _word in sorts}
        kinds = {pk: clear_word("kind", word, slug, known) for pk, slug, word in sorts}
        topics = {pk: clear_word("topics", word, slug, known) for pk, slug, word in Topic.objects.words()}
        places = words_for_places()
        for keys in batched(queryset, AT_ONCE, strict=False):
            rows = Actor.objects.unmerged().prefetch_related("topics", "neighbourhoods").in_bulk(keys)
            for actor in (rows[key] for key in keys if key in rows):
                said = said_by_portal(actor, kinds=slugs)
                yield Line(
                    said=said,
                    kind=kinds[actor.kind_id] if actor.kind_id else "",
                    neighbourhoods="; ".join(sorted(places[place.pk] for place in actor.neighbourhoods.all())),
                    topics="; ".join(sorted(topics[topic.pk] for topic in actor.topics.all())),
                    state=str(actor.get_state_display()),
                    key=actor.slug,
                    version=stamp(said),
                )

    def rows(self, keys: Sequence[int]) -> Iterator[list[str]]:
        yield self.get_export_headers()
        for line in self.iter_queryset(keys):
            yield self.export_resource(line)


def clear_word(name: str, word: str, slug: str, known: Vocabularies) -> str:
    """The word, where the import would find it; two that are called the same, or one with a semicolon, go by short names."""
    return word if known.slug(name, word) == slug and ";" not in word else slug


def words_for_places() -> dict[int, str]:
    """Two Quartiere of one name are told apart by their short names."""
    rows = list(Neighbourhood.objects.values_list("pk", "name", "slug"))
    times = Counter(normalise(name) for _pk, name, _slug in rows)
    return {pk: slug if times[normalise(name)] > 1 or ";" in name else name for pk, name, slug in rows}


def actor_table(keys: Sequence[int], *, as_csv: bool) -> FileResponse:
    """The actors with these keys as a file. It is written to the disk, so that a long table needs no more memory."""
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (the answer closes it)
    if as_csv:
        write_csv(file, ActorTable().rows(keys))
    else:
        write_workbook(file, ActorTable().rows(keys), title=gettext("Directory"), wide="ACDEFM")
    file.seek(0)
    answer = FileResponse(
        file,
        as_attachment=True,
        filename=f"akteure-{timezone.localdate().isoformat()}.{'csv' if as_csv else 'xlsx'}",
        content_type="text/csv; charset=utf-8" if as_csv else XLSX,
    )
    patch_cache_control(answer, private=True)
    return answer


def write_csv(file: IO[bytes], rows: Iterable[Sequence[str]]) -> None:
    """As a German Excel opens it by a double click: UTF-8 with its mark, and semicolons."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    csv.writer(text, delimiter=";").writerows([plain(cell) for cell in row] for row in rows)
    text.detach()
