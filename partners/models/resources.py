"""The one vocabulary for what partners give, need and ask for."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ResourceCategory(models.TextChoices):
    """What kind of resource it is. Paid and volunteer time are two categories and never become one sum."""

    ROOMS = "raeume", _("Rooms and spaces")
    PAID_TIME = "zeit_hauptamt", _("Working time, paid staff")
    VOLUNTEER_TIME = "zeit_ehrenamt", _("Volunteer time")
    KNOWLEDGE = "wissen", _("Knowledge and expertise")
    FACILITATION = "moderation", _("Facilitation and coordination")
    NETWORK = "netzwerk", _("Contacts and access")
    REACH = "reichweite", _("Communication and reach")
    DATA = "daten", _("Data and feedback")
    MATERIAL = "material", _("Material and equipment")
    TECHNOLOGY = "technik", _("IT and technology")
    LOGISTICS = "logistik", _("Transport and logistics")
    HOSTING = "verwaltung", _("Administration and hosting")
    ADVOCACY = "fuersprache", _("Advocacy")
    MONEY = "geld", _("Money")


class Unit(models.TextChoices):
    """What a quantity is counted in. Each category has one unit at most, so a sum never mixes two."""

    NONE = "", _("without a quantity")
    HOURS = "stunden", _("hours")
    CONTACTS = "kontakte", _("contacts")
    RECIPIENTS = "empfaenger", _("recipients")
    PIECES = "stueck", _("pieces")
    TRIPS = "fahrten", _("trips")
    EUR = "eur", _("EUR")


UNIT_OF: dict[str, Unit] = {
    ResourceCategory.ROOMS: Unit.HOURS,
    ResourceCategory.PAID_TIME: Unit.HOURS,
    ResourceCategory.VOLUNTEER_TIME: Unit.HOURS,
    ResourceCategory.KNOWLEDGE: Unit.HOURS,
    ResourceCategory.FACILITATION: Unit.HOURS,
    ResourceCategory.NETWORK: Unit.CONTACTS,
    ResourceCategory.REACH: Unit.RECIPIENTS,
    ResourceCategory.DATA: Unit.NONE,
    ResourceCategory.MATERIAL: Unit.PIECES,
    ResourceCategory.TECHNOLOGY: Unit.PIECES,
    ResourceCategory.LOGISTICS: Unit.TRIPS,
    ResourceCategory.HOSTING: Unit.NONE,
    ResourceCategory.ADVOCACY: Unit.NONE,
    ResourceCategory.MONEY: Unit.EUR,
}


def unit_fits_category(*, category: str = "category", unit: str = "unit") -> models.Q:
    """The condition for a constraint: the unit is the one of the category."""
    fits = models.Q()
    for value, its_unit in UNIT_OF.items():
        fits |= models.Q((category, str(value)), (unit, str(its_unit)))
    return fits
