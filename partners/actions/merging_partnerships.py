"""What the partnerships of two entries say about making them one, and about parting them again."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models import Actor, Partnership, PartnershipParty
from partners.models.parties_key import key_of

EMPTIED = _(
    "A partnership was agreed since, on the words that both entries had together. Apart, “%(name)s” would stand there "
    "without any. Write down what each side brings and expects, or end the partnership first."
)


def refuse_partners_of_each_other(kept: Actor, gone: Actor) -> None:
    both = Partnership.objects.filter(parties__actor=kept).filter(parties__actor=gone)
    if any(partnership.parties.count() <= 2 for partnership in both):
        raise ValidationError(
            _(
                "The two have a partnership with each other. Nobody is a partner of oneself: they are hardly one and the same."
            ),
            code="partners",
        )


def refuse_same_partnerships(kept: Actor, gone: Actor) -> None:
    """Of one set of parties one main partnership runs at a time. Which of two goes on is for the organisers to say."""
    rows = lock_partnerships(kept, gone).filter(kind=Partnership.Kind.MAIN, state__in=Partnership.LIVE)
    taken: dict[str, Partnership] = {}
    for partnership in rows.prefetch_related("parties__actor"):
        key = key_of(kept.pk if party.actor_id == gone.pk else party.actor_id for party in partnership.parties.all())
        other = taken.setdefault(key, partnership)
        if other != partnership:
            raise ValidationError(
                _(
                    "The main partnerships “%(one)s” (no. %(first)s) and “%(other)s” (no. %(second)s) would be one and the "
                    "same. End one of the two, then merge."
                )
                % {"one": other.title, "first": other.pk, "other": partnership.title, "second": partnership.pk},
                code="partnerships",
            )


def refuse_two_quotations(kept: Actor, gone: Actor) -> None:
    """Where both are a side each side may quote somebody; a side that is one has room for one, and none is lost unasked."""
    quoted = PartnershipParty.objects.filter(quotation__isnull=False).order_by()
    twice = quoted.filter(actor=kept, partnership__in=quoted.filter(actor=gone).values("partnership")).first()
    if twice is not None:
        raise ValidationError(
            _("Both have a quotation in partnership no. %(number)s. Withdraw one of the two, then merge.")
            % {"number": twice.partnership_id},
            code="quotations",
        )


def lock_partnerships(*actors: Actor) -> models.QuerySet[Partnership]:
    """All theirs, before the parties in them are touched, as everybody does who writes these."""
    mine = PartnershipParty.objects.filter(actor__in=actors).order_by()
    rows = Partnership.objects.filter(pk__in=mine.values("partnership")).order_by("pk")
    list(rows.select_for_update().values_list("pk"))
    return rows


def refuse_silent_sides(partnerships: Iterable[int]) -> None:
    """What was agreed since the merge rests on the words of both: neither of them can be left without."""
    agreed = PartnershipParty.objects.filter(partnership__in=list(partnerships), is_agreed=True).order_by()
    sides = PartnershipParty.objects.filter(
        partnership__in=agreed.values("partnership"), partnership__state__in=Partnership.BINDING, is_agreed=False
    )
    for side in sides.select_related("actor"):
        if side.missing:
            raise ValidationError(EMPTIED % {"name": side.actor.name}, code="emptied")
    PartnershipParty.objects.filter(pk__in=[side.pk for side in sides]).update(is_agreed=True)
