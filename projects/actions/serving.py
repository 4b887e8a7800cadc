"""Which project serves which partnership. Who may say so is decided by `projects_to_tie`."""

from __future__ import annotations

from django.db import transaction

from partners.models import Partnership
from projects.models import Project


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


def _lock(partnership: Partnership, project: Project) -> None:
    """So that neither of the two is deleted meanwhile; the partnership first, as everybody does who writes in both."""
    list(Partnership.objects.select_for_update(of=("self",), no_key=True).filter(pk=partnership.pk).values_list("pk"))
    list(Project.objects.select_for_update(of=("self",), no_key=True).filter(pk=project.pk).values_list("pk"))
