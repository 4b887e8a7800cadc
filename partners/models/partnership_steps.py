"""The life of a partnership: each verb is one step along the stages of DOMAIN.md, and writes a line in the history."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.parties_key import refusing_twins
from partners.models.partnership_gaps import Gap, UnsaidError
from partners.models.states import Staged, StageError

if TYPE_CHECKING:
    from partners.models.people import Person


class PartnershipSteps(Staged):
    """The verbs of `Partnership`. Those that read more than the stage lock it first."""

    # Of `Partnership`.
    Stage: Any
    EndReason: Any
    steps: Any
    parties: Any
    form: Any
    start_on: Any
    end_on: Any
    resting_until: Any

    class Meta:
        abstract = True

    def lock(self) -> None:
        """Until the transaction ends, nobody else writes this partnership or its sides. Takes over what stands there now.

        Only the stage stays as it was read: a step is taken from what the person saw.
        """
        stored = type(self)._base_manager.select_for_update().get(pk=self.pk)
        for column in self._meta.concrete_fields:
            if column.attname != "state":
                setattr(self, column.attname, getattr(stored, column.attname))

    def remember(self, before: str, *, by: Person | None, note: str = "") -> None:
        """Adds a line to the history of stages."""
        self.steps.create(
            from_state=before, to_state=self.state, by=by, note=note.strip(), resting_until=self.resting_until
        )

    def move(self, target: str, *, by: Person | None, note: str = "", **values: Any) -> None:
        """One step along the machine, with a line in the history; raises `StageError`."""
        before = self.state
        with refusing_twins():
            self.take_step(target, **values)
            self.remember(before, by=by, note=note)

    def begin_talks(self, *, by: Person | None, note: str = "") -> None:
        """From here on the parties know of it and see it."""
        self.move(self.Stage.TALKS, by=by, note=note)

    @transaction.atomic
    def agree(self, *, by: Person | None, note: str = "", form: str = "") -> None:
        """Holds each side to what it brings and expects: from here on both may be rewritten, not emptied.

        Raises `UnsaidError` while a side has not said one of them.
        """
        self.lock()
        self.check_step(self.Stage.AGREED)
        parties = list(self.parties.select_related("actor"))
        if gaps := [Gap(party, party.missing) for party in parties if party.missing]:
            raise UnsaidError(gaps)
        self.parties.update(is_agreed=True)
        self.move(self.Stage.AGREED, by=by, note=note, form=form or self.form)

    @transaction.atomic
    def start(self, *, by: Person | None, note: str = "", on: date | None = None) -> None:
        """Runs since that day; if none is given, since the planned one if it is past, else since today."""
        self.lock()
        self.check_step(self.Stage.RUNNING)
        if self.state == self.Stage.RESTING:
            return self.wake(by=by, note=note)
        today = timezone.localdate()
        day = on or min(self.start_on or today, today)
        if day > today:
            raise ValidationError(_("This day is still to come. Take this step when it has begun."), code="early")
        if self.end_on and self.end_on < day:
            raise ValidationError(_("The agreed end lies before this day. Change it first."), code="late")
        return self.move(self.Stage.RUNNING, by=by, note=note, start_on=day)

    def rest(self, *, by: Person | None, until: date, note: str = "") -> None:
        """Nobody is asked anything until that day; then the organisers are reminded."""
        self.check_step(self.Stage.RESTING)
        self.refuse_past(until)
        self.move(self.Stage.RESTING, by=by, note=note, resting_until=until)

    @transaction.atomic
    def rest_longer(self, *, by: Person | None, until: date, note: str = "") -> None:
        """No step: it goes on resting, until another day."""
        if self.state != self.Stage.RESTING:
            self.check_step(self.Stage.RESTING)
            raise StageError(_("Only what rests can rest longer."), code="closed")
        self.refuse_past(until)
        self.write_if_still(self.state, resting_until=until)
        self.remember(self.state, by=by, note=note)

    def wake(self, *, by: Person | None, note: str = "") -> None:
        """Runs again, since the day on which it began."""
        if self.state == self.Stage.AGREED:
            raise StageError(_("Only what rests can be taken up again."), code="closed")
        self.move(self.Stage.RUNNING, by=by, note=note, resting_until=None)

    @transaction.atomic
    def end(self, *, by: Person | None, reason: str, note: str = "", on: date | None = None) -> None:
        """Over since that day; if none is given, since the agreed end if it is past, else today. What never ran has no days."""
        self.lock()
        self.check_step(self.Stage.ENDED)
        if reason not in self.EndReason.values:
            raise ValidationError(_("Say why it ends: choose one of the reasons."), code="reason")
        today = timezone.localdate()
        day = on or min(self.end_on or today, today)
        if day > today:
            raise ValidationError(_("This day is still to come. Take this step when it is over."), code="early")
        start = None if self.state == self.Stage.AGREED else self.start_on
        if start and day < start:
            raise ValidationError(_("The end lies before the beginning."), code="before")
        self.move(self.Stage.ENDED, by=by, note=note, end_reason=reason, start_on=start, end_on=day, resting_until=None)

    def give_up(self, *, by: Person | None, note: str = "") -> None:
        """Nothing came of it. Who talked with whom stays on record for those who did."""
        self.move(self.Stage.FAILED, by=by, note=note)

    @staticmethod
    def refuse_past(until: date) -> None:
        if until <= timezone.localdate():
            raise ValidationError(_("Choose a day that is still to come."), code="past")
