"""What the portal does by itself, at its time: `manage.py run_due` asks each job of `DUE_JOBS` in the settings.

A new job is a `Job` beside the action that it does, and its path in `DUE_JOBS`:

    REMIND_OF_ENDS = Job("partnership-ends", _("Partnerships that end soon"), remind_of_ends, every=timedelta(days=1))

`run` does all that is due now and says for how many things it did something. It may be called at any time, twice at once,
and again after it broke off in the middle: so it does each thing once by a rule of the database and not by remembering.
For mails this is the outbox: `queue_mail` with an event that names the day that is due makes one mail, however often it is
called. `every` only saves work.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from partners.models import DueJob

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """`label` says in words what is counted: “Mails sent”."""

    name: str
    label: str | Promise
    run: Callable[[], int]
    every: timedelta = timedelta(0)


@dataclass(frozen=True)
class Outcome:
    """Of one job: how many things it did, or the name of what went wrong."""

    job: Job
    done: int = 0
    error: str = ""


def due_jobs() -> list[Job]:
    return [import_string(path) for path in settings.DUE_JOBS]


def run_due() -> Iterator[Outcome]:
    """One after the other. What goes wrong in one job keeps no other from its time; a job that is not due is passed over."""
    for job in due_jobs():
        row, _is_new = DueJob.objects.get_or_create(name=job.name)
        if row.take():
            yield _run(job, row)


def _run(job: Job, row: DueJob) -> Outcome:
    try:
        done = job.run()
    except Exception as error:
        # Broad, because one job that breaks off, for whatever reason, shall not keep the others from their turn.
        logger.exception("The periodic job %s broke off", job.name)
        row.fail(type(error).__name__)
        return Outcome(job, error=type(error).__name__)
    row.finish(done=done, every=job.every)
    return Outcome(job, done=done)
