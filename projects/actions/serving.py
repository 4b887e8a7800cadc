"""Which project serves which partnership. Who may say so is decided by `projects_to_tie`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction

from partners.actions.cautions import Override
from partners.actions.partnerships import reopen_partnership
from partners.models import Partnership
from projects.models import Project

if TYPE_CHECKING:
    from partners.models import Person


@transaction.atomic
def tie_project(*, partnership: Partnership, project: Project) -> None:
    """From here on the page of the partnership shows what its sides deliver in the project. Said twice it is said once."""
    _lock(partnership, project)
    project.partnerships.add(partnership)


@transaction.atomic
def untie_project(*, partnership: Partnership, project: Project) -> None:
    """The project and all that was delivered in it stay as they are."""
    _lock(partnership, project)
    project.partnerships.remove(partnership)


@transaction.atomic
def reopen_with_projects(
    *, partnership: Partnership, by: Person | None, note: str = "", overrides: Iterable[Override] = ()
) -> Partnership:
    """As `reopen_partnership`; the projects of the old one that are not over serve the new one as well.

    The old one stays locked, so that no project comes to it or leaves it meanwhile.
    """
    again = reopen_partnership(partnership=partnership, by=by, note=note, overrides=overrides)
    rows = Project.objects.all().serving(partnership).to_come_or_running().order_by("pk")
    for project in rows.select_for_update(of=("self",), no_key=True):
        project.partnerships.add(again)
    return again


def _lock(partnership: Partnership, project: Project) -> None:
    """So that neither of the two is deleted meanwhile; the partnership first, as everybody does who writes in both."""
    list(Partnership.objects.select_for_update(of=("self",), no_key=True).filter(pk=partnership.pk).values_list("pk"))
    list(Project.objects.select_for_update(of=("self",), no_key=True).filter(pk=project.pk).values_list("pk"))
