"""What the portal knows of somebody: every relation to a person, what she gets of it as a file, what becomes of it when she goes.

A new relation to `Person` needs a line in `TRACES`; a test fails without it. The `on_delete` of the relation does what
the line says: with `GOES` the row is deleted with the account, with `NAMELESS` it stays with the institution and only the
name goes, with `NUMBER` the number of the account stays, which is nobody any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from allauth.account.models import EmailAddress
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from partners.actions.mail_kinds import mail_kinds
from partners.actions.telling import model_of
from partners.models import AgreementPart, ContactPerson, Invitation, Mail, Person, Quotation


class Stays(Enum):
    """By the name of the `on_delete` of the relation."""

    GOES = "CASCADE"
    NAMELESS = "SET_NULL"
    NUMBER = "DO_NOTHING"


@dataclass(frozen=True)
class Trace:
    """One relation. `shows`: the columns she gets; `of`: the way to the thing it is about, which is named if she may see it."""

    stays: Stays
    shows: str
    of: str = ""
    title: Any = ""


GOES, NAMELESS, NUMBER = Stays.GOES, Stays.NAMELESS, Stays.NUMBER
TRACES = {
    "partners.Membership.person": Trace(GOES, "role created_at", of="actor", title=_("Teams that you belong to")),
    "partners.Neighbourhood_organisers.person": Trace(
        GOES, "", of="neighbourhood", title=_("Neighbourhoods that you organise")
    ),
    "partners.Invitation.accepted_by": Trace(
        NAMELESS, "email name role created_at accepted_at", of="target", title=_("Invitations that you accepted")
    ),
    "partners.Invitation.created_by": Trace(
        NAMELESS, "role created_at sent_at", of="target", title=_("Invitations that you sent")
    ),
    "partners.Mail.person": Trace(GOES, "kind created_at state finished_at", title=_("Mails to you")),
    "partners.Mail.by": Trace(NAMELESS, "kind created_at", title=_("Mails that you caused")),
    "partners.ContactPerson.entered_by": Trace(
        NAMELESS, "entered_at", of="actor", title=_("Contact persons that you entered")
    ),
    "partners.ContactPerson.consent_noted_by": Trace(
        NAMELESS, "consented_at consent_way", of="actor", title=_("Consents of others that you entered")
    ),
    "partners.PartnershipReview.written_by": Trace(
        NAMELESS,
        "openness reliability shared_mission influence involvement resources remark reviewed_on",
        of="party.partnership",
        title=_("Your looks back on partnerships"),
    ),
    "partners.Quotation.entered_by": Trace(
        NAMELESS, "entered_at", of="party.partnership", title=_("Quotations that you entered")
    ),
    "partners.Quotation.consent_noted_by": Trace(
        NAMELESS,
        "consented_at consent_way",
        of="party.partnership",
        title=_("Consents to quotations that you entered"),
    ),
    "partners.Actor.confirmed_by": Trace(NAMELESS, "confirmed_at", of="self", title=_("Profiles that you confirmed")),
    "partners.KeyActorAssessment.assessed_by": Trace(
        NAMELESS,
        "access access_reason networked networked_reason multiplier multiplier_reason closeness closeness_reason assessed_on",
        of="actor",
        title=_("Your assessments of key actors"),
    ),
    "partners.NotTwins.by": Trace(NAMELESS, "reason at", title=_("Pairs that you said are no twins")),
    "partners.Merge.by": Trace(NAMELESS, "at", title=_("Entries that you merged")),
    "partners.Merge.undone_by": Trace(NAMELESS, "undone_at", title=_("Merges that you undid")),
    "partners.PartnershipOverride.by": Trace(
        NAMELESS,
        "reason warning at",
        of="partnership",
        title=_("Partnerships that you asked for in spite of a warning"),
    ),
    "partners.SignedCopy.uploaded_by": Trace(
        NAMELESS, "uploaded_at", of="agreement", title=_("Signed copies of agreements that you uploaded")
    ),
    "partners.PartnershipHandover.given_by": Trace(
        NAMELESS, "given_on", of="partnership", title=_("Hand-overs of partnerships that you signed")
    ),
    "partners.PartnershipHandover.received_by": Trace(
        NAMELESS, "received_on", of="partnership", title=_("Hand-overs of partnerships that you took over")
    ),
    "partners.HistoryEntry.by": Trace(NUMBER, "at what occasion", of="history", title=_("Your changes in the history")),
    "partners.StageChange.by": Trace(
        NAMELESS, "from_state to_state at note", of="partnership", title=_("Your steps in partnerships")
    ),
    "partners.ContactNote.by": Trace(
        NAMELESS, "on way created_at", of="partnership", title=_("Contact notes that you wrote")
    ),
    "partners.RoundMail.by": Trace(
        NAMELESS, "subject text created_at sent_at", of="neighbourhood", title=_("Round mails that you wrote")
    ),
    "partners.RoundMailRecipient.person": Trace(
        NAMELESS, "queued_at is_contact", of="place.actor", title=_("Round mails to you")
    ),
    "partners.NextStep.responsible": Trace(
        NAMELESS, "what due_on done_on", of="partnership", title=_("Next steps that you look after")
    ),
    "projects.ProjectStep.by": Trace(
        NAMELESS, "from_state to_state at note", of="project", title=_("Your steps in projects")
    ),
    "projects.ProjectHandover.given_by": Trace(
        NAMELESS, "given_on", of="project", title=_("Hand-overs of projects that you signed")
    ),
    "projects.ProjectHandover.received_by": Trace(
        NAMELESS, "received_on", of="project", title=_("Hand-overs of projects that you took over")
    ),
    "projects.ParticipationOverride.by": Trace(
        NAMELESS,
        "reason warning at",
        of="participation.project",
        title=_("Participations that you asked for in spite of a warning"),
    ),
    "projects.ParallelReason.by": Trace(
        NAMELESS, "reason at", of="project", title=_("Projects that you began beside similar ones")
    ),
    "projects.ProjectInquiry.by": Trace(
        NAMELESS, "kind message state answer created_at", of="project", title=_("Your requests to projects")
    ),
    "projects.ProjectInquiry.answered_by": Trace(
        NAMELESS, "answer answered_at", of="project", title=_("Requests to projects that you answered")
    ),
    "projects.ResourceRequest.by": Trace(
        NAMELESS,
        "message start_on end_on state warning created_at",
        of="offer",
        title=_("Your requests for offers"),
    ),
    "projects.ResourceRequest.decided_by": Trace(
        NAMELESS, "reason decided_at", of="offer", title=_("Requests for offers that you answered")
    ),
    "projects.ResourceRequest.thanked_by": Trace(
        NAMELESS, "thanks thanked_at", of="offer", title=_("Your thanks for what was given")
    ),
    "projects.ResourceRequestStep.by": Trace(
        NAMELESS,
        "from_state to_state at note",
        of="request.offer",
        title=_("Your steps in requests for offers"),
    ),
    "projects.Benefit.recorded_by": Trace(NAMELESS, "recorded_at", of="project", title=_("Benefits that you entered")),
    "projects.Dissemination.recorded_by": Trace(
        NAMELESS, "recorded_at", of="participation.project", title=_("Entries of who passed on a project")
    ),
    "projects.Contribution.recorded_by": Trace(
        NAMELESS, "recorded_at", of="participation.project", title=_("Contributions that you entered")
    ),
    "projects.Contribution.confirmed_by": Trace(
        NAMELESS, "confirmed_at", of="participation.project", title=_("Contributions that you confirmed")
    ),
    "projects.ContributionStep.by": Trace(
        NAMELESS,
        "from_state to_state at note",
        of="contribution.participation.project",
        title=_("Your steps with contributions"),
    ),
    "quartier.ImportRun.by": Trace(NAMELESS, "file_name started_at", of="neighbourhood", title=_("Your imports")),
    "account.EmailAddress.user": Trace(GOES, "email verified primary", title=_("E-mail addresses")),
    "usersessions.UserSession.user": Trace(
        GOES, "created_at last_seen_at ip user_agent", title=_("Devices that you are signed in on")
    ),
    "mfa.Authenticator.user": Trace(GOES, "type created_at last_used_at", title=_("Safer ways of signing in")),
    "admin.LogEntry.user": Trace(
        GOES, "action_time content_type action_flag", title=_("Your acts in the administration")
    ),
    "partners.Person_groups.person": Trace(GOES, "group", title=_("Groups of the administration")),
    "partners.Person_user_permissions.person": Trace(GOES, "permission", title=_("Rights in the administration")),
}


@dataclass
class Entry:
    """One row: the thing it is about, where she may see it, and what stands in it."""

    thing: str
    url: str
    values: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in (("about", self.thing), ("address", self.url)) if value} | self.values


@dataclass
class Section:
    key: str
    title: Any
    entries: list[Entry]


def relations() -> dict[str, Any]:
    """Every column anywhere that leads to a person, by the name it has in `TRACES`."""
    found: Any = [one for one in Person._meta.get_fields(include_hidden=True) if one.auto_created and not one.concrete]
    columns = [one.field for one in found if not one.many_to_many]
    return {f"{column.model._meta.label}.{column.name}": column for column in columns}


def addresses_of(person: Person) -> list[str]:
    confirmed = EmailAddress.objects.filter(user=person, verified=True).values_list("email", flat=True)
    return sorted({person.email, *(email.lower() for email in confirmed)})


def contacts_of(person: Person) -> QuerySet[ContactPerson]:
    """Where somebody entered her as a contact person, found by her addresses."""
    return ContactPerson.objects.filter(email__in=addresses_of(person)).select_related("actor").order_by("pk")


def quotations_of(person: Person) -> QuerySet[Quotation]:
    """Where somebody quotes her, found by her addresses."""
    rows = Quotation.objects.filter(email__in=addresses_of(person))
    return rows.select_related("party__partnership").order_by("pk")


def mails_to(person: Person) -> Iterator[Entry]:
    """Those that were sent to an address of hers and not to her account: invitations, for example."""
    for mail in Mail.objects.filter(address__in=addresses_of(person)).order_by("pk"):
        yield Entry("", "", values_of(mail, "kind address created_at state finished_at"))


def parts_naming(person: Person) -> QuerySet[AgreementPart]:
    """Where somebody wrote her address into an agreement."""
    found = Q()
    for address in addresses_of(person):
        found |= Q(contact__icontains=address)
    return AgreementPart.objects.filter(found).select_related("agreement").order_by("pk")


def lines_about(person: Person, text: str) -> list[str]:
    """Of several people in one text only what concerns her."""
    return [line for line in text.splitlines() if any(one in line.lower() for one in addresses_of(person))]


def data_of(person: Person) -> list[Section]:
    """All of it, in sections that a person understands; what is empty is left out."""
    account = Entry("", "", values_of(person, "email name language notices joined_at last_login is_staff is_superuser"))
    columns = relations()
    told = [
        Section(name, trace.title, list(entries_of(columns[name], trace, person))) for name, trace in TRACES.items()
    ]
    sections = [Section("account", _("Account"), [account]), *told, *found_by_address(person)]
    return [section for section in sections if section.entries]


def found_by_address(person: Person) -> list[Section]:
    """What leads to her by an address of hers and not by her account."""
    consent = "consent_version consented_at consent_way"
    invited = Invitation.objects.filter(email__in=addresses_of(person)).waiting().order_by("pk")
    contacts = [
        about(one.actor, person, values_of(one, f"name function email phone {consent} withdrawn_at objected_at"))
        for one in contacts_of(person)
    ]
    quoted = [
        about(one.party.partnership, person, values_of(one, f"text name function email {consent}"))
        for one in quotations_of(person)
    ]
    named = [
        about(part.agreement, person, {str(capfirst(part._meta.get_field("contact").verbose_name)): line})
        for part in parts_naming(person)
        for line in lines_about(person, part.contact)
    ]
    waiting = [Entry(str(one.target), "", values_of(one, "email name role sent_at expires_at")) for one in invited]
    return [
        Section("contacts", _("Where you are entered as a contact person"), contacts),
        Section("quotations", _("Where you are quoted"), quoted),
        Section("mails", _("Mails to your address"), list(mails_to(person))),
        Section("agreements", _("Agreements that name you as a contact person"), named),
        Section("invitations", _("Invitations that wait for you"), waiting),
    ]


# Columns of libraries that have no words of their own.
LABELS = {
    "usersessions.UserSession.created_at": _("Signed in on"),
    "usersessions.UserSession.last_seen_at": _("Last active on"),
    "usersessions.UserSession.ip": _("Address on the internet (IP)"),
    "usersessions.UserSession.user_agent": _("Browser and device"),
    "mfa.Authenticator.created_at": _("Set up on"),
    "mfa.Authenticator.last_used_at": _("Last used on"),
}


def kind_of_mail(name: str) -> str:
    kind = mail_kinds().get(name)
    return str(kind.label) if kind else name


# Columns whose values are names for the machine.
WORDS = {"partners.Mail.kind": kind_of_mail}


def history_of(rows: Any, trace: Trace, person: Person) -> Iterator[Entry]:
    """Each line names the thing in whose history it stands, with one look-up for each kind of thing."""
    kinds = {name: model_of(name) for name in rows.order_by().values_list("subject", flat=True).distinct()}
    things: dict[tuple[str, int], Any] = {}
    for name, model in kinds.items():
        if model is not None:
            keys = rows.filter(subject=name).values("subject_id")
            seen: Any = model._default_manager.filter(pk__in=keys)
            seen = seen.visible_to(person) if hasattr(seen, "visible_to") else seen
            things |= {(name, thing.pk): thing for thing in seen.fetch_mode(models.FETCH_PEERS)}
    for row in rows:
        thing, model = things.get((row.subject, row.subject_id)), kinds[row.subject]
        kind = {str(_("Kind")): str(capfirst(model._meta.verbose_name))} if model else {}
        values = kind | values_of(row, trace.shows)
        yield Entry(str(thing), thing.get_absolute_url(), values) if thing else Entry("", "", values)


def entries_of(column: Any, trace: Trace, person: Person) -> Iterator[Entry]:
    rows = column.model._default_manager.filter(**{column.name: person}).order_by("pk")
    if trace.of == "history":
        yield from history_of(rows, trace, person)
        return
    for row in rows:
        values = values_of(row, trace.shows)
        yield about(thing_of(row, trace.of), person, values) if trace.of else Entry("", "", values)


def thing_of(row: Any, way: str) -> Any:
    for step in way.split(".") if way != "self" else ():
        row = getattr(row, step)
    return row


def about(thing: Any, person: Person, values: dict[str, Any]) -> Entry:
    """The name of a thing is given to whoever may see it now; of the rest only what she did herself."""
    rows = type(thing)._default_manager.filter(pk=thing.pk)
    if hasattr(rows, "visible_to") and not rows.visible_to(person).exists():
        return Entry("", "", values)
    return Entry(str(thing), thing.get_absolute_url(), values)


def values_of(row: Any, names: str) -> dict[str, Any]:
    """The columns with the names that people read; empty ones are left out."""
    values = {}
    for name in names.split():
        show = getattr(row, f"get_{name}_display", None)
        value = show() if show else getattr(row, name)
        if isinstance(value, models.Model):
            value = str(value)
        if label_of := WORDS.get(f"{row._meta.label}.{name}"):
            value = label_of(value)
        if value not in (None, ""):
            label = LABELS.get(f"{row._meta.label}.{name}", row._meta.get_field(name).verbose_name)
            values[str(capfirst(label))] = value
    return values
