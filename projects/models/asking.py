"""Where a side is asked for which nobody can sign in."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Lower, NullIf

from partners.models import Actor, ContactPerson, Membership


def mailboxes() -> Any:
    """Actors without an active account on their team, with `mailbox`: None where they have none.

    The address of the office comes first, then that of a contact person who agreed that everybody may read it.
    """
    team = Membership.objects.order_by().filter(actor=OuterRef("pk"), person__is_active=True)
    contact = ContactPerson.objects.agreed().filter(actor=OuterRef("pk")).exclude(email="").values("email")[:1]
    rows = Actor.objects.order_by().current().filter(~Exists(team))
    return rows.annotate(mailbox=Lower(Coalesce(NullIf("email", Value("")), Subquery(contact))))
