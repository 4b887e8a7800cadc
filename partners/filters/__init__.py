from partners.filters.base import (
    ListFilter,
    Option,
    OptionsFilter,
    SearchField,
    SearchFilter,
    one_box,
    options_of,
)
from partners.filters.listings import ListingFilter, OfferFilter, actors_in, actors_on
from partners.filters.lists import (
    ActorFilter,
    PartnershipFilter,
    by_capacity,
    by_choice,
    by_sector,
    by_shared_room,
    neighbourhood_options,
    topic_options,
)

__all__ = [
    "ActorFilter",
    "ListFilter",
    "ListingFilter",
    "OfferFilter",
    "Option",
    "OptionsFilter",
    "PartnershipFilter",
    "SearchField",
    "SearchFilter",
    "actors_in",
    "actors_on",
    "by_capacity",
    "by_choice",
    "by_sector",
    "by_shared_room",
    "neighbourhood_options",
    "one_box",
    "options_of",
    "topic_options",
]
