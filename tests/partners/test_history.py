"""The history in words, who may read it, and how an earlier version comes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import override

from partners.actions.actors import edit_actor
from partners.actions.telling import tell
from partners.actions.wordings import Piece, compared
from partners.models import Actor, Channel, HistoryEntry, Person, acting
from tests.factories import (
    ActorFactory,
    ActorKindFactory,
    AdminFactory,
    ChannelFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    PartnershipFactory,
    PersonFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db
MAY = datetime(2026, 5, 3, 12, 5, tzinfo=UTC)


class Kept:
    """A library with a past: who keeps it, and what she changed on a day in May."""

    def __init__(self) -> None:
        self.editor = PersonFactory(name="Anna Muster")
        with acting(at=datetime(2026, 4, 1, 8, tzinfo=UTC)):
            self.actor: Actor = ActorFactory(name="Bücherei", purpose="Lesen.", phone="")
        MembershipFactory(actor=self.actor, person=self.editor)

    def write(self, *, by: Person | None = None, at: datetime = MAY, **values: Any) -> None:
        with acting(by=by or self.editor, at=at):
            edit_actor(actor=self.actor, values=values)

    @property
    def address(self) -> str:
        return reverse("partners:actor-history", args=[self.actor.slug])

    def version(self, *, said: str) -> str:
        """The address of the version before the first change that holds this."""
        entries = HistoryEntry.objects.of(self.actor).filter(what="anders").order_by("pk")
        entry = next(one for one in entries if said in str(one.values))
        return f"{self.address}{entry.pk}/"


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def client(client: Client, kept: Kept) -> Client:
    client.force_login(kept.editor)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    return client


@pytest.fixture(autouse=True)
def _german() -> Iterator[None]:
    with override("de"):
        yield


def words(response: Any) -> str:
    """What a reader reads, in one line."""
    return " ".join(strip_tags(response.content.decode().replace("<", " <")).split())


def told(kept: Kept, user: Person | None = None) -> list[tuple[str, list[tuple[Any, ...]]]]:
    entries = HistoryEntry.objects.of(kept.actor).select_related("by")
    return [
        (line.sentence, [(change.label, change.before, change.after) for change in line.changes])
        for telling in tell(entries, of=kept.actor, user=user or kept.editor)
        for line in telling.lines
    ]


def test_the_page_says_who_did_what_and_when(client: Client, kept: Kept) -> None:
    kept.write(purpose="Lesen und reden.", phone="089 123")

    page = words(client.get(kept.address))
    assert "3. Mai 2026 Anna Muster 14:05 Uhr" in page
    assert "Zweck in einem Satz von „Lesen.“ auf „Lesen und reden.“" in page
    assert "Öffentliche Telefonnummer eingetragen: „089 123“" in page
    assert "1. April 2026 Das Portal selbst 10:00 Uhr Alles wurde zum ersten Mal eingetragen." in page


def test_the_page_speaks_english(client: Client, kept: Kept) -> None:
    kept.write(purpose="Reading and talking.")

    page = words(client.get(kept.address, headers={"accept-language": "en"}))
    assert "Purpose in one sentence from “Lesen.” to “Reading and talking.”" in page


def test_choices_numbers_days_and_rows_are_told_in_words(kept: Kept) -> None:
    kept.write(
        kind=ActorKindFactory(slug="verein", name="Verein"),
        step_free="ja",
        has_shared_room=True,
        network_hours="1234.50",
        capacity="ruht",
        resting_until="2026-12-24",
        languages=["de", "tr"],
    )

    ((_, changes), _) = told(kept)
    said = {label: (before, after) for label, before, after in changes}
    assert said["Art"] == ("Bibliothek", "Verein")
    assert said["Raum, den andere nutzen können"] == ("", "ja")
    assert said["Stunden im Monat für die Netzwerkarbeit"] == ("", "1.234,5")
    assert said["Ausgelastet oder ruht bis"] == ("", "24. Dezember 2026")
    assert said["Gesprochene Sprachen"] == ("", "Deutsch, Türkisch")


def test_opening_hours_are_told_as_a_reader_reads_them(kept: Kept) -> None:
    kept.write(opening_hours="Mo-Fr 10:00-18:00")
    kept.write(opening_hours="Jeden zweiten Vollmond")
    kept.write(opening_hours="Di 9-10")
    kept.write(opening_hours="Tu 09:00-10:00")

    said = [change for _, changes in told(kept) for change in changes]
    assert said[0] == ("Öffnungszeiten", "Di 9-10", "Tu 09:00-10:00")
    assert said[2:] == [
        ("Öffnungszeiten", "Montag bis Freitag 10–18 Uhr", "Jeden zweiten Vollmond"),
        ("Öffnungszeiten", "", "Montag bis Freitag 10–18 Uhr"),
    ]


def test_ties_are_told_as_what_came_and_what_went(client: Client, kept: Kept) -> None:
    old, new = TopicFactory(slug="kochen"), TopicFactory(slug="lesen")
    kept.actor.topics.add(old)
    with acting(by=kept.editor):
        edit_actor(actor=kept.actor, values={"city": "Sendling"}, topics=[new])

    page = words(client.get(kept.address))
    assert "Themen hinzugefügt: Lesen herausgenommen: Kochen" in page


def test_long_texts_are_told_as_what_changed_in_them() -> None:
    before = "Wir lesen jeden Montag vor. " * 4 + "Danach gibt es Tee."
    pieces = compared(before, before.replace("Tee.", "Kaffee und Kuchen."))

    assert pieces == [
        Piece("gap"),
        Piece("same", "Wir lesen jeden Montag vor. Danach gibt es "),
        Piece("gone", "Tee. "),
        Piece("came", "Kaffee und Kuchen."),
    ]
    assert compared("wort " * 2000, "satz " * 2000) == []


def test_the_words_that_went_and_came_are_marked(client: Client, kept: Kept) -> None:
    kept.write(
        description="Ein Haus für alle, die gern lesen, schreiben, zuhören oder einfach nur da sind und bleiben."
    )
    kept.write(description="Ein Haus für alle, die gern lesen, schreiben, singen oder einfach nur da sind und bleiben.")

    content = client.get(kept.address).content.decode()
    assert '<del><span class="visually-hidden">herausgenommen: </span>zuhören</del> ' in content
    assert '<ins><span class="visually-hidden">neu: </span>singen</ins> ' in content


def test_parts_that_are_gone_keep_their_name(client: Client, kept: Kept) -> None:
    channel = ChannelFactory(actor=kept.actor, name="Rundbrief")
    channel.audience, channel.measured_on = 300, "2026-01-01"
    channel.save()
    channel.delete()

    assert [sentence for sentence, _ in told(kept)] == [
        "Kommunikationskanal „Rundbrief“: entfernt",
        "Kommunikationskanal „Rundbrief“: geändert",
        "Kommunikationskanal „Rundbrief“: neu eingetragen",
        "Alles wurde zum ersten Mal eingetragen.",
    ]


def test_what_was_written_and_taken_back_in_one_go_is_not_told(kept: Kept) -> None:
    with acting(by=kept.editor):
        for purpose in ("Etwas anderes.", "Lesen."):
            edit_actor(actor=kept.actor, values={"purpose": purpose})

    assert [sentence for sentence, _ in told(kept)] == ["Alles wurde zum ersten Mal eingetragen."]


def test_a_deleted_account_has_no_name(client: Client, kept: Kept) -> None:
    gone = PersonFactory(name="Wegda Gegangen")
    kept.write(by=gone, purpose="Anders.")
    gone.delete()

    page = words(client.get(kept.address))
    assert "Ein gelöschtes Konto 14:05" in page
    assert "Wegda" not in page


@pytest.mark.parametrize(
    ("occasion", "detail", "said"),
    [
        ("import", "liste.csv", "Import der Datei „liste.csv“"),
        ("zusammengefuehrt", "Lesesaal", "Zusammengeführt mit „Lesesaal“"),
        ("getrennt", "Lesesaal", "Zusammenführung mit „Lesesaal“ rückgängig gemacht"),
    ],
)
def test_an_occasion_is_told(client: Client, kept: Kept, occasion: str, detail: str, said: str) -> None:
    with acting(by=kept.editor, occasion=occasion, detail=detail):
        edit_actor(actor=kept.actor, values={"city": "Sendling"})

    assert said in words(client.get(kept.address))


def test_what_no_longer_exists_in_the_portal_breaks_no_page(client: Client, kept: Kept) -> None:
    kind = "partners.actor"
    for row, values in ((kind, {"colour": ["red", "blue"], "kind_id": [1, 999999]}), ("partners.gone", {"x": [1, 2]})):
        HistoryEntry.objects.create(
            subject=kind, subject_id=kept.actor.pk, row=row, row_id=kept.actor.pk, values=values
        )

    page = words(client.get(kept.address))
    assert "Colour von „red“ auf „blue“" in page
    assert "auf „(nicht zu sehen)“" in page


@pytest.mark.parametrize("lines", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_lines(
    client: Client, kept: Kept, lines: int, django_assert_num_queries: Any
) -> None:
    for number in range(lines):
        kept.write(by=PersonFactory(), purpose=f"Zweck {number}")
        with acting(by=kept.editor):
            kept.actor.topics.add(TopicFactory())
            ChannelFactory(actor=kept.actor).delete()
            ChannelFactory(actor=kept.actor).save()
            Channel.objects.update(name=f"Brief {number}")
    Channel.objects.update(name="Zuletzt")

    client.get(kept.address)
    with django_assert_num_queries(12):
        assert client.get(kept.address).status_code == 200


def test_many_lines_come_in_pages(client: Client, kept: Kept) -> None:
    for number in range(25):
        kept.write(purpose=f"Zweck {number}.")

    first, second = (words(client.get(kept.address, {"seite": page})) for page in (1, 2))
    assert ("auf „Zweck 24.“" in first, "auf „Zweck 0.“" in first, "auf „Zweck 0.“" in second) == (True, False, True)


@pytest.mark.parametrize("who", ["visitor", "elsewhere"])
def test_nobody_else_reads_a_history(client: Client, kept: Kept, who: str) -> None:
    kept.write(purpose="Geheim war das.")
    address, version = kept.address, kept.version(said="Geheim")
    client.logout()
    if who == "elsewhere":
        stranger = PersonFactory()
        NeighbourhoodFactory(organisers=[stranger])
        client.force_login(stranger)

    for path in (address, version):
        response = client.get(path)
        assert response.status_code == (302 if who == "visitor" else 404)
        assert response.headers.get("Location", "/konto/anmelden").startswith("/konto/")
    assert address not in client.get(kept.actor.get_absolute_url()).content.decode()


def test_the_profile_leads_to_it(client: Client, kept: Kept) -> None:
    assert f'href="{kept.address}"' in client.get(kept.actor.get_absolute_url()).content.decode()


def send(client: Client, address: str, **more: Any) -> Any:
    """Opens a version and presses its button."""
    version = client.get(address).context["version"]
    return client.post(address, {"version": version.newest} | more)


def test_an_earlier_version_comes_back_as_a_new_one(client: Client, kept: Kept) -> None:
    topic = TopicFactory(slug="kochen")
    kept.write(purpose="Zweite.")
    kept.write(purpose="Dritte.", city="Sendling")
    with acting(by=kept.editor):
        edit_actor(actor=kept.actor, values={}, topics=[topic])
    before = HistoryEntry.objects.count()
    address = kept.version(said="Dritte.")

    page = words(client.get(address))
    assert "Fassung bis 3. Mai 2026, 14:05 Uhr" in page
    assert "Heute Dritte. In dieser Fassung Zweite." in page
    assert "geht: Kochen" in page
    response = send(client, address)

    kept.actor.refresh_from_db()
    assert (response.status_code, response.headers["Location"]) == (302, kept.address)
    assert (kept.actor.purpose, kept.actor.city, list(kept.actor.topics.all())) == ("Zweite.", "", [])
    assert HistoryEntry.objects.count() == before + 2
    newest = HistoryEntry.objects.of(kept.actor).first()
    assert newest is not None
    assert (newest.by, newest.occasion) == (kept.editor, "zurueckgeholt")
    after = words(client.get(kept.address))
    assert "Fassung bis 3. Mai 2026, 14:05 Uhr zurückgeholt" in after


def test_the_first_version_comes_back(client: Client, kept: Kept) -> None:
    kept.write(purpose="Zweite.", languages=["de"], network_hours="3.50")
    kept.actor.hide()

    send(client, kept.version(said="Zweite."))

    kept.actor.refresh_from_db()
    assert (kept.actor.purpose, kept.actor.languages, kept.actor.network_hours) == ("Lesen.", [], None)
    assert kept.actor.state == Actor.State.HIDDEN


def test_before_it_was_entered_there_is_no_version(client: Client, kept: Kept) -> None:
    for entry in HistoryEntry.objects.of(kept.actor).filter(what="neu"):
        assert client.get(f"{kept.address}{entry.pk}/").status_code == 404
        assert f"{kept.address}{entry.pk}/" not in client.get(kept.address).content.decode()


def test_what_was_there_before_the_history_was_kept_comes_back_too(client: Client, kept: Kept) -> None:
    HistoryEntry.objects.all().delete()
    kept.write(purpose="Zweite.")
    address = kept.version(said="Zweite.")

    assert f'href="{address}"' in client.get(kept.address).content.decode()
    send(client, address)
    kept.actor.refresh_from_db()
    assert kept.actor.purpose == "Lesen."


def test_what_somebody_wrote_meanwhile_is_shown_first(client: Client, kept: Kept) -> None:
    kept.write(purpose="Zweite.")
    address = kept.version(said="Zweite.")
    shown = client.get(address).context["version"].newest
    kept.write(purpose="Dritte, ungesehen.")

    response = client.post(address, {"version": shown})

    kept.actor.refresh_from_db()
    assert (response.status_code, kept.actor.purpose) == (422, "Dritte, ungesehen.")
    assert "Dritte, ungesehen." in words(response)
    assert "Jemand anderes hat das inzwischen geändert." in words(response)


def test_pressed_twice_it_is_one_new_version(client: Client, kept: Kept) -> None:
    kept.write(purpose="Zweite.")
    address = kept.version(said="Zweite.")
    newest = client.get(address).context["version"].newest
    for _ in range(2):
        assert client.post(address, {"version": newest}).status_code == 302

    assert HistoryEntry.objects.filter(occasion="zurueckgeholt").count() == 1


def test_a_version_that_does_not_fit_any_more_is_refused_with_a_sentence(client: Client, kept: Kept) -> None:
    """Its kind is gone, so it cannot be chosen again."""
    kind = ActorKindFactory(slug="verein", name="Verein")
    kept.write(kind=kind, purpose="Mit Verein.")
    kept.write(kind=ActorKindFactory(), purpose="Ohne Verein.")
    address = kept.version(said="Ohne Verein.")
    kind.delete()

    response = send(client, address)

    kept.actor.refresh_from_db()
    assert (response.status_code, kept.actor.purpose) == (422, "Ohne Verein.")
    assert "Diese Fassung kann so noch nicht zurückkommen" in words(response)
    assert "Art:" in words(response)


@pytest.mark.parametrize("version", ["", "x", "0", "99999999999999999999"])
def test_a_button_with_nonsense_changes_nothing(client: Client, kept: Kept, version: str) -> None:
    kept.write(purpose="Zweite.")
    response = client.post(kept.version(said="Zweite."), {"version": version})

    kept.actor.refresh_from_db()
    assert (response.status_code, kept.actor.purpose) == (422, "Zweite.")


def test_a_version_stands_only_under_its_own_thing(client: Client, kept: Kept) -> None:
    other = ActorFactory()
    other.hide()
    entry = HistoryEntry.objects.of(other).first()
    assert entry is not None

    assert client.get(f"{kept.address}{entry.pk}/").status_code == 404
    assert client.get(f"{kept.address}999999999999999999999/").status_code == 404


def test_a_channel_comes_back_to_what_it_was(client: Client, kept: Kept) -> None:
    channel = ChannelFactory(actor=kept.actor, name="Rundbrief")
    channel.name = "Brief"
    channel.save()

    send(client, kept.version(said="Brief"))

    channel.refresh_from_db()
    assert channel.name == "Rundbrief"


def test_organisers_read_and_restore_a_partnership(client: Client) -> None:
    organiser = PersonFactory(name="Olga Ordnung")
    here = NeighbourhoodFactory(organisers=[organiser])
    partnership = PartnershipFactory(neighbourhood=here, quartier=ActorFactory(name="Hof", neighbourhoods=[here]))
    side = partnership.parties.get(actor__name="Hof")
    client.force_login(organiser)
    for text in ("Ein Raum.", "Drei Räume."):
        with acting(by=organiser):
            side.brings = text
            side.save()
    address = reverse("partners:partnership-history", args=[partnership.pk])

    page = words(client.get(address))
    assert "Olga Ordnung" in page
    assert "Beteiligte „Hof“: geändert" in page
    assert "auf „Drei Räume.“" in page
    entry = next(
        one for one in HistoryEntry.objects.of(partnership) if one.values.get("brings", [0, 0])[1] == "Drei Räume."
    )
    assert f'href="{address}"' in client.get(partnership.get_absolute_url()).content.decode()
    assert send(client, f"{address}{entry.pk}/").status_code == 302

    side.refresh_from_db()
    assert side.brings == "Ein Raum."


def test_a_partnership_gets_its_days_back(client: Client) -> None:
    client.force_login(AdminFactory())
    partnership = PartnershipFactory()
    begun = partnership.start_on
    type(partnership).objects.filter(pk=partnership.pk).update(start_on="2020-01-01")
    entry = HistoryEntry.objects.of(partnership).filter(row="partners.partnership", what="anders").get()

    send(client, reverse("partners:partnership-version", args=[partnership.pk, entry.pk]))

    partnership.refresh_from_db()
    assert partnership.start_on == begun


def test_what_somebody_wrote_meanwhile_into_a_partnership_is_shown_first(client: Client) -> None:
    client.force_login(AdminFactory())
    partnership = PartnershipFactory(start_on="2019-01-01")
    rows = type(partnership).objects.filter(pk=partnership.pk)
    rows.update(start_on="2020-01-01")
    entry = HistoryEntry.objects.of(partnership).filter(row="partners.partnership", what="anders").get()
    address = reverse("partners:partnership-version", args=[partnership.pk, entry.pk])
    shown = client.get(address).context["version"].newest
    rows.update(start_on="2021-01-01")

    refused = client.post(address, {"version": shown})

    assert (refused.status_code, str(rows.get().start_on)) == (422, "2021-01-01")
    assert "1. Januar 2021" in words(refused)
    assert client.post(address, {"version": refused.context["version"].newest}).status_code == 302
    assert str(rows.get().start_on) == "2019-01-01"


def test_a_channel_that_was_removed_comes_back_once(client: Client, kept: Kept) -> None:
    channel = ChannelFactory(actor=kept.actor, name="Rundbrief", audience=300, measured_on="2026-01-01")
    channel.delete()
    entry = HistoryEntry.objects.of(kept.actor).get(what="weg")
    address = f"{kept.address}{entry.pk}/"

    assert f'href="{address}"' in client.get(kept.address).content.decode()
    assert "Erreichte Menschen Heute Hier steht nichts. In dieser Fassung 300" in words(client.get(address))
    for _ in range(2):
        assert client.post(address, {"version": entry.pk}).status_code == 302

    back = kept.actor.channels.get()
    assert (back.name, back.audience, back.kind) == ("Rundbrief", 300, channel.kind)
    assert "zurückgeholt Kommunikationskanal „Rundbrief“: neu eingetragen" in words(client.get(kept.address))


def test_a_side_that_was_removed_comes_back_unless_it_is_there_again(client: Client) -> None:
    client.force_login(AdminFactory())
    partnership = PartnershipFactory(words=True)
    side = partnership.parties.all()[0]
    actor = side.actor
    side.delete()
    entry = HistoryEntry.objects.of(partnership).get(what="weg")
    address = reverse("partners:partnership-version", args=[partnership.pk, entry.pk])
    again = partnership.parties.create(actor=actor)

    refused = client.post(address, {"version": entry.pk})
    assert refused.status_code == 422
    assert "Diese Fassung kann so noch nicht zurückkommen" in words(refused)
    again.delete()
    assert client.post(address, {"version": entry.pk}).status_code == 302
    assert partnership.parties.filter(actor=actor).count() == 1


def test_what_is_refused_is_still_shown_beside_today(client: Client, kept: Kept) -> None:
    kind = ActorKindFactory(slug="verein", name="Verein")
    kept.write(kind=kind, purpose="Mit Verein.")
    kept.write(kind=ActorKindFactory(), purpose="Ohne Verein.")
    address = kept.version(said="Ohne Verein.")
    kind.delete()

    assert "Heute Ohne Verein. In dieser Fassung Mit Verein." in words(send(client, address))
