"""Carriers and their branches: who runs whom, who may know it, and that nobody carries itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from partners.actions.actors import edit_actor
from partners.actions.merging import merge_actors, undo_merge
from partners.actions.twin_pairs import find_pairs
from partners.actions.twins import likely_twins
from partners.models import Actor
from partners.models.carriers import MOST_STEPS
from tests.factories import ActorFactory, ActorKindFactory, AdminFactory, MembershipFactory, NeighbourhoodFactory
from tests.partners.browser import sent_by

pytestmark = pytest.mark.django_db
GERMAN = {"accept-language": "de"}


def page(client: Client, actor: Actor) -> str:
    return client.get(actor.get_absolute_url(), headers=GERMAN).content.decode()


def editing(actor: Actor) -> tuple[Client, str]:
    client = Client(headers=GERMAN)
    client.force_login(MembershipFactory(actor=actor).person)
    return client, f"/akteure/{actor.slug}/bearbeiten/vorstellung/"


def send(client: Client, url: str, **values: Any) -> Any:
    return client.post(url, sent_by(client.get(url)) | values)


def carrier_of(actor: Actor) -> Actor | None:
    return Actor.objects.get(pk=actor.pk).parent


def test_both_profiles_name_each_other(client):
    library = ActorFactory(name="Stadtbibliothek")
    branch = ActorFactory(name="Zweigstelle Nord", parent=library)
    assert f'<dt>Träger</dt><dd><a href="{library.get_absolute_url()}">Stadtbibliothek</a></dd>' in page(client, branch)
    html = page(client, library)
    assert f'<a href="{branch.get_absolute_url()}">Zweigstelle Nord</a>' in html
    assert "<dt>Betreibt</dt>" in html
    assert "Träger" not in html


@pytest.mark.parametrize("state", [Actor.State.DRAFT, Actor.State.SUBMITTED, Actor.State.HIDDEN])
def test_who_may_not_see_the_one_reads_nothing_of_it_with_the_other(client, state):
    hidden_carrier, hidden_branch = (ActorFactory(name=name, state=state) for name in ("Oben", "Unten"))
    branch, carrier = ActorFactory(parent=hidden_carrier), ActorFactory()
    Actor.objects.filter(pk=hidden_branch.pk).update(parent=carrier)
    assert "Träger" not in page(client, branch)
    assert "Betreibt" not in page(client, carrier)
    for other in (hidden_carrier, hidden_branch):
        client.force_login(MembershipFactory(actor=other).person)
        words = [word for one in (branch, carrier) for word in (">Oben<", ">Unten<") if word in page(client, one)]
        assert words == [f">{other.name}<"]


def test_a_closed_branch_is_not_run_any_more(client):
    carrier = ActorFactory()
    closed = ActorFactory(parent=carrier, state=Actor.State.ARCHIVED)
    assert "Betreibt" not in page(client, carrier)
    assert "Träger" in page(client, closed)


def test_many_branches_are_folded(client):
    carrier = ActorFactory()
    for number in range(9):
        ActorFactory(name=f"Zweig {number}", parent=carrier)
    assert "<summary>9 Einrichtungen</summary>" in page(client, carrier)


@pytest.mark.parametrize(
    "typed",
    [
        "Stadtbibliothek",
        "  STADT  bibliothek ",
        "https://portal.example.org/akteure/stadtbibliothek/",
        "x (stadtbibliothek)",
    ],
)
def test_a_carrier_is_named_by_name_or_address(typed):
    library = ActorFactory(name="Stadtbibliothek", slug="stadtbibliothek")
    branch = ActorFactory()
    client, url = editing(branch)
    answer = send(client, url, parent=typed.replace("STADT  b", "STADTB"))
    assert (answer.status_code, carrier_of(branch)) == (302, library)
    assert sent_by(client.get(url))["parent"] == ["Stadtbibliothek"]


def test_a_carrier_is_taken_away_by_emptying_the_field():
    branch = ActorFactory(parent=ActorFactory())
    client, url = editing(branch)
    assert send(client, url, parent="").status_code == 302
    assert carrier_of(branch) is None


def test_a_carrier_that_is_hidden_meanwhile_stays():
    carrier = ActorFactory(name="Oben", state=Actor.State.HIDDEN)
    branch = ActorFactory(parent=carrier)
    client, url = editing(branch)
    assert "Oben" not in client.get(url).content.decode()
    assert send(client, url, purpose="Neuer Satz.").status_code == 302
    assert (carrier_of(branch), Actor.objects.get(pk=branch.pk).purpose) == (carrier, "Neuer Satz.")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Stadtbiblio", "Hier heißt niemand „Stadtbiblio“. Meinen Sie: Stadtbibliothek?"),
        ("Niemand", "Hier heißt niemand „Niemand“. Schreiben Sie den Namen so, wie ihn das Verzeichnis zeigt."),
        (
            "Doppelt",
            "Mehrere heißen „Doppelt“. Schreiben Sie, wen Sie meinen: Doppelt (doppelt-1), Doppelt (doppelt-2).",
        ),
        ("Entwurf", "Hier heißt niemand „Entwurf“."),
        ("a\x00b", "Hier heißt niemand „ab“."),
        ("x" * 5000, "Hier heißt niemand"),
        ("Zweig", "Niemand ist sich selbst Träger."),
        ("Unten", "„Unten“ wird selbst von „Zweig“ getragen."),
    ],
)
def test_what_cannot_be_a_carrier_is_said_and_nothing_is_lost(typed, said):
    ActorFactory(name="Stadtbibliothek")
    ActorFactory(name="Doppelt", slug="doppelt-1")
    ActorFactory(name="Doppelt", slug="doppelt-2")
    ActorFactory(name="Entwurf", state=Actor.State.DRAFT)
    branch = ActorFactory(name="Zweig", purpose="Alt.")
    ActorFactory(name="Unten", parent=branch)
    client, url = editing(branch)
    answer = send(client, url, parent=typed, purpose="Neu getippt.")
    html = answer.content.decode()
    assert (said in html, "Neu getippt." in html) == (True, True)
    assert (carrier_of(branch), Actor.objects.get(pk=branch.pk).purpose) == (None, "Alt.")


def test_two_of_one_name_are_told_apart_when_the_form_opens():
    first = ActorFactory(name="Doppelt", slug="doppelt-1")
    ActorFactory(name="Doppelt", slug="doppelt-2")
    branch = ActorFactory(parent=first)
    client, url = editing(branch)
    assert sent_by(client.get(url))["parent"] == ["Doppelt (doppelt-1)"]
    assert send(client, url, purpose="Neu.").status_code == 302
    assert carrier_of(branch) == first


def test_two_who_name_different_carriers_see_both():
    one, other = ActorFactory(name="Eine"), ActorFactory(name="Andere")
    branch = ActorFactory()
    client, url = editing(branch)
    opened = sent_by(client.get(url))
    assert client.post(url, opened | {"parent": "Eine"}).status_code == 302
    answer = client.post(url, opened | {"parent": "Andere"})
    html = answer.content.decode()
    assert carrier_of(branch) == one
    assert "Eine" in html
    assert client.post(url, sent_by(answer)).status_code == 302
    assert carrier_of(branch) == other


def test_nobody_carries_itself_in_the_database():
    actor = ActorFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Actor.objects.filter(pk=actor.pk).update(parent=actor)


def test_a_circle_is_refused_whoever_writes():
    top = ActorFactory(name="Oben")
    middle = ActorFactory(name="Mitte", parent=top)
    low = ActorFactory(name="Unten", parent=middle)
    for carrier in (top, middle, low):
        with pytest.raises(ValidationError) as refused:
            edit_actor(actor=Actor.objects.get(pk=top.pk), values={"parent": carrier})
        assert refused.value.code == "circle"
    assert carrier_of(top) is None


def test_a_line_of_carriers_ends():
    row = ActorFactory()
    for _step in range(MOST_STEPS):
        row = ActorFactory(parent=row)
    with pytest.raises(ValidationError) as refused:
        edit_actor(actor=ActorFactory(), values={"parent": row})
    assert refused.value.code == "endless"


def test_in_the_administration_a_circle_is_refused_too(client):
    client.force_login(AdminFactory())
    top = ActorFactory(name="Oben", neighbourhoods=[NeighbourhoodFactory()])
    low = ActorFactory(name="Unten", parent=top)
    url = f"/admin/partners/actor/{top.pk}/change/"
    form = client.get(url).context["adminform"].form
    assert "parent" in form.fields
    answer = client.post(url, {"parent": low.pk}, headers=GERMAN)
    assert answer.context["adminform"].form.errors["parent"] == [
        "„Unten“ wird selbst von „Oben“ getragen. Nur eine von beiden Seiten kann die andere tragen."
    ]


# --- twins and merging --------------------------------------------------------------------------------------------------------


def test_branches_are_no_twins():
    same = {"website": "https://bibliothek.example.org", "phone": "089 123456", "latitude": "48.1", "longitude": "11.5"}
    carrier = ActorFactory(name="Stadtbibliothek", **same)
    first = ActorFactory(name="Stadtbibliothek Nord", parent=carrier, **same)
    second = ActorFactory(name="Stadtbibliothek Nordd", parent=carrier, **same)
    alone = ActorFactory(name="Stadtbibliothek Norden", **same)
    pairs = {(one.first, one.second) for one in find_pairs(Actor.objects.all())}
    assert pairs.isdisjoint({(carrier.pk, first.pk), (carrier.pk, second.pk), (first.pk, second.pk)})
    assert (first.pk, alone.pk) in pairs
    typed = {"name": "Stadtbibliothek Nord", **same}
    admin = AdminFactory()
    assert {twin.actor for twin in likely_twins(values=typed, user=admin)} >= {first, second}
    assert {twin.actor for twin in likely_twins(values=typed | {"parent": carrier}, user=admin)} == {alone}


def merged(kept: Actor, gone: Actor, take: tuple[str, ...] = ()) -> Any:
    both = [Actor.objects.get(pk=one.pk) for one in (kept, gone)]
    seen = (both[0].stamp, both[1].stamp)
    return merge_actors(kept=both[0], gone=both[1], take=take, by=AdminFactory(), seen=seen)


def test_branches_and_carrier_come_along_and_go_back():
    carrier, kind = ActorFactory(), ActorKindFactory(slug="verein")
    kept, gone = ActorFactory(), ActorFactory(parent=carrier, kind=kind)
    before = kept.kind
    branch = ActorFactory(parent=gone)
    merge = merged(kept, gone, take=("parent", "kind"))
    now = Actor.objects.get(pk=kept.pk)
    assert (carrier_of(branch), now.parent, now.kind) == (kept, carrier, kind)
    undo_merge(merge=merge, by=AdminFactory())
    now = Actor.objects.get(pk=kept.pk)
    assert (carrier_of(branch), now.parent, now.kind, carrier_of(gone)) == (gone, None, before, carrier)


def test_a_branch_that_is_its_carrier_is_free_after_the_merge():
    gone = ActorFactory()
    kept = ActorFactory(parent=gone)
    merge = merged(kept, gone)
    assert carrier_of(kept) is None
    undo_merge(merge=merge, by=AdminFactory())
    assert carrier_of(kept) == gone


def test_a_merge_that_would_make_a_circle_is_refused():
    gone = ActorFactory()
    between = ActorFactory(name="Mitte", parent=gone)
    kept = ActorFactory(parent=between)
    with pytest.raises(ValidationError) as refused:
        merged(kept, gone)
    assert refused.value.code == "circle"
    assert Actor.objects.get(pk=gone.pk).state == Actor.State.PUBLISHED
