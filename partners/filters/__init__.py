from partners.filters.base import ListFilter, Option, OptionsFilter, SearchField, SearchFilter
from partners.filters.lists import ActorFilter, PartnershipFilter, neighbourhood_options, topic_options

__all__ = [
    "ActorFilter",
    "ListFilter",
    "Option",
    "OptionsFilter",
    "PartnershipFilter",
    "SearchField",
    "SearchFilter",
    "neighbourhood_options",
    "topic_options",
]
