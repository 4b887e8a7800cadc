from partners.admin import (
    actors,
    addresses,
    assessments,
    channels,
    contacts,
    history,
    invitations,
    neighbourhoods,
    partnerships,
    people,
    twins,
)

__all__ = [
    "actors",
    "addresses",
    "assessments",
    "channels",
    "contacts",
    "history",
    "invitations",
    "neighbourhoods",
    "partnerships",
    "people",
    "twins",
]
