from __future__ import annotations

from projects.models import Participation, Project
from quartier.demo.collaborations.told import Role, Story, Takes
from quartier.demo.places import LIBRARY

READING_ALOUD = Story(
    "vorlesen-in-vielen-sprachen",
    "Vorlesen in vielen Sprachen",
    "grundschule-am-nadelweg",
    Project.State.IDEA,
    "Eltern und Großeltern lesen vor, jede Woche in einer anderen Sprache.",
    topics=("bildung-und-lernen", "ankommen-und-sprache", "kinder-und-familie"),
    parts=(
        Takes("grundschule-am-nadelweg", Role.LEAD),
        Takes(LIBRARY, Role.PLACE, state=Participation.State.INVITED, tasks="Ein Ort zum Vorlesen."),
        Takes("kita-kieselstein", state=Participation.State.INVITED),
    ),
)
