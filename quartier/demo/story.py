"""Puts the story of the demo into an empty portal, by the same actions that people use."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from partners.actions.accounts import confirm_address, create_account
from partners.actions.actors import create_actor
from partners.actions.boundaries import set_boundary
from partners.actions.merging import merge_actors
from partners.actions.partnerships import write_partnership
from partners.actions.twin_pairs import rule_out
from partners.models import (
    CRITERIA,
    Actor,
    ActorKind,
    Channel,
    ContactPerson,
    KeyActorAssessment,
    Membership,
    Neighbourhood,
    Partnership,
    PartnershipParty,
    Person,
    TargetGroup,
    Topic,
    acting,
    recounting_many,
)
from partners.models.boundaries import digest
from quartier.demo.agreements import tell_agreements
from quartier.demo.assessments import VIEWS, View
from quartier.demo.collaborations import STORIES
from quartier.demo.contacts import CONTACTS, Contact
from quartier.demo.days import amount, day, day_from_today
from quartier.demo.edits import FIRST_DAY, moment_of, tell_confirmations, tell_past
from quartier.demo.handovers import tell_prepared
from quartier.demo.history import take_steps
from quartier.demo.invented import INVENTED, PLACES
from quartier.demo.listings import tell_listings
from quartier.demo.logos import LOGOS, give_logo
from quartier.demo.mails import tell_mails, tell_round_mail
from quartier.demo.mehrwert import tell_mehrwert
from quartier.demo.partnerships import TIES, Tie
from quartier.demo.places import LIBRARY, QUARTIERE, ROUGH_OUTLINE, SENDLING, Place
from quartier.demo.points import point_of
from quartier.demo.preparing import tell_preparing
from quartier.demo.profiles import PROFILES, complete_profile
from quartier.demo.projects import ProjectTeller
from quartier.demo.reach import WAYS, Way
from quartier.demo.requests import RequestTeller
from quartier.demo.twins import GROUP, HOUSE, MERGED, MERGED_INTO, TWIN, WHY_TWO

PASSWORD = "quartier-demo"  # noqa: S105  # everybody may know it: it opens a demo
ORGANISER, PARTNER, ADMIN = "organisation@example.org", "partner@example.org", "admin@example.org"
LOG_INS = ((ORGANISER, "Alex Beispiel"), (PARTNER, "Robin Muster"), (ADMIN, "Toni Probe"))

# By which verbs a profile comes to where it stands.
WAYS_OF_PLACES: dict[str, tuple[str, ...]] = {
    Actor.State.DRAFT: (),
    Actor.State.SUBMITTED: ("submit",),
    Actor.State.PUBLISHED: ("publish",),
    Actor.State.HIDDEN: ("publish", "hide"),
    Actor.State.ARCHIVED: ("publish", "hide", "archive"),
}


@transaction.atomic
def load_story() -> bool:
    """Loads the demo, all of it or nothing. Returns False, and changes nothing, where it is loaded already.

    Raises `ValidationError` when the portal has a Quartier or an account of the same name that is no demo.
    """
    if Neighbourhood.objects.filter(slug=SENDLING, is_demo=True).exists():
        return False
    refuse_strangers()
    teller = StoryTeller()
    with recounting_many(), acting(by=lambda: teller.people.get(ORGANISER), at=moment_of(FIRST_DAY)):
        teller.tell()
        tell_mails(by=teller.organiser)
        tell_round_mail(by=teller.organiser, neighbourhood=teller.quartiere[SENDLING])
    return True


def refuse_strangers() -> None:
    """The demo does not mix with what people entered, and makes nobody an admin who has an account already."""
    names = [quartier.name for quartier in QUARTIERE]
    if Neighbourhood.objects.filter(name__in=names).exists():
        raise ValidationError(_("There is a neighbourhood of that name already. The demo needs an empty portal."))
    if Person.objects.filter(email__in=[email for email, _name in LOG_INS]).exists():
        raise ValidationError(_("One of the demo's log-ins exists already. The demo needs an empty portal."))


class StoryTeller:
    """Remembers who is who while the demo is told."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.quartiere: dict[str, Neighbourhood] = {}
        self.actors: dict[str, Actor] = {}
        self.kinds = {kind.slug: kind for kind in ActorKind.objects.all()}
        self.topics = {topic.slug: topic for topic in Topic.objects.all()}
        self.groups = {group.slug: group for group in TargetGroup.objects.all()}

    @property
    def organiser(self) -> Person:
        return self.people[ORGANISER]

    def tell(self) -> None:
        self.make_people()
        self.make_quartiere()
        for place in PLACES:
            self.make_actor(place)
        for quartier in QUARTIERE:
            Neighbourhood.objects.filter(slug=quartier.slug).update(lead_actor=self.actors[quartier.lead_actor])
        Membership.objects.create(person=self.people[PARTNER], actor=self.actors[LIBRARY], role=Membership.Role.EDITOR)
        for way in WAYS:
            self.make_channel(way)
        for contact in CONTACTS:
            self.make_contact(contact)
        for view in VIEWS:
            self.make_assessment(view)
        for tie in TIES:
            self.make_partnership(tie)
        tell_agreements(organiser=self.organiser)
        tell_preparing(organiser=self.organiser)
        projects = ProjectTeller(self)
        for story in STORIES:
            projects.make_project(story)
        projects.make_inquiry()
        tell_mehrwert(organiser=self.organiser, team_of=self.team_of)
        tell_listings()
        RequestTeller(self).tell()
        tell_prepared()
        self.make_twins()
        self.close_the_closed()
        tell_past(organiser=self.organiser, team_of=self.team_of)
        tell_confirmations(team_of=self.team_of)

    def make_people(self) -> None:
        for email, name in LOG_INS[:2]:
            self.people[email] = create_account(email=email, name=name, password=PASSWORD, language="de")
        email, name = LOG_INS[2]
        self.people[email] = Person.objects.create_superuser(email, PASSWORD, name=name)
        confirm_address(person=self.people[email])

    def make_quartiere(self) -> None:
        for quartier in QUARTIERE:
            row = Neighbourhood.objects.create(
                slug=quartier.slug,
                name=quartier.name,
                city=quartier.city,
                definition=quartier.definition,
                is_demo=True,
            )
            self.quartiere[quartier.slug] = row
        self.quartiere[SENDLING].organisers.add(self.organiser)
        set_boundary(neighbourhood=self.quartiere[SENDLING], boundary=ROUGH_OUTLINE, seen=digest(None))

    def make_actor(self, place: Place) -> None:
        """Every profile begins published, so that it can take part; `close_the_closed` takes some back in the end."""
        street, house_number = place.address
        actor = create_actor(
            name=place.name,
            neighbourhoods=[self.quartiere[slug] for slug in place.quartiere],
            topics=[self.topics[slug] for slug in place.topics],
            kind=self.kinds[place.kind] if place.kind else None,
            parent=self.actors[place.carrier] if place.carrier else None,
            purpose=place.purpose,
            description=place.description,
            street=street,
            house_number=house_number,
            postcode="81371" if street else "",
            city="München" if street else "",
            email=place.mail,
            phone=place.phone,
            website=place.website,
            **point_of(street, house_number),
            is_demo=True,
        )
        self.actors[place.slug] = actor
        if place.slug in PROFILES:
            complete_profile(actor, PROFILES[place.slug])
        if place.slug in LOGOS:
            give_logo(actor)
        for step in WAYS_OF_PLACES[place.state]:
            if step not in {"hide", "archive"}:
                getattr(actor, step)()

    def make_twins(self) -> None:
        """Somebody enters what is there already, and somebody else looks at what only seems so."""
        for place in (TWIN, GROUP):
            self.make_actor(place)
        self.make_actor(MERGED)
        kept, gone = (Actor.objects.get(slug=slug) for slug in (MERGED_INTO, MERGED.slug))
        merge_actors(kept=kept, gone=gone, take=["website"], by=self.organiser, seen=(kept.stamp, gone.stamp))
        rule_out(first=self.actors[HOUSE], second=self.actors[GROUP.slug], by=self.organiser, reason=WHY_TWO)

    def close_the_closed(self) -> None:
        for place in INVENTED:
            for step in WAYS_OF_PLACES[place.state]:
                if step in {"hide", "archive"}:
                    getattr(self.actors[place.slug], step)()

    def team_of(self, actor: Actor) -> Person:
        """Who speaks for an actor. For invented ones somebody without a password: nobody can sign in as her."""
        if actor == self.actors[LIBRARY]:
            return self.people[PARTNER]
        email = f"team-{actor.slug}@example.org"
        if email not in self.people:
            person = create_account(email=email, name=f"Team {actor.name}"[:150], password=None, language="de")
            Membership.objects.create(person=person, actor=actor, role=Membership.Role.MANAGER)
            self.people[email] = person
        return self.people[email]

    def make_channel(self, way: Way) -> None:
        Channel.objects.create(
            actor=self.actors[way.actor],
            kind=way.kind,
            name=way.name,
            address=way.address,
            audience=way.audience,
            measured_on=day(way.measured),
        )

    def make_contact(self, told: Contact) -> None:
        """Without the mail that she would get: nobody lives at these addresses."""
        contact = ContactPerson(
            actor=self.actors[told.actor],
            name=told.name,
            function=told.function,
            email=told.mail,
            phone=told.phone,
            entered_by=self.organiser,
        )
        if told.way:
            contact.agree(way=told.way, by=None if told.way == ContactPerson.Way.LINK else self.organiser)
        contact.save()

    def make_assessment(self, view: View) -> None:
        told = {one.name: getattr(view, one.name) for one in CRITERIA}
        KeyActorAssessment.objects.create(
            actor=self.actors[view.actor],
            assessed_on=day_from_today(view.on),
            assessed_by=self.organiser,
            **{name: level for name, (level, _reason) in told.items()},
            **{f"{name}_reason": reason for name, (_level, reason) in told.items()},
        )

    def make_partnership(self, tie: Tie) -> None:
        partnership = Partnership(
            kind=tie.kind,
            state=tie.stage,
            intensity=tie.intensity,
            form=tie.form,
            neighbourhood=self.quartiere[SENDLING],
            start_on=day(tie.start),
            end_on=day(tie.end),
            next_review_on=day(tie.review),
            is_demo=True,
        )
        parties = [
            PartnershipParty(
                actor=self.actors[party.actor],
                side=party.side,
                brings=party.brings,
                expected_benefit=party.expects,
                hours_per_month=amount(party.hours),
            )
            for party in tie.parties
        ]
        write_partnership(partnership=partnership, parties=parties, by=self.organiser, note=tie.note)
        take_steps(partnership, tie, by=self.organiser)
