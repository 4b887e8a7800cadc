"""What a list says, beside what the portal says and what the same list said last time.

A field that nobody touched since the last import follows the list. A field that somebody edited in the portal is kept,
and reported when the list has something new to say about it. An actor that did not come from this list only gets what
it does not have yet.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from partners.models import Actor, ActorKind, Neighbourhood, OldAddress, Topic, normalise
from quartier.imports import values
from quartier.imports.records import ADDRESS, PLACE, Record, Values, shortened
from quartier.imports.report import Report
from quartier.imports.values import UnusableError, actor_field, is_placeholder, short, tidy
from quartier.models import ImportedActor

# Fields that are kept or taken together: half an old and half a new address is no address.
BLOCKS = (
    ("name",),
    ("kind",),
    ("purpose",),
    ("description",),
    ADDRESS,
    PLACE,
    ("website",),
    ("email",),
    ("phone",),
    ("topics",),
)


# Parts of an actor that have more than one spelling.
READ_AS: dict[str, Callable[[str], str]] = {
    "website": values.website,
    "email": values.email,
    "phone": values.phone,
    "postcode": partial(values.postcode, country="DE"),
}


@dataclass(slots=True)
class Difference:
    """What the list changes in one actor that the portal has already."""

    record: Record
    actor: Actor
    link: ImportedActor | None
    updates: Values = field(default_factory=dict)
    before: Values = field(default_factory=dict)
    neighbourhoods: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.updates and not self.neighbourhoods


@dataclass(slots=True)
class Comparison:
    """Some actors of the list, sorted by what is to do."""

    new: list[Record] = field(default_factory=list)
    known: list[Difference] = field(default_factory=list)
    refused: list[Record] = field(default_factory=list)


class Comparer:
    """Compares the records of one list with the portal, some at a time."""

    def __init__(self, *, neighbourhood: Neighbourhood, source: str, report: Report, lock: bool) -> None:
        self.neighbourhood, self.source, self.report, self.lock = neighbourhood, source, report, lock
        self.kinds = dict(ActorKind.objects.values_list("pk", "slug"))
        self.topics = dict(Topic.objects.values_list("pk", "slug"))
        self.quartiere = dict(Neighbourhood.objects.values_list("pk", "slug"))
        self.taken: set[int] = set()  # entries that a row found without being linked to them

    def compare(self, records: Sequence[Record]) -> Comparison:
        result = Comparison()
        earlier = ImportedActor.objects.of_list(neighbourhood=self.neighbourhood, source=self.source)
        links, actors = self._linked(earlier.filter(key__in=[record.key for record in records]))
        unlinked = [record for record in records if record.key not in links]
        named = self._named({record.slug for record in unlinked if record.slug})
        strangers = self._strangers([record for record in unlinked if not record.slug], earlier)
        for record in records:
            if link := links.get(record.key):
                result.known.append(self._difference(record, actors[link.actor_id], link))
            elif record.slug:
                self._add_named(record, named.get(record.slug), result)
            else:
                self._add_unlinked(record, strangers, result)
        return result

    def _linked(self, earlier: Any) -> tuple[dict[str, ImportedActor], dict[int, Actor]]:
        """What came from this list before. Where an actor has just become part of another one, its rows are read anew there."""
        links = {link.key: link for link in earlier}
        actors = self._actors({link.actor_id for link in links.values()})
        if any(link.actor_id not in actors for link in links.values()):
            links = {link.key: link for link in earlier.all()}
            actors = self._actors({link.actor_id for link in links.values()})
        return links, actors

    def _actors(self, keys: set[int]) -> dict[int, Actor]:
        """The actors, locked where the database can, so that nobody edits between looking and writing."""
        rows = Actor.objects.unmerged().filter(pk__in=keys).order_by("pk").prefetch_related("topics", "neighbourhoods")
        if self.lock:
            rows = rows.select_for_update(no_key=True)
        return {actor.pk: actor for actor in rows}

    def _named(self, slugs: set[str]) -> dict[str, Actor]:
        """Entries that a table from this portal names by their address, the present one or an earlier one."""
        keys = dict(OldAddress.objects.of(Actor).filter(slug__in=slugs).values_list("slug", "target"))
        keys |= dict(Actor.objects.filter(slug__in=slugs).values_list("slug", "pk"))
        actors = self._actors(set(keys.values())) if keys else {}
        return {slug: actors[key] for slug, key in keys.items() if key in actors}

    def _add_named(self, record: Record, actor: Actor | None, result: Comparison) -> None:
        if actor is None:
            reason = _("names no entry of this portal. Leave the cell empty to enter a new place.")
        elif actor.pk in self.taken:
            reason = _("is the entry that another row of this list speaks of already.")
        else:
            self.taken.add(actor.pk)
            result.known.append(self._difference(record, actor, None))
            return
        self.report.fault(record.row, reason, value=record.slug)
        result.refused.append(record)

    def _strangers(self, records: Sequence[Record], earlier: Any) -> dict[str, list[Actor]]:
        """Actors of the same name that did not come from this list."""
        names = [sort_name(record) for record in records]
        same_name = Actor.objects.filter(state__in=set(Actor.State.values) - {Actor.State.MERGED}, sort_name__in=names)
        mine = same_name.exclude(pk__in=earlier.values("actor")).exclude(pk__in=self.taken).values_list("pk", flat=True)
        keys = set(mine) if names else set()
        actors = self._actors(keys)
        if actors.keys() != keys:  # one of them has just become part of another one, maybe of the same name
            actors = self._actors(set(mine.all()))
        found: dict[str, list[Actor]] = {}
        for actor in actors.values():
            found.setdefault(actor.sort_name, []).append(actor)
        return found

    def _add_unlinked(self, record: Record, strangers: dict[str, list[Actor]], result: Comparison) -> None:
        """A new actor, or one of the same name in the same Quartier; of two such nobody can tell which is meant."""
        here = set(record.values["neighbourhoods"])
        same_name = [actor for actor in strangers.get(sort_name(record), []) if actor.pk not in self.taken]
        candidates = [actor for actor in same_name if here & {quartier.slug for quartier in actor.neighbourhoods.all()}]
        if len(candidates) > 1:
            self.report.fault(
                record.row,
                _(
                    "is the name of {count} actors in the same Quartier; nobody can tell which is meant. Merge them first."
                ).format(count=len(candidates)),
                value=record.values["name"],
            )
            result.refused.append(record)
        elif candidates:
            self.taken.add(candidates[0].pk)
            result.known.append(self._difference(record, candidates[0], None))
        else:
            result.new.append(record)

    def _difference(self, record: Record, actor: Actor, link: ImportedActor | None) -> Difference:
        difference = Difference(record, actor, link)
        current = said_by_portal(actor, kinds=self.kinds)
        last: Values = link.values if link else {}
        if record.seen == stamp(
            current
        ):  # exported like this, and nobody wrote anything since: the table may change it
            last = last | current
        for block in BLOCKS:
            said = {name: record.values[name] for name in block if name in record.values}
            news = [name for name, value in said.items() if (value or name in last) and value != last.get(name)]
            updates = {name: said[name] for name in news if said[name] != current[name]}
            if not updates:
                continue
            if any(is_edited(name, value, current, last) for name, value in said.items()):
                self._report_kept(record, actor, block, current, said)
            else:
                difference.updates |= updates
                difference.before |= {name: current[name] for name in updates}
        present = {quartier.slug for quartier in actor.neighbourhoods.all()}
        said_before = set(last.get("neighbourhoods") or [])
        difference.neighbourhoods = sorted(set(record.values["neighbourhoods"]) - said_before - present)
        if actor.state == Actor.State.ARCHIVED and not difference.is_empty:
            self.report.kept(record.row, _("“{name}” is archived and stays as it is.").format(name=short(actor.name)))
            difference.updates, difference.before, difference.neighbourhoods = {}, {}, []
        return difference

    def _report_kept(self, record: Record, actor: Actor, block: Sequence[str], current: Values, said: Values) -> None:
        labels = ", ".join(str(actor_field(name).verbose_name) for name in block)
        self.report.kept(
            record.row,
            _("“{actor}”, {fields}: the portal says “{now}”, the list says “{new}”. The portal was kept.").format(
                actor=short(actor.name),
                fields=labels,
                now=short(_spoken([current[name] for name in block])),
                new=short(_spoken([said[name] for name in block if name in said])),
            ),
        )


def said_by_portal(actor: Actor, *, kinds: Mapping[int, str]) -> Values:
    """The actor as it would come back from a list: without spare blanks, and what is only a dash says nothing."""
    texts = ("name", "purpose", "description", *ADDRESS, "website", "email", "phone")
    current: Values = {name: _as_read(name, getattr(actor, name)) for name in texts}
    current |= {name: "" if getattr(actor, name) is None else str(getattr(actor, name)) for name in PLACE}
    current["kind"] = kinds[actor.kind_id] if actor.kind_id else ""
    current["topics"] = sorted(topic.slug for topic in actor.topics.all())
    return current


def _as_read(name: str, text: str) -> str:
    text = tidy(text, lines=name == "description")
    if is_placeholder(text):
        return ""
    try:
        text = READ_AS[name](text) if text and name in READ_AS else text
    except UnusableError:
        return text
    return shortened(text)


def stamp(current: Values) -> str:
    """What the portal says, in a few signs that no spreadsheet takes for a number: whoever changes it changes them."""
    text = json.dumps([current[name] for name in sorted(current)])
    return f"v{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def is_edited(name: str, said: Any, current: Values, last: Values) -> bool:
    """Somebody wrote something else in the portal than the list said last, and than it says now."""
    if said == current[name]:
        return False
    if name in last:
        return bool(current[name] != last[name])
    return bool(current[name]) and bool(said)


def sort_name(record: Record) -> str:
    """The name as actors are found by it."""
    return normalise(record.values["name"])[:200]


def _spoken(parts: Sequence[Any]) -> str:
    texts = [", ".join(part) if isinstance(part, list) else str(part) for part in parts]
    return " ".join(text for text in texts if text) or "–"
