"""Merging twins: everything that hangs on the one comes along, and undoing gives back every row as it was."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone, translation

from partners.actions.addresses import keep_old_address
from partners.actions.merging import ChangedMeanwhileError, merge_actors, ties_of, undo_merge
from partners.actions.sending import send_mails
from partners.actions.twin_pairs import rule_out, suspected_pairs
from partners.forms.actor_merge import columns
from partners.models import (
    Actor,
    AgreementPart,
    Channel,
    HistoryEntry,
    Invitation,
    Mail,
    Merge,
    NotTwins,
    OldAddress,
    PartnershipParty,
    Person,
    StageError,
    Word,
    acting,
)
from projects.models import Benefit, Contribution, Participation, ResourceRequest
from quartier.leaving import delete_account, hindrances
from quartier.models import ImportedActor, ImportRun
from tests.factories import (
    ActorFactory,
    AdminFactory,
    AgreementFactory,
    AssessmentFactory,
    BenefitFactory,
    ChannelFactory,
    ContactFactory,
    ContributionFactory,
    MembershipFactory,
    NeedFactory,
    NeighbourhoodFactory,
    OfferFactory,
    ParticipationFactory,
    ParticipationOverrideFactory,
    PartnershipFactory,
    PartnershipHandoverFactory,
    PartnershipOverrideFactory,
    PersonFactory,
    ProjectFactory,
    ProjectHandoverFactory,
    ProjectInquiryFactory,
    ResourceRequestFactory,
    RoundMailFactory,
    RoundMailPlaceFactory,
    TargetGroupFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db

# What becomes of each tie to an actor. `comes`: its row belongs to the kept entry from then on. `one`: the same, and where
# the kept entry has a row of its own for the same thing, the two become one. `stays`: a second row for the same account
# stays where it does nothing; all others come.
TIES = {
    ("partners.neighbourhood", "lead_actor"): "comes",
    ("partners.keyactorassessment", "actor"): "comes",
    ("partners.channel", "actor"): "comes",
    ("partners.offer", "actor"): "comes",
    ("projects.need", "actor"): "comes",
    ("partners.actor", "parent"): "comes",
    ("partners.contactperson", "actor"): "comes",
    ("partners.membership", "actor"): "stays",
    ("partners.invitation", "actor"): "stays",
    ("partners.partnershipparty", "actor"): "one",
    ("partners.partnershipoverride", "actor"): "comes",
    ("partners.agreementpart", "actor"): "comes",
    ("partners.roundmailplace", "actor"): "one",
    **{
        (f"{app}handover{part}", name): "comes"
        for app in ("partners.partnership", "projects.project")
        for part, names in (("", ("giver", "receiver")), ("line", ("from_actor", "to_actor")))
        for name in names
    },
    ("projects.project", "lead_actor"): "comes",
    ("projects.participation", "actor"): "one",
    ("projects.benefit", "actor"): "comes",
    ("projects.projectinquiry", "actor"): "one",
    ("projects.resourcerequest", "actor"): "comes",
    ("quartier.importedactor", "actor"): "comes",
}
# What writes itself whenever anything is written.
BESIDES = {"partners.merge", "partners.historyentry", "partners.word", "sessions.session", "partners.formreceipt"}
# A mail that was queued is asked once more when it leaves whether it is still true.
BESIDES |= {"projects.contributiontally", "partners.mail"}
PASSING = {"partners.actor": {"updated_at"}}


def everything() -> dict[tuple[str, Any], dict[str, Any]]:
    """Every row of the portal, by model and key."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label_lower
        if label not in BESIDES:
            for row in serializers.serialize("python", model._base_manager.all()):
                values = row["fields"] | {"slug": row["fields"].get("slug")}
                found[label, row["pk"]] = {
                    name: value for name, value in values.items() if name not in PASSING.get(label, ())
                }
    return found


@pytest.fixture
def organiser() -> Person:
    return PersonFactory()


@pytest.fixture
def home(organiser):
    return NeighbourhoodFactory(organisers=[organiser])


@pytest.fixture
def pair(home, organiser) -> tuple[Actor, Actor]:
    """Two entries with everything there is, and with much that both have."""
    beyond = NeighbourhoodFactory(organisers=[organiser])
    kept = ActorFactory(name="Bücherstube", neighbourhoods=[home], topics=[TopicFactory()], purpose="", street="Alt 1")
    shared = TopicFactory()
    gone = ActorFactory(
        name="Buecherstube e. V.",
        neighbourhoods=[home, beyond],
        topics=[shared, *kept.topics.all()],
        purpose="Lesen für alle.",
        capacity=Actor.Capacity.RESTING,
        resting_until="2030-01-01",
    )
    gone.target_groups.add(TargetGroupFactory())
    beyond.lead_actor = gone
    beyond.save()
    person = PersonFactory()
    MembershipFactory(actor=kept, person=person)
    MembershipFactory(actor=gone, person=person, role="manager")
    MembershipFactory(actor=gone)
    told = RoundMailFactory(neighbourhood=home)
    for actor in (kept, gone):
        for email in ("both@example.org", f"only-{actor.pk}@example.org"):
            invitation = Invitation(email=email, actor=actor, created_by=organiser)
            invitation.renew_token()
            invitation.save()
        ChannelFactory(actor=actor)
        OfferFactory(actor=actor)
        ResourceRequestFactory(actor=actor, by=organiser)
        NeedFactory(actor=actor)
        ContactFactory(actor=actor, agreed=True)
        RoundMailPlaceFactory(actor=actor, round_mail=told)
        AssessmentFactory(actor=actor, assessed_by=organiser)
    ResourceRequestFactory(offer=kept.offers.get(), actor=gone, by=organiser)
    ActorFactory(parent=gone, neighbourhoods=[home])
    work(kept, gone, home)
    other = ActorFactory(neighbourhoods=[home])
    rule_out(first=other, second=gone, by=organiser, reason="Zwei Häuser.")
    keep_old_address(row=gone, before="ganz-frueher")
    now = timezone.now()
    run = ImportRun.objects.create(neighbourhood=home, source="liste", by=organiser, started_at=now, finished_at=now)
    ImportedActor.objects.create(
        actor=gone, neighbourhood=home, source="liste", key="1", values={}, first_run=run, last_run=run
    )
    return Actor.objects.get(pk=kept.pk), Actor.objects.get(pk=gone.pk)


def work(kept: Actor, gone: Actor, home) -> None:
    """Partnerships and projects: of each alone, and together."""
    three = PartnershipFactory(neighbourhood=home, quartier=kept)
    PartnershipParty.objects.create(partnership=three, actor=gone)
    three.parties.filter(actor=kept).update(brings="Regale", expected_benefit="")
    three.parties.filter(actor=gone).update(brings="Bücher", expected_benefit="Neue Leser.")
    PartnershipOverrideFactory(partnership=three, actor=gone)
    PartnershipFactory(neighbourhood=home, quartier=gone)
    AgreementFactory(partnership=three, signed=True)
    AgreementFactory(partnership=PartnershipFactory(neighbourhood=home, quartier=gone))
    for sides in ({"giver": gone}, {"receiver": gone}):
        PartnershipHandoverFactory(signed=True, **sides)
        ProjectHandoverFactory(**sides)
    both, own = ProjectFactory(neighbourhoods=[home], lead_actor=gone), ProjectFactory(neighbourhoods=[home])
    agreed = Participation.State.AGREED
    for actor, hours, state in ((kept, None, Participation.State.INVITED), (gone, 4, agreed)):
        one = ParticipationFactory(project=both, actor=actor, hours_per_month=hours, state=state, tasks=actor.name)
        ContributionFactory(participation=one)
        ParticipationOverrideFactory(participation=one)
        BenefitFactory(project=both, actor=actor)
        ProjectInquiryFactory(project=own, actor=actor, message=actor.name)
    ParticipationFactory(project=own, actor=gone)


def merged(pair, organiser, take=()) -> Merge:
    kept, gone = (Actor.objects.get(pk=actor.pk) for actor in pair)
    return merge_actors(kept=kept, gone=gone, take=take, by=organiser, seen=(kept.stamp, gone.stamp))


def test_each_tie_to_an_actor_has_a_policy():
    ties = {(tie.related_model._meta.label_lower, tie.field.name) for tie in ties_of(Actor)}
    assert ties == set(TIES), (
        "Say in TIES what becomes of a new tie in a merge, and give the pair of this test such a row."
    )


def test_each_row_comes_along_or_becomes_one(pair, organiser):
    _kept, gone = pair
    for tie in ties_of(Actor):
        assert tie.related_model._base_manager.filter(**{tie.field.name: gone}).exists(), tie
    merged(pair, organiser)
    left = {
        (tie.related_model._meta.label_lower, tie.field.name): tie.related_model._base_manager.filter(
            **{tie.field.name: gone}
        ).count()
        for tie in ties_of(Actor)
    }
    assert {tie: number for tie, number in left.items() if number} == {
        tie: 1 for tie, policy in TIES.items() if policy == "stays"
    }


@pytest.mark.parametrize("take", [[], ["purpose", "capacity", "resting_until", "name"]])
def test_undoing_gives_back_every_row_as_it_was(pair, organiser, take):
    before = everything()
    merge = merged(pair, organiser, take)
    assert everything() != before
    assert undo_merge(merge=merge, by=organiser) == []
    assert everything() == before


def test_what_both_did_in_one_project_becomes_one(pair, organiser):
    kept, gone = pair
    merged(pair, organiser)
    [one] = Participation.objects.filter(project__lead_actor=kept)
    assert (one.actor, one.state, one.hours_per_month) == (kept, "zugesagt", 4)
    assert one.tasks == f"{gone.name}\n\n{kept.name}"
    assert Contribution.objects.filter(participation=one).count() == 2
    assert Benefit.objects.filter(project=one.project, actor=kept).count() == 2


def test_what_one_had_asked_of_the_other_needs_no_answer_any_more(pair, organiser):
    kept, _gone = pair
    merge = merged(pair, organiser)
    requests = ResourceRequest.objects.filter(actor=kept)
    assert sorted(requests.values_list("state", flat=True)) == ["offen", "offen", "zurueckgezogen"]
    [settled] = requests.filter(offer__actor=kept)
    assert settled.reason == "Beide Seiten sind jetzt ein Eintrag: Es muss niemand mehr gefragt werden."
    assert [(one.from_state, one.to_state) for one in settled.steps.all()] == [("offen", "zurueckgezogen")]
    undo_merge(merge=merge, by=organiser)
    settled.refresh_from_db()
    assert (settled.state, settled.reason, settled.steps.count()) == ("offen", "", 0)
    # Its team would have read so; it does not once that is not true any more.
    told = Mail.objects.filter(kind="resource-request-withdrawn")
    send_mails.call()
    assert set(told.values_list("state", flat=True)) == {Mail.State.DROPPED}


def test_what_both_bring_into_a_partnership_becomes_one(pair, organiser):
    kept, _gone = pair
    merged(pair, organiser)
    party = kept.parties.get(brings__contains="Regale")
    assert (party.brings, party.expected_benefit) == ("Regale\n\nBücher", "Neue Leser.")
    assert party.partnership.parties.count() == 2
    assert kept.parties.count() == 3


def test_what_was_signed_still_names_both(pair, organiser):
    """The two parts of a signed agreement are not put together: it says what it said, and both belong to the kept entry."""
    kept, gone = pair
    signed = AgreementPart.objects.exclude(agreement__signed_on=None)
    names = {kept.name, gone.name}
    merged(pair, organiser)
    assert set(signed.filter(actor=kept).values_list("name", flat=True)) == names


def test_a_manager_of_the_one_is_manager_of_both(pair, organiser):
    kept, gone = pair
    person = gone.memberships.get(role="manager").person
    assert kept.memberships.get(person=person).role == "editor"
    merged(pair, organiser)
    assert kept.memberships.get(person=person).role == "manager"


def test_quartiere_topics_and_target_groups_are_put_together(pair, organiser):
    kept, gone = pair
    want = {name: set(getattr(gone, name).all()) | set(getattr(kept, name).all()) for name in MANY}
    merged(pair, organiser)
    assert {name: set(getattr(kept, name).all()) for name in MANY} == want


MANY = ("neighbourhoods", "topics", "target_groups")


def test_chosen_values_come_from_the_other(pair, organiser):
    kept, gone = pair
    merged(pair, organiser, ["purpose", "capacity", "resting_until"])
    kept.refresh_from_db()
    assert (kept.name, kept.street, kept.purpose) == ("Bücherstube", "Alt 1", "Lesen für alle.")
    assert (kept.capacity, kept.resting_until) == (gone.capacity, gone.resting_until)


def test_nobody_meets_the_merged_entry_and_its_addresses_lead_on(pair, organiser, client, admin):
    kept, gone = pair
    merged(pair, organiser)
    for person in (organiser, admin, Person.objects.get(memberships__actor=gone)):
        client.force_login(person)
        for slug in (gone.slug, "ganz-frueher"):
            assert client.get(f"/akteure/{slug}/").headers["Location"] == f"/akteure/{kept.slug}/"
        names = [line.actor.name for line in client.get("/akteure/?stand=veroeffentlicht").context["page"].object_list]
        assert (kept.name in names, gone.name in names) == (True, False)
    assert client.get("/akteure/?stand=zusammengefuehrt").context["found"].unknown
    assert suspected_pairs(user=organiser) == []
    kept_as_two = {(one.first_id, one.second_id) for one in NotTwins.objects.filter(first=kept)}
    assert len(kept_as_two) == 1


@pytest.fixture
def admin() -> Person:
    return AdminFactory()


def test_the_history_says_who_merged(pair, organiser):
    kept, gone = pair
    merged(pair, organiser, ["purpose"])
    lines = HistoryEntry.objects.filter(occasion=HistoryEntry.Occasion.MERGED)
    assert {(line.by_id, line.detail) for line in lines} == {(organiser.pk, gone.name)}
    assert lines.of(kept).filter(values__has_key="purpose").exists()
    assert lines.of(gone).get(values__has_key="state").values["state"] == ["veroeffentlicht", "zusammengefuehrt"]


def test_words_of_the_merged_entry_are_forgotten(pair, organiser, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        pair[0].publish() if pair[0].state != "veroeffentlicht" else None
        Word.objects.create(word="buecherstube", spelling="Bücherstube", count=2, length=12)
        merge = merged(pair, organiser)
    assert Word.objects.get(word="buecherstube").count == 1
    with django_capture_on_commit_callbacks(execute=True):
        undo_merge(merge=merge, by=organiser)
    assert Word.objects.get(word="buecherstube").count == 2


def test_what_was_written_since_stays(pair, organiser):
    kept, gone = pair
    merge = merged(pair, organiser, ["purpose", "name"])
    kept.refresh_from_db()
    kept.purpose = "Seither neu."
    kept.save()
    channel = ChannelFactory(actor=kept)
    gone_channel = gone.pk and kept.channels.exclude(pk=channel.pk).last()
    gone_channel.delete()
    assert undo_merge(merge=merge, by=organiser) == [str(Actor._meta.get_field("purpose").verbose_name)]
    kept.refresh_from_db()
    assert (kept.name, kept.purpose, channel in kept.channels.all()) == ("Bücherstube", "Seither neu.", True)


def test_a_row_that_was_changed_since_is_named(pair, organiser, client):
    """Where both were one participation or one side, what somebody wrote there since stays, and the page says what it is."""
    kept, _gone = pair
    merge = merged(pair, organiser)
    part = Participation.objects.get(project__lead_actor=kept)
    part.tasks = "Seither neu verteilt."
    part.save()
    channel = gone_channel_of(merge)
    other = ActorFactory(neighbourhoods=[NeighbourhoodFactory()])
    channel.actor = other
    channel.save()
    client.force_login(organiser)
    page = client.post(f"/akteure/zwillinge/{merge.pk}/rueckgaengig/", follow=True)
    said = " ".join(str(message) for message in page.context["messages"])
    assert f"Beteiligung „{part}“: Aufgaben" in said
    assert f"Kommunikationskanal „{channel}“: Akteur*in" in said
    part.refresh_from_db()
    channel.refresh_from_db()
    assert (part.tasks, channel.actor) == ("Seither neu verteilt.", other)


def gone_channel_of(merge: Merge) -> Channel:
    [key] = [step["pk"] for step in merge.steps if step.get("model") == "partners.channel"]
    return Channel.objects.get(pk=key)


@pytest.mark.parametrize("sees", [True, False])
def test_of_a_row_that_one_may_not_see_only_the_kind_is_named(pair, organiser, sees):
    """An idea of another Quartier: whoever parts the two learns not how it is called."""
    idea = ProjectFactory(state="idee", title="Geheim", neighbourhoods=[NeighbourhoodFactory()])
    for actor in pair:
        ParticipationFactory(project=idea, actor=actor, tasks=actor.name)
    merge = merged(pair, organiser)
    Participation.objects.filter(project=idea).update(tasks="Neu.")
    with translation.override("de"):
        stays = undo_merge(merge=merge, by=AdminFactory() if sees else organiser)
    name = " „Bücherstube – Geheim (Mitwirkende)“" if sees else ""
    assert stays == [f"Beteiligung{name}: Aufgaben"]


def test_what_comes_back_is_told(pair, organiser):
    kept, gone = pair
    project = Participation.objects.filter(actor=gone, project__lead_actor=gone).get().project
    merge = merged(pair, organiser)
    undo_merge(merge=merge, by=organiser)
    lines = HistoryEntry.objects.of(project).filter(occasion="getrennt", what="neu", row="projects.participation")
    back = Participation.objects.get(pk=lines.get().row_id)
    assert (lines.get().by_id, lines.get().values["tasks"]) == (organiser.pk, [None, back.tasks])
    three = kept.parties.order_by("pk").first().partnership
    sides = HistoryEntry.objects.of(three).filter(occasion="getrennt", what="neu")
    assert {line.row_id for line in sides} <= set(three.parties.values_list("pk", flat=True))
    assert sides.count() == 1


def test_an_undone_merge_can_be_done_again_and_undone_once(pair, organiser):
    merge = merged(pair, organiser)
    undo_merge(merge=merge, by=organiser)
    with pytest.raises(StageError):
        undo_merge(merge=merge, by=organiser)
    again = merged(pair, organiser)
    assert Merge.objects.standing().get() == again


def test_of_a_chain_the_last_merge_is_undone_first(pair, organiser, home):
    kept, gone = pair
    third = ActorFactory(name="Dritte", neighbourhoods=[home])
    before = everything()
    first = merged((kept, gone), organiser)
    middle = everything()
    second = merged((third, kept), organiser)
    with pytest.raises(StageError, match="Machen Sie zuerst jene"):
        undo_merge(merge=first, by=organiser)
    assert OldAddress.objects.get(slug=gone.slug).target == third.pk
    undo_merge(merge=second, by=organiser)
    assert everything() == middle
    undo_merge(merge=first, by=organiser)
    assert everything() == before


def test_partners_of_each_other_are_not_one(home, organiser):
    pair = ActorFactory(neighbourhoods=[home]), ActorFactory(neighbourhoods=[home])
    PartnershipFactory(neighbourhood=home, quartier=pair[0], accompanying=pair[1])
    with pytest.raises(ValidationError, match="Partner von sich selbst"):
        merged(pair, organiser)


def test_what_somebody_changed_meanwhile_is_not_merged_unseen(pair, organiser):
    kept, gone = pair
    seen = kept.stamp, gone.stamp
    gone.purpose = "Neu."
    gone.save()
    with pytest.raises(ChangedMeanwhileError):
        merge_actors(kept=kept, gone=gone, take=[], by=organiser, seen=seen)
    assert not Merge.objects.exists()


def test_each_column_that_people_fill_in_is_chosen_once():
    names = [name for _label, group in columns().values() for name in group]
    editable = {one.name for one in Actor._meta.concrete_fields if one.editable} - {"id", "slug"}
    assert (len(names), set(names)) == (len(set(names)), editable)


# --- the pages ------------------------------------------------------------------------------------------------------------


def page_of(pair) -> str:
    return f"/akteure/zwillinge/{pair[0].pk}-{pair[1].pk}/zusammenfuehren/"


def choices(client: Client, pair) -> dict[str, str]:
    """What the page sends when nothing is touched."""
    form = client.get(page_of(pair)).context["form"]
    return {name: form[name].value() for name in form.fields}


def test_the_page_chooses_what_is_said_and_merges(pair, organiser, client):
    client.force_login(organiser)
    sent = choices(client, pair)
    assert (sent["name"], sent["purpose"], sent["capacity"]) == ("bleibt", "andere", "andere")
    answer = client.post(page_of(pair), sent | {"name": "andere"})
    kept, gone = (Actor.objects.get(pk=actor.pk) for actor in pair)
    assert answer.headers["Location"] == kept.get_absolute_url()
    assert (kept.name, kept.purpose, gone.state) == ("Buecherstube e. V.", "Lesen für alle.", "zusammengefuehrt")
    again = client.post(page_of(pair), sent, follow=True)
    assert "gehört schon zu diesem Eintrag" in again.content.decode()
    assert Merge.objects.count() == 1


def test_the_page_says_what_comes_along(pair, organiser, client):
    client.force_login(organiser)
    coming = {one.label: one.number for one in client.get(page_of(pair)).context["coming"]}
    assert (coming["Beteiligungen"], coming["Kommunikationskanal"]) == (2, 1)
    # Of its two participations one has a contribution: that comes along with it.
    assert (coming["Beitrag"], coming["Nutzen"]) == (1, 1)


@pytest.mark.parametrize(("phone", "asked"), [("+49 89 0000190", 0), ("089 0000191", 1), ("", 1)])
def test_one_phone_number_written_in_two_ways_is_no_question(pair, organiser, client, phone, asked):
    Actor.objects.filter(pk=pair[0].pk).update(phone="089 0000 190")
    Actor.objects.filter(pk=pair[1].pk).update(phone=phone)
    client.force_login(organiser)
    assert client.get(page_of(pair)).content.decode().count('id="phone-andere"') == asked
    client.post(page_of(pair), choices(client, pair))
    assert Actor.objects.get(pk=pair[0].pk).phone == "089 0000 190"


def test_a_change_in_between_comes_back_with_the_choices(pair, organiser, client):
    client.force_login(organiser)
    sent = choices(client, pair) | {"name": "andere"}
    Actor.objects.filter(pk=pair[1].pk).update(description="Ganz neu.", updated_at=timezone.now())
    answer = client.post(page_of(pair), sent)
    html = answer.content.decode()
    assert "inzwischen geändert" in html
    assert "Ganz neu." in html
    assert answer.context["form"]["name"].value() == "andere"
    retry = {name: answer.context["form"][name].value() or "" for name in answer.context["form"].fields}
    assert client.post(page_of(pair), retry).status_code == 302
    assert Merge.objects.count() == 1


def test_undoing_on_the_list(pair, organiser, client):
    merge = merged(pair, organiser)
    client.force_login(organiser)
    page = client.get("/akteure/zwillinge/?liste=zusammengefuehrt")
    address = f"/akteure/zwillinge/{merge.pk}/rueckgaengig/"
    assert f'action="{address}"' in page.content.decode()
    assert client.post(address).headers["Location"] == pair[1].get_absolute_url()
    assert client.post(address).headers["Location"] == pair[1].get_absolute_url()
    assert not Merge.objects.standing().exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_merges_takes_the_same_queries(home, organiser, client, django_assert_num_queries, rows):
    for _ in range(rows):
        merged((ActorFactory(neighbourhoods=[home]), ActorFactory(neighbourhoods=[home])), organiser)
    client.force_login(organiser)
    client.get("/akteure/zwillinge/?liste=zusammengefuehrt")
    with django_assert_num_queries(8):
        page = client.get("/akteure/zwillinge/?liste=zusammengefuehrt").context["page"]
    assert len(page.object_list) == rows


def test_who_organises_only_one_of_them_finds_no_page(pair, client):
    pair[0].neighbourhoods.set([NeighbourhoodFactory()])
    client.force_login(PersonFactory())
    assert client.get(page_of(pair)).status_code == 404
    client.force_login(Person.objects.get(organised_neighbourhoods=pair[1].neighbourhoods.first()))
    assert client.get(page_of(pair)).status_code == 404
    assert client.post(page_of(pair), {}).status_code == 404


def test_the_administration_leads_to_the_page(pair, client, admin):
    client.force_login(admin)
    send = {"action": "merge", "_selected_action": [one.pk for one in pair]}
    answer = client.post("/admin/partners/actor/", send)
    assert answer.headers["Location"] == page_of(sorted(pair, key=lambda one: one.pk))
    alone = client.post("/admin/partners/actor/", send | {"_selected_action": [pair[0].pk]}, follow=True)
    assert "genau zwei" in alone.content.decode()


# --- afterwards -----------------------------------------------------------------------------------------------------------


def test_the_history_of_the_merged_entry_is_read_at_the_one_that_was_kept(pair, organiser, client):
    """Nothing of it comes back from there; whoever may not read the one reads neither."""
    kept, gone = pair
    with acting(by=PersonFactory(name="Vera Vorher")):
        gone.purpose = "Früher einmal."
        gone.save()
    merge = merged(pair, organiser)
    client.force_login(organiser)
    address = f"/akteure/{kept.slug}/verlauf/"
    assert client.get(f"/akteure/{gone.slug}/verlauf/").headers["Location"] == address
    assert f'href="?eintrag={gone.slug}"' in client.get(address).content.decode()
    page = client.get(f"{address}?eintrag={gone.slug}")
    assert ("Vera Vorher" in page.content.decode(), "Früher einmal." in page.content.decode()) == (True, True)
    assert not any(line.is_offered for _day, acts in page.context["days"] for act in acts for line in act.lines)
    assert "Vera Vorher" not in client.get(f"{address}?eintrag={kept.slug}").content.decode()
    client.force_login(PersonFactory())
    assert client.get(f"{address}?eintrag={gone.slug}").status_code == 404
    undo_merge(merge=merge, by=organiser)
    client.force_login(organiser)
    assert "Vera Vorher" not in client.get(f"{address}?eintrag={gone.slug}").content.decode()


def test_a_chain_of_merges_shows_the_history_of_each(pair, organiser, home):
    kept, gone = pair
    third = ActorFactory(neighbourhoods=[home])
    merged((kept, gone), organiser)
    merged((third, kept), organiser)
    assert [one.pk for one in Merge.objects.parts_of(third)] == [kept.pk, gone.pk]
    assert Merge.objects.parts_of(gone) == []


def test_a_side_that_became_one_with_another_is_not_brought_back_for_the_merged_entry(pair, organiser, client):
    """What the history offers to enter anew would hang on an entry that nobody meets; after undoing it is there again."""
    kept, gone = pair
    merge = merged(pair, organiser)
    three = kept.parties.get(brings__contains="Regale").partnership
    [line] = HistoryEntry.objects.of(three).filter(what="weg")
    client.force_login(organiser)
    address = f"/partnerschaften/{three.pk}/verlauf/{line.pk}/"
    refused = client.post(address, {"version": line.pk}, headers={"accept-language": "de"})
    assert f"„{gone}“ gehört inzwischen zu „{kept}“" in refused.content.decode()
    assert not PartnershipParty.objects.filter(actor=gone).exists()
    undo_merge(merge=merge, by=organiser)
    assert client.get(address).status_code == 404
    assert f'href="{address}"' not in client.get(f"/partnerschaften/{three.pk}/verlauf/").content.decode()


def test_a_team_that_does_nothing_any_more_keeps_nobody_from_leaving(pair, organiser):
    """Of the merged entry she is the only manager; of the kept one there is another."""
    kept, gone = pair
    person = gone.memberships.get(role="manager").person
    MembershipFactory(actor=kept, role="manager")
    merged(pair, organiser)
    assert hindrances(person) == []
    delete_account(person=person)
    assert not Person.objects.filter(pk=person.pk).exists()


def test_a_merged_entry_is_not_chosen_in_the_administration(pair, organiser, client, admin):
    _kept, gone = pair
    merged(pair, organiser)
    client.force_login(admin)
    answer = client.post("/admin/partners/channel/add/", {"actor": gone.pk, "kind": "newsletter", "name": "Brief"})
    assert "actor" in answer.context["adminform"].form.errors
    assert not gone.channels.exists()
