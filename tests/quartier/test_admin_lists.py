"""Every list of the administration: constant queries, wherever it comes from; and the way from a row to its page in the portal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from partners.models import Actor, Partnership
from quartier.admin_site import SAID_BY_DJANGO
from quartier.models import ImportedActor, ImportRun, LegalPage
from tests.factories import (
    ActorFactory,
    AdminFactory,
    ContributionFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    ParticipationFactory,
    PartnershipFactory,
    PersonFactory,
    ProjectFactory,
)

pytestmark = pytest.mark.django_db


def import_run() -> ImportRun:
    now = timezone.now()
    return ImportRun.objects.create(
        neighbourhood=NeighbourhoodFactory(), file_name="l.csv", by=PersonFactory(), started_at=now, finished_at=now
    )


def imported_actor() -> ImportedActor:
    run = import_run()
    return ImportedActor.objects.create(
        actor=ActorFactory(), neighbourhood=run.neighbourhood, key="x", first_run=run, last_run=run
    )


def session() -> UserSession:
    number = UserSession.objects.count()
    return UserSession.objects.create(user=PersonFactory(), ip="127.0.0.1", user_agent="x", session_key=str(number))


# What the floors below do not hold: how a row is made (nothing where the rows are there already), how many queries.
LISTS: dict[Any, tuple[Callable[[], Any] | None, int]] = {
    ImportRun: (import_run, 9),
    ImportedActor: (imported_actor, 7),
    LegalPage: (None, 5),
    EmailAddress: (lambda: EmailAddress.objects.create(user=PersonFactory(), email=PersonFactory().email), 5),
    Group: (lambda: Group.objects.create(name=f"Gruppe {Group.objects.count()}"), 5),
    Authenticator: (lambda: Authenticator.objects.create(user=PersonFactory(), type="totp", data={}), 5),
    UserSession: (session, 5),
}


@pytest.fixture
def client() -> Client:
    client = Client(headers={"accept-language": "de"})
    client.force_login(AdminFactory())
    return client


def list_of(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def test_every_list_has_its_number_of_queries_in_a_test():
    """Of the lower floors `tests/partners/test_admin.py` and `tests/projects/test_admin.py` know."""
    others = {model for model in admin.site._registry if model._meta.app_label not in {"partners", "projects"}}
    assert others == set(LISTS)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("model", LISTS, ids=lambda model: model.__name__)
def test_lists_take_the_same_queries_for_every_number_of_rows(client, django_assert_num_queries, model, rows):
    make, queries = LISTS[model]
    for _ in range(rows if make else 0):
        make()
    client.get(list_of(model))
    with django_assert_num_queries(queries):
        answer = client.get(list_of(model))
    assert answer.context["cl"].result_count >= rows


def row_of(html: str, name: str) -> str:
    """What stands in the line of a list that names it."""
    [line] = [line for line in html.split("<tr>") if name in line]
    return line


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (Actor.State.DRAFT, "nicht öffentlich"),
        (Actor.State.HIDDEN, "nicht öffentlich"),
        (Actor.State.PUBLISHED, "öffentlich"),
        (Actor.State.ARCHIVED, "öffentlich"),
        (Actor.State.MERGED, ""),
    ],
)
def test_the_list_and_the_form_lead_to_the_page_as_it_can_be_seen(client, state, says):
    actor = ActorFactory(name="Bücherei Weiher", slug="weiher", state=state)
    line = row_of(client.get(list_of(Actor)).content.decode(), "Bücherei Weiher")
    assert (f'<a href="/akteure/weiher/">{says}<span' in line) is bool(says)
    form = client.get(reverse("admin:partners_actor_change", args=[actor.pk])).content.decode()
    assert ('<a href="/akteure/weiher/" class="viewsitelink">' in form) is bool(says)
    assert ("(nicht öffentlich)" in form) is (says == "nicht öffentlich")
    assert client.get("/akteure/weiher/").status_code == (200 if says else 404)


def test_partnerships_projects_and_contributions_lead_to_their_page(client):
    partnership = PartnershipFactory()
    idea, running = ProjectFactory(title="Idee", state="idee"), ProjectFactory(title="Hofgarten", state="laufend")
    shown = ContributionFactory(title="Saal", participation=ParticipationFactory(project=running), is_public=True)
    kept = ContributionFactory(title="Kasse", participation=ParticipationFactory(project=running), is_public=False)
    for row, title in ((idea, "Idee"), (running, "Hofgarten"), (shown, "Saal"), (kept, "Kasse")):
        line = row_of(client.get(list_of(type(row))).content.decode(), f": {title}</span>")
        says = "nicht öffentlich" if row in {idea, kept} else "öffentlich"
        assert f'<a href="{row.get_absolute_url()}">{says}<span' in line
    html = client.get(list_of(Partnership)).content.decode()
    assert f'<a href="{partnership.get_absolute_url()}">' in html


@pytest.mark.parametrize(("rights", "shown"), [(["view_person"], False), (["view_person", "view_membership"], True)])
def test_people_lead_to_where_they_belong_for_who_may_read_memberships(rights, shown):
    MembershipFactory(person=PersonFactory(name="Ria"), actor=ActorFactory(name="Laden", slug="laden"))
    NeighbourhoodFactory(name="Weiher", slug="weiher", organisers=[PersonFactory(name="Olga")])
    staff, client = PersonFactory(is_staff=True), Client(headers={"accept-language": "de"})
    staff.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(staff)
    html = client.get("/admin/partners/person/").content.decode()
    assert ('<a href="/akteure/laden/">Laden</a>' in html) is shown
    assert ('<a href="/quartiere/weiher/">Weiher</a>' in html) is shown


def test_what_django_says_in_english_alone_is_german_here():
    run, actor = import_run(), ActorFactory(name="Treff")
    admin = AdminFactory(language="de")
    client = Client(headers={"accept-language": "de"})
    client.force_login(admin)
    runs = client.get(reverse("admin:quartier_importrun_changelist")).content.decode()
    assert '<span id="date-hierarchy-label">Nach „begonnen“ filtern</span>' in runs
    deleting = client.get(reverse("admin:partners_actor_delete", args=[actor.pk])).content.decode()
    assert "Möchten Sie „Treff“ wirklich löschen (Akteur*in)? Das wird mit gelöscht:" in deleting
    password = client.get(reverse("admin:auth_user_password_change", args=[admin.pk])).content.decode()
    assert "Anmelden mit Passwort:" in password
    assert run.neighbourhood.name not in deleting


def test_every_word_that_we_say_for_django_has_a_german_one():
    about = {"count": 3, **dict.fromkeys(("name", "field_name", "object_name", "escaped_object"), "x")}

    def said(language: str) -> list[str]:
        with translation.override(language):
            return [word % about for word in SAID_BY_DJANGO]

    same = [german for english, german in zip(said("en"), said("de"), strict=True) if english == german]
    assert same == []
