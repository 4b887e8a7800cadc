"""A running main partnership and one person in each relation to it, for the tests about partnerships."""

from __future__ import annotations

from django.test import Client

from partners.models import PartnershipParty
from tests.factories import (
    ActorFactory,
    AdminFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    PartnershipFactory,
    PersonFactory,
)

LIST, NEW = "/partnerschaften/", "/partnerschaften/neu/"
Side = PartnershipParty.Side


class World:
    """A running main partnership of a library with a companion, and one person in each relation to it."""

    def __init__(self, **values: object):
        self.organiser, self.other_organiser, self.admin = PersonFactory(), PersonFactory(), AdminFactory()
        self.home = NeighbourhoodFactory(name="Daheim", slug="daheim", organisers=[self.organiser])
        self.elsewhere = NeighbourhoodFactory(organisers=[self.other_organiser])
        self.library = ActorFactory(name="Bibliothek", neighbourhoods=[self.home])
        self.companion = ActorFactory(name="Begleitung", neighbourhoods=[self.elsewhere])
        self.editor = MembershipFactory(actor=self.library).person
        self.other_editor = MembershipFactory().person
        self.partnership = PartnershipFactory(
            neighbourhood=self.home, quartier=self.library, accompanying=self.companion, **values
        )
        self.side = self.partnership.parties.get(actor=self.library)
        self.url = f"/partnerschaften/{self.partnership.pk}/"

    def client(self, who: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        if who != "visitor":
            client.force_login(getattr(self, who))
        return client


EVERYBODY = ["visitor", "editor", "other_editor", "organiser", "other_organiser", "admin"]


def posted(*sides: dict[str, object], initial: int = 0, **values: object) -> dict[str, object]:
    """What the form sends for these sides."""
    data: dict[str, object] = {"kind": "haupt", "state": "anbahnung", "start_on": "1.2.2026", "end_on": ""} | values
    data |= {"parties-TOTAL_FORMS": len(sides), "parties-INITIAL_FORMS": initial}
    for number, side in enumerate(sides):
        data |= {f"parties-{number}-{name}": value for name, value in side.items()}
    return data
