"""Small worlds for tests. A factory makes a valid row with as little as possible; a test says what matters to it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import factory
from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from partners.models import (
    UNIT_OF,
    Actor,
    ActorKind,
    Agreement,
    AgreementPart,
    Channel,
    ContactNote,
    ContactPerson,
    KeyActorAssessment,
    Mail,
    Membership,
    Neighbourhood,
    NextStep,
    Offer,
    Partnership,
    PartnershipHandover,
    PartnershipHandoverLine,
    PartnershipOverride,
    PartnershipParty,
    PartnershipReview,
    Person,
    Quotation,
    ResourceCategory,
    RoundMail,
    RoundMailPlace,
    RoundMailRecipient,
    SignedCopy,
    TargetGroup,
    Topic,
    Unit,
)
from projects.models import (
    Benefit,
    Contribution,
    Dissemination,
    Need,
    ParallelReason,
    Participation,
    ParticipationOverride,
    Project,
    ProjectHandover,
    ProjectHandoverLine,
    ProjectInquiry,
    ResourceRequest,
    Side,
)

PASSWORD = "ein gutes Passwort 7"


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    language = "de"

    @classmethod
    def _create(cls, model_class: type[Person], *args: Any, **kwargs: Any) -> Person:
        """With a password that works and an address that is confirmed."""
        person = Person.objects.create_user(*args, **{"password": PASSWORD} | kwargs)
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        return person


class AdminFactory(PersonFactory):
    is_staff = True
    is_superuser = True


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = Topic
        django_get_or_create = ["slug"]

    slug = factory.Sequence(lambda n: f"thema-{n}")
    name = factory.LazyAttribute(lambda topic: topic.slug.title())


class TargetGroupFactory(DjangoModelFactory):
    class Meta:
        model = TargetGroup
        django_get_or_create = ["slug"]

    slug = factory.Sequence(lambda n: f"gruppe-{n}")
    name = factory.LazyAttribute(lambda group: group.slug.title())


class ActorKindFactory(DjangoModelFactory):
    class Meta:
        model = ActorKind
        django_get_or_create = ["slug"]

    slug = "bibliothek"
    name = factory.LazyAttribute(lambda kind: kind.slug.title())
    sector = ActorKind.Sector.EDUCATION


class NeighbourhoodFactory(DjangoModelFactory):
    class Meta:
        model = Neighbourhood
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Quartier {n}")
    slug = factory.Sequence(lambda n: f"quartier-{n}")
    city = "München"

    @factory.post_generation
    def organisers(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if extracted:
            self.organisers.add(*extracted)


class PlacedFactory(DjangoModelFactory):
    """What lies in neighbourhoods, one of its own unless others are given, and may have topics."""

    class Meta:
        abstract = True
        skip_postgeneration_save = True

    @factory.post_generation
    def neighbourhoods(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        self.neighbourhoods.add(*(extracted if extracted is not None else [NeighbourhoodFactory()]))

    @factory.post_generation
    def topics(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if extracted:
            self.topics.add(*extracted)


class ActorFactory(PlacedFactory):
    """A published actor in one neighbourhood of its own, unless others are given."""

    class Meta:
        model = Actor

    name = factory.Sequence(lambda n: f"Akteur {n}")
    slug = factory.Sequence(lambda n: f"akteur-{n}")
    kind = factory.SubFactory(ActorKindFactory)
    state = Actor.State.PUBLISHED


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    person = factory.SubFactory(PersonFactory)
    actor = factory.SubFactory(ActorFactory)
    role = Membership.Role.EDITOR


class ChannelFactory(DjangoModelFactory):
    class Meta:
        model = Channel

    actor = factory.SubFactory(ActorFactory)
    kind = Channel.Kind.NEWSLETTER
    name = factory.Sequence(lambda n: f"Kanal {n}")


class OfferFactory(DjangoModelFactory):
    """Something without a quantity that everybody finds for a while; a room with `category="raeume"`."""

    class Meta:
        model = Offer

    actor = factory.SubFactory(ActorFactory)
    category = "verwaltung"
    unit = factory.LazyAttribute(lambda row: UNIT_OF[row.category])
    title = factory.Sequence(lambda n: f"Angebot {n}")
    state = Offer.State.AVAILABLE
    valid_until = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=90))


class AssessmentFactory(DjangoModelFactory):
    class Meta:
        model = KeyActorAssessment

    actor = factory.SubFactory(ActorFactory)
    access = networked = multiplier = closeness = 2
    access_reason = networked_reason = multiplier_reason = closeness_reason = "Weil es so ist."
    assessed_on = date(2026, 5, 3)


class ContactFactory(DjangoModelFactory):
    """Somebody who has not agreed, unless `agreed` says how she did."""

    class Meta:
        model = ContactPerson

    class Params:
        agreed = factory.Trait(
            consent_version="2026-11", consented_at=factory.LazyFunction(timezone.now), consent_way="link"
        )

    actor = factory.SubFactory(ActorFactory)
    name = factory.Sequence(lambda n: f"Kontakt {n}")


class PartyFactory(DjangoModelFactory):
    """One side, with the words that an agreement needs."""

    class Meta:
        model = PartnershipParty

    actor = factory.SubFactory(ActorFactory)
    brings = "Einen Raum."
    expected_benefit = "Neue Gäste."


class PartnershipFactory(DjangoModelFactory):
    """A running main partnership. `quartier` and `accompanying` name its two parties.

    They have said nothing yet, as in rows that are older than the stages, unless `words` says so.
    """

    class Meta:
        model = Partnership
        skip_postgeneration_save = True

    class Params:
        resting = factory.Trait(state=Partnership.Stage.RESTING, resting_until=date(2099, 1, 1))
        ended = factory.Trait(
            state=Partnership.Stage.ENDED, end_on=date(2026, 6, 30), end_reason=Partnership.EndReason.TERM
        )

    kind = Partnership.Kind.MAIN
    state = Partnership.Stage.RUNNING
    neighbourhood = factory.SubFactory(NeighbourhoodFactory)
    start_on = date(2026, 1, 1)

    @factory.post_generation
    def quartier(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        actor = extracted or ActorFactory(neighbourhoods=[self.neighbourhood])
        PartnershipParty.objects.create(partnership=self, actor=actor, side=PartnershipParty.Side.QUARTIER)

    @factory.post_generation
    def accompanying(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        actor = extracted or ActorFactory(neighbourhoods=[self.neighbourhood])
        PartnershipParty.objects.create(partnership=self, actor=actor, side=PartnershipParty.Side.ACCOMPANYING)
        self.refresh_from_db(fields=["parties_key"])

    @factory.post_generation
    def words(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        """Each side has said what an agreement needs; where it is agreed, it is held to that."""
        if extracted:
            self.parties.update(brings="Einen Raum.", expected_benefit="Neue Gäste.", is_agreed=self.is_binding)


class ContactNoteFactory(DjangoModelFactory):
    class Meta:
        model = ContactNote

    partnership = factory.SubFactory(PartnershipFactory)
    on = date(2026, 5, 3)
    way = ContactNote.Way.PHONE
    text = factory.Sequence(lambda n: f"Gespräch {n}")


class RoundMailFactory(DjangoModelFactory):
    """A draft, meant for nobody yet."""

    class Meta:
        model = RoundMail

    neighbourhood = factory.SubFactory(NeighbourhoodFactory)
    subject = factory.Sequence(lambda n: f"Rundmail {n}")
    text = "Wir treffen uns."


class RoundMailPlaceFactory(DjangoModelFactory):
    class Meta:
        model = RoundMailPlace

    round_mail = factory.SubFactory(RoundMailFactory)
    actor = factory.SubFactory(ActorFactory)


class RoundMailRecipientFactory(DjangoModelFactory):
    class Meta:
        model = RoundMailRecipient

    place = factory.SubFactory(RoundMailPlaceFactory)
    round_mail = factory.SelfAttribute("place.round_mail")
    person = factory.SubFactory(PersonFactory)


class NextStepFactory(DjangoModelFactory):
    """Of a partnership of its own, to be done long from now, by nobody."""

    class Meta:
        model = NextStep

    partnership = factory.SubFactory(PartnershipFactory)
    what = factory.Sequence(lambda n: f"Anrufen {n}")
    due_on = date(2099, 1, 1)


class ReviewFactory(DjangoModelFactory):
    """Of the local side of a partnership of its own, with the same grade for each question."""

    class Meta:
        model = PartnershipReview

    class Params:
        grade = 3

    party = factory.LazyAttribute(lambda _: PartnershipFactory().parties.first())
    openness = reliability = shared_mission = influence = involvement = resources = factory.SelfAttribute("grade")
    reviewed_on = date(2026, 5, 3)


class QuotationFactory(DjangoModelFactory):
    """Of the local side of a partnership of its own, waiting for consent unless `agreed` says how it was given."""

    class Meta:
        model = Quotation

    class Params:
        agreed = factory.Trait(
            consent_version="2026-11", consented_at=factory.LazyFunction(timezone.now), consent_way="link"
        )

    party = factory.LazyAttribute(lambda _: PartnershipFactory().parties.first())
    text = "Seitdem grüßt man sich."
    name = factory.Sequence(lambda n: f"Stimme {n}")


class PartnershipOverrideFactory(DjangoModelFactory):
    """About the local side of a partnership of its own, unless others are given."""

    class Meta:
        model = PartnershipOverride

    partnership = factory.SubFactory(PartnershipFactory)
    actor = factory.LazyAttribute(lambda row: row.partnership.parties.first().actor)
    reason = "Nur ein Nachmittag."
    warning = "Ist zurzeit ausgelastet."


class AgreementFactory(DjangoModelFactory):
    """A draft with a part for each side of its partnership; `signed` makes it a signed one."""

    class Meta:
        model = Agreement
        skip_postgeneration_save = True

    class Params:
        signed = factory.Trait(signed_on=date(2026, 1, 10))

    partnership = factory.SubFactory(PartnershipFactory)
    subject = factory.Sequence(lambda n: f"Vereinbarung {n}")
    start_on = date(2026, 1, 15)

    @factory.post_generation
    def parts(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        for party in self.partnership.parties.select_related("actor"):
            AgreementPart.objects.create(agreement=self, actor=party.actor, name=party.actor.name)


class SignedCopyFactory(DjangoModelFactory):
    """A small file in the private storage."""

    class Meta:
        model = SignedCopy

    agreement = factory.SubFactory(AgreementFactory, signed=True)
    file = factory.LazyFunction(lambda: ContentFile(b"%PDF-1.7 signed", name="agreement.pdf"))
    source = SignedCopy.Source.PDF
    size = 15
    sha256 = factory.Sequence(lambda n: f"{n:064x}")


class PartnershipHandoverFactory(DjangoModelFactory):
    """From the companion to the local side, with one line; `signed` by both sides, if it says so."""

    class Meta:
        model = PartnershipHandover
        skip_postgeneration_save = True

    class Params:
        signed = factory.Trait(given_on=date(2026, 6, 20), received_on=date(2026, 6, 21))

    partnership = factory.SubFactory(PartnershipFactory)
    giver = factory.LazyAttribute(lambda row: row.partnership.parties.get(side="begleitung").actor)
    receiver = factory.LazyAttribute(lambda row: row.partnership.parties.get(side="quartier").actor)
    handed_over_on = date(2026, 7, 1)

    @factory.post_generation
    def lines(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        for what in extracted if extracted is not None else ["Zum Treffen einladen"]:
            PartnershipHandoverLine.objects.create(
                handover=self, what=what, from_actor=self.giver, to_actor=self.receiver
            )


class ProjectFactory(PlacedFactory):
    """A running project in one neighbourhood of its own, unless others are given."""

    class Meta:
        model = Project

    title = factory.Sequence(lambda n: f"Projekt {n}")
    slug = factory.Sequence(lambda n: f"projekt-{n}")
    state = Project.State.RUNNING


class NeedFactory(OfferFactory):
    """Of an actor of its own, unless a project is given."""

    class Meta:
        model = Need

    actor = factory.Maybe("project", None, factory.SubFactory(ActorFactory))
    project = None
    title = factory.Sequence(lambda n: f"Bedarf {n}")


class ParticipationFactory(DjangoModelFactory):
    class Meta:
        model = Participation

    project = factory.SubFactory(ProjectFactory)
    actor = factory.SubFactory(ActorFactory)
    role = Participation.Role.MEMBER
    state = Participation.State.AGREED


class ParticipationOverrideFactory(DjangoModelFactory):
    class Meta:
        model = ParticipationOverride

    participation = factory.SubFactory(ParticipationFactory)
    reason = "Nur ein Nachmittag."
    warning = "Ist zurzeit ausgelastet."


class ProjectHandoverFactory(DjangoModelFactory):
    """From the lead of a completed project to an actor of its own, with one line; `signed` by both sides, if it says so."""

    class Meta:
        model = ProjectHandover
        skip_postgeneration_save = True

    class Params:
        signed = factory.Trait(given_on=date(2026, 6, 20), received_on=date(2026, 6, 21))

    project = factory.SubFactory(
        ProjectFactory, state=Project.State.COMPLETED, lead_actor=factory.SubFactory(ActorFactory)
    )
    giver = factory.LazyAttribute(lambda row: row.project.lead_actor or ActorFactory())
    receiver = factory.SubFactory(ActorFactory)
    handed_over_on = date(2026, 7, 1)

    @factory.post_generation
    def lines(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        for what in extracted if extracted is not None else ["Zum Café einladen"]:
            ProjectHandoverLine.objects.create(handover=self, what=what, from_actor=self.giver, to_actor=self.receiver)


class ProjectInquiryFactory(DjangoModelFactory):
    """Of an actor of its own that would like to take part; `question` asks something instead."""

    class Meta:
        model = ProjectInquiry

    class Params:
        question = factory.Trait(kind=ProjectInquiry.Kind.QUESTION, actor=None)

    project = factory.SubFactory(ProjectFactory)
    kind = ProjectInquiry.Kind.JOIN
    actor = factory.SubFactory(ActorFactory)
    message = "Wir haben einen Saal."


class ParallelReasonFactory(DjangoModelFactory):
    class Meta:
        model = ParallelReason

    project = factory.SubFactory(ProjectFactory)
    reason = "Für andere Menschen."


class ContributionFactory(DjangoModelFactory):
    """Planned volunteer hours, noted by the project's side."""

    class Meta:
        model = Contribution

    participation = factory.SubFactory(ParticipationFactory)
    category = ResourceCategory.VOLUNTEER_TIME
    unit = Unit.HOURS
    title = factory.Sequence(lambda n: f"Beitrag {n}")
    state = Contribution.State.PLANNED
    recorded_side = Side.PROJECT


class ResourceRequestFactory(DjangoModelFactory):
    """An actor asks another one for a room, for one day in a week; `project` makes it one of a project."""

    class Meta:
        model = ResourceRequest

    offer = factory.SubFactory(OfferFactory, category="raeume")
    actor = factory.Maybe("project", no_declaration=factory.SubFactory(ActorFactory))
    project = None
    message = "Für ein Fest im Viertel."
    unit = factory.SelfAttribute("offer.unit")
    start_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=7))
    end_on = factory.SelfAttribute("start_on")


class DisseminationFactory(DjangoModelFactory):
    """A newsletter with 1,200 readers, which no profile names; with `channel` one of the profile, as it is there."""

    class Meta:
        model = Dissemination

    participation = factory.SubFactory(ParticipationFactory)
    channel = None
    channel_kind = factory.LazyAttribute(lambda row: row.channel.kind if row.channel else "newsletter")
    channel_name = factory.LazyAttribute(lambda row: row.channel.name if row.channel else "Kiezpost")
    went_out_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=5))
    audience = factory.LazyAttribute(lambda row: row.channel.audience if row.channel else 1200)
    measured_on = factory.LazyAttribute(lambda row: None if row.audience is None else date(2026, 1, 20))


class BenefitFactory(DjangoModelFactory):
    """Noted by the project's side, for an actor that takes part in the project."""

    class Meta:
        model = Benefit

    @classmethod
    def _create(cls, model_class: type[Benefit], *args: Any, **kwargs: Any) -> Benefit:
        benefit = super()._create(model_class, *args, **kwargs)
        if not Participation.objects.filter(project=benefit.project, actor=benefit.actor).exists():
            ParticipationFactory(project=benefit.project, actor=benefit.actor)
        return benefit

    project = factory.SubFactory(ProjectFactory)
    actor = factory.SubFactory(ActorFactory)
    text = factory.Sequence(lambda n: f"Nutzen {n}")


class MailFactory(DjangoModelFactory):
    """To an account, unless an address is given."""

    class Meta:
        model = Mail

    class Params:
        to_address = factory.Trait(person=None, address=factory.Sequence(lambda n: f"gast{n}@example.org"))

    event = factory.Sequence(lambda n: f"probe:{n}")
    kind = "probe"
    person = factory.SubFactory(PersonFactory)
    language = "de"
