"""Where the invented streets of the demo lie: each begins at a point of its own and runs on from house to house."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

# Latitude and longitude of the first house, and how far it is from one number to the next, in millionths of a degree.
STREETS = {
    "Bahnbogen": ("48.112400", "11.537000", 90, 210),
    "Fadengasse": ("48.117200", "11.539500", 160, 120),
    "Heckenweg": ("48.128900", "11.560500", 60, 130),
    "Immergrünweg": ("48.121900", "11.536400", 100, 150),
    "Lindengang": ("48.119300", "11.548200", 110, 170),
    "Nadelweg": ("48.113600", "11.546000", 140, -90),
    "Spulenplatz": ("48.116100", "11.552000", 130, 80),
    "Webstuhlallee": ("48.121500", "11.541800", 35, 110),
}


def point_of(street: str, house_number: str) -> dict[str, Any]:
    """The point of a house, for a profile; nothing where there is no street."""
    if street not in STREETS:
        return {"latitude": None, "longitude": None}
    latitude, longitude, north, east = STREETS[street]
    number = int(re.sub(r"\D", "", house_number) or 1)
    return {
        "latitude": Decimal(latitude) + Decimal(north * number) / 1_000_000,
        "longitude": Decimal(longitude) + Decimal(east * number) / 1_000_000,
    }
