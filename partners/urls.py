"""Addresses of the ground floor. The pages of an actor, a neighbourhood and a partnership show both: see `quartier.urls`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from partners.forms.agreements import SECTIONS as AGREEMENT_SECTIONS
from partners.forms.sections import SECTIONS
from partners.views.actors import STEPS, actor_create, actor_list, actor_step
from partners.views.agreements import (
    agreement_create,
    agreement_delete,
    agreement_detail,
    agreement_document,
    agreement_edit,
    agreement_file,
    agreement_history,
    agreement_match,
    agreement_part_edit,
    agreement_sign,
    agreement_version,
)
from partners.views.assessments import actor_assessment
from partners.views.board import partnership_board
from partners.views.channels import channel_create, channel_delete, channel_edit
from partners.views.contact_notes import contact_note_create, contact_note_delete, contact_note_edit
from partners.views.contacts import (
    contact_consent,
    contact_create,
    contact_delete,
    contact_edit,
    contact_withdraw,
)
from partners.views.exports import actor_export
from partners.views.handovers import PARTNERSHIP, handover_paths
from partners.views.history import actor_history, actor_version, partnership_history, partnership_version
from partners.views.invitations import invitation_accept, invitation_resend, invitation_revoke
from partners.views.listings import listing_paths
from partners.views.logos import actor_logo, actor_logo_edit
from partners.views.maps import actor_map, neighbourhood_outlines
from partners.views.merging import twin_merge, twin_part
from partners.views.next_steps import next_step_create, next_step_done, next_step_edit
from partners.views.notices import notices_refuse
from partners.views.offers import OFFERS
from partners.views.own_words import partnership_party_adopt
from partners.views.partnership_steps import STEPS as PARTNERSHIP_STEPS
from partners.views.partnership_steps import partnership_step
from partners.views.partnerships import (
    partnership_create,
    partnership_edit,
    partnership_list,
    partnership_party_edit,
)
from partners.views.places import actor_place, neighbourhood_boundary, neighbourhood_boundary_delete
from partners.views.profiles import actor_confirm, actor_edit, actor_edit_section
from partners.views.quotations import quotation_consent, quotation_create, quotation_delete, quotation_edit
from partners.views.reviews import neighbourhood_reviews, review_create, review_delete, review_edit
from partners.views.round_mails import (
    round_mail_create,
    round_mail_delete,
    round_mail_detail,
    round_mail_edit,
    round_mail_list,
    round_mail_send,
)
from partners.views.signed_copies import agreement_copy, agreement_copy_delete, agreement_copy_upload
from partners.views.still_right import actor_still_right
from partners.views.teams import (
    actor_team,
    membership_delete,
    membership_promote,
    neighbourhood_team,
    organiser_delete,
)
from partners.views.twins import twin_list, twin_rule_out, twin_suspect_again

app_name = "partners"

urlpatterns: list[URLPattern | URLResolver] = [
    path("akteure/", actor_list, name="actor-list"),
    path("akteure/liste.xlsx", actor_export, name="actor-export"),
    path("akteure/karte.json", actor_map, name="actor-map"),
    path("akteure/neu/", actor_create, name="actor-create"),
    path("akteure/zwillinge/", twin_list, name="twin-list"),
    path("akteure/zwillinge/<int:first>-<int:second>/trennen/", twin_rule_out, name="twin-rule-out"),
    path("akteure/zwillinge/<int:pk>/wieder/", twin_suspect_again, name="twin-suspect-again"),
    path("akteure/zwillinge/<int:kept>-<int:gone>/zusammenfuehren/", twin_merge, name="twin-merge"),
    path("akteure/zwillinge/<int:pk>/rueckgaengig/", twin_part, name="twin-part"),
    path("akteure/<slug:slug>/bearbeiten/", actor_edit, name="actor-edit"),
    path("akteure/<slug:slug>/bearbeiten/logo/", actor_logo_edit, name="actor-logo-edit"),
    path("akteure/<slug:slug>/logo/", actor_logo, name="actor-logo"),
    re_path(
        rf"^akteure/(?P<slug>[-a-zA-Z0-9_]+)/bearbeiten/(?P<section>{'|'.join(SECTIONS)})/$",
        actor_edit_section,
        name="actor-edit-section",
    ),
    path("akteure/<slug:slug>/bestaetigen/", actor_confirm, name="actor-confirm"),
    path("akteure/<slug:slug>/stimmt-noch/<str:token>/", actor_still_right, name="actor-still-right"),
    path("akteure/<slug:slug>/team/", actor_team, name="actor-team"),
    path("akteure/<slug:slug>/verlauf/", actor_history, name="actor-history"),
    path("akteure/<slug:slug>/verlauf/<int:entry>/", actor_version, name="actor-version"),
    path("akteure/<slug:slug>/einschaetzung/", actor_assessment, name="actor-assessment"),
    path("akteure/<slug:slug>/kontakte/neu/", contact_create, name="contact-create"),
    path("akteure/<slug:slug>/kanaele/neu/", channel_create, name="channel-create"),
    re_path(rf"^akteure/(?P<slug>[-a-zA-Z0-9_]+)/(?P<step>{'|'.join(STEPS)})/$", actor_step, name="actor-step"),
    path("kontakte/einwilligung/<str:token>/", contact_consent, name="contact-consent"),
    path("kontakte/<int:pk>/bearbeiten/", contact_edit, name="contact-edit"),
    path("kontakte/<int:pk>/loeschen/", contact_delete, name="contact-delete"),
    path("kontakte/<int:pk>/widerrufen/", contact_withdraw, name="contact-withdraw"),
    path("kanaele/<int:pk>/bearbeiten/", channel_edit, name="channel-edit"),
    path("kanaele/<int:pk>/loeschen/", channel_delete, name="channel-delete"),
    path("akteure/<slug:slug>/quartier/", actor_place, name="actor-place"),
    path("quartiere/grenzen.json", neighbourhood_outlines, name="neighbourhood-outlines"),
    path("quartiere/<slug:slug>/grenze/", neighbourhood_boundary, name="neighbourhood-boundary"),
    path("quartiere/<slug:slug>/grenze/loeschen/", neighbourhood_boundary_delete, name="neighbourhood-boundary-delete"),
    path("quartiere/<slug:slug>/team/", neighbourhood_team, name="neighbourhood-team"),
    path("quartiere/<slug:slug>/team/<int:pk>/loeschen/", organiser_delete, name="organiser-delete"),
    path("quartiere/<slug:slug>/anbahnung/", partnership_board, name="partnership-board"),
    path("quartiere/<slug:slug>/rundmails/", round_mail_list, name="round-mail-list"),
    path("quartiere/<slug:slug>/rundmails/neu/", round_mail_create, name="round-mail-create"),
    path("rundmails/<int:pk>/", round_mail_detail, name="round-mail-detail"),
    path("rundmails/<int:pk>/bearbeiten/", round_mail_edit, name="round-mail-edit"),
    path("rundmails/<int:pk>/senden/", round_mail_send, name="round-mail-send"),
    path("rundmails/<int:pk>/loeschen/", round_mail_delete, name="round-mail-delete"),
    path("mitgliedschaften/<int:pk>/loeschen/", membership_delete, name="membership-delete"),
    path("mitgliedschaften/<int:pk>/befoerdern/", membership_promote, name="membership-promote"),
    path("einladungen/<int:pk>/zurueckziehen/", invitation_revoke, name="invitation-revoke"),
    path("einladungen/<int:pk>/erneut-senden/", invitation_resend, name="invitation-resend"),
    path("einladungen/<str:token>/", invitation_accept, name="invitation-accept"),
    path("hinweise/abbestellen/<str:token>/", notices_refuse, name="notices-refuse"),
    path("partnerschaften/", partnership_list, name="partnership-list"),
    path("partnerschaften/neu/", partnership_create, name="partnership-create"),
    path("partnerschaften/<int:pk>/bearbeiten/", partnership_edit, name="partnership-edit"),
    re_path(
        rf"^partnerschaften/(?P<pk>\d+)/(?P<verb>{'|'.join(PARTNERSHIP_STEPS)})/$",
        partnership_step,
        name="partnership-step",
    ),
    path("partnerschaften/<int:pk>/verlauf/", partnership_history, name="partnership-history"),
    path("partnerschaften/<int:pk>/verlauf/<int:entry>/", partnership_version, name="partnership-version"),
    path(
        "partnerschaften/<int:pk>/seiten/<int:party_pk>/bearbeiten/",
        partnership_party_edit,
        name="partnership-party-edit",
    ),
    path(
        "partnerschaften/<int:pk>/seiten/<int:party_pk>/uebernehmen/",
        partnership_party_adopt,
        name="partnership-party-adopt",
    ),
    path("partnerschaften/<int:pk>/naechster-schritt/neu/", next_step_create, name="next-step-create"),
    path("partnerschaften/<int:pk>/gespraechsnotizen/neu/", contact_note_create, name="contact-note-create"),
    path("gespraechsnotizen/<int:pk>/bearbeiten/", contact_note_edit, name="contact-note-edit"),
    path("gespraechsnotizen/<int:pk>/loeschen/", contact_note_delete, name="contact-note-delete"),
    path("naechste-schritte/<int:pk>/bearbeiten/", next_step_edit, name="next-step-edit"),
    path("naechste-schritte/<int:pk>/erledigt/", next_step_done, name="next-step-done"),
    path("partnerschaften/<int:pk>/seiten/<int:party_pk>/zitat/neu/", quotation_create, name="quotation-create"),
    path("partnerschaften/<int:pk>/seiten/<int:party_pk>/rueckblick/neu/", review_create, name="review-create"),
    path("rueckblicke/<int:pk>/bearbeiten/", review_edit, name="review-edit"),
    path("rueckblicke/<int:pk>/loeschen/", review_delete, name="review-delete"),
    path("quartiere/<slug:slug>/rueckblicke/", neighbourhood_reviews, name="neighbourhood-reviews"),
    path("zitate/einwilligung/<str:token>/", quotation_consent, name="quotation-consent"),
    path("zitate/<int:pk>/bearbeiten/", quotation_edit, name="quotation-edit"),
    path("zitate/<int:pk>/loeschen/", quotation_delete, name="quotation-delete"),
    *handover_paths(PARTNERSHIP, begins="partnerschaften/<int:pk>/", name="partnership-handover"),
    *listing_paths(OFFERS, name="offer"),
    path("partnerschaften/<int:pk>/vereinbarungen/neu/", agreement_create, name="agreement-create"),
    path("vereinbarungen/<int:pk>/", agreement_detail, name="agreement-detail"),
    re_path(
        rf"^vereinbarungen/(?P<pk>[0-9]+)/bearbeiten/(?P<section>{'|'.join(AGREEMENT_SECTIONS)})/$",
        agreement_edit,
        name="agreement-edit",
    ),
    path("vereinbarungen/<int:pk>/teile/<int:part_pk>/bearbeiten/", agreement_part_edit, name="agreement-part-edit"),
    path("vereinbarungen/<int:pk>/abgleichen/", agreement_match, name="agreement-match"),
    path("vereinbarungen/<int:pk>/unterschreiben/", agreement_sign, name="agreement-sign"),
    path("vereinbarungen/<int:pk>/loeschen/", agreement_delete, name="agreement-delete"),
    path("vereinbarungen/<int:pk>/dokument/", agreement_document, name="agreement-document"),
    path("vereinbarungen/<int:pk>/vereinbarung.docx", agreement_file, name="agreement-file"),
    path("vereinbarungen/<int:pk>/unterschrift/", agreement_copy, name="agreement-copy"),
    path("vereinbarungen/<int:pk>/unterschrift/hochladen/", agreement_copy_upload, name="agreement-copy-upload"),
    path("vereinbarungen/<int:pk>/unterschrift/loeschen/", agreement_copy_delete, name="agreement-copy-delete"),
    path("vereinbarungen/<int:pk>/verlauf/", agreement_history, name="agreement-history"),
    path("vereinbarungen/<int:pk>/verlauf/<int:entry>/", agreement_version, name="agreement-version"),
]
