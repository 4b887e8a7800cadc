"""The table of field classes: whole, or it says what is missing and where to add it. See also `tests/test_site.py`."""

from __future__ import annotations

import pytest
from django.db import models

from partners.models import Actor, ContactPerson, Person
from quartier import privacy
from quartier.privacy import FieldClass, Fields


def field(model: type[models.Model], name: str) -> privacy.Field:
    return model._meta.get_field(name)  # type: ignore[return-value]


def test_the_table_is_whole() -> None:
    assert privacy.defects() == []


@pytest.mark.parametrize(
    ("model", "name", "expected"),
    [
        (Actor, "id", FieldClass.PUBLIC),
        (Actor, "topics", FieldClass.PUBLIC),
        (Actor, "lead_time_days", FieldClass.NETWORK),
        (Actor, "network_hours", FieldClass.INTERNAL),
        (Person, "name", FieldClass.PERSONAL),
        (ContactPerson, "phone", FieldClass.PERSONAL),
    ],
)
def test_a_field_has_the_class_of_its_line(model: type[models.Model], name: str, expected: FieldClass) -> None:
    assert privacy.class_of(field(model, name)) == expected


def test_a_field_without_a_class_is_named_with_the_place_where_it_belongs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(privacy.FIELDS, "partners.Channel", Fields(public="actor kind name address audience"))

    said = (
        "partners.Channel.measured_on has no class. Say who may read it: add “measured_on” to the line `public`, "
        "`network`, `internal` or `personal` of “partners.Channel” in quartier/privacy.py."
    )
    assert privacy.defects() == [said]


def test_a_model_without_a_line_is_named_field_by_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(privacy.FIELDS, "partners.Topic")

    assert [one.split(" ")[0] for one in privacy.defects()] == [
        "partners.Topic.name",
        "partners.Topic.name_en",
        "partners.Topic.slug",
    ]


def test_a_name_of_nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(privacy.FIELDS, "partners.Topic", Fields(public="name name_en slug colour"))
    monkeypatch.setitem(privacy.FIELDS, "partners.Colour", Fields(public="name"))
    monkeypatch.setitem(privacy.SECRETS, "partners.Person", ["pin"])

    assert privacy.defects() == [
        f"quartier/privacy.py names {name}, but there is no such field. Take the name out."
        for name in ("partners.Topic.colour", "partners.Colour.name", "partners.Person.pin")
    ]


def test_a_field_has_one_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(privacy.FIELDS, "partners.Topic", Fields(public="name name_en slug", internal="name"))

    assert privacy.defects() == [
        "partners.Topic.name stands in two lines of quartier/privacy.py. A field has one class."
    ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("name", FieldClass.PERSONAL),  # as it was in the original
        ("actor", FieldClass.INTERNAL),
        ("history_user", FieldClass.PERSONAL),
        ("history_date", FieldClass.INTERNAL),
    ],
)
def test_history_is_internal_and_what_was_personal_stays_so(name: str, expected: FieldClass) -> None:
    class History:
        instance_type = ContactPerson

    past: models.Field[str, str] = models.CharField(max_length=10)
    past.name, past.model = name, History  # type: ignore[assignment]

    assert privacy.class_of(past) == expected


def test_what_was_public_once_is_internal_in_the_history() -> None:
    class History:
        instance_type = Actor

    past: models.Field[str, str] = models.CharField(max_length=10)
    past.name, past.model = "name", History  # type: ignore[assignment]

    assert privacy.class_of(past) == FieldClass.INTERNAL
