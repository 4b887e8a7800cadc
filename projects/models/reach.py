"""How reach is counted, so that nobody is counted twice in one sum unseen. This is the one place of the rule.

- **One contribution**: a channel counts once, with its largest audience, however often it carried something: three issues
  of a newsletter reach the same people. Channels are the same where they are one channel of a profile, or have the same
  kind and name; so they stay one where one of them is renamed, deleted, or came along with a merge.
- **No guess**: what has no known audience counts nothing, and the page says so. Where nothing is known there is no
  quantity, not a quantity of 0.
- **Different channels** may share readers, and nobody knows how many. They are added up, and every sum of reach says that
  whoever reads several channels is counted several times (`templates/projects/_reach.html`).
- **A sum of several contributions** in which one channel of one actor stands more than once says how many recipients are
  counted more than once by that, instead of taking them out: each contribution stays what both sides agreed on.
- **Entered by hand** beside what was made from channels may be the same people. Only people can tell, so the forms say it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from projects.models.disseminations import Dissemination

# As much as a contribution holds.
MOST = 99_999_999


TOO_MUCH = gettext_lazy(
    "That is more than the channels reach: %(total)s. If more people were reached, enter the channel that reached them."
)


def refuse_more(quantity: Decimal | None, total: int | None) -> None:
    """A contribution says at most what its channels reach; less where somebody knows that they share readers."""
    if quantity is not None and quantity > (total or 0):
        raise ValidationError(TOO_MUCH, code="more", params={"total": number_format(total or 0, force_grouping=True)})


@dataclass(slots=True)
class Line:
    """One channel in one contribution."""

    name: str
    times: int = 0
    audience: int | None = None

    def add(self, entry: Dissemination) -> None:
        self.times += 1
        if entry.audience is not None:
            self.audience = max(self.audience or 0, entry.audience)

    def __str__(self) -> str:
        if self.audience is None:
            return _("%(name)s: how many people it reaches is not known, so it counts nothing") % {"name": self.name}
        audience = number_format(self.audience, force_grouping=True)
        if self.times == 1:
            return f"{self.name}: {audience}"
        words = {"name": self.name, "times": self.times, "audience": audience}
        return _("%(name)s, %(times)s times: counted once, %(audience)s") % words


@dataclass(slots=True)
class Count:
    """What the entries of one contribution come to, channel by channel."""

    lines: list[Line] = field(default_factory=list)

    @property
    def total(self) -> int | None:
        """None where no audience is known. Raises `ValidationError` where it is more than a contribution can hold."""
        known = [line.audience for line in self.lines if line.audience is not None]
        if sum(known) > MOST:
            said = _("Together these are more people than can be stored. Check the numbers of the channels.")
            raise ValidationError(said, code="large")
        return sum(known) if known else None

    @property
    def is_of_several(self) -> bool:
        """Whether the channels may share readers."""
        return sum(line.audience is not None for line in self.lines) > 1


def count(entries: Iterable[Dissemination]) -> Count:
    """The entries of one contribution, each channel once."""
    rows = list(entries)
    channel_of = same_channels(rows)
    lines: dict[int, Line] = {}
    for row in rows:
        lines.setdefault(channel_of[row.pk], Line(row.channel_name)).add(row)
    return Count(list(lines.values()))


def same_channels(entries: Iterable[Dissemination]) -> dict[int, int]:
    """For the key of each entry the key of the first entry of the same channel; a channel belongs to one actor."""
    first: dict[tuple[object, ...], int] = {}
    leads_to: dict[int, int] = {}

    def root(key: int) -> int:
        while leads_to[key] != key:
            key = leads_to[key]
        return key

    for row in entries:
        leads_to[row.pk] = row.pk
        for sign in signs_of(row):
            one, other = root(first.setdefault(sign, row.pk)), root(row.pk)
            leads_to[max(one, other)] = min(one, other)
    return {key: root(key) for key in leads_to}


def signs_of(row: Dissemination) -> list[tuple[object, ...]]:
    """By what one knows its channel again."""
    actor = row.participation.actor_id
    named = (actor, row.channel_kind, " ".join(row.channel_name.casefold().split()))
    return [named, (actor, row.channel_id)] if row.channel_id else [named]


def repeated(entries: Iterable[Dissemination], quantities: Mapping[int, Decimal]) -> Decimal | None:
    """How many recipients a sum counts more than once because a channel stands in several of its contributions.

    `quantities`: what each contribution of the sum counts with, by its key. Where people have entered less than the
    channels reach, a channel counts with that at most. None where nothing is counted more than once.
    """
    rows = [row for row in entries if row.contribution_id in quantities and row.audience is not None]
    channel_of = same_channels(rows)
    shares: dict[int, dict[int, Decimal]] = {}
    for row in rows:
        within = shares.setdefault(channel_of[row.pk], {})
        key: int = row.contribution_id  # type: ignore[assignment]
        within[key] = max(within.get(key, Decimal(0)), min(Decimal(row.audience or 0), quantities[key]))
    return sum((sum(one.values()) - max(one.values()) for one in shares.values()), Decimal(0)) or None
