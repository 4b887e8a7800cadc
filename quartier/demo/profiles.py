"""What some invented actors of the demo say of themselves beyond name and address. Of the real institutions nothing is said."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from partners.actions.actors import edit_actor
from partners.models import Actor, TargetGroup
from quartier.demo.days import day_from_today


@dataclass(frozen=True, slots=True)
class More:
    """`groups` are slugs of the vocabulary; `rests` is the number of days that a rest still takes, `full` how long there is no room."""

    values: dict[str, Any] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    rests: int | None = None
    full: int | None = None


PROFILES = {
    "nachbarschaftstreff-zwirnrolle": More(
        {
            "languages": ["de", "tr", "ar", "leicht"],
            "step_free": Actor.StepFree.YES,
            "has_shared_room": True,
            "opening_hours": "Mo–Fr 10–18, Sa 11–14, Feiertage geschlossen",
            "accessibility": "Die Toilette ist für Rollstühle geeignet. Donnerstags ist es bei uns leise.",
            "how_to_join": "Kommen Sie einfach vorbei. Am Tresen sagt man Ihnen, was heute los ist.\n\n"
            "Wer mithelfen möchte, kommt am ersten Montag im Monat um 18 Uhr.",
            "capacity": Actor.Capacity.LIMITED,
            "has_paid_staff": True,
            "network_hours": Decimal(12),
            "lead_time_days": 21,
        },
        ("alle-im-quartier", "neu-zugezogene", "menschen-die-deutsch-lernen"),
    ),
    "reparaturverein-schraubenkiste": More(
        {
            "languages": ["de", "en"],
            "step_free": Actor.StepFree.PARTLY,
            "opening_hours": "jeden zweiten Samstag ab 14 Uhr",
            "accessibility": "Zwei Stufen am Eingang, eine Rampe liegt bereit.",
            "how_to_join": "Wir suchen immer Leute, die gern schrauben. Vorwissen brauchen Sie nicht.",
            "has_shared_room": False,
            "capacity": Actor.Capacity.FREE,
            "has_paid_staff": False,
            "lead_time_days": 7,
        },
        ("alle-im-quartier", "ehrenamtliche"),
    ),
    "selbsthilfegruppe-atempause": More(
        {"languages": ["de"], "is_address_public": False, "city": "München"}, ("pflegende-angehoerige",)
    ),
    "beratungsstelle-kompassrose": More(
        {
            "languages": ["de", "tr", "uk", "en"],
            "step_free": Actor.StepFree.YES,
            "capacity": Actor.Capacity.FULL,
            "has_paid_staff": True,
            "network_hours": Decimal("4.5"),
            "lead_time_days": 30,
        },
        ("menschen-mit-wenig-geld", "menschen-mit-fluchterfahrung"),
        full=75,
    ),
    "theater-kellerlicht": More(
        {
            "languages": ["de"],
            "step_free": Actor.StepFree.NO,
            "has_shared_room": True,
            "accessibility": "Vierzehn Stufen hinunter, kein Aufzug.",
        },
        ("alle-im-quartier",),
        rests=60,
    ),
    "jugendzentrum-rampe": More(
        {"languages": ["de", "en", "ar", "so"], "step_free": Actor.StepFree.YES, "capacity": Actor.Capacity.LIMITED},
        ("jugendliche",),
    ),
    "kulturverein-lindenhof": More(
        {
            "languages": ["de", "en"],
            "step_free": Actor.StepFree.PARTLY,
            "accessibility": "Der Hof ist eben, zur Bühne führen zwei Stufen.",
            "has_shared_room": True,
            "capacity": Actor.Capacity.FREE,
            "network_hours": Decimal(10),
            "lead_time_days": 28,
        },
        ("alle-im-quartier",),
    ),
    "gemeinde-immergruen": More(
        {
            "languages": ["de"],
            "step_free": Actor.StepFree.YES,
            "has_shared_room": True,
            "how_to_join": "Donnerstags um zwölf gibt es Suppe. Setzen Sie sich einfach dazu.",
            "capacity": Actor.Capacity.LIMITED,
        },
        ("alle-im-quartier", "aeltere-menschen"),
    ),
    "wohngenossenschaft-dachgarten": More({"step_free": Actor.StepFree.YES, "has_shared_room": True}),
    "cafe-zwischenhalt": More({"step_free": Actor.StepFree.NO, "has_shared_room": True}),
    "mehrgenerationenhaus-treppenabsatz": More(
        {
            "languages": ["de", "uk"],
            "step_free": Actor.StepFree.YES,
            "has_shared_room": True,
            "capacity": Actor.Capacity.FREE,
        },
        ("familien", "aeltere-menschen"),
    ),
}


def complete_profile(actor: Actor, more: More) -> None:
    """Writes it by the action that people use."""
    values = dict(more.values)
    if more.rests:
        values |= {
            "capacity": Actor.Capacity.RESTING,
            "resting_until": day_from_today(more.rests),
        }
    if more.full:
        values |= {"resting_until": day_from_today(more.full)}
    edit_actor(actor=actor, values=values, target_groups=TargetGroup.objects.filter(slug__in=more.groups))
