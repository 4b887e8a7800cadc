"""What is special about the pages of offers; the pages themselves are those of `partners.views.listings`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from partners.actions.listings import create_offer, restore_listing
from partners.filters import OfferFilter
from partners.forms.listings import OfferCreateForm, OfferEditForm
from partners.models import Actor, Offer
from partners.views.addresses import of_actor
from partners.views.listing_pages import ListingPages, Owner

ACTOR = Owner(
    field="actor",
    begins="akteure/<slug:slug>/",
    rows=Actor.objects.editable_by,
    own=Actor.objects.staffed_by,
    wrap=of_actor,
    heading=_("Places"),
)

OFFERS = ListingPages(
    model=Offer,
    name="partners:offer",
    word="angebote",
    owners=(ACTOR,),
    filter=OfferFilter,
    create_form=OfferCreateForm,
    edit_form=OfferEditForm,
    create=create_offer,
    writers={Offer: restore_listing},
    requests_name="projects:request-list",
    count=lambda n: ngettext("%(n)d offer", "%(n)d offers", n) % {"n": n},
    words={
        "list": _("Offers"),
        "one": _("Offer"),
        "lead": _("Rooms, things, time and knowledge that partners share with others in the neighbourhood."),
        "other": _("Needs"),
        "other_name": "projects:need-list",
        "other_lead": _("See what is needed"),
        "search": _("Search the offers"),
        "search_label": _("What are you looking for?"),
        "create": _("Enter an offer"),
        "edit": _("Edit the offer"),
        "delete": _("Delete this offer?"),
        "fitting": _("Offers that fit"),
        "none_fits": _(
            "Nothing fits yet. As soon as somebody offers something of this kind that is large enough and, where needed,"
            " step-free and free of charge, it stands here."
        ),
        "free": _("free of charge"),
        "asked": _("What is asked for it"),
        "begin": _("Whose offer is it?"),
        "empty": _("Nothing is offered here yet"),
        "empty_lead": _("A room in the evening, a projector, two hours of advice: enter what others may use."),
        "empty_reader": _("As soon as the first partner enters something, it stands here."),
        "none": _("No offer fits this"),
        "none_lead": _("Nothing fits everything that you typed and chose. Take a word or a filter away."),
        "none_next": _("Do you look for this? Say so, then others find you."),
        "other_begin": "projects:need-begin",
        "other_create": _("Enter a need"),
        "hidden": _(
            "The profile of this place is not published. Until then only its team and the organisers see this offer."
        ),
    },
)
