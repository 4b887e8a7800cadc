"""Hand-overs: written line by line, signed by both sides. The whole is locked first, then the hand-over, then its lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import get_text_list
from django.utils.translation import gettext

from partners.actions.handover_mails import tell_receiver, tell_takers
from partners.actions.holding import hold
from partners.models import (
    Actor,
    Handover,
    HandoverLine,
    NextStep,
    Partnership,
    PartnershipHandover,
    Person,
    Signing,
    StageError,
)

if TYPE_CHECKING:
    from partners.models import ContactPerson

# The columns of each signature.
COLUMNS = {
    Signing.GIVING: ("given_on", "given_by", "given_name"),
    Signing.RECEIVING: ("received_on", "received_by", "received_name"),
}
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Proposal:
    """A line that the portal can think of, from what it knows. Nobody has to take it.

    `is_inside`: until now only organisers read it, so nobody writes it down for the others by pressing one button.
    """

    kind: str
    what: str
    from_actor: Actor
    due_on: date | None = None
    is_inside: bool = False


def lock_subject(model: type[Handover], key: int) -> None:
    """The partnership or project of a hand-over."""
    subject: Any = model._meta.get_field(model.OF).related_model
    list(subject._base_manager.filter(pk=key).order_by().select_for_update(no_key=True).values_list("pk"))


def locked[Row: Handover](handover: Row) -> Row:
    """As it is now, until the transaction ends. Raises `StageError` where it is gone, or nothing is written in it any more."""
    model: Any = type(handover)
    lock_subject(model, getattr(handover, f"{model.OF}_id"))
    rows = model.objects.filter(pk=handover.pk)
    found = rows.select_for_update(of=("self",)).first()
    if found is None:
        raise StageError(gettext("This hand-over was deleted in the meantime."), code="gone")
    return found


def _to_write[Row: Handover](handover: Row) -> Row:
    found = locked(handover)
    model: Any = type(handover)
    if model.objects.settled().filter(pk=handover.pk).exists():
        raise StageError(
            gettext("This hand-over is signed, and the project goes on for good with it. It stays as it is."),
            code="settled",
        )
    return found


def actors_in(values: Mapping[str, Any]) -> list[int | None]:
    return [value.pk for value in values.values() if isinstance(value, Actor)]


@transaction.atomic
def begin_handover(*, model: type[Handover], subject: Any, is_demo: bool = False, **values: Any) -> Handover:
    """One for each partnership or project: of two who begin at once the second finds that of the first."""
    hold(*actors_in(values))
    lock_subject(model, subject.pk)
    rows: Any = model._default_manager
    return rows.filter(**{model.OF: subject}).first() or rows.create(**{model.OF: subject}, is_demo=is_demo, **values)


@transaction.atomic
def edit_handover(*, handover: Handover, values: Mapping[str, Any]) -> bool:
    """Writes the values. True when signatures ended by it: nobody signs what was changed afterwards."""
    hold(*actors_in(values))
    row = _to_write(handover)
    for name, value in values.items():
        setattr(row, name, value)
    if not values:
        return False
    ended = _reword(row)
    row.save(update_fields=[*values, *ended, "version"])
    return bool(ended)


def _reword(row: Handover) -> list[str]:
    """The text is another one from here on. Gives the columns of the signatures that it takes away. Unsaved."""
    row.version += 1
    gone = [name for names in COLUMNS.values() for name in names] if row.is_signed else []
    for name in gone:
        setattr(row, name, "" if name.endswith("_name") else None)
    return gone


def _reworded(row: Handover) -> bool:
    ended = _reword(row)
    row.save(update_fields=[*ended, "version"])
    return bool(ended)


def refuse_discarding(handover: Handover) -> None:
    """What both sides have signed is not thrown away."""
    if handover.is_complete:
        raise StageError(gettext("Both sides have signed this hand-over. It is not deleted any more."), code="complete")


@transaction.atomic
def discard_handover(*, handover: Handover) -> None:
    """With its lines."""
    row = _to_write(handover)
    refuse_discarding(row)
    row.delete()


@transaction.atomic
def add_lines(*, handover: Handover, lines: Sequence[Mapping[str, Any]]) -> list[HandoverLine]:
    hold(*[key for values in lines for key in actors_in(values)])
    row = _to_write(handover)
    _reworded(row)
    rows: Any = row.lines.model._default_manager
    return [rows.create(handover=row, **values) for values in lines]


@transaction.atomic
def edit_line(*, line: HandoverLine, values: Mapping[str, Any]) -> bool:
    """True when signatures ended by it."""
    hold(*actors_in(values))
    row = _to_write(line.handover)
    for name, value in values.items():
        setattr(line, name, value)
    if not values:
        return False
    line.save(update_fields=list(values))
    return _reworded(row)


@transaction.atomic
def remove_line(*, line: HandoverLine) -> bool:
    row = _to_write(line.handover)
    line.delete()
    return _reworded(row)


@transaction.atomic
def finish_line(*, line: HandoverLine, on: date | None) -> None:
    """That it is done, or not yet after all. It is no part of what was signed. Raises `StageError` where it is gone."""
    locked(line.handover)
    _still_there(line)
    line.done_on = on
    line.save(update_fields=["done_on"])


def _still_there(line: HandoverLine) -> None:
    rows: Any = type(line)._default_manager
    if not rows.filter(pk=line.pk).exists():
        raise StageError(gettext("This line was taken out in the meantime."), code="gone")


@transaction.atomic
def sign_handover(
    *, handover: Handover, side: str, seen: int, by: Person, on: date | None = None, paper_name: str = ""
) -> bool:
    """For one side: by a person who speaks for it (whether she may is the caller's to ask), or entered from paper.

    `seen` is the wording that was read. False when this side has signed this wording already. Raises `StageError` when
    the wording is another one by now, when something is missing, or when the same person signs for both sides.
    """
    row = locked(handover)
    on_column, by_column, name_column = COLUMNS[Signing(side)]
    if row.version != seen:
        raise StageError(
            gettext("The text was changed in the meantime. Nothing is signed yet: read it once more."), code="reworded"
        )
    if getattr(row, on_column) is not None:
        return False
    if lacking := row.lacks:
        raise StageError(
            gettext("It cannot be signed yet. It still lacks: %(what)s.")
            % {"what": get_text_list(lacking, gettext("and"))},
            code="lacks",
        )
    if not paper_name:
        _refuse_both_hands(row, side, by)
    setattr(row, on_column, on or timezone.localdate())
    setattr(row, by_column, by)
    setattr(row, name_column, paper_name)
    row.save(update_fields=[on_column, by_column, name_column])
    if row.is_complete:
        tell_takers(row)
    elif row.received_on is None:
        tell_receiver(row)
    return True


def _refuse_both_hands(row: Handover, side: str, by: Person) -> None:
    other = Signing.RECEIVING if side == Signing.GIVING else Signing.GIVING
    on_column, by_column, name_column = COLUMNS[other]
    if getattr(row, on_column) and getattr(row, f"{by_column}_id") == by.pk and not getattr(row, name_column):
        raise StageError(
            gettext("You have signed for the other side. For this one somebody else signs."), code="both hands"
        )


# --- proposals --------------------------------------------------------------------------------------------------------


def propose_for_partnership(handover: PartnershipHandover) -> list[Proposal]:
    """What the side that leaves brings and promised, what comes next, and whom one asks at the others."""
    found = []
    partnership = Partnership.objects.for_detail().get(pk=handover.partnership_id)
    others = []
    for party in partnership.parties.all():
        if party.actor_id != handover.giver_id:
            others.append(party.actor)
            continue
        found += brought(party.brings, party.actor)
        found += promised(party.hours_per_month, party.actor)
    for step in NextStep.objects.open().filter(partnership=partnership):
        found.append(Proposal(HandoverLine.Kind.TASK, step.what, handover.giver, step.due_on, is_inside=True))
    return found + ties_to(others, giver=handover.giver)


def brought(text: str, actor: Actor) -> list[Proposal]:
    """Line by line, as people write what they bring."""
    lines = (line.strip(" -–•*\t") for line in text.splitlines())
    return [Proposal(HandoverLine.Kind.TASK, line[:LONGEST], actor) for line in lines if line]


def promised(hours: Any, actor: Actor) -> list[Proposal]:
    if not hours:
        return []
    number = number_format(Decimal(f"{hours.normalize():f}"))
    what = gettext("Time for it: %(hours)s hours a month until now") % {"hours": number}
    return [Proposal(HandoverLine.Kind.TASK, what, actor)]


def ties_to(actors: Iterable[Actor], *, giver: Actor) -> list[Proposal]:
    """By the functions of contact persons who have agreed to be shown; else the tie to the place itself.

    Their names stand on the profile as long as they agree. In a line and its history they would stay for ever.
    """
    found = []
    for actor in actors:
        people = list(actor.contacts.agreed()) if actor.is_public else []
        words = [_contact(one, actor) for one in people if one.function] or [
            gettext("Contact with %(place)s") % {"place": actor.name}
        ]
        found += [Proposal(HandoverLine.Kind.TIE, what[:LONGEST], giver) for what in words]
    return found


def _contact(one: ContactPerson, actor: Actor) -> str:
    return gettext("Contact with %(who)s, %(place)s") % {"who": one.function, "place": actor.name}


def still_new(handover: Handover, proposals: Iterable[Proposal]) -> list[Proposal]:
    """Without those that stand there already, each once."""
    there = {line.what for line in handover.lines.all()}
    found: dict[str, Proposal] = {}
    for one in proposals:
        if one.what not in there:
            found.setdefault(one.what, one)
    return list(found.values())
