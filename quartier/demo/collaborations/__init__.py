"""What the demo's actors do together: their projects, what they bring and what they gain.

The first project tells the story of the handbook, the others are invented, one in each state, and one that
was begun beside a similar one.
Days are counted from the day of loading, so that the demo never grows old.
"""

from quartier.demo.collaborations.courtyard_garden import COURTYARD_GARDEN
from quartier.demo.collaborations.game_shelf import GAME_SHELF
from quartier.demo.collaborations.handbook import HANDBOOK
from quartier.demo.collaborations.lending_shelf import LENDING_SHELF
from quartier.demo.collaborations.night_market import NIGHT_MARKET
from quartier.demo.collaborations.reading_aloud import READING_ALOUD
from quartier.demo.collaborations.repair_summer import REPAIR_SUMMER
from quartier.demo.collaborations.street_cafe import STREET_CAFE
from quartier.demo.collaborations.told import Gives, Story, Takes

__all__ = ["STORIES", "Gives", "Story", "Takes"]

STORIES = (
    HANDBOOK,
    STREET_CAFE,
    LENDING_SHELF,
    REPAIR_SUMMER,
    COURTYARD_GARDEN,
    NIGHT_MARKET,
    READING_ALOUD,
    GAME_SHELF,
)
