"""A warning in words before a full or resting partner is asked for time: heeded, or gone past with a reason that is kept."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from partners.models import Actor, Month
from projects.models import Participation, ParticipationOverride, Project
from tests.factories import ParticipationFactory, ParticipationOverrideFactory
from tests.projects.browser import fields_of
from tests.projects.conftest import World

TODAY = timezone.localdate


def in_days(number: int) -> date:
    return TODAY() + timedelta(days=number)


def typed(day: date | None) -> str:
    return f"{day:%d.%m.%Y}" if day else ""


def spoken(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def add(world: World, who: str = "organiser", **data: str):
    path = reverse("projects:participation-create", args=[world.project.slug])
    return world.client(who).post(path, {"role": "ort", "state": "eingeladen", "actor": "Bäckerei"} | data)


def warned(answer) -> list[str]:
    """What the form came back with; nothing if it did not come back."""
    return [one.text for one in answer.context["anyway"].cautions] if answer.status_code == 200 else []


def bakery(world: World, **values) -> None:
    Actor.objects.filter(pk=world.bakery.pk).update(**values)


def asked(world: World) -> int:
    return Participation.objects.filter(project=world.project, actor=world.bakery, role="ort").count()


def test_whoever_has_room_is_asked_without_a_word(world):
    bakery(world, capacity="begrenzt", network_hours=10, lead_time_days=30)
    assert add(world).status_code == 302
    assert (asked(world), ParticipationOverride.objects.count()) == (1, 0)


def test_a_full_partner_is_warned_of_with_a_date_and_the_lead_time(world):
    bakery(world, capacity="ausgelastet", resting_until=in_days(40), lead_time_days=14)
    answer = add(world, tasks="Brezen backen", start_on=typed(in_days(3)))
    assert warned(answer) == [
        (
            f"“Bäckerei” is full at present. Please ask again only from {spoken(in_days(41))}. "
            f"“Bäckerei” asks for a lead time of 14 days: from {spoken(in_days(14))} at the earliest."
        )
    ]
    sent = fields_of(answer)
    assert (sent["tasks"], sent["role"], sent["state"]) == (["Brezen backen"], ["ort"], ["eingeladen"])
    assert asked(world) == 0


@pytest.mark.parametrize(
    ("values", "start", "end", "says"),
    [
        ({"capacity": "ruht", "resting_until": 40}, None, None, "rests. Please ask again only from"),
        ({"capacity": "ruht", "resting_until": 40}, 40, None, "rests. Please ask again only from"),
        ({"capacity": "ruht", "resting_until": 40}, 41, None, ""),
        ({"capacity": "ruht", "resting_until": -1}, None, None, ""),
        ({"capacity": "ausgelastet"}, 400, None, "Please ask first when it suits again."),
        ({"capacity": "ausgelastet"}, -90, -2, ""),
        ({"capacity": "ausgelastet"}, -90, None, "Please ask first when it suits again."),
        ({"lead_time_days": 30}, 5, None, "asks for a lead time of 30 days"),
        ({"lead_time_days": 30}, 30, None, ""),
        ({"lead_time_days": 30}, -5, None, ""),
        ({"lead_time_days": 30}, None, None, ""),
    ],
)
def test_the_moment_decides(world, values, start, end, says):
    """Later than the rest, or only for the record: nobody is held up."""
    if "resting_until" in values:
        values["resting_until"] = in_days(values["resting_until"])
    bakery(world, **values)
    days = {name: typed(in_days(day)) for name, day in (("start_on", start), ("end_on", end)) if day is not None}
    answer = add(world, **days)
    assert (asked(world) == 1) is not bool(says)
    assert [says in text for text in warned(answer)] == ([True] if says else [])


def test_who_goes_on_says_why_and_that_is_kept(world):
    bakery(world, capacity="ausgelastet")
    path = reverse("projects:participation-create", args=[world.project.slug])
    client = world.client("organiser")
    opened = fields_of(client.get(path)) | {"actor": ["Bäckerei"], "role": ["ort"], "tasks": ["Brezen backen"]}
    refused = client.post(path, fields_of(client.post(path, opened)))
    assert refused.context["anyway"].errors["reason"] == [
        "Say in one sentence why, or choose a later day or another partner."
    ]
    assert refused.text.count("<title>Error:") == 1
    assert asked(world) == 0
    sent = fields_of(refused) | {"trotzdem-reason": ["Nur ein Vormittag, und sie wollte es selbst."]}
    for _twice in range(2):
        assert client.post(path, sent).status_code == 302
    part = Participation.objects.get(project=world.project, actor=world.bakery, role="ort")
    kept = ParticipationOverride.objects.get()
    assert (kept.participation, kept.by, kept.reason) == (
        part,
        world.people.organiser,
        "Nur ein Vormittag, und sie wollte es selbst.",
    )
    assert kept.warning == "“Bäckerei” is full at present. Please ask first when it suits again."
    assert part.tasks == "Brezen backen"


def test_a_reason_counts_only_for_the_words_that_were_read(world):
    bakery(world, capacity="ausgelastet")
    Actor.objects.filter(pk=world.library.pk).update(capacity="ruht", resting_until=in_days(9))
    sent = fields_of(add(world)) | {"trotzdem-reason": ["Nur ein Vormittag."], "actor": ["Stadtbibliothek"]}
    sent |= {"role": ["fachpartner"]}
    for name in ("actor_wahl", "actor_zu"):
        sent.pop(name, None)
    path = reverse("projects:participation-create", args=[world.project.slug])
    answer = world.client("organiser").post(path, sent)
    assert ["“Stadtbibliothek” rests" in text for text in warned(answer)] == [True]
    assert fields_of(answer)["trotzdem-reason"] == ["Nur ein Vormittag."]
    assert ParticipationOverride.objects.count() == 0


def test_a_reason_is_not_lost_while_something_else_is_mended(world):
    bakery(world, capacity="ausgelastet")
    sent = fields_of(add(world)) | {"trotzdem-reason": ["Nur ein Vormittag."], "hours_per_month": ["viel"]}
    path = reverse("projects:participation-create", args=[world.project.slug])
    client = world.client("organiser")
    refused = client.post(path, sent)
    assert list(refused.context["form"].errors) == ["hours_per_month"]
    assert client.post(path, fields_of(refused) | {"hours_per_month": ["2"]}).status_code == 302
    assert ParticipationOverride.objects.get().reason == "Nur ein Vormittag."


def test_who_ended_is_asked_again_with_the_same_warning(world):
    part = ParticipationFactory(project=world.project, actor=world.bakery, role="ort")
    part.end()
    bakery(world, capacity="ausgelastet")
    sent = fields_of(add(world)) | {"trotzdem-reason": ["Sie hat danach gefragt."]}
    path = reverse("projects:participation-create", args=[world.project.slug])
    assert world.client("organiser").post(path, sent).status_code == 302
    assert ParticipationOverride.objects.get().participation == part


# --- the hours --------------------------------------------------------------------------------------------------------


def promise(world: World, hours: str, *, until: date | None = None) -> None:
    ParticipationFactory(actor=world.bakery, start_on=in_days(-60), end_on=until, hours_per_month=hours)


def next_month(number: int = 1) -> Month:
    return Month.present().later(number)


def test_promised_hours_warn_those_who_may_read_them_and_without_the_numbers(world):
    """The lead's team may ask, but does not know how many hours the bakery has promised elsewhere."""
    bakery(world, network_hours=Decimal("7.25"))
    promise(world, "8.75", until=next_month(2).last)
    answer = add(world)
    assert warned(answer) == [
        (
            "For “Bäckerei” as many hours are promised already as it states, or more. "
            f"By what is promised there is room again from {spoken(next_month(3).first)}."
        )
    ]
    assert not [number for number in ("7.25", "7,25", "8.75", "8,75") if number in answer.text]
    assert add(world, start_on=typed(next_month(3).first)).status_code == 302
    assert add(world, "leader", role="fachpartner").status_code == 302
    assert ParticipationOverride.objects.count() == 0


@pytest.mark.parametrize(("hours", "warns"), [("", False), ("2", False), ("2.01", True)])
def test_what_is_asked_counts_too(world, hours, warns):
    bakery(world, network_hours=10)
    promise(world, "8")
    answer = add(world, hours_per_month=hours)
    assert warned(answer) == (["For “Bäckerei” more hours would be promised than it states."] if warns else [])


def test_a_stated_day_is_not_contradicted_by_a_computed_one(world):
    bakery(world, network_hours=1, capacity="ausgelastet", resting_until=in_days(20))
    promise(world, "8", until=next_month(2).last)
    text = warned(add(world))[0]
    assert spoken(in_days(21)) in text
    assert "By what is promised" not in text


@pytest.mark.parametrize(
    ("before", "after", "warns"),
    [("4", "4", False), ("4", "3", False), ("4", "", False), ("4", "5", True), (None, "1", True), (None, "0", False)],
)
def test_only_more_hours_than_before_are_warned_of(world, before, after, warns):
    bakery(world, capacity="ausgelastet")
    part = world.bakery_part
    Participation.objects.filter(pk=part.pk).update(hours_per_month=before)
    path = reverse("projects:participation-edit", args=[part.pk])
    client = world.client("organiser")
    answer = client.post(path, {"role": part.role, "hours_per_month": after, "tasks": "Brot"})
    assert bool(warned(answer)) is warns
    if warns:
        sent = fields_of(answer) | {"trotzdem-reason": ["Für das Sommerfest."]}
        assert client.post(path, sent).status_code == 302
        assert ParticipationOverride.objects.get(participation=part).by == world.people.organiser
    part.refresh_from_db()
    assert part.tasks == "Brot"


def test_its_own_hours_are_not_counted_against_it(world):
    bakery(world, network_hours=10)
    Participation.objects.filter(pk=world.bakery_part.pk).update(hours_per_month=8)
    path = reverse("projects:participation-edit", args=[world.bakery_part.pk])
    answer = world.client("organiser").post(path, {"role": world.bakery_part.role, "hours_per_month": "10"})
    assert answer.status_code == 302


def test_a_panel_comes_back_with_the_warning_in_its_place(world):
    bakery(world, capacity="ausgelastet")
    path = reverse("projects:participation-create", args=[world.project.slug])
    headers = {"hx-request": "true", "hx-target": "eingabe-neu"}
    data = {"role": "ort", "state": "eingeladen", "actor": "Bäckerei"}
    answer = world.client("organiser").post(path, data, headers=headers)
    assert (answer.status_code, answer["HX-Retarget"]) == (422, "#eingabe-neu")
    assert "is full at present" in answer.text
    assert "data-focus" in answer.text


@pytest.mark.parametrize(
    ("who", "reads"),
    [
        ("baker", True),
        ("organiser", True),
        ("admin", True),
        ("leader", False),
        ("librarian", False),
        ("elsewhere", False),
    ],
)
def test_its_team_and_its_organisers_read_why_it_was_asked(world, who, reads):
    ParticipationOverrideFactory(participation=world.bakery_part, reason="Zum Sommerfest.", by=world.people.stranger)
    answer = world.client(who).get(reverse("actor-load", args=[world.bakery.slug]))
    assert answer.status_code == (200 if reads else 404)
    assert ("Zum Sommerfest." in answer.text, "Stranger" in answer.text) == (reads, reads)


def story(world: World, **data: str) -> dict[str, str]:
    return {
        "title": "Hofgarten",
        "neighbourhoods": str(world.place.pk),
        "state": "idee",
        "lead_actor": "Bäckerei",
    } | data


def test_a_project_whose_lead_is_full_is_warned_of_and_made_with_a_reason(world):
    bakery(world, capacity="ausgelastet")
    client, path = world.client("organiser"), reverse("projects:project-create")
    answer = client.post(path, story(world))
    assert warned(answer) == ["“Bäckerei” is full at present. Please ask first when it suits again."]
    assert Project.objects.filter(title="Hofgarten").count() == 0
    assert client.post(path, fields_of(answer) | {"trotzdem-reason": ["Sie hat gefragt."]}).status_code == 302
    kept = ParticipationOverride.objects.get()
    lead = (kept.participation.project.title, kept.participation.actor, kept.participation.role)
    assert lead == ("Hofgarten", world.bakery, "federfuehrung")
    assert (kept.by, kept.reason) == (world.people.organiser, "Sie hat gefragt.")


def test_a_new_lead_that_is_full_is_warned_of_and_a_present_one_is_not(world):
    bakery(world, capacity="ausgelastet")
    Actor.objects.filter(pk=world.lead.pk).update(capacity="ausgelastet")
    client, path = world.client("organiser"), reverse("projects:project-edit", args=[world.project.slug])
    opened = fields_of(client.get(path))
    assert client.post(path, opened | {"goal": ["Mehr Kaffee"]}).status_code == 302
    answer = client.post(path, fields_of(client.get(path)) | {"lead_actor": ["Bäckerei"], "lead_actor_wahl": [""]})
    assert warned(answer) == ["“Bäckerei” is full at present. Please ask first when it suits again."]
    assert client.post(path, fields_of(answer) | {"trotzdem-reason": ["Nur bis Mai."]}).status_code == 302
    world.project.refresh_from_db()
    kept = ParticipationOverride.objects.get()
    assert (world.project.lead_actor, kept.participation.project, kept.reason) == (
        world.bakery,
        world.project,
        "Nur bis Mai.",
    )
