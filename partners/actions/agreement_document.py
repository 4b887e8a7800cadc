"""An agreement as a document: the one source of its words, for the page, for paper and for word processors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.utils import translation
from django.utils.translation import gettext, pgettext

from partners.days import spoken
from partners.models import Agreement, AgreementPart

# What neither a page nor a file for a word processor can hold.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")


@dataclass(slots=True)
class Passage:
    """A text with the words that lead into it; paragraphs of several lines each."""

    lead: str
    paragraphs: list[str]


@dataclass(slots=True)
class Clause:
    """One numbered section: paragraphs, and below them what each side says, if it concerns each side by itself."""

    number: int
    heading: str
    paragraphs: list[str] = field(default_factory=list)
    sides: list[tuple[str, list[Passage]]] = field(default_factory=list)

    @property
    def title(self) -> str:
        return f"{self.number}. {self.heading}"


@dataclass(slots=True)
class Side:
    """Who agrees, as it stands at the top, and who signs for it at the end, if that is known."""

    name: str
    address: list[str]
    represented: str
    signer: str


@dataclass(slots=True)
class Document:
    """Everything in the language in which the agreement was begun, whoever reads it."""

    language: str
    title: str
    subject: str
    between: str
    sides: list[Side]
    clauses: list[Clause]
    signatures: str
    place_and_day: str
    signature: str
    signed: str
    edition: str


def document_of(agreement: Agreement) -> Document:
    """From the parts that are loaded. What nobody has written anything about is left out."""
    with translation.override(agreement.language):
        parts = list(agreement.parts.all())
        clauses = [Clause(number, *told) for number, told in enumerate(_clauses(agreement, parts), start=1)]
        return Document(
            language=agreement.language,
            title=gettext("Cooperation agreement"),
            subject=clean(agreement.subject),
            between=gettext("between"),
            sides=[side_of(part) for part in parts],
            clauses=clauses,
            signatures=gettext("Signatures"),
            place_and_day=gettext("Place, date"),
            signature=gettext("Signature"),
            signed=gettext("Signed on %(day)s") % {"day": spoken(agreement.signed_on)} if agreement.signed_on else "",
            edition=gettext("Edition %(number)d") % {"number": agreement.edition} if agreement.edition > 1 else "",
        )


def clean(text: str) -> str:
    return UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def paragraphs_of(text: str) -> list[str]:
    return [block for block in PARAGRAPHS.split(clean(text)) if block]


def side_of(part: AgreementPart) -> Side:
    representative = clean(part.representative)
    return Side(
        name=clean(part.name),
        address=clean(part.address).splitlines(),
        represented=gettext("represented by %(who)s") % {"who": representative} if representative else "",
        signer=representative,
    )


type Told = tuple[str, list[str], list[tuple[str, list[Passage]]]]


def _clauses(agreement: Agreement, parts: list[AgreementPart]) -> Iterator[Told]:
    """The sections that say something, in their order."""
    told: list[Told] = [
        (gettext("Background"), paragraphs_of(agreement.background), []),
        (gettext("Goals"), paragraphs_of(agreement.goals), []),
        (gettext("Tasks and contributions"), [], _by_side(parts, _promises)),
        (gettext("Contact persons"), [], _by_side(parts, _contacts)),
        (gettext("Exchange"), paragraphs_of(agreement.rhythm), []),
        (gettext("Decisions"), paragraphs_of(agreement.decision_rule), []),
        (gettext("Public relations"), paragraphs_of(agreement.public_relations), []),
        (gettext("Data protection"), paragraphs_of(agreement.data_protection), []),
        (gettext("Beginning and end"), _duration(agreement), []),
    ]
    return (one for one in told if one[1] or one[2])


def _by_side(
    parts: list[AgreementPart], say: Callable[[AgreementPart], list[Passage]]
) -> list[tuple[str, list[Passage]]]:
    return [(clean(part.name), passages) for part in parts if (passages := say(part))]


def _promises(part: AgreementPart) -> list[Passage]:
    told = (
        (pgettext("in an agreement", "Tasks:"), part.tasks),
        (pgettext("in an agreement", "Brings in:"), part.brings),
        (pgettext("in an agreement", "Hopes to gain:"), part.expects),
    )
    return [Passage(lead, found) for lead, text in told if (found := paragraphs_of(text))]


def _contacts(part: AgreementPart) -> list[Passage]:
    found = paragraphs_of(part.contact)
    return [Passage("", found)] if found else []


def _duration(agreement: Agreement) -> list[str]:
    start, end = spoken(agreement.start_on), spoken(agreement.end_on)
    if start and end:
        lasts = gettext("This agreement begins on %(start)s and ends on %(end)s.") % {"start": start, "end": end}
    elif start:
        lasts = gettext("This agreement begins on %(start)s. No end is agreed.") % {"start": start}
    elif end:
        lasts = gettext("This agreement ends on %(end)s.") % {"end": end}
    else:
        lasts = ""
    return [*([lasts] if lasts else []), *paragraphs_of(agreement.notice)]
