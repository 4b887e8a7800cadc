"""Nothing leaks: a small world full of words that stand nowhere else, crawled as each role.

Every text of every model gets a word of its own (a canary). How far it may go follows from the class of its field
(`quartier.privacy`) and from the row it stands in; whoever meets a word that was not for her eyes has found a leak.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from partners.models import (
    Actor,
    Agreement,
    Channel,
    ContactNote,
    ContactPerson,
    DueJob,
    FormReceipt,
    HistoryEntry,
    Invitation,
    Membership,
    Merge,
    NextStep,
    NormalisedField,
    NotTwins,
    Offer,
    OldAddress,
    Partnership,
    PartnershipReview,
    Person,
    Quotation,
    RoundMail,
)
from partners.models.contacts import ContactPersonQuerySet
from partners.models.partnerships import PartnershipQuerySet
from projects.models import Benefit, Contribution, Dissemination, Need, Participation, Project, ResourceRequest, Side
from projects.models.projects import ProjectQuerySet
from quartier import privacy
from quartier.models import ImportedActor, ImportRun, LegalPage
from quartier.privacy import FieldClass
from tests.factories import (
    ActorFactory,
    AgreementFactory,
    AssessmentFactory,
    BenefitFactory,
    ChannelFactory,
    ContactFactory,
    ContactNoteFactory,
    ContributionFactory,
    DisseminationFactory,
    MailFactory,
    MembershipFactory,
    NeedFactory,
    NeighbourhoodFactory,
    NextStepFactory,
    OfferFactory,
    ParallelReasonFactory,
    ParticipationFactory,
    ParticipationOverrideFactory,
    PartnershipFactory,
    PartnershipHandoverFactory,
    PartnershipOverrideFactory,
    PersonFactory,
    ProjectFactory,
    ProjectHandoverFactory,
    ProjectInquiryFactory,
    QuotationFactory,
    ResourceRequestFactory,
    ReviewFactory,
    RoundMailPlaceFactory,
    RoundMailRecipientFactory,
    SignedCopyFactory,
    TargetGroupFactory,
    TopicFactory,
)
from tests.walk import addresses, walk

pytestmark = [pytest.mark.django_db, pytest.mark.crawl]

# Who may read what, from everybody to nobody. "partner" keeps another place, "elsewhere" organises another Quartier.
EVERYBODY, SIGNED_IN, TEAM, ORGANISERS, NOBODY = range(5)
ROLES = {"visitor": EVERYBODY, "partner": SIGNED_IN, "elsewhere": SIGNED_IN, "editor": TEAM, "organiser": ORGANISERS}
LEVELS = {
    FieldClass.PUBLIC: EVERYBODY,
    FieldClass.NETWORK: SIGNED_IN,
    FieldClass.INTERNAL: TEAM,
    FieldClass.PERSONAL: TEAM,
}
# Texts that cannot hold any word: codes, and what the words of published rows are counted in.
NO_WORDS = {
    "partners.ContactPerson.consent_version",
    "partners.Quotation.consent_version",
    "partners.Person.password",
    "partners.OldAddress.kind",
    "partners.FormReceipt.fingerprint",
    "partners.NoNotices.fingerprint",
    "partners.DueJob.name",
    "partners.Partnership.parties_key",
    *(f"partners.StageChange.{name}" for name in ("from_state", "to_state")),
    *(f"partners.HistoryEntry.{name}" for name in ("subject", "row")),
    *(f"partners.Word.{name}" for name in ("word", "spelling", "head", "tail")),
    *(
        f"projects.{step}Step.{name}"
        for step in ("Project", "Contribution", "ResourceRequest")
        for name in ("from_state", "to_state")
    ),
}
ADDRESS = {name for names in privacy.WITHHELD.values() for name in names}
# What stands in addresses by its number.
NUMBERED = (
    Agreement,
    Benefit,
    Channel,
    ContactNote,
    ContactPerson,
    Contribution,
    Dissemination,
    Invitation,
    Membership,
    Need,
    NextStep,
    Offer,
    Participation,
    Partnership,
    PartnershipReview,
    Person,
    RoundMail,
    Quotation,
    ResourceRequest,
)
# Whose numbers stand in addresses that begin like this; in all others every number is tried.
NUMBERS_OF: dict[str, type[models.Model]] = {
    "anfragen": ResourceRequest,
    "angebote": Offer,
    "bedarfe": Need,
    "beitraege": Contribution,
    "beteiligungen": Participation,
    "einladungen": Invitation,
    "gespraechsnotizen": ContactNote,
    "kanaele": Channel,
    "kontakte": ContactPerson,
    "mitgliedschaften": Membership,
    "naechste-schritte": NextStep,
    "nutzen": Benefit,
    "partnerschaften": Partnership,
    "rueckblicke": PartnershipReview,
    "rundmails": RoundMail,
    "verbreitung": Dissemination,
    "vereinbarungen": Agreement,
    "zitate": Quotation,
}
NOWHERE = ("/admin/", "/konto/", "/stil/", "/static/", "/media/")


@dataclass(frozen=True)
class Canary:
    word: str
    name: str
    level: int


def word_of(*key: object) -> str:
    """Fourteen letters that no page holds by chance."""
    digest = hashlib.sha256(repr(key).encode()).digest()
    return "".join(chr(ord("a") + byte % 26) for byte in digest[:14])


def texts_of(model: type[models.Model]) -> list[privacy.Field]:
    """The columns of a model that hold free text."""
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not (field.choices or isinstance(field, NormalisedField))
        and f"{model._meta.label}.{field.name}" not in NO_WORDS
    ]


class World:
    """One Quartier with all that can be entered, each row as far open as its level says."""

    def __init__(self) -> None:
        self.canaries: list[Canary] = []
        self.placed = 0
        self.people = {role: PersonFactory() for role in list(ROLES)[1:]}
        self.here = NeighbourhoodFactory(organisers=[self.people["organiser"]])
        NeighbourhoodFactory(organisers=[self.people["elsewhere"]])
        MembershipFactory(actor=self.actor(), person=self.people["partner"])
        self.somebody = self.fill(PersonFactory(), TEAM)
        self.library, self.company = self.fill(self.actor(), EVERYBODY), self.fill(self.actor(), EVERYBODY)
        MembershipFactory(actor=self.library, person=self.people["editor"])
        MembershipFactory(actor=self.library, person=self.somebody)
        self.unseen = [
            self.fill(self.actor(state=state), ORGANISERS) for state in ("entwurf", "eingereicht", "verborgen")
        ]
        self.profile()
        self.together()
        self.portal()

    def actor(self, **values: Any) -> Actor:
        """Each with a point on the map, far enough from the others to be drawn by itself."""
        self.placed += 1
        point = {"latitude": f"48.1{self.placed:02}", "longitude": "11.54"}
        return ActorFactory(neighbourhoods=[self.here], **point | values)

    def fill(self, row: Any, level: int, *, without: str = "") -> Any:
        """Writes a word into each text of the row; `level` is who may read the row at most."""
        label = row._meta.label
        if label == "partners.Actor":
            row.logo = ContentFile(b"RIFF", name="logo.webp")
        for field in texts_of(type(row)):
            if field.name == without:
                continue
            word = word_of(label, row.pk, field.name)[: field.max_length]
            shape = {models.EmailField: f"{word}@example.org", models.URLField: f"https://{word}.example"}
            setattr(row, field.attname, shape.get(type(field), word))
            own = LEVELS[privacy.class_of(field) or FieldClass.INTERNAL]
            if field.name in privacy.SECRETS.get(label, []):
                own = NOBODY
            elif label == "partners.Actor" and not row.is_address_public and field.name in ADDRESS:
                own = TEAM
            self.canaries.append(Canary(word, f"{label}.{field.name}", max(level, own)))
        row.save()
        return row

    def profile(self) -> None:
        """What belongs to a profile, and what is not for everybody in it."""
        self.private = self.fill(self.actor(is_address_public=False), EVERYBODY)
        MembershipFactory(actor=self.private, person=self.people["editor"])
        for carried, carrier in (
            (self.company, self.unseen[2]),
            (self.library, self.private),
            (self.unseen[1], self.library),
        ):
            Actor.objects.filter(pk=carried.pk).update(parent=carrier)
        self.fill(ChannelFactory(actor=self.library), EVERYBODY)
        self.offers()
        self.fill(ContactFactory(actor=self.library, entered_by=self.somebody), TEAM)
        now = timezone.now()
        self.fill(ContactFactory(actor=self.library, agreed=True, withdrawn_at=now), TEAM)
        self.fill(AssessmentFactory(actor=self.library, assessed_by=self.somebody), ORGANISERS)
        for hidden in self.unseen:
            self.fill(ChannelFactory(actor=hidden), ORGANISERS)
            self.fill(ContactFactory(actor=hidden, agreed=True), ORGANISERS)
        for target in ({"actor": self.library}, {"neighbourhood": self.here, "role": Invitation.Role.ORGANISER}):
            invitation = Invitation(created_by=self.somebody, **target)
            invitation.renew_token()
            invitation.save()
            self.fill(invitation, TEAM if "actor" in target else ORGANISERS)
        first, second = sorted([self.library.pk, self.company.pk])
        self.fill(NotTwins.objects.create(first_id=first, second_id=second, by=self.somebody), ORGANISERS)
        # Whoever keeps the library reads the history of what became part of it.
        gone = self.fill(ActorFactory(neighbourhoods=[self.here], state=Actor.State.MERGED), TEAM)
        self.fill(Merge.objects.create(kept=self.library, gone=gone, by=self.somebody), ORGANISERS)
        old = OldAddress.objects.create(kind="partners.actor", slug="frueher", target=self.unseen[0].pk)
        self.fill(old, ORGANISERS)

    def offers(self) -> None:
        """What the library offers and needs in every state and for each circle, and what the hidden ones do."""
        for make in (OfferFactory, NeedFactory):
            room = {"actor": self.library, "category": "raeume", "valid_until": timezone.localdate()}
            for visibility, level in (("oeffentlich", EVERYBODY), ("netzwerk", SIGNED_IN), ("intern", TEAM)):
                self.fill(make(visibility=visibility, **room), level)
            for state in ("entwurf", "pausiert", "zurueckgezogen"):
                self.fill(make(state=state, **room), TEAM)
            for hidden in self.unseen:
                self.fill(make(**room | {"actor": hidden}), ORGANISERS)

    def together(self) -> None:
        """A project with all there is in it, an idea, and ties to who cannot be seen."""
        self.project = self.fill(ProjectFactory(neighbourhoods=[self.here], lead_actor=self.company), EVERYBODY)
        self.idea = self.fill(ProjectFactory(neighbourhoods=[self.here], state=Project.State.IDEA), ORGANISERS)
        for project, level in ((self.project, EVERYBODY), (self.idea, ORGANISERS)):
            self.fill(NeedFactory(project=project, category="raeume"), level)
        for project, actor, level in (
            (self.project, self.library, EVERYBODY),
            (self.project, self.unseen[2], ORGANISERS),
            (self.idea, self.company, ORGANISERS),
        ):
            part = self.fill(ParticipationFactory(project=project, actor=actor), level)
            self.entries(part, level)
        asked = ParticipationFactory(project=self.project, actor=self.company, state=Participation.State.INVITED)
        self.fill(asked, ORGANISERS)
        open_tie = PartnershipFactory(neighbourhood=self.here, quartier=self.library, accompanying=self.company)
        held_back = PartnershipFactory(neighbourhood=self.here, quartier=self.unseen[0], accompanying=self.company)
        for served in (self.project, self.idea):
            served.partnerships.add(open_tie, held_back)
        for tie, level in ((open_tie, EVERYBODY), (held_back, ORGANISERS)):
            for party in tie.parties.all():
                self.fill(party, level)
        self.fill(QuotationFactory(party=open_tie.parties.get(actor=self.library), entered_by=self.somebody), TEAM)
        self.fill(QuotationFactory(party=open_tie.parties.get(actor=self.company)), ORGANISERS)
        self.fill(QuotationFactory(party=held_back.parties.get(actor=self.company), agreed=True), ORGANISERS)
        for actor, level in ((self.library, TEAM), (self.company, ORGANISERS)):
            self.fill(ReviewFactory(party=open_tie.parties.get(actor=actor), written_by=self.somebody), level)
        by = {"by": self.somebody}
        self.fill(PartnershipOverrideFactory(partnership=open_tie, actor=self.library, **by), TEAM)
        self.fill(PartnershipOverrideFactory(partnership=open_tie, actor=self.company, **by), ORGANISERS)
        self.fill(ParticipationOverrideFactory(participation=asked, **by), ORGANISERS)
        reason = ParallelReasonFactory(project=self.project, **by)
        reason.similar.add(self.idea)
        self.fill(reason, ORGANISERS)
        self.fill(ProjectInquiryFactory(project=self.project, actor=self.library, **by), TEAM)
        self.fill(ProjectInquiryFactory(project=self.project, actor=self.company), ORGANISERS)
        self.ask()
        self.agree(open_tie)
        self.tell_many()
        self.hand_over(open_tie, held_back)
        self.prepared(open_tie)
        step = self.project.steps.create(from_state="planung", to_state="laufend", by=self.somebody)
        self.fill(step, EVERYBODY)

    def ask(self) -> None:
        """Of the library and by it, and between others in the same Quartier; thanked, so that everything has been said."""
        others = [ActorFactory(neighbourhoods=[self.here]) for _ in range(2)]
        said = {"by": self.somebody, "decided_by": self.somebody, "thanked_by": self.somebody}
        done = {"state": ResourceRequest.State.DONE, "thanked_at": timezone.now()}
        for giver, asker, level in (
            (self.library, others[0], TEAM),
            (others[0], self.library, TEAM),
            (*others, ORGANISERS),
        ):
            row = ResourceRequestFactory(offer__actor=giver, actor=asker, **said, **done)
            row.remember("", by=self.somebody, note="x")
            self.fill(row, level)
            self.fill(row.steps.get(), level)

    def agree(self, tie: Partnership) -> None:
        """What was signed and what is drafted for next time; the editor belongs to one of the sides."""
        for edition, values in ((1, {"signed": True}), (2, {})):
            agreement = self.fill(AgreementFactory(partnership=tie, edition=edition, **values), TEAM)
            for part in agreement.parts.all():
                self.fill(part, TEAM)
            if agreement.is_signed:
                self.fill(SignedCopyFactory(agreement=agreement, uploaded_by=self.somebody), TEAM)

    def hand_over(self, open_tie: Partnership, held_back: Partnership) -> None:
        """The library takes over a tie and a project; what is handed over to others is for organisers."""
        sides = {"giver": self.company, "given_by": self.somebody, "received_by": self.somebody, "signed": True}
        over = ProjectFactory(neighbourhoods=[self.here], lead_actor=self.company, state=Project.State.COMPLETED)
        for receiver, level, tie, project in (
            (self.library, TEAM, open_tie, self.project),
            (self.unseen[2], ORGANISERS, held_back, over),
        ):
            for handover in (
                PartnershipHandoverFactory(partnership=tie, receiver=receiver, **sides),
                ProjectHandoverFactory(project=project, receiver=receiver, **sides),
            ):
                self.fill(handover, level)
                self.fill(handover.lines.get(), level)

    def prepared(self, open_tie: Partnership) -> None:
        """What is said about a partnership on the way is for those in it, and the first contact for organisers alone."""
        sides = {"neighbourhood": self.here, "quartier": self.library, "accompanying": self.company, "start_on": None}
        talks, contact = (PartnershipFactory(**sides, state=state) for state in ("abstimmung", "anbahnung"))
        for tie, level in ((open_tie, TEAM), (talks, TEAM), (contact, ORGANISERS)):
            self.fill(ContactNoteFactory(partnership=tie, by=self.somebody), ORGANISERS)
            self.fill(NextStepFactory(partnership=tie, responsible=self.people["organiser"]), ORGANISERS)
            self.fill(tie.steps.create(to_state=tie.state, by=self.somebody), level)
            for party in () if tie == open_tie else tie.parties.all():
                self.fill(party, level)

    def tell_many(self) -> None:
        """A draft of a round mail, and a sent one to somebody of the library."""
        for sent_at in (None, timezone.now()):
            place = RoundMailPlaceFactory(actor=self.library, round_mail__neighbourhood=self.here)
            written = place.round_mail
            written.by, written.sent_at = self.people["organiser"], sent_at
            self.fill(written, ORGANISERS)
            if sent_at:
                RoundMailRecipientFactory(place=place, person=self.somebody)

    def entries(self, part: Participation, level: int) -> None:
        by = self.somebody
        inside = max(level, TEAM)
        for is_public, reach in ((True, level), (False, inside)):
            self.fill(BenefitFactory(project=part.project, actor=part.actor, is_public=is_public), reach)
            state = Contribution.State.DELIVERED
            given = ContributionFactory(
                participation=part, is_public=is_public, recorded_by=by, state=state, delivered_quantity=3
            )
            given.remember("", by=by)
            self.fill(given, reach)
            self.fill(given.steps.get(), inside)
            self.fill(DisseminationFactory(participation=part, is_public=is_public, recorded_by=by), reach)
        gone = ContributionFactory(participation=part, state=Contribution.State.WITHDRAWN, recorded_side=Side.ACTOR)
        self.fill(gone, inside, without="objection")

    def portal(self) -> None:
        """Words that everybody chooses from, pages of the operator, and what imports leave behind."""
        self.fill(self.here, EVERYBODY)
        topic, group, kind = TopicFactory(), TargetGroupFactory(), self.library.kind
        for term in (topic, group, kind):
            self.fill(term, EVERYBODY)
        self.library.topics.add(topic)
        self.library.target_groups.add(group)
        for page in LegalPage.objects.all():
            self.fill(page, EVERYBODY)
        now = timezone.now()
        run = ImportRun.objects.create(neighbourhood=self.here, by=self.somebody, started_at=now, finished_at=now)
        self.fill(run, ORGANISERS)
        origin = {"neighbourhood": self.here, "first_run": run, "last_run": run}
        self.fill(ImportedActor.objects.create(actor=self.library, key="1", **origin), ORGANISERS)
        self.fill(FormReceipt.objects.create(fingerprint="1"), NOBODY)
        self.fill(MailFactory(to_address=True, by=self.somebody), NOBODY)
        self.fill(DueJob.objects.create(name="probe"), NOBODY)
        self.past()

    def past(self) -> None:
        """What once stood in the library's profile and in its project, and is to be read by those who keep them."""
        for thing, field in ((self.library, "purpose"), (self.project, "goal")):
            words = [self.word(thing, f"{field} {number}") for number in range(2)]
            kind = thing._meta.label_lower
            entry = HistoryEntry.objects.create(
                subject=kind, subject_id=thing.pk, row=kind, row_id=thing.pk, values={field: words}, by=self.somebody
            )
            self.fill(entry, TEAM)

    def word(self, row: models.Model, name: str) -> str:
        """One more word that only the team may read."""
        word = word_of(row._meta.label, row.pk, name)
        self.canaries.append(Canary(word, f"{row._meta.label} {name}", TEAM))
        return word

    def client(self, role: str) -> Client:
        cache.clear()
        client = Client(headers={"accept-language": "de"}, raise_request_exception=False)
        if role != "visitor":
            client.force_login(self.people[role])
        return client

    def keys(self) -> list[str]:
        """Everything that can stand for a row in an address."""
        rows = [row for model in privacy.our_models() for row in model._base_manager.all()]
        slugs = {row.slug for row in rows if isinstance(row, Actor | Project | OldAddress) or row == self.here}
        pks = {str(row.pk) for row in rows if isinstance(row, NUMBERED)}
        return sorted(slugs) + sorted(pks)

    def paths(self) -> Iterator[str]:
        """Every address of the portal, with every key that may stand in it."""
        keys = self.keys()
        for _name, path in addresses():
            if not path.startswith(NOWHERE):
                model = NUMBERS_OF.get(path.split("/")[1])
                own = [str(pk) for pk in model._base_manager.values_list("pk", flat=True)] if model else keys
                yield from filter(fits, dict.fromkeys(path.replace("/1/", f"/{key}/") for key in own))


def fits(path: str) -> bool:
    """Whether some page feels addressed; a number is no short name."""
    try:
        return not resolve(path).kwargs.get("slug", "").isdigit()
    except Resolver404:
        return False


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Made once for all roles, in a transaction that is never written."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


def text_of(response: Any) -> str:
    """All that is sent: headers, source, and what lies in a spreadsheet."""
    content = b"".join(response) if response.streaming else response.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"\n".join(book.read(name) for name in book.namelist())
    return f"{response.headers}\n{content.decode('utf-8', 'replace')}".casefold()


def words_in(world: World, text: str) -> set[str]:
    """Which of our words stand in the text.

    They are looked up where enough letters stand side by side. Trying each of a thousand words at each place of a page, as
    `in` or a regular expression with all of them does, takes a hundred times as long as making the page.
    """
    words = {canary.word for canary in world.canaries}
    lengths = {len(word) for word in words}
    runs = set(re.findall(rf"[a-z]{{{min(lengths)},}}", text))
    return words & {
        run[start : start + length] for run in runs for length in lengths for start in range(len(run) - length + 1)
    }


def opened(world: World, client: Client, *, only_links: bool = False) -> Iterator[tuple[str, Any]]:
    """Everything that somebody can open: along the links and, if not told otherwise, by every address there is."""
    for visit in walk(client, rows=5 if only_links else 2, without=NOWHERE):
        yield visit.path, visit.response
    for path in () if only_links else world.paths():
        yield path, client.get(path)


def met(world: World, role: str) -> dict[Canary, str]:
    """Whose words the role met along the links, and where first. A word that was asked for in the address is no find."""
    found: dict[Canary, str] = {}
    canaries = {canary.word: canary for canary in world.canaries}
    for path, response in opened(world, world.client(role), only_links=True):
        for word in words_in(world, text_of(response)):
            if word not in path:
                found.setdefault(canaries[word], path)
    return found


def leaks(world: World, role: str) -> list[tuple[str, str]]:
    found = met(world, role)
    return sorted((canary.name, path) for canary, path in found.items() if canary.level > ROLES[role])


def test_every_text_has_a_canary(world: World) -> None:
    """Else a new field, or a new model, could leak unseen."""
    due = {f"{model._meta.label}.{field.name}" for model in privacy.our_models() for field in texts_of(model)}
    assert due - {canary.name for canary in world.canaries} == set()


def test_every_word_is_found_wherever_it_stands(world: World) -> None:
    words = {canary.word for canary in world.canaries}

    assert words_in(world, " ".join(f"a{word}z-{word.upper()}" for word in words)) == words
    assert {word for word in words if words_in(world, f"https://{word}.example/{word[1:]}") != {word}} == set()
    assert words_in(world, " ".join(word[1:] for word in words)) == set()


def test_the_crawl_comes_to_what_people_may_read(world: World) -> None:
    """A crawl that meets nothing would find no leak either."""
    visitor = {canary.name for canary in met(world, "visitor")}
    editor = {canary.name for canary in met(world, "editor")}

    assert {"partners.Actor.description", "partners.Channel.name", "partners.PartnershipParty.brings"} <= visitor
    assert {"projects.Project.goal", "projects.Contribution.title", "projects.Benefit.text"} <= visitor
    assert {
        "partners.ContactPerson.phone",
        "partners.Agreement.goals",
        "partners.AgreementPart.contact",
        "projects.Contribution.objection",
        "partners.Person.name",
    } <= editor - visitor


def everybody_sees_all(rows: Any, user: Any) -> Any:
    return rows


PLANTS = {
    "partners.Actor.street": (Actor, "street_line", property(lambda actor: actor.street)),
    "partners.ContactPerson.email": (ContactPersonQuerySet, "visible_to", everybody_sees_all),
    "partners.PartnershipParty.brings": (PartnershipQuerySet, "visible_to", everybody_sees_all),
    "projects.Project.goal": (ProjectQuerySet, "visible_to", everybody_sees_all),
}


@pytest.mark.parametrize(("name", "plant"), PLANTS.items(), ids=PLANTS)
def test_a_planted_leak_is_found(world: World, monkeypatch: pytest.MonkeyPatch, name: str, plant: Any) -> None:
    monkeypatch.setattr(*plant)

    assert name in {found for found, _ in leaks(world, "visitor")}


@pytest.mark.parametrize("address", ["/suche/", "/akteure/", "/projekte/"])
def test_a_search_knows_nothing_that_is_not_for_everybody(world: World, address: str) -> None:
    """For the beginning of each word the answer is the same as for letters that stand nowhere."""
    client = world.client("visitor")
    nothing = client.get(address, {"q": "qxqxqxqx"}).content.decode().replace("qxqxqxqx", "…")
    secret = [canary for canary in world.canaries if canary.level > EVERYBODY]
    known = {
        canary.name
        for canary in secret
        if client.get(address, {"q": canary.word[:8]}).content.decode().replace(canary.word[:8], "…") != nothing
    }

    assert len(secret) > 50
    assert known == set()


def test_the_table_shows_nothing_that_is_not_for_everybody(world: World) -> None:
    """Also to who may read more: a table is passed on."""
    for role in ROLES:
        words = words_in(world, text_of(world.client(role).get("/akteure/liste.xlsx")))
        assert {canary.name for canary in world.canaries if canary.level > EVERYBODY and canary.word in words} == set()
