"""Who gets which answer where: every address of the portal, every role, reading and sending.

A line for each address. Not allowed looks like not there (404); who is signed out and needs to sign in is led there
(`login`). An address without a line fails the test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from partners.actions import confirming, listing_reminders
from partners.actions.consent import token_of
from partners.actions.merging import merge_actors
from partners.actions.refusals import refusal_link
from partners.models import Actor, HistoryEntry, Invitation, Listing, Membership, NotTwins, Offer, Partnership
from projects.actions import asking
from projects.models import Benefit, Contribution, Dissemination, Participation, Project, Side
from tests.factories import (
    ActorFactory,
    AdminFactory,
    AgreementFactory,
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
    ParticipationFactory,
    PartnershipFactory,
    PartnershipHandoverFactory,
    PersonFactory,
    ProjectFactory,
    ProjectHandoverFactory,
    ProjectInquiryFactory,
    QuotationFactory,
    ResourceRequestFactory,
    ReviewFactory,
    RoundMailFactory,
    SignedCopyFactory,
)
from tests.walk import addresses

pytestmark = pytest.mark.django_db

# Editor and manager are those of the library, the organiser is that of its neighbourhood. "other" keeps the profile of
# the bakery next door, "elsewhere" organises another neighbourhood, "member" has an account and nothing else.
ROLES = ("visitor", "member", "editor", "manager", "other", "organiser", "elsewhere", "admin")


@dataclass(frozen=True)
class Row:
    """One status for everybody, two for visitor and signed in, or one for each role in the order of `ROLES`."""

    name: str
    get: str
    post: str = "405"
    of: str = ""
    more: dict[str, object] = field(default_factory=dict)
    query: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, [self.name, self.of, *map(str, self.more.values())]))

    def expected(self, method: str) -> dict[str, str]:
        words = (self.get if method == "get" else self.post).split()
        if len(words) == 1:
            words *= len(ROLES)
        elif len(words) == 2:
            words = words[:1] + words[1:] * (len(ROLES) - 1)
        return dict(zip(ROLES, words, strict=True))


#                 visitor member editor manager other organiser elsewhere admin
THE_TEAM_SIDE = "  login   404    200    200     404   200       404       200"
DECIDING_TEAM = "  login   404    404    200     404   200       404       200"
ORGANISERS____ = " login   404    404    404     404   200       404       200"
ANY_ORGANISER_ = " login   404    404    404     404   200       200       200"
ANY_TEAM______ = " login   404    200    200     302   200       404       200"
TEAM_THEN_ON__ = " login   404    302    302     404   302       404       302"
DECIDING_ON___ = " login   404    404    302     404   302       404       302"
ORGANISERS_ON_ = " login   404    404    404     404   302       404       302"
TEAM_ALONE____ = " login   404    200    200     404   404       404       404"
TEAM_ALONE_ON_ = " login   404    302    302     404   404       404       404"
READ_BY_TEAM__ = " 404     404    200    200     404   200       404       200"
WHO_KEEPS_SOME = " login   302    200    200     200   200       302       200"
BOTH_SIDES____ = " login   404    200    200     200   200       404       200"
BOTH_SIDES_ON_ = " login   404    302    302     302   302       404       302"
ASKERS________ = " login   404    404    404     200   200       404       200"
ASKERS_ON_____ = " login   404    404    404     302   302       404       302"
# Without the version that was seen, an earlier one is only shown again.
SHOWN_TO_TEAM_ = " login   404    422    422     404   422       404       422"
SHOWN_TO_ORGAN = " login   404    404    404     404   422       404       422"
POST_ONLY = "login 405"

PORTAL = [
    Row("home", get="200"),
    Row("search", get="200"),
    Row("dashboard", get="login 200", post=POST_ONLY),
    Row("join", get="200"),
    Row("set-language", get="405", post="302"),
    Row("imprint", get="200"),
    Row("privacy", get="200"),
    Row("accessibility", get="200"),
    Row("style-guide", get="404"),
    Row("healthz", get="200"),
    Row("readyz", get="200"),
    Row("robots", get="200"),
    Row("security-txt", get="200"),
    Row("sitemap", get="200"),
    Row("sitemap-section", get="200", more={"section": "akteure"}),
    Row("actor-detail", of="library", get="200"),
    Row("actor-detail", of="draft", get=READ_BY_TEAM__),
    Row("actor-load", of="library", get=THE_TEAM_SIDE, post=POST_ONLY),
    Row("actor-load", of="draft", get=THE_TEAM_SIDE, post=POST_ONLY),
    Row("actor-sheet", of="library", get=THE_TEAM_SIDE, post=POST_ONLY),
    Row("actor-sheet", of="draft", get=THE_TEAM_SIDE, post=POST_ONLY),
    Row("actor-sheet-export", of="library", get=THE_TEAM_SIDE, post=POST_ONLY),
    Row("neighbourhood-detail", of="here", get="200"),
    Row("partnership-detail", of="partnership", get="200"),
    Row("partnership-detail", of="partnership of a draft", get=READ_BY_TEAM__),
    Row("partner-candidates", of="here", get=ORGANISERS____, post=POST_ONLY),
    Row("neighbourhood-burdens", of="here", get=ORGANISERS____, post=POST_ONLY),
    Row("neighbourhood-burdens-export", of="here", get=ORGANISERS____, post=POST_ONLY),
    Row("account-home", get="login 200", post="login 200"),
    Row("account-data", get="login 200", post=POST_ONLY),
    Row("account-data-file", get="login 200", post=POST_ONLY),
    Row("account-delete", get="login 302", post="login 302"),
]

PARTNERS = [
    Row("partners:actor-list", get="200"),
    Row("partners:actor-export", get="200"),
    Row("partners:actor-map", get="200"),
    Row("partners:neighbourhood-outlines", get="200"),
    Row("partners:actor-create", get=ANY_ORGANISER_, post=ANY_ORGANISER_),
    Row("partners:actor-confirm", of="library", get=POST_ONLY, post=TEAM_THEN_ON__),
    Row("partners:twin-list", get=ANY_ORGANISER_, post=POST_ONLY),
    Row("partners:twin-rule-out", of="pair", get=POST_ONLY, post=ORGANISERS_ON_),
    Row("partners:twin-suspect-again", of="no twins", get=POST_ONLY, post=ORGANISERS_ON_),
    Row("partners:twin-merge", of="twins", get=ORGANISERS____, post=ORGANISERS____),
    Row("partners:twin-part", of="merge", get=POST_ONLY, post=ORGANISERS_ON_),
    Row("partners:actor-logo", of="library", get="200"),
    Row("partners:actor-logo", of="draft", get=READ_BY_TEAM__),
    Row("partners:actor-logo-edit", of="library", get=THE_TEAM_SIDE, post=THE_TEAM_SIDE),
    Row("partners:actor-edit", of="library", get=THE_TEAM_SIDE, post=POST_ONLY),
    Row(
        "partners:actor-edit-section",
        of="library",
        more={"section": "vorstellung"},
        get=THE_TEAM_SIDE,
        post=THE_TEAM_SIDE,
    ),
    Row(
        "partners:actor-edit-section", of="library", more={"section": "kontakt"}, get=THE_TEAM_SIDE, post=TEAM_THEN_ON__
    ),
    Row("partners:actor-step", of="draft", more={"step": "einreichen"}, get=POST_ONLY, post=TEAM_THEN_ON__),
    Row("partners:actor-step", of="submitted", more={"step": "veroeffentlichen"}, get=POST_ONLY, post=ORGANISERS_ON_),
    Row("partners:actor-step", of="library", more={"step": "verbergen"}, get=POST_ONLY, post=ORGANISERS_ON_),
    Row("partners:actor-step", of="library", more={"step": "archivieren"}, get=POST_ONLY, post=ORGANISERS_ON_),
    Row("partners:actor-team", of="library", get=THE_TEAM_SIDE, post=DECIDING_TEAM),
    Row("partners:actor-history", of="library", get=THE_TEAM_SIDE, post=POST_ONLY),
    Row("partners:actor-version", of="version of the library", get=THE_TEAM_SIDE, post=SHOWN_TO_TEAM_),
    Row("partners:actor-assessment", of="library", get=ORGANISERS____, post=ORGANISERS____),
    Row("partners:channel-create", of="library", get=THE_TEAM_SIDE, post=THE_TEAM_SIDE),
    Row("partners:channel-edit", of="channel", get=THE_TEAM_SIDE, post=THE_TEAM_SIDE),
    Row("partners:channel-delete", of="channel", get=THE_TEAM_SIDE, post=TEAM_THEN_ON__),
    Row("partners:offer-list", get="200"),
    Row("partners:offer-begin", get=ANY_TEAM______, post=POST_ONLY),
    Row("partners:actor-offer-create", of="library", get=THE_TEAM_SIDE, post=THE_TEAM_SIDE),
    Row("offer-detail", of="offer", get="200"),
    Row("offer-detail", of="offer for the network", get="404 200"),
    Row("offer-detail", of="internal offer", get=READ_BY_TEAM__),
    Row("partners:offer-edit", of="offer", get=THE_TEAM_SIDE, post=THE_TEAM_SIDE),
    Row("partners:offer-delete", of="offer", get=THE_TEAM_SIDE, post=TEAM_THEN_ON__),
    Row("partners:offer-step", of="offer", more={"step": "pausieren"}, get=POST_ONLY, post=TEAM_THEN_ON__),
    Row("partners:offer-history", of="offer", get=THE_TEAM_SIDE, post=POST_ONLY),
    Row("partners:offer-version", of="version of the offer", get=THE_TEAM_SIDE, post=SHOWN_TO_TEAM_),
    Row("partners:offer-renew", of="offer to renew", get="200", post="302"),
    Row("partners:offer-renew", of="no offer to renew", get="404", post="404"),
    Row("partners:actor-place", of="library", get=POST_ONLY, post="login 404"),
    Row("partners:neighbourhood-boundary", of="here", get=ORGANISERS____, post=ORGANISERS____),
    Row("partners:neighbourhood-boundary-delete", of="here", get=POST_ONLY, post=ORGANISERS_ON_),
    Row("partners:contact-create", of="library", get=THE_TEAM_SIDE, post=THE_TEAM_SIDE),
    Row("partners:contact-edit", of="contact", get=THE_TEAM_SIDE, post=THE_TEAM_SIDE),
    Row("partners:contact-delete", of="contact", get=THE_TEAM_SIDE, post=TEAM_THEN_ON__),
    Row("partners:contact-withdraw", of="contact", get=THE_TEAM_SIDE, post=TEAM_THEN_ON__),
    Row("partners:contact-consent", of="contact token", get="200", post="200"),
    Row("partners:contact-consent", of="no token", get="404", post="404"),
    Row("partners:neighbourhood-team", of="here", get=ORGANISERS____, post=ORGANISERS____),
    Row("partners:organiser-delete", of="second organiser", get=POST_ONLY, post=ORGANISERS_ON_),
    Row("partners:membership-delete", of="colleague", get=POST_ONLY, post=DECIDING_ON___),
    Row("partners:membership-promote", of="colleague", get=POST_ONLY, post=DECIDING_ON___),
    Row("partners:invitation-revoke", of="invitation", get=POST_ONLY, post=DECIDING_ON___),
    Row("partners:invitation-revoke", of="organiser invitation", get=POST_ONLY, post=ORGANISERS_ON_),
    Row("partners:invitation-resend", of="invitation", get=POST_ONLY, post=DECIDING_ON___),
    Row("partners:invitation-resend", of="organiser invitation", get=POST_ONLY, post=ORGANISERS_ON_),
    Row("partners:notices-refuse", of="refusal token", get="200", post="200"),
    Row("partners:notices-refuse", of="no token", get="404", post="404"),
    Row("partners:actor-still-right", of="question", get="200", post="302"),
    Row("partners:actor-still-right", of="no question", get="404", post="404"),
    Row("partners:invitation-accept", of="token", get="200", post="200"),
    Row("partners:invitation-accept", of="no token", get="404", post="404"),
    Row("partners:partnership-list", get="200"),
    Row("partners:partnership-create", get=ANY_ORGANISER_, post=ANY_ORGANISER_),
    Row("partners:partnership-edit", of="partnership", get=ORGANISERS____, post=ORGANISERS____),
    Row("partners:partnership-step", of="partnership", more={"verb": "ruhen"}, get=ORGANISERS____, post=ORGANISERS____),
    Row(
        "partners:partnership-step",
        of="partnership",
        more={"verb": "vereinbaren"},
        get=ORGANISERS_ON_,
        post=ORGANISERS_ON_,
    ),
    Row("partnership-reopen", of="partnership that is over", get=ORGANISERS____, post=ORGANISERS_ON_),
    Row("partners:partnership-history", of="partnership", get=ORGANISERS____, post=POST_ONLY),
    Row("partners:partnership-version", of="version of the partnership", get=ORGANISERS____, post=SHOWN_TO_ORGAN),
    Row("partners:partnership-board", of="here", get=ORGANISERS____, post=POST_ONLY),
    Row("partners:round-mail-list", of="here", get=ORGANISERS____, post=POST_ONLY),
    Row("partners:round-mail-create", of="here", get=ORGANISERS____, post=ORGANISERS____),
    Row("partners:round-mail-detail", of="round mail", get=ORGANISERS____, post=POST_ONLY),
    Row("partners:round-mail-edit", of="round mail", get=ORGANISERS____, post=ORGANISERS____),
    Row("partners:round-mail-send", of="round mail", get=POST_ONLY, post=SHOWN_TO_ORGAN),
    Row("partners:round-mail-delete", of="round mail", get=ORGANISERS____, post=ORGANISERS_ON_),
    Row("partners:contact-note-create", of="partnership", get=ORGANISERS____, post=ORGANISERS____),
    Row("partners:contact-note-edit", of="contact note", get=ORGANISERS____, post=ORGANISERS____),
    Row("partners:contact-note-delete", of="contact note", get=ORGANISERS____, post=ORGANISERS_ON_),
    Row("partners:next-step-create", of="partnership", get=ORGANISERS____, post=ORGANISERS____),
    Row("partners:next-step-create", of="partnership that is over", get="login 404", post="login 404"),
    Row("partners:next-step-edit", of="next step", get=ORGANISERS____, post=ORGANISERS____),
    Row("partners:next-step-done", of="next step", get=ORGANISERS____, post=ORGANISERS_ON_),
    Row("partners:agreement-create", of="partnership", get=ORGANISERS____, post=ORGANISERS_ON_),
    Row("partners:agreement-detail", of="agreement", get=THE_TEAM_SIDE, post=POST_ONLY),
    Row("partners:agreement-detail", of="draft of an agreement", get=THE_TEAM_SIDE, post=POST_ONLY),
    Row(
        "partners:agreement-edit",
        of="draft of an agreement",
        more={"section": "gegenstand"},
        get=ORGANISERS____,
        post=ORGANISERS_ON_,
    ),
    Row("partners:agreement-edit", of="agreement", more={"section": "dauer"}, get="login 404", post="login 404"),
    Row("partners:agreement-part-edit", of="part of an agreement", get=THE_TEAM_SIDE, post=THE_TEAM_SIDE),
    Row("partners:agreement-match", of="draft of an agreement", get=POST_ONLY, post=ORGANISERS_ON_),
    Row("partners:agreement-sign", of="draft of an agreement", get=ORGANISERS____, post=ORGANISERS____),
    Row("partners:agreement-sign", of="agreement", get="login 404", post="login 404"),
    Row("partners:agreement-delete", of="draft of an agreement", get=ORGANISERS____, post=ORGANISERS_ON_),
    Row("partners:agreement-document", of="agreement", get=THE_TEAM_SIDE, post=POST_ONLY),
    Row("partners:agreement-file", of="agreement", get=THE_TEAM_SIDE, post=POST_ONLY),
    Row("partners:agreement-copy", of="agreement", get=THE_TEAM_SIDE, post=POST_ONLY),
    Row("partners:agreement-copy-upload", of="agreement", get=ORGANISERS____, post=ORGANISERS____),
    Row("partners:agreement-copy-delete", of="agreement", get=ORGANISERS____, post=ORGANISERS_ON_),
    Row("partners:agreement-history", of="agreement", get=THE_TEAM_SIDE, post=POST_ONLY),
    Row("partners:agreement-version", of="version of the agreement", get=ORGANISERS____, post=SHOWN_TO_ORGAN),
    Row("partners:review-create", of="other party", get=ORGANISERS____, post=ORGANISERS____),
    Row("partners:review-create", of="party", get=TEAM_ALONE____, post=TEAM_ALONE____),
    Row("partners:review-edit", of="review", get=TEAM_ALONE____, post=TEAM_ALONE____),
    Row("partners:review-edit", of="review of the companion", get=ORGANISERS____, post=ORGANISERS____),
    Row("partners:review-delete", of="review", get=TEAM_ALONE____, post=TEAM_ALONE_ON_),
    Row("partners:neighbourhood-reviews", of="here", get=ORGANISERS____, post=POST_ONLY),
    Row("partners:quotation-create", of="other party", get=ORGANISERS____, post=ORGANISERS____),
    Row("partners:quotation-create", of="party to be quoted", get=THE_TEAM_SIDE, post=THE_TEAM_SIDE),
    Row("partners:quotation-edit", of="quotation", get=THE_TEAM_SIDE, post=THE_TEAM_SIDE),
    Row("partners:quotation-delete", of="quotation", get=THE_TEAM_SIDE, post=TEAM_THEN_ON__),
    Row("partners:quotation-consent", of="quotation token", get="200", post="200"),
    Row("partners:quotation-consent", of="no token", get="404", post="404"),
    Row("partners:partnership-party-edit", of="party", get=THE_TEAM_SIDE, post=TEAM_THEN_ON__),
    Row("partners:partnership-party-adopt", of="party", get=POST_ONLY, post=TEAM_ALONE_ON_),
]

PROJECTS = [
    Row("projects:project-list", get="200"),
    Row("projects:project-create", get=ANY_ORGANISER_, post=ANY_ORGANISER_),
    Row("projects:project-detail", of="project", get="200"),
    Row("projects:project-detail", of="idea", get=" 404 404 404 404 404 200 404 200"),
    Row("projects:project-edit", of="project", get=ORGANISERS____, post=ORGANISERS____),
    Row("projects:project-history", of="project", get=ORGANISERS____, post=POST_ONLY),
    Row("projects:project-version", of="version of the project", get=ORGANISERS____, post=SHOWN_TO_ORGAN),
    Row("projects:project-step", of="project", more={"verb": "abschliessen"}, get=POST_ONLY, post=ORGANISERS_ON_),
    Row("projects:need-list", get="200"),
    Row("projects:need-begin", get=ANY_TEAM______, post=POST_ONLY),
    Row("projects:actor-need-create", of="library", get=THE_TEAM_SIDE, post=THE_TEAM_SIDE),
    Row("projects:project-need-create", of="project", get=ORGANISERS____, post=ORGANISERS____),
    Row("need-detail", of="need", get="200"),
    Row("need-detail", of="need of an idea", get=" 404 404 404 404 404 200 404 200"),
    Row("projects:need-edit", of="need", get=THE_TEAM_SIDE, post=THE_TEAM_SIDE),
    Row("projects:need-edit", of="need of an idea", get=ORGANISERS____, post=ORGANISERS____),
    Row("projects:need-delete", of="need", get=THE_TEAM_SIDE, post=TEAM_THEN_ON__),
    Row("projects:need-step", of="need", more={"step": "pausieren"}, get=POST_ONLY, post=TEAM_THEN_ON__),
    Row("projects:need-history", of="need", get=THE_TEAM_SIDE, post=POST_ONLY),
    Row("projects:need-version", of="version of the need", get=THE_TEAM_SIDE, post=SHOWN_TO_TEAM_),
    Row("projects:need-renew", of="need to renew", get="200", post="302"),
    Row("projects:need-renew", of="no need to renew", get="404", post="404"),
    Row("projects:partnership-project-create", of="partnership", get=THE_TEAM_SIDE, post=THE_TEAM_SIDE),
    Row("projects:partnership-project-delete", of="tied project", get=THE_TEAM_SIDE, post=TEAM_THEN_ON__),
    Row("projects:contribution-list", of="project", get="200"),
    Row("projects:contribution-list", of="idea", get=" 404 404 404 404 404 200 404 200"),
    Row("projects:dissemination-list", of="project", get="200"),
    Row("projects:dissemination-list", of="idea", get=" 404 404 404 404 404 200 404 200"),
    # Who sees a project may ask; whoever asked and both sides read it, and only the other side answers.
    # Who keeps a place asks for what others offer; both sides read it, and each takes its own steps.
    Row("projects:request-list", get="login 200", post=POST_ONLY),
    Row("projects:request-create", of="offer", get=WHO_KEEPS_SOME, post=WHO_KEEPS_SOME),
    Row("projects:request-create", of="internal offer", get=THE_TEAM_SIDE, post=THE_TEAM_SIDE),
    Row("projects:request-detail", of="request", get=BOTH_SIDES____, post=POST_ONLY),
    Row("projects:request-step", of="request", more={"word": "zusagen"}, get=POST_ONLY, post=TEAM_THEN_ON__),
    Row("projects:request-step", of="request", more={"word": "ablehnen"}, get=POST_ONLY, post=THE_TEAM_SIDE),
    Row("projects:request-step", of="request", more={"word": "zurueckziehen"}, get=POST_ONLY, post=ASKERS_ON_____),
    Row("projects:request-step", of="promised", more={"word": "erledigen"}, get=POST_ONLY, post=BOTH_SIDES_ON_),
    Row(
        "projects:request-step", of="request that is done", more={"word": "danken"}, get=POST_ONLY, post=ASKERS________
    ),
    Row("projects:inquiry-create", of="project", get="login 200", post="login 200"),
    Row(
        "projects:inquiry-create",
        of="idea",
        get="login 404 404 404 404 200 404 200",
        post="login 404 404 404 404 200 404 200",
    ),
    Row("projects:inquiry-create", of="project", query="?art=mitmachen", get="login 200", post="login 200"),
    Row("projects:inquiry-detail", of="inquiry", get=THE_TEAM_SIDE, post=POST_ONLY),
    Row("projects:inquiry-answer", of="inquiry", get=POST_ONLY, post=ORGANISERS____),
    Row("projects:inquiry-withdraw", of="inquiry", get=POST_ONLY, post="login 404 302 404 404 404 404 404"),
    Row("projects:participation-create", of="project", get=ORGANISERS____, post=ORGANISERS____),
    Row("projects:participation-edit", of="participation", get=ORGANISERS____, post=ORGANISERS____),
    Row(
        "projects:participation-step", of="participation", more={"verb": "zusagen"}, get=POST_ONLY, post=TEAM_THEN_ON__
    ),
    Row(
        "projects:participation-step", of="participation", more={"verb": "beenden"}, get=POST_ONLY, post=TEAM_THEN_ON__
    ),
    Row("projects:contribution-create", of="participation", get=THE_TEAM_SIDE, post=THE_TEAM_SIDE),
    Row("projects:contribution-edit", of="planned", get=THE_TEAM_SIDE, post=THE_TEAM_SIDE),
    Row("projects:contribution-promise", of="planned", get=POST_ONLY, post=TEAM_THEN_ON__),
    Row("projects:contribution-deliver", of="planned", get=THE_TEAM_SIDE, post=TEAM_THEN_ON__),
    Row("projects:contribution-confirm", of="noted by the project", get=POST_ONLY, post=TEAM_ALONE_ON_),
    Row("projects:contribution-confirm", of="noted by the library", get=POST_ONLY, post=ORGANISERS_ON_),
    Row("projects:contribution-ask", of="noted for the kiosk", get=POST_ONLY, post=ORGANISERS_ON_),
    Row("projects:contribution-ask", of="noted by the project", get=POST_ONLY, post="login 404"),
    Row("projects:contribution-answer", of="question to the kiosk", get="200", post="200"),
    Row("projects:contribution-answer", of="no token", get="404", post="404"),
    Row("projects:contribution-object", of="noted by the project", get=TEAM_ALONE____, post=TEAM_ALONE____),
    Row("projects:contribution-object", of="noted by the library", get=ORGANISERS____, post=ORGANISERS____),
    Row("projects:contribution-withdraw", of="planned", get=THE_TEAM_SIDE, post=TEAM_THEN_ON__),
    Row("projects:benefit-create", of="project", query="?akteur=bibliothek", get=THE_TEAM_SIDE, post=THE_TEAM_SIDE),
    Row("projects:benefit-create", of="project", query="?akteur=baeckerei", get="login 404", post="login 404"),
    Row("projects:benefit-edit", of="benefit", get=THE_TEAM_SIDE, post=THE_TEAM_SIDE),
    Row("projects:benefit-edit", of="benefit in own words", get=TEAM_ALONE____, post=TEAM_ALONE____),
    Row("projects:benefit-delete", of="benefit", get=THE_TEAM_SIDE, post=TEAM_THEN_ON__),
    Row("projects:dissemination-create", of="participation", get=THE_TEAM_SIDE, post=THE_TEAM_SIDE),
    Row("projects:dissemination-create", of="participation", query="?kanal=neu", get=THE_TEAM_SIDE, post=THE_TEAM_SIDE),
    Row("projects:dissemination-contribute", of="participation", get=THE_TEAM_SIDE, post=THE_TEAM_SIDE),
    Row("projects:dissemination-edit", of="passed on", get=THE_TEAM_SIDE, post=THE_TEAM_SIDE),
    Row("projects:dissemination-edit", of="passed on and confirmed", get=TEAM_THEN_ON__, post=TEAM_THEN_ON__),
    Row("projects:dissemination-delete", of="passed on", get=THE_TEAM_SIDE, post=TEAM_THEN_ON__),
]


def rows_of_handovers() -> Iterator[Row]:
    """The library takes over, and nobody here belongs to who hands over."""
    for name, whose in (("partners:partnership-handover", "partnership"), ("projects:project-handover", "project")):
        here, line = f"hand-over of a {whose}", f"line of the hand-over of a {whose}"
        giving, taking = {"side": "abgebend"}, {"side": "annehmend"}
        yield Row(name, of=here, get=THE_TEAM_SIDE, post=POST_ONLY)
        yield Row(f"{name}-document", of=here, get=THE_TEAM_SIDE, post=POST_ONLY)
        yield Row(f"{name}-create", of=f"{whose} to hand over", get=ORGANISERS____, post=ORGANISERS____)
        for kind in ("edit", "proposals", "line-create"):
            yield Row(f"{name}-{kind}", of=here, get=ORGANISERS____, post=ORGANISERS____)
        yield Row(f"{name}-delete", of=here, get=ORGANISERS____, post=ORGANISERS_ON_)
        yield Row(f"{name}-line-edit", of=line, get=ORGANISERS____, post=ORGANISERS____)
        yield Row(f"{name}-line-delete", of=line, get=ORGANISERS____, post=ORGANISERS_ON_)
        yield Row(f"{name}-line-done", of=line, get=THE_TEAM_SIDE, post=TEAM_THEN_ON__)
        yield Row(f"{name}-sign", of=here, more=giving, get=ORGANISERS____, post=ORGANISERS____)
        yield Row(f"{name}-sign", of=here, more=taking, get=TEAM_ALONE____, post=TEAM_ALONE____)
        yield Row(f"{name}-paper", of=here, more=taking, get=ORGANISERS____, post=ORGANISERS____)


PARTNERS += [row for row in rows_of_handovers() if row.name.startswith("partners:")]
PROJECTS += [row for row in rows_of_handovers() if row.name.startswith("projects:")]

# Everybody has the same rights over the own account; nobody here has a second step, so its pages lead on or are not there.
ALLAUTH = [
    Row("account_login", get="200 302", post="200 302"),
    Row("account_logout", get="302 200", post="302"),
    Row("account_inactive", get="200"),
    Row("account_signup", get="200 302", post="403 302"),
    Row("account_reauthenticate", get="login 200", post="login 200"),
    # No code by mail, see the settings: whoever asks for one is refused.
    Row("account_request_reauthentication_code", get="login 403", post="login 403"),
    Row("account_confirm_reauthentication_code", get="login 403", post="login 403"),
    Row("account-notices", get="login 200", post="login 200"),
    Row("account_email", get="login 200", post="login 302"),
    Row("account_email_verification_sent", get="200"),
    Row("account_change_password", get="login 200", post="login 200"),
    Row("account_set_password", get="login 302", post="login 302"),
    Row("account_reset_password", get="200", post="200"),
    Row("account_reset_password_done", get="200"),
    Row("account_reset_password_from_key", more={"uidb36": "1", "key": "no-key"}, get="200", post="200"),
    Row("account_reset_password_from_key_done", get="200"),
    Row("account_confirm_email", more={"key": "no-key"}, get="200", post="404"),
    Row("account_confirm_login_code", get="login 302", post="login 302"),
    Row("mfa_index", get="login 200", post=POST_ONLY),
    Row("mfa_authenticate", get="login 302", post="login 302"),
    Row("mfa_reauthenticate", get="login 302", post="login 302"),
    Row("mfa_activate_totp", get="login 302", post="login 302"),
    Row("mfa_deactivate_totp", get="login 404", post="login 404"),
    Row("mfa_view_recovery_codes", get="login 404", post=POST_ONLY),
    Row("mfa_generate_recovery_codes", get="login 302", post="login 302"),
    Row("mfa_download_recovery_codes", get="login 404", post="login 404"),
    Row("mfa_list_webauthn", get="login 200", post=POST_ONLY),
    Row("mfa_add_webauthn", get="login 302", post="login 302"),
    Row("mfa_reauthenticate_webauthn", get="login 302", post="login 302"),
    Row("mfa_remove_webauthn", of="passkey", get="login 302", post="login 302"),
    Row("mfa_edit_webauthn", of="passkey", get="login 302", post="login 302"),
    Row("mfa_login_webauthn", get="login 302", post="login 302"),
    Row("usersessions_list", get="login 200", post="login 302"),
]

TABLE = [*PORTAL, *PARTNERS, *PROJECTS, *ALLAUTH]


class World:
    """A library and a bakery in one neighbourhood, a project with all that can be noted in it, and a person for each role."""

    def __init__(self) -> None:
        self.people = {role: PersonFactory() for role in ROLES[1:-1]} | {"admin": AdminFactory()}
        self.cookies = {role: self.cookies_of(role) for role in ROLES}
        self.kwargs: dict[str, dict[str, object]] = {"": {}, "no token": {"token": "no-token"}}
        self.settle()
        self.invite()
        self.work_together()
        self.change()
        key = Authenticator.objects.create(
            user=PersonFactory(), type=Authenticator.Type.WEBAUTHN, data={"name": "", "credential": {}}
        )
        self.kwargs["passkey"] = {"pk": key.pk}

    def cookies_of(self, role: str) -> SimpleCookie:
        client = Client()
        if role != "visitor":
            client.force_login(self.people[role])
        return client.cookies

    def settle(self) -> None:
        second = PersonFactory()
        self.here = NeighbourhoodFactory(organisers=[self.people["organiser"], second])
        NeighbourhoodFactory(organisers=[self.people["elsewhere"]])
        self.kwargs |= {
            "here": {"slug": self.here.slug},
            "second organiser": {"slug": self.here.slug, "pk": second.pk},
        }
        self.library = self.actor("library", slug="bibliothek")
        self.actor("draft", state=Actor.State.DRAFT)
        self.actor("submitted", state=Actor.State.SUBMITTED)
        self.company = ActorFactory(neighbourhoods=[self.here])
        self.bakery = bakery = ActorFactory(neighbourhoods=[self.here], slug="baeckerei")
        MembershipFactory(actor=bakery, person=self.people["other"], role=Membership.Role.MANAGER)
        self.kwargs["pair"] = {"first": self.library.pk, "second": bakery.pk}
        ruled_out = NotTwins.objects.create(first=self.library, second=self.company)
        self.kwargs["no twins"] = {"pk": ruled_out.pk}
        self.kwargs["twins"] = {"kept": self.library.pk, "gone": bakery.pk}
        gone = ActorFactory(neighbourhoods=[self.here])
        seen = self.company.stamp, gone.stamp
        organiser = self.people["organiser"]
        merge = merge_actors(kept=self.company, gone=gone, take=[], by=organiser, seen=seen)
        self.kwargs["merge"] = {"pk": merge.pk}
        self.kwargs["channel"] = {"pk": ChannelFactory(actor=self.library).pk}
        self.offer()
        contact = ContactFactory(actor=self.library, agreed=True, asked_at=timezone.now())
        self.kwargs |= {"contact": {"pk": contact.pk}, "contact token": {"token": token_of(contact)}}
        keeper = self.library.memberships.first()
        asked = {"slug": self.library.slug, "token": confirming.token_of(self.library, keeper.person)}
        self.kwargs |= {"question": asked, "no question": asked | {"token": "no-token"}}
        refusal = refusal_link(MailFactory(person=keeper.person)).rstrip("/").rpartition("/")[2]
        self.kwargs["refusal token"] = {"token": refusal}
        self.kwargs["colleague"] = {"pk": MembershipFactory(actor=self.library).pk}

    def offer(self) -> None:
        for name, visibility in (("", "oeffentlich"), (" for the network", "netzwerk"), ("internal ", "intern")):
            row = OfferFactory(actor=self.library, visibility=visibility, valid_until=timezone.localdate())
            self.kwargs["internal offer" if visibility == "intern" else f"offer{name}"] = {"pk": row.pk}
        self.renewable("offer", Offer.objects.get(**self.kwargs["offer"]))
        self.request()

    def request(self) -> None:
        """The bakery asks the library: for a day to come, and for days that have passed."""
        passed = timezone.localdate() - timedelta(days=3)
        for name, state in (("request", "offen"), ("promised", "zugesagt"), ("request that is done", "erledigt")):
            days = {} if state == "offen" else {"start_on": passed}
            offer = OfferFactory(actor=self.library, category="raeume")
            asked = {"actor": self.bakery, "by": self.people["other"], "state": state}
            self.kwargs[name] = {"pk": ResourceRequestFactory(offer=offer, **asked, **days).pk}

    def need(self, idea: Project) -> None:
        row = NeedFactory(actor=self.library, valid_until=timezone.localdate())
        self.kwargs |= {"need": {"pk": row.pk}, "need of an idea": {"pk": NeedFactory(project=idea).pk}}
        self.renewable("need", row)

    def renewable(self, name: str, row: Listing) -> None:
        """With an earlier version, and with the link that its team got by mail."""
        row.title = "Saal"
        row.save()
        entry = HistoryEntry.objects.concerning(row).get(what=HistoryEntry.What.CHANGED)
        self.kwargs[f"version of the {name}"] = {"pk": row.pk, "entry": entry.pk}
        asked = {"pk": row.pk, "token": listing_reminders.token_of(row, self.people["manager"])}
        self.kwargs |= {f"{name} to renew": asked, f"no {name} to renew": asked | {"token": "no-token"}}

    def actor(self, name: str, **values: object) -> Actor:
        logo = ContentFile(b"RIFF", name="logo.webp")
        actor = ActorFactory(neighbourhoods=[self.here], logo=logo, logo_alt="Logo: a book", **values)
        MembershipFactory(actor=actor, person=self.people["editor"])
        MembershipFactory(actor=actor, person=self.people["manager"], role=Membership.Role.MANAGER)
        self.kwargs[name] = {"slug": actor.slug}
        return actor

    def invite(self) -> None:
        for name, target in (
            ("invitation", {"actor": self.library}),
            ("organiser invitation", {"neighbourhood": self.here, "role": Invitation.Role.ORGANISER}),
        ):
            invitation = Invitation(email="guest@example.org", **target)
            self.kwargs["token"] = {"token": invitation.renew_token()}
            invitation.save()
            self.kwargs[name] = {"pk": invitation.pk}

    def work_together(self) -> None:
        self.agree()
        partnership = Partnership.objects.get(pk=self.kwargs["partnership"]["pk"])
        self.kwargs["party"] = {"pk": partnership.pk, "party_pk": partnership.parties.get(actor=self.library).pk}
        self.quote(partnership)
        self.partnership("partnership of a draft", Actor.objects.get(state=Actor.State.DRAFT))
        self.partnership("partnership that is over", self.library, ended=True)
        project = ProjectFactory(neighbourhoods=[self.here], lead_actor=self.company)
        idea = ProjectFactory(neighbourhoods=[self.here], state=Project.State.IDEA)
        self.need(idea)
        part = ParticipationFactory(project=project, actor=self.library, state=Participation.State.INVITED)
        confirmed = ContributionFactory(
            participation=part, state=Contribution.State.CONFIRMED, confirmed_at=timezone.now()
        )
        rows: dict[str, Participation | Contribution | Benefit | Dissemination] = {
            "participation": part,
            "planned": ContributionFactory(participation=part, planned_quantity=3),
            "noted by the project": self.delivered(part, Side.PROJECT),
            "noted by the library": self.delivered(part, Side.ACTOR),
            "benefit": BenefitFactory(project=project, actor=self.library),
            "passed on": DisseminationFactory(participation=part),
            "passed on and confirmed": DisseminationFactory(participation=part, contribution=confirmed),
            "benefit in own words": BenefitFactory(project=project, actor=self.library, recorded_side=Side.ACTOR),
        }
        self.ask(project)
        tied = ParticipationFactory(project=ProjectFactory(neighbourhoods=[self.here]), actor=self.library).project
        tied.partnerships.add(partnership)
        self.kwargs["tied project"] = {"pk": partnership.pk, "slug": tied.slug}
        self.hand_over(partnership)
        self.kwargs |= {"project": {"slug": project.slug}, "idea": {"slug": idea.slug}}
        self.kwargs |= {name: {"pk": row.pk} for name, row in rows.items()}
        inquiry = ProjectInquiryFactory(project=project, actor=self.library, by=self.people["editor"])
        self.kwargs["inquiry"] = {"slug": project.slug, "pk": inquiry.pk}

    def ask(self, project: Project) -> None:
        """Nobody can sign in for the kiosk, so it is asked by mail."""
        kiosk = ActorFactory(neighbourhoods=[self.here], email="kiosk@example.org")
        row = self.delivered(ParticipationFactory(project=project, actor=kiosk), Side.PROJECT)
        self.kwargs["noted for the kiosk"] = {"pk": row.pk}
        self.kwargs["question to the kiosk"] = {"token": asking.token_of(row, kiosk.email)}

    def quote(self, partnership: Partnership) -> None:
        """The library is quoted in one partnership, and nobody in the other one."""
        quotation = QuotationFactory(party=partnership.parties.get(actor=self.library), asked_at=timezone.now())
        self.kwargs |= {"quotation": {"pk": quotation.pk}, "quotation token": {"token": token_of(quotation)}}
        mine, other = self.draft.partnership.parties.order_by("-side")
        for name, party in (("review", quotation.party), ("review of the companion", other)):
            self.kwargs[name] = {"pk": ReviewFactory(party=party).pk}
        self.kwargs["party to be quoted"] = {"pk": mine.partnership_id, "party_pk": mine.pk}
        self.kwargs["other party"] = {"pk": other.partnership_id, "party_pk": other.pk}

    def hand_over(self, partnership: Partnership) -> None:
        """Of the partnership and of a project, from the company to the library; and something of which there is none yet."""
        project, other = (ProjectFactory(neighbourhoods=[self.here], lead_actor=self.company) for _ in range(2))
        ParticipationFactory(project=project, actor=self.library)
        of_project = ProjectHandoverFactory(project=project, receiver=self.library)
        for name, key, row in (
            ("partnership", {"pk": partnership.pk}, PartnershipHandoverFactory(partnership=partnership)),
            ("project", {"slug": project.slug}, of_project),
        ):
            self.kwargs[f"hand-over of a {name}"] = key
            self.kwargs[f"line of the hand-over of a {name}"] = key | {"line": row.lines.get().pk}
        self.kwargs["project to hand over"] = {"slug": other.slug}
        self.kwargs["partnership to hand over"] = self.kwargs["partnership that is over"]

    def agree(self) -> None:
        """A signed agreement with its copy, and a draft of another partnership."""
        signed = AgreementFactory(partnership=self.partnership("partnership", self.library), signed=True)
        SignedCopyFactory(agreement=signed)
        self.draft = AgreementFactory(partnership=PartnershipFactory(neighbourhood=self.here, quartier=self.library))
        part = self.draft.parts.get(actor=self.library)
        self.kwargs |= {"agreement": {"pk": signed.pk}, "draft of an agreement": {"pk": self.draft.pk}}
        self.kwargs["round mail"] = {"pk": RoundMailFactory(neighbourhood=self.here).pk}
        self.kwargs["contact note"] = {"pk": ContactNoteFactory(partnership=self.draft.partnership).pk}
        self.kwargs["next step"] = {"pk": NextStepFactory(partnership=self.draft.partnership).pk}
        self.kwargs["part of an agreement"] = {"pk": self.draft.pk, "part_pk": part.pk}

    def change(self) -> None:
        """Something to bring back in the library, its partnership and the project, as things were before."""
        partnership = Partnership.objects.get(pk=self.kwargs["partnership"]["pk"])
        project = Project.objects.get(slug=self.kwargs["project"]["slug"])
        for name, key, row, what in (
            ("library", {"slug": self.library.slug}, self.library, "purpose"),
            ("partnership", {"pk": partnership.pk}, partnership, "end_on"),
            ("project", {"slug": project.slug}, project, "goal"),
            ("agreement", {"pk": self.draft.pk}, self.draft, "goals"),
        ):
            setattr(row, what, "2199-12-31" if what == "end_on" else "Anders.")
            row.save()
            entry = HistoryEntry.objects.of(row).filter(row=row._meta.label_lower, what="anders").latest("pk")
            self.kwargs[f"version of the {name}"] = key | {"entry": entry.pk}

    def partnership(self, name: str, actor: Actor, **values: Any) -> Partnership:
        partnership = PartnershipFactory(neighbourhood=self.here, quartier=actor, accompanying=self.company, **values)
        self.kwargs[name] = {"pk": partnership.pk}
        return partnership

    def delivered(self, part: Participation, side: Side) -> Contribution:
        state = Contribution.State.DELIVERED
        return ContributionFactory(participation=part, state=state, delivered_quantity=2, recorded_side=side)

    def answer(self, role: str, method: str, path: str) -> str:
        """What the role gets, in a transaction of its own that is taken back; `login` for the way to the log-in page."""
        cache.clear()
        client = Client()
        client.cookies = deepcopy(self.cookies[role])
        with transaction.atomic():
            response = getattr(client, method)(path)
            if response.streaming:  # a file is open until it is read to its end
                b"".join(response.streaming_content)
            transaction.set_rollback(True)
        if response.status_code == 302 and urlsplit(response["Location"]).path == reverse("account_login"):
            return "login"
        return str(response.status_code)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Made once for all lines, in a transaction that is never written."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


def patterns(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address with its full name, those of libraries included."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, ":".join(filter(None, [namespace, pattern.namespace])))
        else:
            yield ":".join(filter(None, [namespace, pattern.name or str(pattern.pattern)])), pattern


def test_every_address_has_a_line() -> None:
    addresses = {name for name, _ in patterns() if not name.startswith("admin:")}
    assert {row.name for row in TABLE} == addresses


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("row", TABLE, ids=str)
def test_everybody_gets_the_answer_of_the_table(world: World, row: Row, method: str) -> None:
    path = reverse(row.name, kwargs=world.kwargs[row.of] | row.more) + row.query
    assert {role: world.answer(role, method, path) for role in ROLES} == row.expected(method)


# --- the administration: by role only -----------------------------------------------------------------------------------

# What admins get from pages that ask for more than their address says.
ODD_FOR_ADMINS = {
    "/admin/autocomplete/": "403",  # without the field it shall complete
    "/admin/r/1/1/": "404",  # there is no such row
    "/admin/1": "404",  # there is no such page
    "/admin/1/": "404",
}


# Steps, import runs, reasons given past a warning and what is called so are history, legal pages are there for good, an
# invitation is sent and not written, and an old address comes with a new one.
NOT_EVEN_ADMINS = re.compile(
    r"/admin/((projects/\w+step|quartier/(importrun|importedactor|legalpage))/(add|1/delete)|partners/(invitation|oldaddress|roundmail)/(add|1/change)|partners/(mail|duejob)/(add|1/(change|delete))|partners/(historyentry|merge|stagechange|partnershipoverride)/(add|1/(change|delete))|partners/((agreement|contactnote|nextstep|partnershipreview|quotation)/add|signedcopy/(add|1/change))|(partners/partnership|projects/project)handover/(add|1/change)|projects/(participationoverride|parallelreason|projectinquiry|resourcerequest)/(add|1/(change|delete)))/"
)


def expected_of_admin(role: str, path: str) -> set[str]:
    if role == "visitor":
        return {"login"}
    if role != "admin":
        return {"404"}
    return {ODD_FOR_ADMINS.get(path, "200"), "302", "405"} | ({"403"} if NOT_EVEN_ADMINS.fullmatch(path) else set())


@pytest.mark.crawl
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_administration_is_for_admins(world: World, method: str) -> None:
    somebody = f"/person/{world.people['member'].pk}/"  # the page for a password wants a person who is there
    paths = [path.replace("/person/1/", somebody) for _, path in addresses() if path.startswith("/admin/")]
    roles = ("visitor", "manager", "organiser", "admin")
    answers = [(role, method, path, world.answer(role, method, path)) for path in paths for role in roles]
    assert [answer for answer in answers if answer[3] not in expected_of_admin(answer[0], answer[2])] == []
    assert len(paths) > 100


def test_the_administration_knows_every_kind_of_row(world: World) -> None:
    """Else nobody could put right what went wrong. Left out is what stands inside another row, or only machines read."""
    inside = {"partners.partnershipparty", "partners.agreementpart"}
    inside |= {"partners.roundmailplace", "partners.roundmailrecipient"}
    inside |= {"partners.partnershiphandoverline", "projects.projecthandoverline"}
    machines = {"partners.formreceipt", "account.emailconfirmation", "admin.logentry", "auth.permission"}
    machines |= {"contenttypes.contenttype", "sessions.session", "partners.word", "partners.nonotices"}
    machines |= {"projects.contributiontally"}
    machines |= {"django_tasks_database.dbtaskresult"}
    kinds = {f"{kind.app_label}.{kind.model}" for kind in ContentType.objects.all() if kind.model_class()}
    names = {name for name, _ in patterns()}
    unknown = {kind for kind in kinds if f"admin:{kind.replace('.', '_')}_changelist" not in names}
    assert unknown <= inside | machines
