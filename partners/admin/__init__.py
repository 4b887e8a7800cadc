from partners.admin import (
    actors,
    addresses,
    assessments,
    channels,
    contacts,
    history,
    invitations,
    mails,
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
    "mails",
    "neighbourhoods",
    "partnerships",
    "people",
    "twins",
]
