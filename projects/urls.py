"""The addresses of what is done together, in one grammar: `neu/`, `<key>/`, `<key>/bearbeiten/`, `<key>/<verb>/`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from partners.views.handovers import handover_paths
from partners.views.listings import listing_paths
from projects.views import (
    asking,
    benefits,
    contributions,
    disseminations,
    handovers,
    history,
    inquiries,
    participations,
    projects,
    resource_requests,
    serving,
)
from projects.views.addresses import of_project
from projects.views.needs import NEEDS

app_name = "projects"

urlpatterns: list[URLPattern | URLResolver] = [
    path("projekte/", projects.project_list, name="project-list"),
    path("projekte/neu/", projects.project_create, name="project-create"),
    path("projekte/<slug:slug>/", projects.project_detail, name="project-detail"),
    path("projekte/<slug:slug>/bearbeiten/", projects.project_edit, name="project-edit"),
    path("projekte/<slug:slug>/verlauf/", history.project_history, name="project-history"),
    path("projekte/<slug:slug>/verlauf/<int:entry>/", history.project_version, name="project-version"),
    path("projekte/<slug:slug>/beitraege/", contributions.contribution_list, name="contribution-list"),
    path("projekte/<slug:slug>/verbreitung/", disseminations.dissemination_list, name="dissemination-list"),
    path("projekte/<slug:slug>/beteiligungen/neu/", participations.participation_create, name="participation-create"),
    path("projekte/<slug:slug>/nutzen/neu/", benefits.benefit_create, name="benefit-create"),
    path("projekte/<slug:slug>/anfragen/neu/", inquiries.inquiry_create, name="inquiry-create"),
    path("projekte/<slug:slug>/anfragen/<int:pk>/", inquiries.inquiry_detail, name="inquiry-detail"),
    path("projekte/<slug:slug>/anfragen/<int:pk>/antworten/", inquiries.inquiry_answer, name="inquiry-answer"),
    path("projekte/<slug:slug>/anfragen/<int:pk>/zurueckziehen/", inquiries.inquiry_withdraw, name="inquiry-withdraw"),
    re_path(
        rf"^projekte/(?P<slug>[-a-zA-Z0-9_]+)/(?P<verb>{'|'.join(projects.VERBS)})/$",
        projects.project_step,
        name="project-step",
    ),
    *handover_paths(handovers.PROJECT, begins="projekte/<slug:slug>/", name="project-handover", wrap=of_project),
    path(
        "partnerschaften/<int:pk>/projekte/neu/", serving.partnership_project_create, name="partnership-project-create"
    ),
    path(
        "partnerschaften/<int:pk>/projekte/<slug:slug>/loeschen/",
        serving.partnership_project_delete,
        name="partnership-project-delete",
    ),
    *listing_paths(NEEDS, name="need"),
    path("angebote/<int:pk>/anfragen/neu/", resource_requests.request_create, name="request-create"),
    path("anfragen/", resource_requests.request_list, name="request-list"),
    path("anfragen/<int:pk>/", resource_requests.request_detail, name="request-detail"),
    re_path(
        rf"^anfragen/(?P<pk>[0-9]{{1,19}})/(?P<word>{'|'.join(resource_requests.VERBS)})/$",
        resource_requests.request_step,
        name="request-step",
    ),
    path("beteiligungen/<int:pk>/bearbeiten/", participations.participation_edit, name="participation-edit"),
    path("beteiligungen/<int:pk>/beitraege/neu/", contributions.contribution_create, name="contribution-create"),
    path("beteiligungen/<int:pk>/verbreitung/neu/", disseminations.dissemination_create, name="dissemination-create"),
    path(
        "beteiligungen/<int:pk>/verbreitung/beitrag/",
        disseminations.dissemination_contribute,
        name="dissemination-contribute",
    ),
    re_path(
        r"^beteiligungen/(?P<pk>[0-9]{1,19})/(?P<verb>zusagen|beenden)/$",
        participations.participation_step,
        name="participation-step",
    ),
    path("beitraege/<int:pk>/bearbeiten/", contributions.contribution_edit, name="contribution-edit"),
    path("beitraege/<int:pk>/zusagen/", contributions.contribution_promise, name="contribution-promise"),
    path("beitraege/<int:pk>/erbringen/", contributions.contribution_deliver, name="contribution-deliver"),
    path("beitraege/<int:pk>/bestaetigen/", contributions.contribution_confirm, name="contribution-confirm"),
    path("beitraege/<int:pk>/bitten/", asking.contribution_ask, name="contribution-ask"),
    path("beitraege/antworten/<str:token>/", asking.contribution_answer, name="contribution-answer"),
    path("beitraege/<int:pk>/einwenden/", contributions.contribution_object, name="contribution-object"),
    path("beitraege/<int:pk>/zurueckziehen/", contributions.contribution_withdraw, name="contribution-withdraw"),
    path("verbreitung/<int:pk>/bearbeiten/", disseminations.dissemination_edit, name="dissemination-edit"),
    path("verbreitung/<int:pk>/loeschen/", disseminations.dissemination_delete, name="dissemination-delete"),
    path("nutzen/<int:pk>/bearbeiten/", benefits.benefit_edit, name="benefit-edit"),
    path("nutzen/<int:pk>/loeschen/", benefits.benefit_delete, name="benefit-delete"),
]
