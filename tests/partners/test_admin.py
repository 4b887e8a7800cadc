"""The administration of the ground floor: constant queries, a search as in the portal, steps for many, safe forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from partners.models import (
    Actor,
    ActorKind,
    Agreement,
    Channel,
    ContactNote,
    ContactPerson,
    DueJob,
    HistoryEntry,
    Invitation,
    KeyActorAssessment,
    Mail,
    Membership,
    Merge,
    Neighbourhood,
    NextStep,
    NotTwins,
    Offer,
    OldAddress,
    Partnership,
    PartnershipHandover,
    PartnershipOverride,
    PartnershipReview,
    Person,
    Quotation,
    RoundMail,
    SignedCopy,
    StageChange,
    TargetGroup,
    Topic,
)
from tests.factories import (
    ActorFactory,
    ActorKindFactory,
    AdminFactory,
    AgreementFactory,
    AssessmentFactory,
    ChannelFactory,
    ContactFactory,
    ContactNoteFactory,
    MailFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    NextStepFactory,
    OfferFactory,
    PartnershipFactory,
    PartnershipHandoverFactory,
    PartnershipOverrideFactory,
    PersonFactory,
    QuotationFactory,
    ReviewFactory,
    RoundMailPlaceFactory,
    SignedCopyFactory,
    TargetGroupFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db


def invitation() -> Invitation:
    number = Invitation.objects.count()
    return Invitation.objects.create(
        email=f"gast{number}@example.org",
        actor=ActorFactory(),
        token_hash=str(number),
        expires_at=timezone.now(),
        created_by=PersonFactory(),
    )


def old_address() -> OldAddress:
    return OldAddress.objects.create(kind="partners.actor", slug=f"alt-{OldAddress.objects.count()}", target=1)


# model → how a row is made, how many queries its list takes
LISTS: dict[Any, tuple[Callable[[], Any], int]] = {
    Person: (lambda: MembershipFactory().person, 7),
    Neighbourhood: (lambda: NeighbourhoodFactory(city="München", lead_actor=ActorFactory()), 5),
    TargetGroup: (TargetGroupFactory, 4),
    Topic: (TopicFactory, 4),
    ActorKind: (lambda: ActorKindFactory(slug=f"art-{ActorKind.objects.count()}"), 4),
    Actor: (ActorFactory, 9),
    Membership: (MembershipFactory, 4),
    Channel: (ChannelFactory, 4),
    Offer: (OfferFactory, 6),
    ContactPerson: (ContactFactory, 4),
    Quotation: (QuotationFactory, 4),
    PartnershipReview: (ReviewFactory, 4),
    KeyActorAssessment: (AssessmentFactory, 4),
    Invitation: (invitation, 4),
    Mail: (MailFactory, 4),
    DueJob: (lambda: DueJob.objects.create(name=f"job-{DueJob.objects.count()}"), 4),
    OldAddress: (old_address, 5),
    HistoryEntry: (lambda: HistoryEntry.objects.create(subject="partners.actor", subject_id=1, row_id=1), 4),
    Merge: (lambda: Merge.objects.create(kept=ActorFactory(), gone=ActorFactory()), 5),
    NotTwins: (lambda: NotTwins.objects.create(first=ActorFactory(), second=ActorFactory()), 4),
    ContactNote: (ContactNoteFactory, 9),
    NextStep: (NextStepFactory, 9),
    RoundMail: (lambda: RoundMailPlaceFactory().round_mail, 5),
    Partnership: (PartnershipFactory, 11),
    PartnershipOverride: (PartnershipOverrideFactory, 6),
    Agreement: (AgreementFactory, 8),
    PartnershipHandover: (PartnershipHandoverFactory, 8),
    SignedCopy: (SignedCopyFactory, 4),
    StageChange: (lambda: StageChange.objects.create(partnership=PartnershipFactory(), to_state="laufend"), 7),
}


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(AdminFactory())
    return client


def address(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:partners_{model._meta.model_name}_{page}", args=args)


def test_every_entity_is_in_the_admin():
    ours = {model for model in admin.site._registry if model._meta.app_label == "partners"}
    assert ours == set(LISTS)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
def test_lists_take_the_same_queries_for_every_number_of_rows(client, django_assert_num_queries, model, rows):
    make, queries = LISTS[model]
    before = model.objects.count()
    for _ in range(rows):
        make()
    client.get(address(model, "changelist"))
    with django_assert_num_queries(queries):
        response = client.get(address(model, "changelist"))
    assert response.context["cl"].result_count - before >= rows


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
def test_every_page_opens_and_leads_to_the_portal(client, model):
    row = LISTS[model][0]()
    assert client.get(address(model, "changelist"), {"q": "e", "o": "1"}).status_code == 200
    change = client.get(address(model, "change", row.pk))
    assert change.status_code == 200
    if hasattr(row, "get_absolute_url"):
        assert f'href="{row.get_absolute_url()}"' in change.content.decode()
    written = {DueJob, HistoryEntry, Mail, Merge, PartnershipOverride, StageChange}
    begun_elsewhere = {
        Agreement,
        ContactNote,
        Invitation,
        NextStep,
        OldAddress,
        PartnershipReview,
        Quotation,
        RoundMail,
        SignedCopy,
    }
    begun_elsewhere |= {PartnershipHandover}
    assert client.get(address(model, "add")).status_code == (403 if model in written | begun_elsewhere else 200)
    assert client.get(address(model, "delete", row.pk)).status_code == (403 if model in written else 200)


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
@pytest.mark.parametrize(
    "query", [{"q": "\x00"}, {"q": "x\x00y"}, {"role__exact": "\x00"}, {"\x00": "1"}, {"p": "x"}, {"o": "9.9.9"}]
)
def test_nothing_in_the_address_breaks_a_list(client, model, query):
    assert client.get(address(model, "changelist"), query).status_code in {200, 302, 400}


def test_actors_are_found_as_in_the_portal(client):
    found = ActorFactory(name="Förderverein Implerstraße")
    ActorFactory(name="Anderes")
    response = client.get(address(Actor, "changelist"), {"q": "FOERDERVEREIN implerstr."})
    assert list(response.context["cl"].result_list) == [found]
    offered = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "partners", "model_name": "membership", "field_name": "actor", "term": "Föerder\x00"},
    )
    assert offered.json()["results"] == []
    offered = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "partners", "model_name": "membership", "field_name": "actor", "term": "foerderver\x00ein"},
    )
    assert [one["text"] for one in offered.json()["results"]] == [found.name]


def actor_form(actor: Actor, **values: Any) -> dict[str, Any]:
    places = [place.pk for place in actor.neighbourhoods.all()]
    return {
        "name": actor.name,
        "slug": actor.slug,
        "neighbourhoods": places,
        "memberships-TOTAL_FORMS": 0,
        "memberships-INITIAL_FORMS": 0,
    } | values


def test_the_state_of_an_actor_is_no_field(client):
    actor = ActorFactory(state="entwurf")
    assert (
        client.post(address(Actor, "change", actor.pk), actor_form(actor, state="veroeffentlicht")).status_code == 302
    )
    actor.refresh_from_db()
    assert actor.state == "entwurf"


@pytest.mark.parametrize("website", ["ftp://example.org", "javascript:alert(1)"])
def test_only_websites_are_stored(client, website):
    actor = ActorFactory()
    response = client.post(address(Actor, "change", actor.pk), actor_form(actor, website=website))
    assert "website" in response.context["adminform"].form.errors


def test_a_person_is_made_without_a_password_and_may_set_one_by_mail(client, mailoutbox):
    client.post(address(Person, "add"), {"email": "Neu@Example.org", "name": "Neu", "language": "de"})
    person = Person.objects.get(email="neu@example.org")
    assert not person.has_usable_password()
    assert EmailAddress.objects.get(user=person).verified
    Client().post("/konto/password/reset/", {"email": "neu@example.org"})
    assert [message.to for message in mailoutbox] == [["neu@example.org"]]


def test_a_changed_address_is_the_one_to_sign_in_with(client):
    person = PersonFactory(email="alt@example.org")
    data = {"email": "NEU@example.org", "name": "Neu", "language": "de", "is_active": "on"}
    assert client.post(address(Person, "change", person.pk), data).status_code == 302
    person.refresh_from_db()
    assert person.email == "neu@example.org"
    assert EmailAddress.objects.get(user=person, primary=True).email == "neu@example.org"
    taken = client.post(address(Person, "change", person.pk), data | {"email": AdminFactory().email.upper()})
    assert "email" in taken.context["adminform"].form.errors


def test_the_hash_of_a_password_is_not_shown(client):
    person = PersonFactory()
    page = client.get(address(Person, "change", person.pk)).content.decode()
    assert person.password not in page
    assert person.password.split("$")[-1] not in page


def test_invitations_are_only_looked_at(client):
    row = invitation()
    page = client.get(address(Invitation, "change", row.pk)).content.decode()
    assert row.token_hash not in page or len(row.token_hash) < 5
    assert 'name="_save"' not in page


@pytest.mark.parametrize(("actors", "saved"), [(2, True), (1, False)])
def test_a_partnership_has_two_different_sides(client, actors, saved):
    home = NeighbourhoodFactory()
    one = ActorFactory()
    sides = [one, ActorFactory() if actors == 2 else one]
    data = {
        "kind": "haupt",
        "neighbourhood": home.pk,
        "start_on": "2026-01-01",
        "parties-TOTAL_FORMS": 2,
        "parties-INITIAL_FORMS": 0,
    }
    for number, actor in enumerate(sides):
        data |= {f"parties-{number}-actor": actor.pk, f"parties-{number}-side": "quartier"}
    client.post(address(Partnership, "add"), data)
    assert Partnership.objects.exists() is saved


TOO_LONG = "9" * 30


def test_a_number_that_no_row_can_have_is_a_choice_that_is_not_offered(client):
    actor = ActorFactory()
    for page in (address(Actor, "add"), address(Actor, "change", actor.pk)):
        answer = client.post(page, actor_form(actor, topics=[TOO_LONG], neighbourhoods=[TOO_LONG], kind=TOO_LONG))
        assert (answer.status_code, sorted(answer.context["adminform"].form.errors)) == (
            200,
            ["kind", "neighbourhoods", *([] if page.endswith("/change/") else ["slug"]), "topics"],
        )
    values = {"action": "curate", "_selected_action": [actor.pk], "select_across": "0", "preview": "1"}
    answer = client.post(address(Actor, "changelist"), values | {"add": [TOO_LONG], "remove": [TOO_LONG]})
    assert (answer.status_code, sorted(answer.context["form"].errors)) == (200, ["add", "remove"])


def test_a_row_that_cannot_be_is_not_chosen_in_a_list(client):
    actor = ActorFactory()
    answer = client.post(
        address(Actor, "changelist"), {"action": "hide", "_selected_action": [TOO_LONG, actor.pk], "select_across": "0"}
    )
    assert answer.status_code == 400
    actor.refresh_from_db()
    assert actor.state == Actor.State.PUBLISHED
    for query in (
        {"id__in": TOO_LONG},
        {"topics__id__in": TOO_LONG},
        {"topics__id__exact": TOO_LONG},
        {"id": TOO_LONG},
    ):
        assert client.get(address(Actor, "changelist"), query).status_code in {200, 302, 400}, query
