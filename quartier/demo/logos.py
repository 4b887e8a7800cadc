"""Logos of some invented actors, drawn here: a few shapes each. All others show that initials stand in well."""

from __future__ import annotations

import math
from collections.abc import Callable
from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from partners.actions.logos import read_logo, set_logo
from partners.models import Actor

SIDE = 1024
PETROL, BRICK, SUN, PAPER, INK, LEAF = "#12606b", "#a8432a", "#f2b632", "#fbf6ea", "#22262b", "#4d7c3a"

type Draw = ImageDraw.ImageDraw


def spool(draw: Draw) -> None:
    draw.rounded_rectangle((272, 150, 752, 270), 50, fill=INK)
    draw.rounded_rectangle((272, 754, 752, 874), 50, fill=INK)
    draw.rectangle((352, 270, 672, 754), fill=SUN)
    for height in range(310, 740, 80):
        draw.line((352, height + 50, 672, height), fill=BRICK, width=26)


def nut(draw: Draw) -> None:
    draw.regular_polygon((512, 512, 400), 6, rotation=30, fill=SUN)
    draw.ellipse((332, 332, 692, 692), fill=PETROL)
    draw.line((420, 604, 604, 420), fill=PAPER, width=60)


def compass(draw: Draw) -> None:
    draw.ellipse((112, 112, 912, 912), fill=PAPER)
    for turn, colour in ((45, SUN), (0, BRICK)):
        points = []
        for step in range(8):
            reach, angle = (370 if step % 2 == 0 else 90), math.radians(step * 45 + turn)
            points.append((512 + reach * math.sin(angle), 512 - reach * math.cos(angle)))
        draw.polygon(points, fill=colour)
    draw.ellipse((462, 462, 562, 562), fill=PETROL)


def spotlight(draw: Draw) -> None:
    draw.polygon([(512, 130), (150, 900), (874, 900)], fill=SUN)
    draw.ellipse((150, 820, 874, 960), fill=PAPER)
    draw.rounded_rectangle((392, 80, 632, 240), 60, fill=BRICK)


def tree(draw: Draw) -> None:
    draw.rectangle((462, 560, 562, 900), fill=BRICK)
    for left, top in ((172, 300), (452, 300), (312, 120), (312, 380)):
        draw.ellipse((left, top, left + 400, top + 400), fill=LEAF)


def house_with_garden(draw: Draw) -> None:
    draw.rectangle((232, 440, 792, 900), fill=PAPER)
    draw.polygon([(160, 450), (512, 170), (864, 450)], fill=LEAF)
    draw.rectangle((442, 640, 582, 900), fill=BRICK)
    for left in (302, 642):
        draw.rectangle((left, 520, left + 90, 610), fill=SUN)


def cup(draw: Draw) -> None:
    draw.arc((610, 420, 880, 690), -90, 100, fill=PAPER, width=60)
    draw.rounded_rectangle((210, 380, 720, 780), 150, fill=PAPER)
    draw.rectangle((210, 380, 720, 520), fill=PAPER)
    draw.rounded_rectangle((150, 820, 780, 880), 30, fill=SUN)
    for left in (330, 470, 610):
        draw.line((left, 180, left, 310), fill=SUN, width=36)


def stairs(draw: Draw) -> None:
    for step, colour in enumerate((PETROL, LEAF, SUN, BRICK)):
        draw.rectangle((132 + step * 190, 730 - step * 180, 322 + step * 190, 900), fill=colour)


# The drawing, the colour of its ground, and what it shows.
LOGOS: dict[str, tuple[Callable[[Draw], None], str, str]] = {
    "nachbarschaftstreff-zwirnrolle": (spool, PAPER, "Logo: eine gelbe Garnrolle mit rotem Faden"),
    "reparaturverein-schraubenkiste": (nut, PETROL, "Logo: eine gelbe Schraubenmutter auf blaugrünem Grund"),
    "beratungsstelle-kompassrose": (compass, PETROL, "Logo: eine rot-gelbe Kompassrose auf hellem Kreis"),
    "theater-kellerlicht": (spotlight, INK, "Logo: ein Scheinwerfer wirft gelbes Licht auf eine Bühne"),
    "kulturverein-lindenhof": (tree, PAPER, "Logo: ein grüner Baum mit rotem Stamm"),
    "wohngenossenschaft-dachgarten": (house_with_garden, PETROL, "Logo: ein helles Haus mit grünem Dach"),
    "cafe-zwischenhalt": (cup, BRICK, "Logo: eine helle dampfende Tasse auf rotem Grund"),
    "mehrgenerationenhaus-treppenabsatz": (stairs, PAPER, "Logo: vier bunte Treppenstufen"),
}


def give_logo(actor: Actor) -> None:
    """Through the same door as an upload."""
    shape, ground, words = LOGOS[actor.slug]
    image = Image.new("RGB", (SIDE, SIDE), ground)
    shape(ImageDraw.Draw(image))
    out = BytesIO()
    image.save(out, "PNG")
    set_logo(actor=actor, picture=read_logo(ContentFile(out.getvalue(), name="logo.png")), alt=words)
