from __future__ import annotations

import pytest
from django.contrib.admin import site
from django.urls import reverse

from projects.models import Contribution, Participation, Project
from tests.factories import (
    ActorFactory,
    AdminFactory,
    BenefitFactory,
    ContributionFactory,
    DisseminationFactory,
    NeedFactory,
    NeighbourhoodFactory,
    ParallelReasonFactory,
    ParticipationFactory,
    ParticipationOverrideFactory,
    ProjectFactory,
    ProjectHandoverFactory,
    ProjectInquiryFactory,
    ResourceRequestFactory,
)

pytestmark = pytest.mark.django_db
LISTS = {
    "project": 8,
    "participation": 6,
    "contribution": 6,
    "dissemination": 8,
    "benefit": 6,
    "projectstep": 7,
    "contributionstep": 7,
    "participationoverride": 6,
    "parallelreason": 6,
    "projectinquiry": 7,
    "resourcerequest": 7,
    "resourcerequeststep": 7,
    "projecthandover": 5,
    "need": 6,
}


@pytest.fixture
def admin(client):
    client.force_login(AdminFactory())
    return client


def make(rows: int) -> None:
    for _ in range(rows):
        part = ParticipationFactory(project=ProjectFactory(lead_actor=ActorFactory()))
        part.project.complete(by=AdminFactory())
        ContributionFactory(participation=part, title="Suchwort").remember("", by=AdminFactory())
        DisseminationFactory(participation=part)
        BenefitFactory(project=part.project, actor=part.actor)
        ParticipationOverrideFactory(participation=part)
        NeedFactory(title="Suchwort")
        ParallelReasonFactory(project=part.project)
        ProjectInquiryFactory(project=part.project)
        ResourceRequestFactory(project=part.project).remember("", by=AdminFactory())
        ProjectHandoverFactory(project=part.project, giver=part.project.lead_actor)


def test_every_list_has_its_number_of_queries():
    assert {model._meta.model_name for model in site._registry if model._meta.app_label == "projects"} == set(LISTS)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_for_every_number_of_rows(admin, django_assert_num_queries, name, rows):
    make(rows)
    with django_assert_num_queries(LISTS[name]):
        answer = admin.get(reverse(f"admin:projects_{name}_changelist"))
    assert len(answer.context["cl"].result_list) == rows


@pytest.mark.parametrize("name", LISTS)
def test_list_can_be_searched_and_filtered(admin, name):
    make(1)
    path = reverse(f"admin:projects_{name}_changelist")
    assert len(admin.get(path, {"q": "gibt es nicht"}).context["cl"].result_list) == 0
    found = admin.get(path).context["cl"]
    assert found.has_filters or found.date_hierarchy


def test_history_is_read_and_never_written(admin):
    make(1)
    for name in ("projectstep", "contributionstep"):
        pk = (Project if name == "projectstep" else Contribution).objects.get().steps.get().pk
        assert admin.get(reverse(f"admin:projects_{name}_change", args=[pk])).status_code == 200
        assert admin.post(reverse(f"admin:projects_{name}_change", args=[pk]), {"note": "x"}).status_code == 403
        assert admin.get(reverse(f"admin:projects_{name}_add")).status_code == 403
        assert admin.post(reverse(f"admin:projects_{name}_delete", args=[pk]), {"post": "yes"}).status_code == 403


INLINE = {f"steps-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")}


def test_new_project_gets_its_history_and_its_lead_takes_part(admin):
    lead, place = ActorFactory(), NeighbourhoodFactory()
    data = {
        "title": "Hofgarten",
        "slug": "hofgarten",
        "neighbourhoods": [place.pk],
        "lead_actor": lead.pk,
        "state": "laufend",
    }
    admin.post(reverse("admin:projects_project_add"), data | INLINE)
    project = Project.objects.get()
    assert (project.state, [step.to_state for step in project.steps.all()]) == ("idee", ["idee"])
    assert [(part.actor, part.role) for part in Participation.objects.all()] == [(lead, "federfuehrung")]


def test_contribution_keeps_unit_stage_and_history(admin):
    part = ParticipationFactory()
    data = {
        "participation": part.pk,
        "category": "raeume",
        "title": "Saal",
        "planned_quantity": "3",
        "state": "bestaetigt",
    }
    admin.post(reverse("admin:projects_contribution_add"), data | INLINE)
    row = Contribution.objects.get()
    assert (row.unit, row.state, [step.to_state for step in row.steps.all()]) == ("stunden", "geplant", ["geplant"])
    path = reverse("admin:projects_contribution_change", args=[row.pk])
    refused = admin.post(path, data | INLINE | {"delivered_quantity": "3"})
    assert "A delivered quantity needs a contribution that was delivered." in refused.content.decode()
    refused = admin.post(path, data | INLINE | {"category": "daten"})
    assert "This category has no quantity." in refused.content.decode()
    admin.post(path, data | INLINE | {"title": "Großer Saal"})
    version = row.version
    row.refresh_from_db()
    assert (row.title, row.version, row.steps.count()) == ("Großer Saal", version + 1, 2)


def test_what_was_confirmed_stays_as_it_was_seen(admin):
    row = ContributionFactory(state=Contribution.State.DELIVERED, delivered_quantity=9, title="Neun Stunden")
    row.confirm(by=AdminFactory())
    path = reverse("admin:projects_contribution_change", args=[row.pk])
    answer = admin.post(
        path,
        {
            "participation": row.participation_id,
            "category": "geld",
            "title": "Neunzig",
            "delivered_quantity": "90",
            "steps-TOTAL_FORMS": "0",
            "steps-INITIAL_FORMS": "0",
        },
    )
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.title, row.category, row.delivered_quantity) == ("Neun Stunden", "zeit_ehrenamt", 9)


def test_a_request_is_looked_up_with_its_way_and_never_written(admin):
    row = ResourceRequestFactory()
    row.remember("", by=AdminFactory(name="Ada Admin"))
    page = admin.get(reverse("admin:projects_resourcerequest_change", args=[row.pk]))
    html = page.content.decode()
    assert (row.message in html, "Ada Admin" in html, f'href="{row.get_absolute_url()}"' in html) == (True, True, True)
    assert (
        admin.post(reverse("admin:projects_resourcerequest_change", args=[row.pk]), {"message": "x"}).status_code == 403
    )
    found = admin.get(reverse("admin:projects_resourcerequest_changelist"), {"q": row.giver.name, "state": "offen"})
    assert list(found.context["cl"].result_list) == [row]
