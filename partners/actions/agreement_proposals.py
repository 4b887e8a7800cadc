"""How a new agreement fills itself: from what is known, from the edition before, or with sentences that we propose.

The sentences are neutral and short, so that people can agree with them or cross them out; they are no legal advice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from partners.models import Actor, Agreement, AgreementPart, ContactPerson, Partnership, PartnershipParty

# What is written by hand, in the order in which it stands in the agreement.
OWN_TEXTS = ("subject", "background", "goals")
PROPOSED = ("rhythm", "decision_rule", "public_relations", "data_protection", "notice")
DAYS = ("start_on", "end_on")
PART_TEXTS = ("address", "representative", "contact", "tasks", "brings", "expects")


def first_draft(partnership: Partnership) -> Agreement:
    """Unsaved. Goals are left open: nobody but the sides themselves knows them."""
    actors = [party.actor for party in partnership.parties.all()]
    agreement = Agreement(
        partnership=partnership,
        subject=gettext("Cooperation in the neighbourhood %(name)s") % {"name": partnership.neighbourhood.name},
        background=background_of(actors),
        start_on=partnership.start_on or timezone.localdate(),
        end_on=partnership.end_on,
        **proposals(),
    )
    return marked(agreement, [*OWN_TEXTS, *PROPOSED, *DAYS])


def next_draft(earlier: Agreement) -> Agreement:
    """Unsaved: what the sides agreed on last time, from the day on which that ends."""
    texts = {name: getattr(earlier, name) for name in (*OWN_TEXTS, *PROPOSED)}
    start_on = earlier.end_on + timedelta(days=1) if earlier.end_on else timezone.localdate()
    agreement = Agreement(
        partnership=earlier.partnership,
        edition=earlier.edition + 1,
        language=earlier.language,
        start_on=start_on,
        **texts,
    )
    return marked(agreement, [*OWN_TEXTS, *PROPOSED, "start_on"])


def first_part(party: PartnershipParty) -> AgreementPart:
    """Unsaved. Only what everybody may know of the actor, for the other sides read it too; and what it said as a side."""
    actor = party.actor
    people = contacts_of(actor)
    part = AgreementPart(
        actor=actor,
        name=actor.name,
        address=address_of(actor),
        representative=", ".join(filter(None, [people[0].name, people[0].function])) if people else "",
        contact="\n".join(line_of(contact) for contact in people),
        brings=party.brings,
        expects=party.expected_benefit,
    )
    return marked(part, PART_TEXTS)


def next_part(earlier: AgreementPart) -> AgreementPart:
    texts = {name: getattr(earlier, name) for name in PART_TEXTS}
    return marked(AgreementPart(actor=earlier.actor, name=earlier.name, **texts), PART_TEXTS)


def marked[Row: (Agreement, AgreementPart)](row: Row, names: Iterable[str]) -> Row:
    """Notes which of these the portal filled in, so that people see what nobody has looked at yet."""
    row.prefilled = [name for name in names if getattr(row, name)]
    return row


def proposals() -> dict[str, str]:
    return {
        "rhythm": gettext(
            "We meet at least once every three months and tell each other how it is going. Once a year we look back "
            "together: what has each side gained, and what do we want to change?"
        ),
        "decision_rule": gettext(
            "What concerns all sides, we decide together, and we look for a way that all can support. What concerns one "
            "side alone, this side decides. If we cannot agree, we talk a second time; if it helps, we ask somebody from "
            "outside whom all sides trust."
        ),
        "public_relations": gettext(
            "Whoever speaks about the cooperation in public names all sides. We use names, logos and pictures of another "
            "side only when it has agreed. Before a text about another side appears, that side reads it."
        ),
        "data_protection": gettext(
            "We pass on data about people only if they have agreed or a law allows it, and no more than the cooperation "
            "needs. Each side is responsible for the data that it processes itself. If one side is to process data on "
            "behalf of another, we make a separate contract about it first."
        ),
        "notice": gettext(
            "Each side can end this agreement in writing, three months in advance, and tells the others why. What is "
            "already promised for a certain day is kept, unless all sides decide otherwise."
        ),
    }


def background_of(actors: list[Actor]) -> str:
    """Who the sides are, in their own sentences, and on what all of them work."""
    seen = [actor for actor in actors if actor.is_public]
    lines = [f"{actor.name}: {actor.purpose}" for actor in seen if actor.purpose]
    shared = set.intersection(*(set(actor.topics.all()) for actor in seen)) if len(seen) > 1 else set()
    if shared:
        names = ", ".join(sorted(topic.label for topic in shared))
        lines.append(gettext("All sides work on: %(topics)s.") % {"topics": names})
    return "\n\n".join(lines)


def address_of(actor: Actor) -> str:
    """As everybody may read it; a private address is written in by the side itself."""
    return "\n".join(filter(None, [actor.street_line, actor.town_line])) if actor.is_public else ""


def contacts_of(actor: Actor) -> list[ContactPerson]:
    """Those who agreed to be shown. All others are asked before they are named to the other sides."""
    return list(actor.contacts.agreed()) if actor.is_public else []


def line_of(contact: Any) -> str:
    return ", ".join(filter(None, [contact.name, contact.function, contact.email, contact.phone]))
