"""The next step with a partner: set, changed, done. One at a time for each partnership."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import ContactNote, NextStep, Partnership, Person, StageError


@transaction.atomic
def set_next_step(*, partnership: Partnership, values: Mapping[str, Any]) -> NextStep:
    """While the partnership is locked, so that of two who set one at the same moment the second reads what the first wrote.

    Raises `StageError` when there is one already, or when the partnership is over.
    """
    locked = Partnership.objects.select_for_update().get(pk=partnership.pk)
    if locked.is_over:
        raise StageError(_("This partnership is over. Nothing is to be done any more."), code="over")
    if NextStep.objects.filter(partnership=locked, done_on=None).exists():
        raise StageError(
            _("Somebody else has set a next step in the meantime. Look at it on the page of the partnership."),
            code="set",
        )
    return NextStep.objects.create(partnership=locked, **values)


@transaction.atomic
def finish_next_step(
    *,
    step: NextStep,
    by: Person | None = None,
    note: Mapping[str, Any] | None = None,
    following: Mapping[str, Any] | None = None,
) -> NextStep | None:
    """Done today, with a note of what was said, and what follows if it is known. Returns the step that follows.

    Raises `StageError` when somebody else was faster.
    """
    partnership = Partnership.objects.select_for_update().get(pk=step.partnership_id)
    if not NextStep.objects.open().filter(pk=step.pk).update(done_on=timezone.localdate()):
        raise StageError(_("This step is done already. Look at what comes next now."), code="done")
    if note:
        ContactNote.objects.create(partnership=partnership, by=by, **note)
    return set_next_step(partnership=partnership, values=following) if following else None
