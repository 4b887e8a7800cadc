"""Nobody signs, and nothing rests on, a text that is changed at the same moment; in real transactions."""

from __future__ import annotations

import pytest

from partners.actions.handovers import begin_handover, edit_line, sign_handover
from partners.models import Signing
from projects.models import Project, ProjectHandover, ProjectHandoverLine
from tests.factories import ActorFactory, PersonFactory, ProjectFactory, ProjectHandoverFactory
from tests.partners.test_races import at_once, refusals

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def line_of(handover: ProjectHandover) -> ProjectHandoverLine:
    return ProjectHandoverLine.objects.select_related("handover__project").get(handover=handover)


@pytest.mark.parametrize("attempt", range(3))
def test_what_is_signed_is_what_was_read(attempt):
    handover, by = ProjectHandoverFactory(), PersonFactory()
    line = line_of(handover)
    at_once(
        lambda: sign_handover(handover=handover, side=Signing.GIVING, seen=1, by=by),
        lambda: edit_line(line=line, values={"what": "Anders"}),
    )
    handover.refresh_from_db()
    assert (handover.is_signed, handover.version, line_of(handover).what) == (False, 2, "Anders")


@pytest.mark.parametrize("attempt", range(3))
def test_a_project_goes_on_for_good_with_the_text_that_both_signed(attempt):
    handover = ProjectHandoverFactory(signed=True)
    project, line = Project.objects.get(pk=handover.project_id), line_of(handover)
    answers = at_once(
        lambda: project.perpetuate(by=None), lambda: edit_line(line=line, values={"what": "Anders"}) or "same"
    )
    handover.refresh_from_db()
    stored = Project.objects.get(pk=project.pk)
    goes_on = stored.state == Project.State.CONTINUED
    assert refusals(answers) == 1
    assert (handover.is_complete, line_of(handover).what == "Anders") == (goes_on, not goes_on)


def test_two_who_begin_come_to_one_hand_over():
    project, giver = ProjectFactory(state=Project.State.COMPLETED), ActorFactory()
    rows = at_once(*[lambda: begin_handover(model=ProjectHandover, subject=project, giver=giver)] * 3)
    assert (len(set(rows)), ProjectHandover.objects.count()) == (1, 1)
