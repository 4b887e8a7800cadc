"""Who may read which field: every field of the portal has one of four classes, and this is the one place where it is given.

- `public`: everybody, as soon as the row itself is public.
- `network`: whoever is signed in.
- `internal`: those who keep the record, that is its team, its organisers and admins.
- `personal`: about somebody. She herself, and internally those who need it for their work; everybody only if she agreed.

The class says how far a field may go at most. Which rows somebody sees is decided by `visible_to` and `editable_by`, and
the row wins: a public field of a draft is no more public than the draft. A few rows move their fields from one class to
another: see `WITHHELD` and `WITH_CONSENT`. What stands in `SECRETS` is shown to nobody at all.

A new field gets its name in the line of its class below; a new model gets an entry of its own. The number that Django
gives each row (`id`) stands in addresses and is public. History is covered by a rule, see `class_of`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.apps import apps
from django.db import models

OURS = ("partners", "projects", "quartier")


class FieldClass(StrEnum):
    PUBLIC = "public"
    NETWORK = "network"
    INTERNAL = "internal"
    PERSONAL = "personal"


@dataclass(frozen=True, kw_only=True)
class Fields:
    """The fields of one model, their names separated by blanks."""

    public: str = ""
    network: str = ""
    internal: str = ""
    personal: str = ""

    def names(self, field_class: FieldClass) -> list[str]:
        return str(getattr(self, field_class)).split()

    def pairs(self) -> Iterator[tuple[str, FieldClass]]:
        """Each name with its class; a name that stands in two lines comes twice."""
        return ((name, one) for one in FieldClass for name in self.names(one))


FIELDS: dict[str, Fields] = {
    # --- partners: who is here ---
    "partners.Neighbourhood": Fields(
        public="name slug city definition lead_actor boundary is_demo",
        personal="organisers",
    ),
    "partners.Topic": Fields(public="name name_en slug"),
    "partners.TargetGroup": Fields(public="name name_en slug"),
    "partners.ActorKind": Fields(public="name name_en slug sector"),
    "partners.Actor": Fields(
        public="""
            name slug kind parent neighbourhoods topics target_groups purpose description how_to_join
            street house_number postcode city latitude longitude is_address_public
            website email phone languages step_free accessibility opening_hours capacity resting_until
            has_shared_room logo logo_alt confirmed_at state is_demo created_at updated_at sort_name search_text
        """,
        network="has_paid_staff lead_time_days",
        internal="network_hours",
        personal="confirmed_by",
    ),
    # Only organisers read it; the actor that is assessed does not.
    "partners.KeyActorAssessment": Fields(
        internal="""
            actor access access_reason networked networked_reason multiplier multiplier_reason closeness closeness_reason
            assessed_on
        """,
        personal="assessed_by",
    ),
    # Only who organises both actors reads it.
    "partners.Merge": Fields(internal="kept gone at undone_at steps", personal="by undone_by"),
    "partners.NotTwins": Fields(internal="first second reason at", personal="by"),
    "partners.Channel": Fields(public="actor kind name address audience measured_on"),
    # As far as its `visibility` says, see `ListingQuerySet.visible_to`.
    "partners.Offer": Fields(
        public="""
            actor
            category title description quantity unit is_free conditions availability has_mornings has_afternoons has_evenings
            has_weekends persons area equipment step_free room_hours visibility valid_until state created_at updated_at
            search_text
        """
    ),
    "partners.ContactPerson": Fields(
        internal="actor",
        personal="""
            name function email phone entered_by entered_at asked_at
            consent_version consented_at consent_way consent_noted_by withdrawn_at objected_at
        """,
    ),
    "partners.Membership": Fields(personal="person actor role created_at"),
    "partners.Invitation": Fields(
        internal="role actor neighbourhood seed token_hash created_at sent_at expires_at accepted_at revoked_at",
        personal="email name created_by accepted_by",
    ),
    # Read by the teams of its sides, organisers and admins; see `AgreementQuerySet.visible_to`.
    "partners.Agreement": Fields(
        internal="""
            partnership edition language subject background goals rhythm decision_rule public_relations data_protection
            start_on end_on notice signed_on prefilled created_at
        """
    ),
    "partners.AgreementPart": Fields(
        internal="agreement actor name address tasks brings expects prefilled", personal="representative contact"
    ),
    # Read by the teams of both sides, those who work together there, organisers and admins; see `HandoverQuerySet`.
    "partners.PartnershipHandover": Fields(
        internal="partnership version giver receiver handed_over_on note given_on received_on is_demo created_at",
        personal="given_by given_name received_by received_name",
    ),
    "partners.PartnershipHandoverLine": Fields(
        internal="handover kind what from_actor to_actor due_on done_on", personal="to_name"
    ),
    "partners.SignedCopy": Fields(internal="agreement file source size sha256 uploaded_at", personal="uploaded_by"),
    # Only admins read it, and of her own mails the person.
    "partners.Mail": Fields(
        internal="""
            event kind about_id language message_id state reason attempts created_at next_attempt_at taken_at handed_at
            finished_at last_error digest
        """,
        personal="person address by",
    ),
    "partners.NoNotices": Fields(internal="since", personal="fingerprint"),
    "partners.DueJob": Fields(internal="name next_at taken_until started_at finished_at done last_error"),
    # The team of the side that wrote it and the organisers read it.
    "partners.PartnershipReview": Fields(
        internal="party openness reliability shared_mission influence involvement resources remark reviewed_on",
        personal="written_by",
    ),
    # Public as long as the consent stands, see `WITH_CONSENT`.
    "partners.Quotation": Fields(
        internal="party",
        personal="""
            text name function email entered_by entered_at asked_at
            consent_version consented_at consent_way consent_noted_by
        """,
    ),
    # Why it ended may be a conflict, and nobody else is told.
    "partners.Partnership": Fields(
        public="kind state intensity form neighbourhood start_on end_on resting_until reopens is_demo",
        internal="end_reason next_review_on parties_key created_at",
    ),
    "partners.PartnershipParty": Fields(
        public="""
            partnership actor side brings expected_benefit actual_benefit
            brings_is_note expected_benefit_is_note actual_benefit_is_note
        """,
        internal="hours_per_month is_agreed",
    ),
    # The team that was asked and its organisers read it.
    "partners.PartnershipOverride": Fields(internal="partnership actor reason warning at", personal="by"),
    "partners.StageChange": Fields(internal="partnership from_state to_state at note resting_until", personal="by"),
    # Only organisers read what is planned with a partner; its teams do not.
    "partners.ContactNote": Fields(internal="partnership on way created_at changed_at", personal="spoken_with text by"),
    "partners.NextStep": Fields(internal="partnership what due_on done_on created_at", personal="responsible"),
    # Only organisers read it; who got one has it in her mailbox.
    "partners.RoundMail": Fields(
        internal="neighbourhood subject text to_teams to_contacts answers_to_me created_at sent_at", personal="by"
    ),
    "partners.RoundMailPlace": Fields(internal="round_mail actor"),
    "partners.RoundMailRecipient": Fields(internal="round_mail place is_contact queued_at", personal="person contact"),
    "partners.Person": Fields(
        personal="""
            email name language notices password last_login joined_at is_active is_staff is_superuser groups user_permissions
        """,
    ),
    # Both hold only what was public: words of published rows, and addresses that somebody may have linked.
    "partners.Word": Fields(public="word spelling", internal="head tail length count"),
    "partners.OldAddress": Fields(public="kind slug target", internal="since"),
    "partners.FormReceipt": Fields(internal="fingerprint leads_to created_at"),
    # What once stood in a public field is internal: somebody took it away. Nothing personal is kept, see `Kept`.
    "partners.HistoryEntry": Fields(
        internal="subject subject_id row row_id what values act at occasion detail",
        personal="by",
    ),
    # --- projects: what they do together ---
    "projects.Project": Fields(
        public="""
            title slug neighbourhoods topics target_groups lead_actor partnerships state summary goal results start_on end_on is_open
            how_to_join is_demo created_at updated_at sort_title search_text
        """,
        internal="version",
    ),
    # To whom a project went, and when, is told on its page once it goes on for good.
    "projects.ProjectHandover": Fields(
        public="receiver handed_over_on",
        internal="project version giver note given_on received_on is_demo created_at",
        personal="given_by given_name received_by received_name",
    ),
    "projects.ProjectHandoverLine": Fields(
        internal="handover kind what from_actor to_actor due_on done_on", personal="to_name"
    ),
    # Whoever asked, her team, and the project's side.
    "projects.ProjectInquiry": Fields(
        internal="project kind actor message state answer created_at answered_at", personal="by answered_by"
    ),
    # Both sides.
    "projects.ResourceRequest": Fields(
        internal="""
            offer actor project message start_on end_on start_time end_time quantity unit persons warning state reason is_taken
            contribution thanks created_at decided_at thanked_at
        """,
        personal="by decided_by thanked_by",
    ),
    "projects.ResourceRequestStep": Fields(internal="request from_state to_state at note", personal="by"),
    # Only organisers read it.
    "projects.ParallelReason": Fields(internal="project similar reason at", personal="by"),
    "projects.ProjectStep": Fields(public="project from_state to_state at note", personal="by"),
    "projects.Participation": Fields(
        public="project actor role start_on end_on tasks state took_part",
        internal="hours_per_month is_declined created_at version",
    ),
    "projects.ParticipationOverride": Fields(internal="participation reason warning at", personal="by"),
    "projects.Benefit": Fields(
        public="project actor kind text is_public recorded_side recorded_at",
        internal="version",
        personal="recorded_by",
    ),
    # The same as of an offer.
    "projects.Need": Fields(
        public="""
            actor project
            category title description quantity unit is_free conditions availability has_mornings has_afternoons has_evenings
            has_weekends persons area equipment step_free room_hours visibility valid_until state created_at updated_at
            search_text
        """
    ),
    # That an entry is disputed is public; what was said about it is between the two sides.
    "projects.Contribution": Fields(
        public="participation category title planned_quantity delivered_quantity unit start_on end_on is_public state",
        internal="objection recorded_side recorded_at confirmed_at asked_at version",
        personal="recorded_by confirmed_by",
    ),
    "projects.ContributionTally": Fields(
        public="""
            participation category state is_public first_year last_year entries planned_entries planned delivered_entries
            delivered
        """,
        internal="is_contested",
    ),
    "projects.Dissemination": Fields(
        public="""
            participation channel channel_kind channel_name went_out_on what audience measured_on address is_public
            contribution
        """,
        internal="recorded_at version",
        personal="recorded_by",
    ),
    "projects.ContributionStep": Fields(
        internal="contribution from_state to_state at note quantity link_of", personal="by"
    ),
    # --- quartier: the portal ---
    "quartier.ImportRun": Fields(
        internal="""
            neighbourhood file_name sha256 written_as source started_at finished_at row_count actor_count new_count
            changed_count unchanged_count faulty_count report
        """,
        personal="by",
    ),
    "quartier.ImportedActor": Fields(internal="actor neighbourhood source key values first_run last_run"),
    "quartier.LegalPage": Fields(public="kind text text_en updated_at"),
}

# Public fields that are internal as long as the switch of their row is off.
WITHHELD = {("partners.Actor", "is_address_public"): ["street", "house_number", "postcode", "latitude", "longitude"]}

# Personal fields that are public as long as the person's consent stands.
WITH_CONSENT = {
    "partners.ContactPerson": ["name", "function", "email", "phone"],
    "partners.Quotation": ["text", "name", "function"],
}

# On no page, in no export, for nobody.
SECRETS = {
    "partners.Person": ["password"],
    "partners.Invitation": ["seed", "token_hash"],
    "partners.FormReceipt": ["fingerprint"],
    "partners.NoNotices": ["fingerprint"],
}

type Field = models.Field


def our_models() -> list[type[models.Model]]:
    """Every model of the portal, without the bare tables between two models: their fields are classed at the model."""
    return [model for app in OURS for model in apps.get_app_config(app).get_models()]


def fields_of(model: type[models.Model]) -> list[Field]:
    """The columns of a model and its many-to-many fields."""
    return [*model._meta.fields, *model._meta.many_to_many]


def original_of(model: type[models.Model]) -> type[models.Model] | None:
    """The model whose history this one keeps, if it keeps one (django-simple-history calls it `instance_type`)."""
    return getattr(model, "instance_type", None)


def class_of(field: Field) -> FieldClass | None:
    """The class of a field; None when nobody gave it one.

    What once stood in a public field is internal: somebody took it away. What was personal stays so, and so is who
    made the change.
    """
    if original := original_of(field.model):
        about_somebody = field.name == "history_user" or classes_of(original).get(field.name) == FieldClass.PERSONAL
        return FieldClass.PERSONAL if about_somebody else FieldClass.INTERNAL
    return classes_of(field.model).get(field.name)


def classes_of(model: type[models.Model]) -> dict[str, FieldClass]:
    """What the table says of each field."""
    made_by_django = {model._meta.pk.name: FieldClass.PUBLIC} if isinstance(model._meta.pk, models.AutoField) else {}
    listed = FIELDS.get(model._meta.label, Fields())
    return made_by_django | dict(listed.pairs())


def defects() -> list[str]:
    """What is wrong with the table, each in a sentence that says how to mend it; nothing, if it is whole."""
    return [*_without_class(), *_of_nothing(), *_twice()]


def _without_class() -> Iterator[str]:
    for model in our_models():
        for field in fields_of(model):
            if class_of(field) is None:
                yield (
                    f"{model._meta.label}.{field.name} has no class. Say who may read it: add “{field.name}” to the line "
                    f"`public`, `network`, `internal` or `personal` of “{model._meta.label}” in quartier/privacy.py."
                )


def _of_nothing() -> Iterator[str]:
    """What the table, or one of its exceptions, names and no model has."""
    known = {model._meta.label: {field.name for field in fields_of(model)} for model in our_models()}
    listed = [(label, name) for label, fields in FIELDS.items() for name, _ in fields.pairs()]
    listed += [(label, name) for (label, switch), names in WITHHELD.items() for name in [switch, *names]]
    listed += [(label, name) for more in (WITH_CONSENT, SECRETS) for label, names in more.items() for name in names]
    for label, name in listed:
        if name not in known.get(label, set()):
            yield f"quartier/privacy.py names {label}.{name}, but there is no such field. Take the name out."


def _twice() -> Iterator[str]:
    for label, fields in FIELDS.items():
        names = [name for name, _ in fields.pairs()]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"{label}.{name} stands in two lines of quartier/privacy.py. A field has one class."
