"""Two admins edit one row: the second is shown both versions field by field, keeps what was typed, and chooses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse

from partners.admin.merging import MergingAdmin
from partners.models import NotTwins, PartnershipParty, Topic
from quartier.models import LegalPage
from tests.factories import (
    ActorFactory,
    ActorKindFactory,
    AdminFactory,
    AgreementFactory,
    AssessmentFactory,
    BenefitFactory,
    ChannelFactory,
    ContactFactory,
    ContactNoteFactory,
    ContributionFactory,
    DisseminationFactory,
    MembershipFactory,
    NeedFactory,
    NeighbourhoodFactory,
    NextStepFactory,
    OfferFactory,
    ParticipationFactory,
    PartnershipFactory,
    PersonFactory,
    ProjectFactory,
    QuotationFactory,
    ReviewFactory,
    TargetGroupFactory,
    TopicFactory,
)
from tests.partners.browser import sent_by

pytestmark = pytest.mark.django_db


class Case(NamedTuple):
    make: Callable[[], Model]
    field: str
    one: str = "Von der einen"
    other: str = "Vom anderen"
    words: dict[str, str] = {}

    def said(self) -> list[tuple[str, str]]:
        """Both versions, as people read them."""
        return [(self.words.get(self.one, self.one), self.words.get(self.other, self.other))]


KINDS = {"projekt": "project partnership", "netzwerk": "network partnership"}
CASES = {
    "partners.actor": Case(ActorFactory, "description"),
    "partners.membership": Case(lambda: MembershipFactory(role="editor"), "role", "manager", "editor"),
    "partners.keyactorassessment": Case(AssessmentFactory, "access_reason"),
    "partners.channel": Case(ChannelFactory, "name"),
    "partners.offer": Case(OfferFactory, "title"),
    "projects.need": Case(NeedFactory, "title"),
    "partners.contactperson": Case(ContactFactory, "function"),
    "partners.neighbourhood": Case(NeighbourhoodFactory, "definition"),
    "partners.topic": Case(TopicFactory, "name"),
    "partners.targetgroup": Case(TargetGroupFactory, "name"),
    "partners.actorkind": Case(ActorKindFactory, "name"),
    "partners.partnership": Case(PartnershipFactory, "kind", "projekt", "netzwerk", KINDS),
    "partners.agreement": Case(AgreementFactory, "goals"),
    "partners.contactnote": Case(ContactNoteFactory, "text"),
    "partners.nextstep": Case(NextStepFactory, "what"),
    "partners.partnershipreview": Case(ReviewFactory, "remark"),
    "partners.quotation": Case(QuotationFactory, "text"),
    "partners.person": Case(PersonFactory, "name"),
    "partners.nottwins": Case(
        lambda: NotTwins.objects.create(first=ActorFactory(), second=ActorFactory(), by=PersonFactory()), "reason"
    ),
    "projects.project": Case(ProjectFactory, "goal"),
    "projects.participation": Case(ParticipationFactory, "tasks"),
    "projects.contribution": Case(lambda: ContributionFactory(planned_quantity=3), "title"),
    "projects.benefit": Case(BenefitFactory, "text"),
    "projects.dissemination": Case(DisseminationFactory, "what"),
    "quartier.legalpage": Case(lambda: LegalPage.objects.order_by("pk")[0], "text"),
}


def editable_admins() -> dict[str, Any]:
    request = RequestFactory().get("/")
    request.user = AdminFactory.build(is_superuser=True, is_active=True)
    return {
        model._meta.label_lower: one
        for model, one in admin.site._registry.items()
        if model._meta.app_label in {"partners", "projects", "quartier"} and one.has_change_permission(request)
    }


def test_every_row_that_admins_edit_is_compared() -> None:
    """A new admin derives from `MergingAdmin` (or `PlainAdmin`) and gets a line in `CASES`."""
    admins = editable_admins()
    assert set(admins) == set(CASES)
    assert [name for name, one in admins.items() if not isinstance(one, MergingAdmin)] == []


def test_no_list_is_edited_in_place() -> None:
    """A list that is saved as a whole would compare nothing; rows are edited one by one."""
    assert [one for one in admin.site._registry.values() if one.list_editable] == []


def client_of_an_admin() -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(AdminFactory(is_superuser=True))
    return client


def change_page(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def in_conflict(case: Case) -> tuple[Model, Client, str, Any]:
    """The row after the first one has saved, and what the second one is told."""
    row = case.make()
    url = change_page(row)
    first, second = client_of_an_admin(), client_of_an_admin()
    mine, theirs = sent_by(first.get(url)), sent_by(second.get(url))
    assert first.post(url, mine | {case.field: case.one}).status_code == 302
    return row, second, url, second.post(url, theirs | {case.field: case.other})


def stored(row: Model, field: str) -> Any:
    return getattr(type(row)._base_manager.get(pk=row.pk), field)


@pytest.mark.parametrize("name", [name for name in CASES if name != "partners.membership"])
def test_the_second_sees_both_versions_and_keeps_the_own_words(name: str) -> None:
    case = CASES[name]
    row, second, url, refused = in_conflict(case)
    form = refused.context["adminform"].form
    assert [(one.now, one.mine) for one in form.conflicts] == case.said()
    assert (form[case.field].value(), stored(row, case.field)) == (case.other, case.one)
    assert second.post(url, sent_by(refused)).status_code == 302
    assert stored(row, case.field) == case.other


@pytest.mark.parametrize("name", [name for name in CASES if name != "partners.membership"])
def test_the_second_may_leave_the_other_version(name: str) -> None:
    case = CASES[name]
    row, second, url, refused = in_conflict(case)
    choice = {f"version-{case.field}": "portal"}
    assert second.post(url, sent_by(refused) | choice).status_code == 302
    assert stored(row, case.field) == case.one


@pytest.mark.parametrize("name", CASES)
def test_what_was_not_touched_keeps_what_somebody_else_wrote(name: str) -> None:
    case = CASES[name]
    row = case.make()
    url = change_page(row)
    client = client_of_an_admin()
    opened = sent_by(client.get(url))
    type(row)._base_manager.filter(pk=row.pk).update(**{case.field: case.one})
    assert client.post(url, opened).status_code == 302
    assert stored(row, case.field) == case.one


def test_days_that_were_not_touched_are_no_conflict() -> None:
    """The page shows them in the way of the language, the row holds them in another one."""
    row = ParticipationFactory(start_on="2027-01-20")
    client = client_of_an_admin()
    opened = sent_by(client.get(change_page(row), headers={"accept-language": "de"}))
    type(row)._base_manager.filter(pk=row.pk).update(start_on="2027-02-21")
    answer = client.post(change_page(row), opened | {"tasks": "Neu"}, headers={"accept-language": "de"})
    assert answer.status_code == 302
    assert (str(stored(row, "start_on")), stored(row, "tasks")) == ("2027-02-21", "Neu")


def test_the_sides_of_a_partnership_are_compared_too() -> None:
    row = PartnershipFactory()
    party = row.parties.order_by("pk")[0]
    client = client_of_an_admin()
    opened = sent_by(client.get(change_page(row)))
    PartnershipParty.objects.filter(pk=party.pk).update(brings="Von der einen")
    refused = client.post(change_page(row), opened | {"parties-0-brings": "Vom anderen"})
    assert refused.status_code == 200
    assert "Von der einen" in refused.content.decode()
    assert f'<p class="versus-of">{party}</p>' in refused.content.decode()
    assert stored(party, "brings") == "Von der einen"
    assert client.post(change_page(row), sent_by(refused)).status_code == 302
    assert stored(party, "brings") == "Vom anderen"


def test_topics_are_compared_as_a_set() -> None:
    row = ActorFactory()
    one, other = TopicFactory(), TopicFactory()
    client = client_of_an_admin()
    opened = sent_by(client.get(change_page(row)))
    row.topics.set([one])
    refused = client.post(change_page(row), opened | {"topics": [str(other.pk)]})
    assert [(c.now, c.mine) for c in refused.context["adminform"].form.conflicts] == [(one.name, other.name)]
    assert list(row.topics.all()) == [one]


def test_a_password_is_not_part_of_what_was_seen() -> None:
    person = PersonFactory()
    page = client_of_an_admin().get(change_page(person)).content.decode()
    assert "initial-name" in page
    assert person.password not in page


@pytest.mark.parametrize("times", [2, 20])
def test_a_new_row_sent_again_is_one_row(times: int) -> None:
    client = client_of_an_admin()
    url = reverse("admin:partners_topic_add")
    data = sent_by(client.get(url)) | {"name": "Wasser", "name_en": "Water", "slug": "wasser"}
    refused = client.post(url, data | {"slug": ""})
    data = sent_by(refused) | {"slug": "wasser"}
    answers = {client.post(url, data)["Location"] for _ in range(times)}
    assert answers == {reverse("admin:partners_topic_changelist")}
    assert Topic.objects.filter(name="Wasser").count() == 1


def test_every_opening_of_an_empty_form_has_a_key_of_its_own() -> None:
    client = client_of_an_admin()
    url = reverse("admin:partners_topic_add")
    first, second = (sent_by(client.get(url))["once"] for _ in range(2))
    assert first != second
