"""Two agreements of the demo: one that was signed, with its paper, and a draft that nobody has looked through yet."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from partners.actions.agreement_document import Document, document_of
from partners.actions.agreements import begin_agreement, edit_agreement, edit_part, sign_agreement
from partners.actions.signed_copies import keep_copy, read_signed
from partners.models import Agreement, Partnership, Person, SignedCopy
from quartier.demo.edits import moment_of
from quartier.demo.places import LIBRARY

# The paper as a photo would show it: A4 at 120 dots per inch.
SHEET, MARGIN, WIDTH = (992, 1403), 100, 66
INK, PEN = "#1c2b2e", "#123a8a"


@dataclass(frozen=True, slots=True)
class Signed:
    """Between invented actors; days from today."""

    of: str
    texts: dict[str, str]
    parts: dict[str, dict[str, str]]
    start: int
    end: int
    signed: int
    stored: int = field(default=0)


SIGNED = Signed(
    "beratungsstelle-kompassrose",
    {
        "subject": "Eine Beratungsstunde im Nachbarschaftstreff",
        "background": "Viele Menschen mit Sorgen gehen in kein Büro. In den Treff kommen sie, weil es dort Kaffee gibt.",
        "goals": "Jeden ersten Dienstag ist eine Stunde lang Beratung im Treff.\n\nWer Hilfe sucht, findet beim ersten Versuch "
        "jemanden, der zuhört.",
    },
    {
        "nachbarschaftstreff-zwirnrolle": {
            "representative": "Mina Muster, Leitung",
            "tasks": "Hält den hinteren Raum frei und sagt den Besuchenden, wann Beratung ist.",
        },
        "beratungsstelle-kompassrose": {
            "representative": "Kim Probe, Leitung",
            "tasks": "Schickt jeden ersten Dienstag im Monat eine Person, von 15 bis 16 Uhr.",
        },
    },
    start=-170,
    end=40,
    signed=-172,
    stored=-165,
)


def tell_agreements(*, organiser: Person) -> None:
    tell_signed(SIGNED, organiser)
    draft = begin_agreement(
        partnership=Partnership.objects.filter(parties__actor__slug=LIBRARY).earliest("pk"), language="de"
    )
    edit_agreement(agreement=draft, values={}, seen=["rhythm", "decision_rule"])


def tell_signed(told: Signed, organiser: Person) -> None:
    today = timezone.localdate()
    partnership = Partnership.objects.filter(parties__actor__slug=told.of).earliest("pk")
    agreement = begin_agreement(partnership=partnership, language="de")
    days = {"start_on": today + timedelta(days=told.start), "end_on": today + timedelta(days=told.end)}
    edit_agreement(agreement=agreement, values=told.texts | days, seen=list(agreement.prefilled))
    for part in agreement.parts.select_related("actor", "agreement"):
        edit_part(part=part, values=told.parts[part.actor.slug], seen=list(part.prefilled))
    sign_agreement(agreement=agreement, on=today + timedelta(days=told.signed))
    agreement = Agreement.objects.for_detail().get(pk=agreement.pk)
    data, source = read_signed([photo_of(document_of(agreement))])
    copy = keep_copy(agreement=agreement, data=data, source=source, by=organiser)
    SignedCopy.objects.filter(pk=copy.pk).update(uploaded_at=moment_of(told.stored))


def photo_of(document: Document) -> ContentFile[bytes]:
    """The printed agreement in miniature, with a stroke of the pen for each side."""
    image = Image.new("RGB", SHEET, "#fdfcf8")
    draw = ImageDraw.Draw(image)
    below = written(draw, MARGIN, [document.title], size=40)
    below = written(draw, below + 6, [document.subject], size=24)
    for clause in document.clauses:
        below = written(draw, below + 16, [clause.title], size=20)
        texts = [*clause.paragraphs, *(text for _name, told in clause.sides for one in told for text in one.paragraphs)]
        below = written(draw, below, texts, size=15)
    for number, side in enumerate(document.sides):
        left, line = MARGIN + number * 420, SHEET[1] - 110
        draw.line((left, line, left + 360, line), fill=INK, width=2)
        for step, name in enumerate((side.name, side.signer)):
            draw.text((left, line + 10 + step * 20), plainly(name), INK, ImageFont.load_default(15))
        draw.line(list(scrawl(left + 30, line - 20, turns=4 + number)), fill=PEN, width=4, joint="curve")
    out = BytesIO()
    image.save(out, "JPEG", quality=80)
    return ContentFile(out.getvalue(), name="agreement.jpg")


def written(draw: Any, top: int, texts: list[str], *, size: int) -> int:
    """Writes lines of text and says where the next ones begin."""
    font = ImageFont.load_default(size)
    for text in texts:
        for line in textwrap.wrap(plainly(text), WIDTH * 24 // max(size, 16)):
            draw.text((MARGIN, top), line, INK, font)
            top += round(size * 1.35)
    return top


def plainly(text: str) -> str:
    """The font that Pillow brings along has no umlauts."""
    for letter, plain in zip("äöüÄÖÜß", ("ae", "oe", "ue", "Ae", "Oe", "Ue", "ss"), strict=True):
        text = text.replace(letter, plain)
    return text


def scrawl(left: int, line: int, *, turns: int) -> Iterator[tuple[float, float]]:
    """A signature that nobody can read."""
    for step in range(turns * 40):
        angle = step * math.tau / 40
        yield (
            left + step * 1.3 + 14 * math.sin(angle * 1.3),
            line - 22 * math.cos(angle) * (0.4 + abs(math.sin(angle / 5))),
        )
