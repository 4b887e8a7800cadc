"""Writes what a comparison found: new actors in bulk, known ones one by one."""

from __future__ import annotations

from decimal import Decimal

from django.utils.text import slugify

from partners.models import Actor, OldAddress, normalise, recounting, recounting_many
from partners.models.slugs import RESERVED
from quartier.imports.comparing import Comparer, Comparison, Difference
from quartier.imports.records import PLACE, Record, Values
from quartier.models import ImportedActor, ImportRun

DERIVED = ["sort_name", "search_text", "updated_at"]


class Writer:
    """Writes one comparison after the other. Derived columns are written with every row, as by any other way in."""

    def __init__(self, run: ImportRun, comparer: Comparer) -> None:
        self.run = run
        self.kinds = {slug: pk for pk, slug in comparer.kinds.items()}
        self.topics = {slug: pk for pk, slug in comparer.topics.items()}
        self.quartiere = {slug: pk for pk, slug in comparer.quartiere.items()}
        self.slugs = set(Actor.objects.values_list("slug", flat=True))
        self.slugs |= set(OldAddress.objects.of(Actor).values_list("slug", flat=True))
        self.last_number: dict[str, int] = {}

    def write(self, comparison: Comparison) -> None:
        self._create(comparison.new)
        with recounting_many():
            for difference in comparison.known:
                if not difference.is_empty:
                    self._update(difference)
        self._keep_links(comparison.known)

    # new actors

    def _create(self, records: list[Record]) -> None:
        actors = Actor.objects.bulk_create([self._actor(record) for record in records])
        pairs = list(zip(actors, records, strict=True))
        in_quartier, on_topic = Actor.neighbourhoods.through, Actor.topics.through
        in_quartier.objects.bulk_create(
            in_quartier(actor_id=actor.pk, neighbourhood_id=self.quartiere[slug])
            for actor, record in pairs
            for slug in record.values["neighbourhoods"]
        )
        on_topic.objects.bulk_create(
            on_topic(actor_id=actor.pk, topic_id=self.topics[slug])
            for actor, record in pairs
            for slug in record.values.get("topics", [])
        )
        ImportedActor.objects.bulk_create(self._new_link(actor, record) for actor, record in pairs)

    def _actor(self, record: Record) -> Actor:
        actor = Actor(slug=self._slug(record.values["name"]))
        self._fill(actor, record.values)
        return actor

    def _slug(self, name: str) -> str:
        """A free address, like `unique_slug`, but without asking the database for each of 100,000 names."""
        base = slugify(normalise(name))[:110].strip("-") or "actor"
        slug, number = base, self.last_number.get(base, 1)
        while slug in RESERVED or slug in self.slugs:
            number += 1
            slug = f"{base}-{number}"
        self.last_number[base] = number
        self.slugs.add(slug)
        return slug

    def _fill(self, actor: Actor, said: Values) -> list[str]:
        """Puts what the list says into the actor and returns the names of the fields."""
        fields = [name for name in said if name not in {"topics", "neighbourhoods"}]
        for name in fields:
            if name == "kind":
                actor.kind_id = self.kinds.get(said["kind"])
            elif name in PLACE:
                setattr(actor, name, Decimal(said[name]) if said[name] else None)
            else:
                setattr(actor, name, said[name])
        return fields

    # known actors

    def _update(self, difference: Difference) -> None:
        actor, updates = difference.actor, difference.updates
        with recounting(actor):
            fields = self._fill(actor, updates)
            actor.save(update_fields=[*fields, *DERIVED])
        if "topics" in updates:
            actor.topics.set([self.topics[slug] for slug in updates["topics"]])
        if difference.neighbourhoods:
            actor.neighbourhoods.add(*[self.quartiere[slug] for slug in difference.neighbourhoods])

    def _new_link(self, actor: Actor, record: Record) -> ImportedActor:
        return ImportedActor(
            actor=actor,
            neighbourhood=self.run.neighbourhood,
            source=self.run.source,
            key=record.key,
            values=record.values,
            first_run=self.run,
            last_run=self.run,
        )

    def _keep_links(self, differences: list[Difference]) -> None:
        """Keeps what the list said. Where it says the same as before, only that it was seen again."""
        same, other, new = [], [], []
        for difference in differences:
            link, said = difference.link, difference.record.values
            if link is None:
                new.append(self._new_link(difference.actor, difference.record))
            elif link.values == link.values | said:
                same.append(link.pk)
            else:
                link.values, link.last_run = link.values | said, self.run
                other.append(link)
        ImportedActor.objects.bulk_create(new)
        ImportedActor.objects.bulk_update(other, ["values", "last_run"])
        ImportedActor.objects.filter(pk__in=same).update(last_run=self.run)
