"""What is special about the pages of needs; the pages themselves are those of `partners.views.listings`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from partners.actions.listings import restore_listing
from partners.models import Actor
from partners.views.listing_pages import ListingPages, Owner
from partners.views.offers import ACTOR
from projects.actions.needs import create_need
from projects.filters import NeedFilter
from projects.forms.needs import NeedCreateForm, NeedEditForm
from projects.models import Need, Project
from projects.views.addresses import of_project


def projects_needing(user: Any) -> Any:
    """Those whose side the person is, as long as they are not over."""
    rows = Project.objects.visible_to(user).editable_by(user)
    return rows.filter(state__in=Project.GOING_ON).in_order()


PROJECT = Owner(
    field="project",
    begins="projekte/<slug:slug>/",
    rows=projects_needing,
    own=lambda user: projects_needing(user).filter(lead_actor__in=Actor.objects.staffed_by(user)),
    wrap=of_project,
    heading=_("Projects"),
)

NEEDS = ListingPages(
    model=Need,
    name="projects:need",
    word="bedarfe",
    owners=(ACTOR, PROJECT),
    filter=NeedFilter,
    create_form=NeedCreateForm,
    edit_form=NeedEditForm,
    create=create_need,
    writers={Need: restore_listing},
    count=lambda n: ngettext("%(n)d need", "%(n)d needs", n) % {"n": n},
    words={
        "list": _("Needs"),
        "one": _("Need"),
        "lead": _("What partners and projects in the neighbourhood look for. Perhaps you have it."),
        "other": _("Offers"),
        "other_name": "partners:offer-list",
        "other_lead": _("See what is offered"),
        "search": _("Search the needs"),
        "search_label": _("What do you have to give?"),
        "create": _("Enter a need"),
        "edit": _("Edit the need"),
        "delete": _("Delete this need?"),
        "fitting": _("Needs that this offer fits"),
        "none_fits": _("Nothing fits yet. As soon as somebody looks for what is offered here, it stands here."),
        "free": _("has to be free of charge"),
        "asked": _("What is given for it"),
        "begin": _("Who needs something?"),
        "empty": _("Nothing is needed here at the moment"),
        "empty_lead": _("A room, helping hands, a projector: enter what your place or project looks for."),
        "empty_reader": _("As soon as the first partner enters something, it stands here."),
        "none": _("No need fits this"),
        "none_lead": _("Nothing fits everything that you typed and chose. Take a word or a filter away."),
        "none_next": _("Do you have something else to give? Say so, then others find you."),
        "other_begin": "partners:offer-begin",
        "other_create": _("Enter an offer"),
        "hidden": _("The place or project is not public. Until then only those who know of it see this need."),
    },
)
