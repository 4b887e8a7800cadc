from partners.filters.base import (
    ListFilter,
    Option,
    OptionsFilter,
    SearchField,
    SearchFilter,
    one_box,
    options_of,
)
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
    "Option",
    "OptionsFilter",
    "PartnershipFilter",
    "SearchField",
    "SearchFilter",
    "by_capacity",
    "by_choice",
    "by_sector",
    "by_shared_room",
    "neighbourhood_options",
    "one_box",
    "options_of",
    "topic_options",
]
