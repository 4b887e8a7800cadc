"""Every address of the portal. The paths are a promise: people keep and link them (see `partners.urls`, `projects.urls`)."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from partners.views.offers import OFFERS
from partners.views.partnership_steps import partnership_reopen
from projects.actions.serving import reopen_with_projects
from projects.views.needs import NEEDS
from quartier.views.account import account_home
from quartier.views.actors import actor_detail
from quartier.views.burdens import neighbourhood_burdens, neighbourhood_burdens_export
from quartier.views.candidates import partner_candidates
from quartier.views.capacity import actor_load
from quartier.views.dashboard import dashboard
from quartier.views.health import healthz, readyz
from quartier.views.home import home
from quartier.views.join import join
from quartier.views.language import set_language
from quartier.views.legal import legal_page
from quartier.views.listings import listing_detail
from quartier.views.neighbourhoods import neighbourhood_detail
from quartier.views.notices import account_notices
from quartier.views.own_account import account_data, account_data_file, account_delete
from quartier.views.partnerships import partnership_detail
from quartier.views.search import search
from quartier.views.sheets import actor_sheet, actor_sheet_export
from quartier.views.style import style_guide
from quartier.views.wellknown import robots, security_txt, sitemap, sitemap_section

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("suche/", search, name="search"),
    path("uebersicht/", dashboard, name="dashboard"),
    path("mitmachen/", join, name="join"),
    path("sprache/", set_language, name="set-language"),
    path("impressum/", legal_page, {"kind": "impressum"}, name="imprint"),
    path("datenschutz/", legal_page, {"kind": "datenschutz"}, name="privacy"),
    path("barrierefreiheit/", legal_page, {"kind": "barrierefreiheit"}, name="accessibility"),
    path("stil/", style_guide, name="style-guide"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("robots.txt", robots, name="robots"),
    path(".well-known/security.txt", security_txt, name="security-txt"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("sitemap-<section>.xml", sitemap_section, name="sitemap-section"),
    # The floors first: their fixed words (`/akteure/neu/`) win over the name of a row.
    path("", include("partners.urls")),
    path("", include("projects.urls")),
    path("akteure/<slug:slug>/", actor_detail, name="actor-detail"),
    path("akteure/<slug:slug>/auslastung/", actor_load, name="actor-load"),
    path("akteure/<slug:slug>/geben-und-nehmen/", actor_sheet, name="actor-sheet"),
    path("akteure/<slug:slug>/geben-und-nehmen/liste.xlsx", actor_sheet_export, name="actor-sheet-export"),
    path("angebote/<int:pk>/", listing_detail, {"pages": OFFERS, "other": NEEDS}, name="offer-detail"),
    path("bedarfe/<int:pk>/", listing_detail, {"pages": NEEDS, "other": OFFERS}, name="need-detail"),
    path("partnerschaften/<int:pk>/", partnership_detail, name="partnership-detail"),
    path(
        "partnerschaften/<int:pk>/wieder-aufnehmen/",
        partnership_reopen,
        {"reopen": reopen_with_projects},
        name="partnership-reopen",
    ),
    path("quartiere/<slug:slug>/", neighbourhood_detail, name="neighbourhood-detail"),
    path("quartiere/<slug:slug>/anbahnung/wen-fragen/", partner_candidates, name="partner-candidates"),
    path("quartiere/<slug:slug>/lastenverteilung/", neighbourhood_burdens, name="neighbourhood-burdens"),
    path(
        "quartiere/<slug:slug>/lastenverteilung/liste.xlsx",
        neighbourhood_burdens_export,
        name="neighbourhood-burdens-export",
    ),
    path("konto/", account_home, name="account-home"),
    path("konto/hinweise/", account_notices, name="account-notices"),
    path("konto/daten/", account_data, name="account-data"),
    path("konto/daten/meine-daten.json", account_data_file, name="account-data-file"),
    path("konto/loeschen/", account_delete, name="account-delete"),
    path("konto/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "quartier.views.errors.bad_request"
handler403 = "quartier.views.errors.permission_denied"
handler404 = "quartier.views.errors.page_not_found"
handler500 = "quartier.views.errors.server_error"
handler429 = "quartier.views.errors.too_many_requests"
