"""Agreements: who reads and edits them, how a draft fills itself, and that what was signed is not rewritten."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from partners.actions.agreements import begin_agreement, differing_sides, edit_agreement, sign_agreement
from partners.models import Actor, Agreement, AgreementPart, HistoryEntry, Partnership, Person, StageError
from tests.factories import ActorFactory, AgreementFactory, ContactFactory, PartnershipFactory, TopicFactory
from tests.partners.agreement_world import ORGANISERS, READERS, ROLES, AgreementWorld, expected, pdf
from tests.partners.browser import sent_by
from tests.partners.partnership_world import World

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("signed", [False, True], ids=["draft", "signed"])
def test_only_the_sides_and_the_organisers_read_it(who: str, signed: bool) -> None:
    world = AgreementWorld(signed=signed)
    for page in ("", "dokument/", "vereinbarung.docx", "verlauf/"):
        assert world.seen(world.path + page, who) == expected(who, READERS), page


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("signed", [False, True], ids=["draft", "signed"])
def test_who_edits_the_sections_of_a_draft(who: str, signed: bool) -> None:
    world = AgreementWorld(signed=signed)
    url = f"{world.path}bearbeiten/gegenstand/"
    seen = world.seen(url, who)
    world.client(who).post(url, {"subject": "Neu", "goals": "Ein Ziel"})
    world.agreement.refresh_from_db()
    allowed = ORGANISERS if not signed else set()
    assert seen == expected(who, allowed)
    assert (world.agreement.subject == "Neu", world.agreement.goals) == (who in allowed, "Ein Ziel" * (who in allowed))


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("signed", [False, True], ids=["draft", "signed"])
def test_each_side_edits_its_own_part_of_a_draft(who: str, signed: bool) -> None:
    world = AgreementWorld(signed=signed)
    url = f"{world.path}teile/{world.part.pk}/bearbeiten/"
    seen = world.seen(url, who)
    world.client(who).post(url, {"name": "Bibliothek e. V.", "tasks": "Vorlesen", "actor": world.companion.pk})
    world.part.refresh_from_db()
    allowed = {"editor", *ORGANISERS} if not signed else set()
    assert seen == expected(who, allowed)
    changed = ("Bibliothek e. V.", "Vorlesen", world.library)
    assert (world.part.name, world.part.tasks, world.part.actor) == (
        changed if who in allowed else ("Bibliothek", "", world.library)
    )


@pytest.mark.parametrize("who", ROLES)
def test_organisers_begin_a_draft(who: str) -> None:
    world = World()
    world.companion_editor = world.other_editor
    url = f"{world.url}vereinbarungen/neu/"
    page, sent = world.client(who).get(url), world.client(who).post(url)
    if who in ORGANISERS:
        agreement = Agreement.objects.get()
        assert (page.status_code, sent["Location"]) == (200, agreement.get_absolute_url())
        assert world.client(who).get(url)["Location"] == agreement.get_absolute_url()
    else:
        assert (page.status_code, sent.status_code) == ((302, 302) if who == "visitor" else (404, 404))
        assert not Agreement.objects.exists()


@pytest.mark.parametrize("who", ROLES)
def test_organisers_note_the_signatures(who: str) -> None:
    world = AgreementWorld()
    url = f"{world.path}unterschreiben/"
    assert world.seen(url, who) == expected(who, ORGANISERS)
    world.client(who).post(url, {"signed_on": "3.2.2026"})
    world.agreement.refresh_from_db()
    assert world.agreement.signed_on == (date(2026, 2, 3) if who in ORGANISERS else None)


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("signed", [False, True], ids=["draft", "signed"])
def test_a_draft_can_be_deleted_a_signed_one_not(who: str, signed: bool) -> None:
    world = AgreementWorld(signed=signed)
    url = f"{world.path}loeschen/"
    allowed = ORGANISERS if not signed else set()
    assert world.seen(url, who) == expected(who, allowed)
    world.client(who).post(url)
    assert Agreement.objects.filter(pk=world.agreement.pk).exists() is (who not in allowed)


def test_nothing_of_it_stands_on_a_page_for_others() -> None:
    world = AgreementWorld(subject="Geheimsache", goals="Geheimziel")
    paths = (world.url, "/partnerschaften/", "/", f"/akteure/{world.library.slug}/", "/suche/?q=Bibliothek")
    for who in ("visitor", "other_editor", "other_organiser"):
        client = world.client(who)
        pages = [client.get(path).text for path in paths]
        assert [path for path, page in zip(paths, pages, strict=True) if "Geheim" in page] == []
        assert [path for path, page in zip(paths, pages, strict=True) if "/vereinbarungen/" in page] == []


def test_who_left_the_partnership_still_reads_what_it_signed() -> None:
    world = AgreementWorld(signed=True)
    world.partnership.parties.create(actor=ActorFactory())
    world.side.delete()
    assert world.seen(world.path, "editor") == "200"


# --- how it fills itself ----------------------------------------------------------------------------------------------


@pytest.fixture
def told() -> Any:
    """Two sides of whom something is known."""
    world, topic = World(), TopicFactory(name="Lesen")
    for actor, purpose in ((world.library, "Offener Ort."), (world.companion, "Begleitet von außen.")):
        Actor.objects.filter(pk=actor.pk).update(purpose=purpose, street="Hauptstr.", house_number="3", city="München")
        actor.topics.add(topic)
    Actor.objects.filter(pk=world.companion.pk).update(is_address_public=False)
    world.side.brings, world.side.expected_benefit = "Räume", "Gäste"
    world.side.save()
    ContactFactory(actor=world.library, name="Ada Offen", function="Leitung", email="ada@example.org", agreed=True)
    ContactFactory(actor=world.library, name="Ben Intern")
    ContactFactory(actor=world.library, name="Cem Dagegen", objected_at=timezone.now())
    return world


def begun(world: World) -> Agreement:
    return Agreement.objects.for_detail().get(pk=begin_agreement(partnership=world.partnership, language="en").pk)


def test_a_draft_fills_itself_from_what_is_known(told: Any) -> None:
    agreement = begun(told)
    library, companion = agreement.parts.all()
    assert (agreement.subject, agreement.goals) == ("Cooperation in the neighbourhood Daheim", "")
    assert agreement.background == (
        "Bibliothek: Offener Ort.\n\nBegleitung: Begleitet von außen.\n\nAll sides work on: Lesen."
    )
    assert agreement.data_protection.startswith("We pass on data about people only if they have agreed")
    assert (agreement.start_on, agreement.end_on, agreement.edition) == (date(2026, 1, 1), None, 1)
    assert (library.name, library.address, library.brings, library.expects) == (
        "Bibliothek",
        "Hauptstr. 3\nMünchen",
        "Räume",
        "Gäste",
    )
    assert (library.representative, library.contact) == ("Ada Offen, Leitung", "Ada Offen, Leitung, ada@example.org")
    assert (companion.name, companion.address, companion.contact) == ("Begleitung", "München", "")


def test_what_was_filled_in_is_marked_until_somebody_saves_it(told: Any) -> None:
    agreement = begun(told)
    library, companion = agreement.parts.all()
    assert agreement.prefilled == [
        "subject", "background", "rhythm", "decision_rule", "public_relations", "data_protection", "notice", "start_on",
    ]  # fmt: skip
    assert (library.prefilled, companion.prefilled) == (
        ["address", "representative", "contact", "brings", "expects"],
        ["address"],
    )
    client = told.client("organiser")
    url = f"/vereinbarungen/{agreement.pk}/bearbeiten/gegenstand/"
    page = client.get(url)
    assert page.content.decode().count("chip prefilled") == 2
    assert client.post(url, sent_by(page)).status_code == 302
    agreement.refresh_from_db()
    assert not {"subject", "background", "goals"} & set(agreement.prefilled)
    assert "rhythm" in agreement.prefilled
    states = [one.state for one in client.get(f"/vereinbarungen/{agreement.pk}/").context["sections"]]
    assert states == ["bestaetigt", "zugesagt", "zugesagt", "zugesagt"]


def test_people_who_have_not_agreed_are_a_hint_to_whoever_knows_them(told: Any) -> None:
    agreement = begun(told)
    own, other = (f"/vereinbarungen/{agreement.pk}/teile/{part.pk}/bearbeiten/" for part in agreement.parts.all())
    page = told.client("editor").get(own).content.decode()
    assert "The portal also knows: Ben Intern." in page
    assert "Cem Dagegen" not in page
    assert "Ben Intern" not in told.client("organiser").get(other).content.decode()
    assert "Ben Intern" not in told.client("editor").get(f"/vereinbarungen/{agreement.pk}/dokument/").content.decode()


def test_of_an_actor_that_cannot_be_seen_only_its_name_is_taken(told: Any) -> None:
    Actor.objects.filter(pk=told.companion.pk).update(state=Actor.State.HIDDEN)
    agreement = begun(told)
    part = agreement.parts.get(actor=told.companion)
    assert (part.name, part.address, part.contact) == ("Begleitung", "", "")
    assert "außen" not in agreement.background


def test_the_language_is_that_of_whoever_begins(told: Any) -> None:
    german = begin_agreement(partnership=told.partnership, language="de")
    assert (german.language, german.subject) == ("de", "Zusammenarbeit im Quartier Daheim")
    assert "Kooperationsvereinbarung" in told.client("organiser").get(f"{german.get_absolute_url()}dokument/").text


@pytest.mark.parametrize(
    ("stage", "may"),
    [("anbahnung", False), ("abstimmung", True), ("vereinbart", True), ("laufend", True), ("nicht_zustande", False)],
)
def test_a_draft_begins_when_the_sides_know_of_the_partnership(told: Any, stage: str, may: bool) -> None:
    Partnership.objects.filter(pk=told.partnership.pk).update(state=stage)
    path = f"{told.url}vereinbarungen/neu/"
    assert told.client("organiser").get(path).status_code == (200 if may else 404)
    if may:
        assert begin_agreement(partnership=told.partnership, language="de").pk
    else:
        with pytest.raises(StageError, match="from the first talks on"):
            begin_agreement(partnership=told.partnership, language="de")


def test_who_begins_at_the_moment_of_the_end_reads_why_not(monkeypatch: Any) -> None:
    world = World()

    def late(**values: Any) -> Agreement:
        Partnership.objects.get().end(by=world.organiser, reason=Partnership.EndReason.GOAL)
        return begin_agreement(**values)

    monkeypatch.setattr("partners.views.agreements.begin_agreement", late)
    answer = world.client("organiser").post(f"{world.url}vereinbarungen/neu/")
    said = [str(one) for one in answer.wsgi_request._messages]
    assert (answer["Location"], said) == (
        world.url,
        ["An agreement is drafted from the first talks on, until the partnership ends."],
    )


def test_beginning_twice_is_one_draft(told: Any) -> None:
    first, second = (begin_agreement(partnership=told.partnership, language="de") for _ in range(2))
    assert (first, AgreementPart.objects.count()) == (second, 2)


def test_the_next_one_begins_as_a_copy_of_what_was_signed() -> None:
    world = AgreementWorld(signed=True, goals="Mehr Gäste", end_on=date(2026, 12, 31), language="de")
    AgreementPart.objects.filter(pk=world.part.pk).update(name="Bibliothek e. V.", tasks="Vorlesen")
    new = ActorFactory(name="Neue Seite", neighbourhoods=[world.home])
    world.partnership.parties.create(actor=new)
    world.client("organiser").post(f"{world.url}vereinbarungen/neu/")
    draft = Agreement.objects.for_detail().get(signed_on=None)
    assert (draft.edition, draft.language, draft.goals, draft.start_on, draft.end_on) == (
        2,
        "de",
        "Mehr Gäste",
        date(2027, 1, 1),
        None,
    )
    assert {(part.name, part.tasks) for part in draft.parts.all()} == {
        ("Bibliothek e. V.", "Vorlesen"),
        ("Begleitung", ""),
        ("Neue Seite", ""),
    }
    assert {"subject", "goals", "start_on"} == set(draft.prefilled)
    old = Agreement.objects.get(edition=1)
    assert (old.signed_on, old.goals, old.parts.count()) == (date(2026, 1, 10), "Mehr Gäste", 2)


def test_the_sides_of_a_draft_follow_the_partnership_when_asked() -> None:
    world = AgreementWorld()
    third = ActorFactory(name="Dritte", neighbourhoods=[world.home])
    world.partnership.parties.create(actor=third, brings="Kuchen")
    world.partnership.parties.get(actor=world.companion).delete()
    client = world.client("organiser")
    page = client.get(world.path)
    assert [party.actor for party in page.context["new_sides"]] == [third]
    assert [part.actor for part in page.context["gone_sides"]] == [world.companion]
    assert client.post(f"{world.path}abgleichen/").status_code == 302
    assert list(world.agreement.parts.values_list("name", "brings")) == [("Bibliothek", ""), ("Dritte", "Kuchen")]
    agreement = Agreement.objects.for_detail().get(pk=world.agreement.pk)
    assert differing_sides(agreement) == ([], [])


# --- signed ------------------------------------------------------------------------------------------------------------


def test_what_was_signed_is_not_rewritten_by_any_way() -> None:
    world = AgreementWorld(signed=True)
    client = world.client("organiser")
    for path, data in (
        ("bearbeiten/gegenstand/", {"subject": "Anders"}),
        (f"teile/{world.part.pk}/bearbeiten/", {"name": "Anders"}),
        ("abgleichen/", {}),
        ("unterschreiben/", {"signed_on": "1.1.2026"}),
        ("loeschen/", {}),
    ):
        assert client.post(world.path + path, data).status_code == 404, path
    for act in (
        lambda: edit_agreement(agreement=world.agreement, values={"subject": "Anders"}, seen=[]),
        lambda: sign_agreement(agreement=world.agreement, on=date(2026, 5, 5)),
    ):
        with pytest.raises(StageError, match="This agreement is signed"):
            act()
    world.agreement.refresh_from_db()
    assert (world.agreement.subject != "Anders", world.agreement.signed_on) == (True, date(2026, 1, 10))


def test_a_profile_that_changes_does_not_change_an_agreement() -> None:
    world = AgreementWorld(signed=True)
    Actor.objects.filter(pk=world.library.pk).update(name="Ganz anders")
    page = world.client("editor").get(f"{world.path}dokument/").text
    assert ("Bibliothek" in page, "Ganz anders" in page) == (True, False)


@pytest.mark.parametrize(
    ("values", "lacking"),
    [({"subject": ""}, "what it is about"), ({"start_on": None}, "the day on which it begins")],
)
def test_what_it_cannot_be_signed_without_is_named(values: dict[str, Any], lacking: str) -> None:
    world = AgreementWorld(**values)
    client = world.client("organiser")
    assert lacking in client.get(f"{world.path}unterschreiben/").text
    refused = client.post(f"{world.path}unterschreiben/", {"signed_on": "3.2.2026"})
    assert refused.context["form"].non_field_errors() == [f"It cannot be signed yet. It still lacks: {lacking}."]
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=world.agreement.pk).update(signed_on=TODAY)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter the day on which the last side signed"),
        ("morgen", "Write the date like this"),
        (f"{TODAY + timedelta(days=1):%d.%m.%Y}", "This day is yet to come."),
        ("1.1.1901", "more than a hundred years ago"),
    ],
)
def test_a_day_on_which_nobody_can_have_signed_is_refused(typed: str, sentence: str) -> None:
    world = AgreementWorld()
    form = world.client("organiser").post(f"{world.path}unterschreiben/", {"signed_on": typed}).context["form"]
    assert sentence in form.errors["signed_on"][0]
    both = world.client("organiser").post(f"{world.path}unterschreiben/", {"signed_on": typed, "files": pdf()})
    assert "Please choose the files once more" in both.context["form"].errors["files"][0]


def test_signing_warns_of_what_nobody_looked_at_and_goes_on() -> None:
    world = AgreementWorld(rhythm="Oft", prefilled=["rhythm"])
    client = world.client("organiser")
    assert client.get(f"{world.path}unterschreiben/").context["untouched"] == ["How you work together"]
    assert client.post(f"{world.path}unterschreiben/", {"signed_on": "3.2.2026"}).status_code == 302


def test_the_days_must_fit() -> None:
    world = AgreementWorld()
    url = f"{world.path}bearbeiten/dauer/"
    refused = world.client("organiser").post(url, {"start_on": "2.2.2027", "end_on": "1.2.2027"})
    assert refused.context["form"].errors["end_on"] == ["The end lies before the beginning."]
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=world.agreement.pk).update(end_on=date(2020, 1, 1))


def test_what_can_never_be_stored() -> None:
    world = AgreementWorld()
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementFactory(partnership=world.partnership, edition=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementFactory(partnership=world.partnership, signed=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementPart.objects.create(agreement=world.agreement, actor=world.library, name="")
    with pytest.raises(ProtectedError):
        world.partnership.delete()


# --- two editors, history ------------------------------------------------------------------------------------------------


def test_two_who_write_one_part_are_shown_both_versions() -> None:
    world = AgreementWorld()
    url = f"{world.path}teile/{world.part.pk}/bearbeiten/"
    editor, organiser = world.client("editor"), world.client("organiser")
    first, second = sent_by(editor.get(url)), sent_by(organiser.get(url))
    assert editor.post(url, first | {"tasks": "Von uns"}).status_code == 302
    refused = organiser.post(url, second | {"tasks": "Vom Büro"})
    (conflict,) = refused.context["form"].conflicts
    assert (conflict.now, conflict.mine) == ("Von uns", "Vom Büro")
    assert organiser.post(url, sent_by(refused) | {"version-tasks": "portal"}).status_code == 302
    world.part.refresh_from_db()
    assert world.part.tasks == "Von uns"


def test_the_history_tells_who_wrote_what_and_brings_it_back_while_it_is_a_draft() -> None:
    world = AgreementWorld(goals="Erstens")
    client = world.client("organiser")
    client.post(f"{world.path}bearbeiten/gegenstand/", {"subject": "Neu", "background": "", "goals": "Zweitens"})
    page = client.get(f"{world.path}verlauf/").text
    assert "Zweitens" in page
    assert str(world.organiser) in page
    entry = HistoryEntry.objects.filter(row="partners.agreement", what="anders").latest("pk")
    version = f"{world.path}verlauf/{entry.pk}/"
    assert world.client("editor").get(version).status_code == 404
    shown = client.get(version)
    assert client.post(version, sent_by(shown)).status_code == 302
    world.agreement.refresh_from_db()
    assert world.agreement.goals == "Erstens"
    world.client("organiser").post(f"{world.path}unterschreiben/", {"signed_on": "3.2.2026"})
    assert client.get(version).status_code == 404


def test_names_of_people_are_not_kept_in_the_history() -> None:
    world = AgreementWorld()
    url = f"{world.path}teile/{world.part.pk}/bearbeiten/"
    named = {"name": "Bibliothek", "tasks": "Lesen", "representative": "Geheim Name", "contact": "Geheim Kontakt"}
    assert world.client("editor").post(url, named).status_code == 302
    told = [str(values) for values in HistoryEntry.objects.values_list("values", flat=True)]
    assert [one for one in told if "Geheim" in one] == []
    assert any("Lesen" in one for one in told)


# --- lists ---------------------------------------------------------------------------------------------------------------


def ending(days: int, **values: Any) -> Agreement:
    partnership = PartnershipFactory(**values)
    return AgreementFactory(partnership=partnership, signed=True, end_on=TODAY + timedelta(days=days))


def test_which_agreements_come_to_an_end() -> None:
    soon, over, far = ending(59), ending(-5), ending(61)
    AgreementFactory(signed=True)
    AgreementFactory(end_on=TODAY)
    ended = ending(10, state=Partnership.Stage.ENDED, end_reason=Partnership.EndReason.TERM)
    followed = ending(10)
    AgreementFactory(partnership=followed.partnership, edition=2, signed=True)
    assert set(Agreement.objects.coming_to_an_end()) == {soon, over}
    assert set(Agreement.objects.latest_signed()) >= {soon, over, far, ended}
    assert followed not in Agreement.objects.latest_signed()


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_of_an_agreement_takes_the_same_queries(rows: int, django_assert_num_queries: Any) -> None:
    world = AgreementWorld()
    for _ in range(rows):
        actor = ActorFactory(neighbourhoods=[world.home])
        world.partnership.parties.create(actor=actor)
        AgreementPart.objects.create(agreement=world.agreement, actor=actor, name=actor.name)
    client = world.client("organiser")
    with django_assert_num_queries(12):
        assert client.get(world.path).status_code == 200
    with django_assert_num_queries(7):
        assert client.get(f"{world.path}dokument/").status_code == 200


def test_texts_are_drawn_as_text() -> None:
    world = AgreementWorld(subject="<b>Fett</b>", goals="<script>alert(1)</script>")
    page = world.client("editor").get(f"{world.path}dokument/").text
    assert ("<b>" in page, "<script>alert" in page, "&lt;script&gt;alert(1)" in page) == (False, False, True)


def test_in_the_administration_only_the_day_of_a_signed_one_is_put_right() -> None:
    world = AgreementWorld(signed=True)
    client = world.client("admin")
    Person.objects.filter(pk=world.admin.pk).update(is_superuser=True)
    path = f"/admin/partners/agreement/{world.agreement.pk}/change/"
    form = client.get(path).context["adminform"].form
    assert list(form.fields) == ["signed_on"]
    data = {"signed_on": "", "subject": "Anders", "parts-TOTAL_FORMS": 0, "parts-INITIAL_FORMS": 0}
    AgreementFactory(partnership=world.partnership, edition=2)
    refused = client.post(path, data)
    assert "has a draft of an agreement already" in refused.text
    assert client.post(path, data | {"signed_on": "2026-02-03"}).status_code == 302
    world.agreement.refresh_from_db()
    assert (world.agreement.signed_on, world.agreement.subject == "Anders") == (date(2026, 2, 3), False)


@pytest.mark.parametrize("who", ROLES)
def test_the_partnership_leads_those_to_it_who_may_read_it(who: str) -> None:
    world = AgreementWorld(signed=True)
    page = world.client(who).get(world.agreement.partnership.get_absolute_url()).content.decode()
    assert (f'href="{world.path}"' in page) == (who in READERS)
    assert ("Draft the next agreement" in page) == (who in ORGANISERS)
