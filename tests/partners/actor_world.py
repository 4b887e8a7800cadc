"""One actor and one person in each relation to it, for the tests about actors."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.test import Client

from partners.models import Actor, Membership
from tests.factories import (
    ActorFactory,
    AdminFactory,
    MembershipFactory,
    NeighbourhoodFactory,
    PersonFactory,
)

State = Actor.State
NEW = "/akteure/neu/"


class World:
    """One actor in a neighbourhood of its own, and one person in each relation to it."""

    def __init__(self, **values):
        self.organiser = PersonFactory()
        self.home = NeighbourhoodFactory(name="Zuhause", organisers=[self.organiser])
        self.actor = ActorFactory(name="Treff", slug="treff", neighbourhoods=[self.home], **values)
        self.editor = MembershipFactory(actor=self.actor).person
        self.manager = MembershipFactory(actor=self.actor, role=Membership.Role.MANAGER).person
        self.admin = AdminFactory()
        self.stranger = PersonFactory()
        self.other_editor = MembershipFactory().person
        self.other_organiser = PersonFactory()
        NeighbourhoodFactory(organisers=[self.other_organiser])
        self.visitor = AnonymousUser()

    def client(self, who: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        if who != "visitor":
            client.force_login(getattr(self, who))
        return client


INSIDERS = {"editor", "manager", "organiser", "admin"}
OUTSIDERS = {"visitor", "stranger", "other_editor", "other_organiser"}
EVERYBODY = INSIDERS | OUTSIDERS

FULL = {
    "name": "  Bücherstube \n am Harras ",
    "purpose": "Lesen für alle.",
    "description": "Erste Zeile\r\nZweite <b>Zeile</b>",
    "street": "Plinganserstraße",
    "house_number": "5a",
    "postcode": "81369",
    "city": "München",
    "latitude": "48,118",
    "longitude": " 11.5391234 ",
    "website": "www.example.org/stube",
    "email": "stube@example.org",
    "phone": "089 / 12 34",
}
