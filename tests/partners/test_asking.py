"""What is put into words once asks the same as what is put together anew: for every value, every reader and every day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch
from django.test import Client
from django.utils import timezone, translation

from partners.models import Actor, Membership, Neighbourhood, Partnership, Person, Topic
from partners.views.asking import MOST_VALUES, asked_often
from projects.models import Project
from tests.factories import (
    ActorFactory,
    AdminFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    ParticipationFactory,
    PartnershipFactory,
    PersonFactory,
    ProjectFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db
State = Actor.State
VISITOR = AnonymousUser()


def test_the_words_are_found_once_and_asked_with_every_value(django_assert_num_queries):
    made = []

    @asked_often
    def named(slug, keys, *, most):
        made.append((most, len(keys)))
        return Actor.objects.filter(slug=slug, pk__in=keys)[:most]

    one, two = ActorFactory(slug="eins"), ActorFactory(slug="zwei", state=State.HIDDEN)
    with django_assert_num_queries(3):
        assert named("eins", [one.pk], most=5) == [one]
        assert named("zwei", [one.pk], most=5) == []
        assert named("zwei", [two.pk], most=5) == [two]
    assert made == [(5, 1)]
    assert named("zwei", [one.pk, two.pk], most=5) == [two]
    assert named("zwei", [two.pk], most=1) == [two]
    assert made == [(5, 1), (5, 2), (1, 1)]


def test_many_values_and_none_are_asked_rightly():
    made = []

    @asked_often
    def of(keys):
        made.append(len(keys))
        return Actor.objects.filter(pk__in=keys).values_list("pk", flat=True)

    keys = sorted(ActorFactory.create_batch(3), key=lambda actor: actor.pk)
    keys = [actor.pk for actor in keys]
    assert (of([]), sorted(of(keys)), of([keys[0], keys[0]])) == ([], keys, keys[:1])
    assert made == [0, 3, 1]
    many = range(keys[0], keys[0] + MOST_VALUES + 1)
    assert sorted(of(many)) == sorted(of(many)) == keys
    assert made == [0, 3, 1, MOST_VALUES + 1, MOST_VALUES + 1]


def test_every_reader_is_asked_for_as_who_she_is():
    """The words are the same for two persons, their rights are not: each is asked first once, and second once."""

    @asked_often
    def seen(user):
        return Actor.objects.visible_to(user).order_by("slug").values_list("slug", flat=True)

    here, there = NeighbourhoodFactory(), NeighbourhoodFactory()
    ActorFactory(slug="a-offen")
    drafts = [
        ActorFactory(slug=f"b-entwurf-{number}", state=State.DRAFT, neighbourhoods=[place])
        for number, place in enumerate((here, there))
    ]
    olga, otto, editor = PersonFactory(), PersonFactory(), PersonFactory()
    here.organisers.add(olga)
    there.organisers.add(otto)
    MembershipFactory(actor=drafts[1], person=editor)
    first, second = (draft.slug for draft in drafts)
    expected = {
        VISITOR: ["a-offen"],
        PersonFactory(): ["a-offen"],
        olga: ["a-offen", first],
        otto: ["a-offen", second],
        editor: ["a-offen", second],
        AdminFactory(): ["a-offen", first, second],
    }
    for user, slugs in [*expected.items(), *reversed(expected.items())]:
        assert seen(user) == slugs


def test_today_and_the_language_belong_to_the_question(monkeypatch):
    @asked_often
    def running():
        return Partnership.objects.running().values_list("pk", flat=True)

    @asked_often
    def word(topic):
        column = "name_en" if translation.get_language() == "en" else "name"
        return Topic.objects.filter(pk=topic).values_list(column, flat=True)

    topic = TopicFactory(name="Meer", name_en="Sea")
    with translation.override("de"):
        assert word(topic.pk) == ["Meer"]
    with translation.override("en"):
        assert word(topic.pk) == ["Sea"]
    day = date(2027, 3, 1)
    partnership = PartnershipFactory(start_on=day)
    monkeypatch.setattr(timezone, "localdate", lambda *args: day - timedelta(days=1))
    assert running() == []
    monkeypatch.setattr(timezone, "localdate", lambda *args: day)
    assert running() == [partnership.pk]


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (
            lambda person: Actor.objects.filter(pk__in=list(person.memberships.values_list("actor", flat=True))),
            RuntimeError,
        ),
        (lambda person: Actor.objects.filter(email=person.email), RuntimeError),
        (
            lambda person: Actor.objects.prefetch_related(
                Prefetch("neighbourhoods", Neighbourhood.objects.editable_by(person))
            ),
            ValueError,
        ),
    ],
    ids=["asks before", "reads more of a person", "hands it on to what comes along"],
)
def test_what_would_be_true_for_the_first_reader_only_is_refused(make, error):
    with pytest.raises(error):
        asked_often(make)(PersonFactory())


@pytest.mark.parametrize(
    "make", [lambda key: Actor.objects.all(), lambda key: Actor.objects.filter(pk=key + 1)], ids=["forgets", "changes"]
)
def test_a_value_that_is_not_asked_for_is_refused(make):
    with pytest.raises(ValueError, match="does not ask for all"):
        asked_often(make)(5)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Actor.objects.filter(updated_at__lt=timezone.now()),
        lambda: Actor.objects.prefetch_related(
            Prefetch("memberships", Membership.objects.filter(person__joined_at__lt=timezone.now()))
        ),
    ],
    ids=["itself", "what comes along"],
)
def test_a_moment_would_stand_still_and_is_refused_on_both_databases(make):
    with pytest.raises(ValueError, match="asks about a moment"):
        asked_often(make)()


def test_another_thread_may_empty_what_is_known_while_it_is_looked_up():
    class Emptied(dict):
        def __contains__(self, key):
            found = super().__contains__(key)
            self.clear()
            return found

    actor = ActorFactory()
    named = asked_often(lambda slug: Actor.objects.filter(slug=slug))
    named.ways = Emptied()
    assert [named(actor.slug), named(actor.slug)] == [[actor], [actor]]


# --- pages that are asked for by everybody, one after the other ---------------------------------------------------------------


def test_nobody_reads_on_a_profile_what_the_reader_before_her_could_read():
    """A draft partner keeps a partnership back, and an idea is no project yet; only who stands for them reads of them."""
    olga = PersonFactory()
    here = NeighbourhoodFactory(organisers=[olga])
    actor = ActorFactory(slug="treff", neighbourhoods=[NeighbourhoodFactory()])
    draft = ActorFactory(name="Stille Post", state=State.DRAFT)
    editor = MembershipFactory(actor=draft).person
    PartnershipFactory(neighbourhood=here, quartier=actor, accompanying=draft)
    ParticipationFactory(
        actor=actor, project=ProjectFactory(title="Nur so gedacht", state=Project.State.IDEA, neighbourhoods=[here])
    )
    other = PersonFactory()
    NeighbourhoodFactory(organisers=[other])
    secrets = ("Stille Post", "Nur so gedacht")
    told = {VISITOR: (), olga: secrets, editor: secrets[:1], other: ()}
    for user, names in [*told.items(), *reversed(told.items())]:
        client = Client()
        if isinstance(user, Person):
            client.force_login(user)
        html = client.get("/akteure/treff/").content.decode()
        assert tuple(name for name in secrets if name in html) == names


def test_nobody_reads_on_a_project_what_the_reader_before_her_could_read():
    """Its lead and its partners are named to those who may see them."""
    olga = PersonFactory()
    here = NeighbourhoodFactory(organisers=[olga])
    hidden = ActorFactory(
        name="Stille Post", state=State.HIDDEN, email="post@example.org", neighbourhoods=[NeighbourhoodFactory()]
    )
    editor = MembershipFactory(actor=hidden).person
    project = ProjectFactory(slug="fest", neighbourhoods=[here], lead_actor=hidden, is_open=True)
    ParticipationFactory(actor=hidden, project=project)
    other = PersonFactory()
    NeighbourhoodFactory(organisers=[other])
    told = {VISITOR: False, editor: True, other: False}
    for user, reads in [*told.items(), *reversed(told.items())]:
        client = Client()
        if isinstance(user, Person):
            client.force_login(user)
        html = client.get("/projekte/fest/").content.decode()
        assert ("Stille Post" in html, "post@example.org" in html) == (reads, reads)
