"""Whether the sums that are kept beside contributions say what the contributions say."""

from __future__ import annotations

from collections import defaultdict

from projects.models import Contribution, ContributionTally
from projects.models.counting import Amount, Sort, sums_of


def kept() -> dict[Sort, Amount]:
    """What the lines say together; of one sort there may be several."""
    found: defaultdict[Sort, Amount] = defaultdict(Amount)
    for line in ContributionTally.objects.all():
        found[line.sort].add(line.amount)
    return {sort: amount for sort, amount in found.items() if not amount.is_nothing}


def wrong() -> dict[Sort, tuple[Amount | None, Amount | None]]:
    """What is kept, and what it should be, where they are not the same."""
    are, should = kept(), sums_of(Contribution.objects.all())
    return {sort: (are.get(sort), should.get(sort)) for sort in {*are, *should} if are.get(sort) != should.get(sort)}
