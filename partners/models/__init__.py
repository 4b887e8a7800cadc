from partners.models.actors import Actor
from partners.models.addresses import OldAddress
from partners.models.agreements import Agreement, AgreementPart, SignedCopy
from partners.models.assessments import CRITERIA, Criterion, KeyActorAssessment, Level
from partners.models.capacity import FAR, Month, Promise, PromisesHours, PromisingQuerySet, promises_of
from partners.models.channels import Channel
from partners.models.contact_notes import ContactNote
from partners.models.contacts import ContactPerson
from partners.models.due import DueJob
from partners.models.handovers import (
    Handover,
    HandoverLine,
    HandoverQuerySet,
    PartnershipHandover,
    PartnershipHandoverLine,
    Signing,
)
from partners.models.history import HistoryEntry, acting
from partners.models.keeping import Kept, KeptQuerySet, keep_links, kept_models, restored_fields
from partners.models.listings import LONGEST, SOON, VALID_FOR, Listing, ListingQuerySet, Visibility
from partners.models.mails import Mail, NoNotices, declare_lost
from partners.models.memberships import Invitation, Membership
from partners.models.merges import Merge
from partners.models.neighbourhoods import Neighbourhood
from partners.models.next_steps import NextStep
from partners.models.not_twins import NotTwins
from partners.models.offers import Offer, OfferQuerySet
from partners.models.overrides import CapacityOverride, PartnershipOverride
from partners.models.parties import PartnershipParty
from partners.models.parties_key import keys_at_the_end, refusing_twins
from partners.models.partnership_gaps import Gap, UnsaidError
from partners.models.partnerships import Partnership
from partners.models.people import Person
from partners.models.profiles import Profile, language_choices, language_name
from partners.models.quotations import Quotation
from partners.models.receipts import FormReceipt
from partners.models.resources import UNIT_OF, ResourceCategory, Unit
from partners.models.reviews import PartnershipReview
from partners.models.round_mails import RoundMail, RoundMailPlace, RoundMailRecipient
from partners.models.search import NormalisedField, matching, normalise
from partners.models.slugs import unique_slug
from partners.models.stage_changes import StageChange
from partners.models.states import Staged, StageError, StepRecord
from partners.models.vocabularies import ActorKind, TargetGroup, Topic
from partners.models.words import Word, corrected, forget_words, rebuild_words, recounting, recounting_many, words_of

__all__ = [
    "CRITERIA",
    "FAR",
    "LONGEST",
    "SOON",
    "UNIT_OF",
    "VALID_FOR",
    "Actor",
    "ActorKind",
    "Agreement",
    "AgreementPart",
    "CapacityOverride",
    "Channel",
    "ContactNote",
    "ContactPerson",
    "Criterion",
    "DueJob",
    "FormReceipt",
    "Gap",
    "Handover",
    "HandoverLine",
    "HandoverQuerySet",
    "HistoryEntry",
    "Invitation",
    "Kept",
    "KeptQuerySet",
    "KeyActorAssessment",
    "Level",
    "Listing",
    "ListingQuerySet",
    "Mail",
    "Membership",
    "Merge",
    "Month",
    "Neighbourhood",
    "NextStep",
    "NoNotices",
    "NormalisedField",
    "NotTwins",
    "Offer",
    "OfferQuerySet",
    "OldAddress",
    "Partnership",
    "PartnershipHandover",
    "PartnershipHandoverLine",
    "PartnershipOverride",
    "PartnershipParty",
    "PartnershipReview",
    "Person",
    "Profile",
    "Promise",
    "PromisesHours",
    "PromisingQuerySet",
    "Quotation",
    "ResourceCategory",
    "RoundMail",
    "RoundMailPlace",
    "RoundMailRecipient",
    "SignedCopy",
    "Signing",
    "StageChange",
    "StageError",
    "Staged",
    "StepRecord",
    "TargetGroup",
    "Topic",
    "Unit",
    "UnsaidError",
    "Visibility",
    "Word",
    "acting",
    "corrected",
    "declare_lost",
    "forget_words",
    "keep_links",
    "kept_models",
    "keys_at_the_end",
    "language_choices",
    "language_name",
    "matching",
    "normalise",
    "promises_of",
    "rebuild_words",
    "recounting",
    "recounting_many",
    "refusing_twins",
    "restored_fields",
    "unique_slug",
    "words_of",
]
