"""What both sides write down on the page of a project, with htmx and without, and how they answer each other."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from projects.actions import revise_contribution
from projects.models import Benefit, Contribution, Participation, Project, Side
from tests.factories import ActorFactory, BenefitFactory, ParticipationFactory, PersonFactory, ProjectFactory
from tests.projects.browser import fields_of
from tests.projects.conftest import World

State = Contribution.State


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def in_place(target: str) -> dict[str, str]:
    """What htmx says when a part of the project page asks."""
    return {"HX-Request": "true", "HX-Target": target}


def new(world: World) -> str:
    return reverse("projects:contribution-create", args=[world.library_part.pk])


def at(row: Contribution, verb: str) -> str:
    return reverse(f"projects:contribution-{verb}", args=[row.pk])


GIVEN = {"category": "raeume", "title": "Lesesaal", "state": "erbracht", "planned_quantity": "12,5"}


# --- recording --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "side"), [("organiser", Side.PROJECT), ("leader", Side.PROJECT), ("librarian", Side.ACTOR)]
)
def test_whose_word_it_is_follows_from_who_writes(world, who, side):
    answer = world.client(who).post(new(world), GIVEN | {"delivered_quantity": "9", "is_public": "on"})
    row = Contribution.objects.get()
    assert answer["Location"] == f"/projekte/quartierscafe/?beitrag={row.pk}#beitrag-{row.pk}"
    assert (row.participation, row.category, row.unit, row.title) == (
        world.library_part,
        "raeume",
        "stunden",
        "Lesesaal",
    )
    assert (row.planned_quantity, row.delivered_quantity, row.state) == (Decimal("12.5"), 9, State.DELIVERED)
    assert (row.recorded_by, row.recorded_side, row.is_public) == (getattr(world.people, who), side, True)
    assert [(step.from_state, step.to_state, step.quantity) for step in row.steps.all()] == [("", State.DELIVERED, 9)]
    whom = "the project" if side == Side.ACTOR else "Stadtbibliothek"
    assert said(answer) == [f"“Lesesaal” is noted. Now {whom} is asked to confirm it."]


def test_the_same_form_twice_makes_one_contribution(world):
    client = world.client("organiser")
    data = GIVEN | {"once": str(client.get(new(world)).context["form"]["once"].value())}
    answers = [client.post(new(world), data)["Location"] for _ in range(2)]
    assert answers[0] == answers[1]
    assert Contribution.objects.count() == 1
    client.post(new(world), data | {"title": "Noch ein Saal"})
    assert Contribution.objects.count() == 2


def test_extra_fields_change_nothing(world):
    extra = {
        "confirmed_by": world.people.organiser.pk,
        "recorded_side": "akteur",
        "recorded_by": world.people.baker.pk,
        "participation": world.bakery_part.pk,
        "unit": "eur",
        "version": "7",
        "objection": "x",
    }
    world.client("organiser").post(new(world), GIVEN | extra)
    row = Contribution.objects.get()
    assert (row.participation, row.unit, row.version, row.objection) == (world.library_part, "stunden", 1, "")
    assert (row.recorded_by, row.recorded_side, row.confirmed_by) == (world.people.organiser, Side.PROJECT, None)


@pytest.mark.parametrize("state", ["bestaetigt", "zurueckgezogen", "", "quatsch"])
def test_nothing_begins_where_it_cannot(world, state):
    answer = world.client("organiser").post(new(world), GIVEN | {"state": state})
    assert list(answer.context["form"].errors) == ["state"]
    assert not Contribution.objects.exists()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"category": ""}, "category"),
        ({"title": ""}, "title"),
        ({"title": "x\x00"}, "title"),
        ({"planned_quantity": "1,200.5.5"}, "planned_quantity"),
        ({"state": "geplant", "delivered_quantity": "3"}, "delivered_quantity"),
        ({"category": "fuersprache"}, "planned_quantity"),
        ({"start_on": "2.1.2026", "end_on": "1.1.2026"}, "end_on"),
        ({"start_on": "morgen"}, "start_on"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(world, typed, field):
    answer = world.client("organiser").post(new(world), GIVEN | typed)
    assert list(answer.context["form"].errors) == [field]
    assert not Contribution.objects.exists()


def test_form_in_its_place_keeps_what_was_typed_and_says_what_is_wrong(world):
    slot = f"eingabe-{world.library.pk}"
    client = world.client("organiser")
    opened = client.get(new(world), headers=in_place(slot))
    assert (opened.status_code, opened["HX-Retarget"], opened["HX-Reswap"]) == (200, f"#{slot}", "innerHTML")
    assert "<html" not in opened.content.decode()
    assert "autofocus" in opened.content.decode()
    refused = client.post(new(world), {"title": "Mein Text"}, headers=in_place(slot))
    text = refused.content.decode()
    assert (refused.status_code, refused["HX-Retarget"]) == (422, f"#{slot}")
    assert 'value="Mein Text"' in text
    assert "error-summary" in text
    assert "Choose what kind of contribution it is." in text


def test_saved_in_its_place_shows_the_partner_and_the_sums_anew(world):
    answer = world.client("organiser").post(
        new(world), GIVEN | {"is_public": "on"}, headers=in_place(f"eingabe-{world.library.pk}")
    )
    text = answer.content.decode()
    row = Contribution.objects.get()
    assert (answer.status_code, answer["HX-Retarget"], answer["HX-Reswap"]) == (
        200,
        f"#beteiligte-{world.library.pk}",
        "outerHTML",
    )
    assert f'id="beitrag-{row.pk}" tabindex="-1" data-focus' in text
    assert "data-announce" in text
    assert 'id="summen" hx-swap-oob="true"' in text
    assert "12.5 hours" in text
    assert f'id="beteiligte-{world.bakery.pk}"' not in text


# --- the other side answers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("side", "own", "other"),
    [
        (Side.PROJECT, "organiser", "librarian"),
        (Side.PROJECT, "leader", "librarian"),
        (Side.ACTOR, "librarian", "organiser"),
    ],
)
def test_only_the_side_that_did_not_write_confirms(world, side, own, other):
    row = world.delivered(side=side)
    assert world.client(own).post(at(row, "confirm")).status_code == 404
    answer = world.client(other).post(at(row, "confirm"), {"version": row.version})
    row.refresh_from_db()
    assert (row.state, row.confirmed_by) == (State.CONFIRMED, getattr(world.people, other))
    assert answer["Location"] == f"/projekte/quartierscafe/?beitrag={row.pk}#beitrag-{row.pk}"


def test_nobody_answers_for_both_sides(world):
    """The lead's team is the project's side, but not for what the lead itself brings."""
    part = ParticipationFactory(project=world.project, actor=world.lead, role="federfuehrung")
    colleague = PersonFactory()
    row = world.contribution(part=part, state=State.DELIVERED, recorded_side=Side.ACTOR, recorded_by=colleague)
    assert world.client("leader").post(at(row, "confirm")).status_code == 404
    assert world.client("organiser").post(at(row, "confirm")).status_code == 302
    row.refresh_from_db()
    assert row.state == State.CONFIRMED


def test_the_same_yes_twice_is_one_yes(world):
    row = world.delivered()
    client = world.client("librarian")
    answers = [said(client.post(at(row, "confirm"), {"version": row.version}))[-1] for _ in range(2)]
    assert answers == [f"“{row.title}” is confirmed. Thank you."] * 2
    assert [step.to_state for step in row.steps.all()] == [State.DELIVERED, State.CONFIRMED]


def test_yes_to_what_was_rewritten_meanwhile_is_not_taken(world):
    row = world.delivered()
    seen = row.version
    row.revise(by=world.people.organiser, side=Side.PROJECT, delivered_quantity=400)
    answer = world.client("librarian").post(at(row, "confirm"), {"version": seen})
    row.refresh_from_db()
    assert row.state == State.DELIVERED
    assert said(answer) == ["Somebody else has changed this in the meantime. Please look at it once more."]


def test_objection_is_answered_and_asked_again(world):
    row = world.delivered()
    partner, organiser = world.client("librarian"), world.client("organiser")
    partner.post(at(row, "object"), {"reason": "Nur drei Stunden.", "version": row.version})
    row.refresh_from_db()
    assert (row.state, row.objection) == (State.DELIVERED, "Nur drei Stunden.")
    assert partner.post(at(row, "confirm")).status_code == 302
    row.refresh_from_db()
    assert row.state == State.DELIVERED
    assert list(Contribution.objects.to_mend_by(world.people.organiser)) == [row]
    assert not Contribution.objects.to_mend_by(world.people.librarian).exists()
    form = organiser.get(at(row, "edit"))
    assert "Nur drei Stunden." in form.content.decode()
    organiser.post(
        at(row, "edit"), {"category": "zeit_ehrenamt", "title": row.title, "delivered_quantity": "3", "is_public": "on"}
    )
    row.refresh_from_db()
    assert (row.objection, row.delivered_quantity) == ("", 3)
    assert list(Contribution.objects.confirmable_by(world.people.librarian)) == [row]
    partner.post(at(row, "confirm"), {"version": row.version})
    assert [(step.from_state, step.to_state, step.note, step.quantity) for step in row.steps.all()] == [
        ("", State.DELIVERED, "", 4),
        (State.DELIVERED, State.DELIVERED, "Nur drei Stunden.", 4),
        (State.DELIVERED, State.DELIVERED, "", 3),
        (State.DELIVERED, State.CONFIRMED, "", 3),
    ]
    history = organiser.get(world.project.get_absolute_url()).content.decode()
    for line in ("noted as “delivered”", "objection", "written anew", "confirmed"):
        assert line in history


def test_objection_opens_what_was_confirmed(world):
    row = world.delivered()
    partner = world.client("librarian")
    partner.post(at(row, "confirm"))
    assert world.client("organiser").get(at(row, "edit")).status_code == 404
    answers = [partner.post(at(row, "object"), {"reason": "Doch nicht."}) for _ in range(2)]
    row.refresh_from_db()
    assert (row.state, row.objection, row.confirmed_by, row.confirmed_at) == (
        State.DELIVERED,
        "Doch nicht.",
        None,
        None,
    )
    assert [answer.status_code for answer in answers] == [302, 302]
    assert row.steps.count() == 3


def test_objection_needs_a_reason(world):
    row = world.delivered()
    client = world.client("librarian")
    page = client.post(at(row, "object"), {"reason": "  "})
    assert page.context["form"].errors == {"reason": ["Say what is not right, so that the other side can mend it."]}
    part = client.post(at(row, "object"), {"reason": ""}, headers=in_place(f"beteiligte-{world.library.pk}"))
    assert (part.status_code, part["HX-Retarget"]) == (422, f"#eingabe-{world.library.pk}")
    row.refresh_from_db()
    assert row.objection == ""


def test_whoever_mends_the_others_entry_makes_it_its_own_word(world):
    row = world.delivered()
    world.client("librarian").post(
        at(row, "edit"), {"category": "zeit_ehrenamt", "title": "Unser Wort", "delivered_quantity": "4"}
    )
    row.refresh_from_db()
    assert (row.title, row.recorded_side, row.recorded_by) == ("Unser Wort", Side.ACTOR, world.people.librarian)
    assert list(Contribution.objects.confirmable_by(world.people.organiser)) == [row]


def test_saved_without_a_change_nothing_changes(world):
    row = world.delivered(planned_quantity=Decimal("12.50"))
    data = {
        "category": row.category,
        "title": row.title,
        "planned_quantity": "12.5",
        "delivered_quantity": "4",
        "is_public": "on",
    }
    world.client("librarian").post(at(row, "edit"), data)
    assert Contribution.objects.values().get() == Contribution.objects.values().get() | {
        "version": row.version,
        "recorded_side": Side.PROJECT,
    }
    assert row.steps.count() == 1


@pytest.mark.parametrize("kind", ["contribution", "benefit", "participation"])
def test_form_saved_as_it_is_changes_nothing(world, kind):
    world.library_part.tasks, world.library_part.hours_per_month = "Eins\nZwei", Decimal("2.50")
    world.library_part.save()
    rows = {
        "contribution": world.delivered(planned_quantity=Decimal("12.50"), start_on="2026-02-01", is_public=False),
        "benefit": BenefitFactory(project=world.project, actor=world.library, text="Eins\nZwei"),
        "participation": world.library_part,
    }
    row, path = rows[kind], reverse(f"projects:{kind}-edit", args=[rows[kind].pk])
    client = world.client("organiser")
    before = type(row).objects.filter(pk=row.pk).values().get()
    assert client.post(path, fields_of(client.get(path))).status_code == 302
    after = type(row).objects.filter(pk=row.pk).values().get()
    assert {name for name in before if before[name] != after[name]} <= {"version"}


@pytest.mark.parametrize("kind", ["contribution", "benefit", "participation"])
def test_two_who_edit_at_once_lose_nothing(world, kind):
    row, field = {
        "contribution": (world.delivered(), "title"),
        "benefit": (BenefitFactory(project=world.project, actor=world.library, kind="lernen"), "text"),
        "participation": (world.library_part, "tasks"),
    }[kind]
    path = reverse(f"projects:{kind}-edit", args=[row.pk])
    one, two = world.client("organiser"), world.client("leader")
    first, second = (fields_of(client.get(path)) for client in (one, two))
    one.post(path, first | {field: "Eins"})
    answer = two.post(path, second | {field: "Zwei"})
    assert [conflict.now for conflict in answer.context["form"].conflicts] == ["Eins"]
    assert "Eins" in answer.content.decode()
    assert type(row).objects.values_list(field, flat=True).get(pk=row.pk) == "Eins"
    two.post(path, fields_of(answer))
    assert type(row).objects.values_list(field, flat=True).get(pk=row.pk) == "Zwei"


def test_category_without_a_quantity_takes_the_quantities_away(world):
    row = world.delivered(planned_quantity=3)
    client = world.client("organiser")
    data = {"category": "daten", "title": row.title, "is_public": "on"}
    refused = client.post(at(row, "edit"), data | {"delivered_quantity": "4"})
    assert list(refused.context["form"].errors) == ["delivered_quantity"]
    client.post(at(row, "edit"), data)
    row.refresh_from_db()
    assert (row.category, row.unit, row.planned_quantity, row.delivered_quantity) == ("daten", "", None, None)


# --- steps ------------------------------------------------------------------------------------------------------------


def test_planned_is_promised_then_delivered_with_what_was_really_brought(world):
    row = world.contribution(planned_quantity=5, recorded_side=Side.ACTOR, recorded_by=world.people.librarian)
    client = world.client("organiser")
    client.post(at(row, "promise"))
    assert client.get(at(row, "deliver")).context["form"]["quantity"].value() == "5"
    client.post(at(row, "deliver"), {"quantity": "7,25"})
    client.post(at(row, "deliver"), {"quantity": "99"})
    row.refresh_from_db()
    assert (row.state, row.planned_quantity, row.delivered_quantity) == (State.DELIVERED, 5, Decimal("7.25"))
    assert row.recorded_side == Side.PROJECT
    assert [step.to_state for step in row.steps.all()] == [State.PLANNED, State.PROMISED, State.DELIVERED]


def test_planned_is_delivered_in_one_go(world):
    row = world.contribution(planned_quantity=5)
    world.client("librarian").post(at(row, "deliver"), {"quantity": ""})
    row.refresh_from_db()
    assert (row.state, row.delivered_quantity, row.recorded_side) == (State.DELIVERED, None, Side.ACTOR)
    assert [step.to_state for step in row.steps.all()] == [State.PLANNED, State.PROMISED, State.DELIVERED]


def test_without_a_unit_nobody_is_asked_how_much(world):
    row = world.contribution(category="daten", unit="")
    client = world.client("librarian")
    assert not client.get(at(row, "deliver")).context["form"].fields
    client.post(at(row, "deliver"), {"quantity": "3"})
    row.refresh_from_db()
    assert (row.state, row.delivered_quantity) == (State.DELIVERED, None)


def test_withdrawn_does_not_count_and_only_both_sides_see_it(world):
    row = world.contribution(planned_quantity=5, title="Doch kein Saal")
    world.client("librarian").post(at(row, "withdraw"), {"note": "Umbau"})
    row.refresh_from_db()
    assert row.state == State.WITHDRAWN
    found = {}
    for who in ("visitor", "baker", "librarian", "organiser"):
        answer = world.client(who).get(world.project.get_absolute_url())
        found[who] = ("Doch kein Saal" in answer.content.decode(), answer.context["totals"])
    assert found == {"visitor": (False, []), "baker": (False, []), "librarian": (True, []), "organiser": (True, [])}


@pytest.mark.parametrize(
    ("state", "verb"), [("erbracht", "withdraw"), ("erbracht", "promise"), ("zurueckgezogen", "promise")]
)
def test_step_that_is_not_open_says_so(world, state, verb):
    row = world.contribution(state=state)
    answer = world.client("organiser").post(at(row, verb), {})
    text = answer.content.decode() + " ".join(said(answer))
    assert any(words in text for words in ("there is no step to", "is final", "so it is not withdrawn"))
    row.refresh_from_db()
    assert row.state == state


# --- benefits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "side"), [("organiser", Side.PROJECT), ("librarian", Side.ACTOR)])
def test_benefit_is_noted_once_and_shown(world, who, side):
    client = world.client(who)
    address = f"/projekte/{world.project.slug}/nutzen/neu/?akteur=stadtbibliothek"
    once = str(client.get(address).context["form"]["once"].value())
    data = {"text": "Neue Gesichter.", "kind": "publikum", "is_public": "on", "once": once}
    answers = [client.post(address, data)["Location"] for _ in range(2)]
    row = Benefit.objects.get()
    assert answers == [f"/projekte/quartierscafe/#nutzen-{row.pk}"] * 2
    assert (row.actor, row.project, row.text, row.recorded_side) == (
        world.library,
        world.project,
        "Neue Gesichter.",
        side,
    )
    assert "Neue Gesichter." in world.client("visitor").get(world.project.get_absolute_url()).content.decode()


def test_benefit_of_somebody_who_takes_no_part_has_no_page(world):
    other = ActorFactory(slug="fremd")
    for who in ("organiser", "admin"):
        for value in (other.slug, "", "a\x00b", "x" * 9000):
            answer = world.client(who).get(f"/projekte/{world.project.slug}/nutzen/neu/", {"akteur": value})
            assert answer.status_code == 404


def test_partner_puts_the_projects_words_into_its_own(world):
    row = BenefitFactory(project=world.project, actor=world.library, text="Bekannter.", kind="bekanntheit")
    world.client("librarian").post(
        f"/nutzen/{row.pk}/bearbeiten/", {"text": "Man kennt uns.", "kind": "bekanntheit", "is_public": "on"}
    )
    row.refresh_from_db()
    assert (row.text, row.recorded_side) == ("Man kennt uns.", Side.ACTOR)
    assert world.client("organiser").get(f"/nutzen/{row.pk}/bearbeiten/").status_code == 404


def test_benefit_is_deleted_after_a_question(world):
    row = BenefitFactory(project=world.project, actor=world.library, text="Irrtum.")
    client = world.client("librarian")
    assert "Irrtum." in client.get(f"/nutzen/{row.pk}/loeschen/").content.decode()
    assert Benefit.objects.count() == 1
    client.post(f"/nutzen/{row.pk}/loeschen/")
    assert Benefit.objects.count() == 0


# --- who takes part ---------------------------------------------------------------------------------------------------


def add(world: World, who: str = "organiser", **data: str):
    path = reverse("projects:participation-create", args=[world.project.slug])
    return world.client(who).post(path, {"role": "mitwirkende", "state": "zugesagt"} | data)


def test_partner_is_added_by_name(world):
    actor = ActorFactory(name="Kulturverein Lindenhof", neighbourhoods=[world.place])
    answer = add(world, actor="kulturverein lindenhof", role="fachpartner", tasks="Moderation", hours_per_month="4,5")
    part = Participation.objects.get(actor=actor)
    assert answer["Location"] == f"/projekte/quartierscafe/#beteiligte-{actor.pk}"
    assert (part.role, part.state, part.tasks, part.hours_per_month) == (
        "fachpartner",
        "zugesagt",
        "Moderation",
        Decimal("4.5"),
    )


def test_partner_added_in_place_shows_the_whole_ledger(world):
    ActorFactory(name="Kulturverein Lindenhof")
    path = reverse("projects:participation-create", args=[world.project.slug])
    client = world.client("organiser")
    data = {"actor": "Kulturverein Lindenhof", "role": "ort", "state": "eingeladen"}
    answer = client.post(path, data, headers=in_place("eingabe-neu"))
    assert (answer.status_code, answer["HX-Retarget"]) == (200, "#geben-und-nehmen")
    assert answer.text.count("data-announce") == 1, "said at the new partner, not at everybody"
    assert answer.content.decode().count("<article") == 3
    search = client.post(path, {"actor": "biblio", "suchen": "1"}, headers=in_place("eingabe-neu"))
    assert (search.status_code, search["HX-Retarget"]) == (200, "#eingabe-neu")
    assert "Stadtbibliothek" in search.content.decode()


def test_the_same_role_twice_is_refused_and_the_same_form_twice_is_not(world):
    path = reverse("projects:participation-create", args=[world.project.slug])
    client = world.client("organiser")
    once = str(client.get(path).context["form"]["once"].value())
    actor = ActorFactory(name="Lindenhof")
    answers = [add(world, actor="Lindenhof", once=once)["Location"] for _ in range(2)]
    assert answers == [f"/projekte/quartierscafe/#beteiligte-{actor.pk}"] * 2
    refused = add(world, actor="Lindenhof", once="another")
    assert refused.context["form"].errors == {
        "role": ["This actor has this role in the project already. Please choose another role."]
    }
    assert Participation.objects.filter(actor=actor).count() == 1


@pytest.mark.parametrize(("state", "leads"), [("zugesagt", True), ("eingeladen", False)])
def test_who_agrees_to_lead_leads_a_project_that_had_no_lead(world, state, leads):
    Project.objects.update(lead_actor=None)
    add(world, actor="Ouishare", role="federfuehrung", state=state)
    assert (Project.objects.get().lead_actor == world.lead) == leads
    part = Participation.objects.get(role="federfuehrung")
    world.client("leader").post(reverse("projects:participation-step", args=[part.pk, "zusagen"]))
    assert Project.objects.get().lead_actor == world.lead


def test_second_lead_does_not_push_out_the_first(world):
    add(world, actor="Bäckerei", role="federfuehrung")
    assert Project.objects.get().lead_actor == world.lead


@pytest.mark.parametrize(("verb", "state", "declined"), [("zusagen", "zugesagt", False), ("beenden", "beendet", True)])
def test_partner_answers_an_invitation(world, verb, state, declined):
    part = ParticipationFactory(project=world.project, actor=world.bakery, role="ort", state="eingeladen")
    client = world.client("baker")
    assert list(Participation.objects.waiting_for(world.people.baker)) == [part]
    assert "Yes, we take part" in client.get(world.project.get_absolute_url()).content.decode()
    path = reverse("projects:participation-step", args=[part.pk, verb])
    assert [client.post(path, {"next": "/uebersicht/"})["Location"] for _ in range(2)] == ["/uebersicht/"] * 2
    part.refresh_from_db()
    assert (part.state, part.is_declined) == (state, declined)
    assert not Participation.objects.waiting_for(world.people.baker).exists()


def test_next_leads_nowhere_else(world):
    row = world.delivered()
    for address in ("https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example"):
        answer = world.client("librarian").post(at(row, "confirm"), {"next": address})
        assert answer["Location"] == f"/projekte/quartierscafe/?beitrag={row.pk}#beitrag-{row.pk}"


def test_ended_participation_keeps_what_was_given(world):
    world.delivered(title="Bleibt stehen")
    client = world.client("organiser")
    client.post(reverse("projects:participation-step", args=[world.library_part.pk, "beenden"]))
    world.library_part.refresh_from_db()
    assert (world.library_part.state, world.library_part.is_declined) == ("beendet", False)
    assert world.library_part.end_on is not None
    assert "Bleibt stehen" in world.client("visitor").get(world.project.get_absolute_url()).content.decode()


def test_role_and_days_are_edited(world):
    path = reverse("projects:participation-edit", args=[world.library_part.pk])
    client = world.client("organiser")
    client.post(
        path, {"role": "fachpartner", "start_on": "1.2.2026", "end_on": "", "tasks": "Moderation", "state": "beendet"}
    )
    world.library_part.refresh_from_db()
    assert (world.library_part.role, world.library_part.state) == ("fachpartner", "zugesagt")
    assert (str(world.library_part.start_on), world.library_part.tasks) == ("2026-02-01", "Moderation")


def test_role_that_is_taken_is_refused_in_the_form(world):
    second = ParticipationFactory(project=world.project, actor=world.library, role="fachpartner")
    path = reverse("projects:participation-edit", args=[second.pk])
    answer = world.client("organiser").post(path, {"role": "ort"})
    assert answer.context["form"].errors == {
        "role": ["This actor has this role in the project already. Please choose another role."]
    }


@pytest.mark.parametrize("method", ["get", "post"])
def test_benefit_deleted_twice_leads_back_and_says_that_it_is_gone(world, method):
    row = BenefitFactory(project=world.project, actor=world.library, text="Einmal zu viel")
    path = reverse("projects:benefit-delete", args=[row.pk])
    world.client("organiser").post(path)
    found = {}
    for who in ("organiser", "librarian", "baker", "elsewhere", "stranger"):
        answer = getattr(world.client(who), method)(path)
        found[who] = (answer.status_code, answer.headers.get("Location"), said(answer))
    gone = (302, f"/projekte/quartierscafe/#beteiligte-{world.library.pk}", ["This benefit was deleted already."])
    assert found == {
        "organiser": gone,
        "librarian": gone,
        **dict.fromkeys(("baker", "elsewhere", "stranger"), (404, None, [])),
    }
    part = getattr(world.client("organiser"), method)(path, headers=in_place(f"eingabe-{world.library.pk}"))
    assert (part.status_code, "This benefit was deleted already." in part.text) == (200, True)
    never = reverse("projects:benefit-delete", args=[row.pk + 1])
    assert getattr(world.client("organiser"), method)(never).status_code == 404


# --- the table --------------------------------------------------------------------------------------------------------


def test_table_is_filtered_and_its_sums_are_those_of_its_rows(world):
    world.delivered(planned_quantity=6)
    world.contribution(part=world.bakery_part, category="material", unit="stueck", planned_quantity=3)
    world.contribution(part=world.bakery_part, planned_quantity=2)
    client = world.client("visitor")
    found = {}
    for query in ("", "akteur=baeckerei", "art=material", "stand=erbracht", "akteur=baeckerei&art=zeit_ehrenamt"):
        context = client.get(f"/projekte/{world.project.slug}/beitraege/?{query}").context
        found[query] = (
            len(context["contributions"]),
            [(total.planned, total.delivered) for total in context["totals"]],
        )
    assert found == {
        "": (3, [(8, 4), (3, None)]),
        "akteur=baeckerei": (2, [(2, None), (3, None)]),
        "art=material": (1, [(3, None)]),
        "stand=erbracht": (1, [(6, 4)]),
        "akteur=baeckerei&art=zeit_ehrenamt": (1, [(2, None)]),
    }


def test_table_offers_only_partners_that_the_reader_sees(world):
    ParticipationFactory(project=world.project, actor=ActorFactory(slug="geheim", name="Geheim"), state="eingeladen")
    answer = world.client("visitor").get(f"/projekte/{world.project.slug}/beitraege/?akteur=geheim")
    assert answer.context["found"].unknown == [("Partner", "geheim")]


def test_rows_of_other_projects_stay_there(world):
    other = ParticipationFactory(project=ProjectFactory(), actor=world.library)
    world.contribution(part=other, title="Anderswo")
    for path in (world.project.get_absolute_url(), f"/projekte/{world.project.slug}/beitraege/"):
        assert "Anderswo" not in world.client("organiser").get(path).content.decode()


def test_objection_written_on_the_overview_leads_back_there_even_after_a_mistake(world):
    row = world.delivered()
    path = reverse("projects:contribution-object", args=[row.pk])
    client = world.client("librarian")
    refused = client.post(path, {"reason": "", "next": '/uebersicht/?liste="bestaetigen"'})
    assert refused.text.count('name="next" value="/uebersicht/?liste=&quot;bestaetigen&quot;"') == 1
    assert client.get(path).text.count('name="next"') == 1, "that of the languages"
    assert client.post(path, {"reason": "240 of them", "next": "/uebersicht/"})["Location"] == "/uebersicht/"


@pytest.mark.parametrize(
    ("verb", "typed", "state"),
    [
        ("object", {"reason": "Es waren zwei."}, "erbracht"),
        ("deliver", {"quantity": "3"}, "geplant"),
        ("withdraw", {"note": "Geht nicht"}, "geplant"),
    ],
)
def test_an_answer_to_what_was_rewritten_since_is_asked_again_with_the_new_words(world, verb, typed, state):
    row = world.delivered() if state == "erbracht" else world.contribution()
    client = world.client("librarian")
    opened = fields_of(client.get(at(row, verb)))
    revise_contribution(contribution=Contribution.objects.get(pk=row.pk), by=world.people.organiser, title="Neue Worte")
    refused = client.post(at(row, verb), opened | typed)
    row.refresh_from_db()
    assert (refused.status_code, row.state, row.objection) == (200, state, "")
    assert "Neue Worte" in refused.text.partition('class="form"')[2]
    sent = fields_of(refused)
    assert {name: sent[name] for name in typed} == {name: [text] for name, text in typed.items()}
    assert client.post(at(row, verb), sent).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.objection) != (state, "")


def test_a_mistake_in_an_objection_does_not_make_it_one_to_words_that_were_not_seen(world):
    row = world.delivered()
    client = world.client("librarian")
    refused = client.post(at(row, "object"), {"reason": "", "version": row.version})
    revise_contribution(contribution=Contribution.objects.get(pk=row.pk), by=world.people.organiser, title="Neue Worte")
    again = client.post(at(row, "object"), fields_of(refused) | {"reason": "Falsch"})
    row.refresh_from_db()
    assert (again.status_code, row.objection) == (200, "")


def test_a_promise_is_one_of_what_was_seen(world):
    row = world.contribution()
    seen = row.version
    revise_contribution(contribution=Contribution.objects.get(pk=row.pk), by=world.people.organiser, title="Neue Worte")
    client = world.client("librarian")
    assert f'name="version" value="{seen + 1}"' in client.get(world.project.get_absolute_url()).text
    client.post(at(row, "promise"), {"version": seen})
    row.refresh_from_db()
    assert row.state == "geplant"
    client.post(at(row, "promise"), {"version": row.version})
    row.refresh_from_db()
    assert row.state == "zugesagt"
