from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.forms.once import OnceForm
from partners.forms.wording import PlainWords
from partners.merging import MergingForm
from partners.models import Actor, ContactPerson, Membership, Neighbourhood, Partnership, RoundMail
from partners.models.actors import ActorQuerySet
from partners.models.partnerships import PartnershipQuerySet
from partners.rows_field import RowsField

# Nobody ticks more boxes than these; of so many partnerships a stage is chosen on the board.
MOST_OFFERED = 200


def reachable(neighbourhood: Neighbourhood) -> ActorQuerySet:
    """Places of the Quartier in which somebody is entered who could get a mail."""
    agreed = ContactPerson.objects.agreed().exclude(email="")
    fits = Q(pk__in=Membership.objects.values("actor")) | Q(pk__in=agreed.values("actor"))
    return Actor.objects.current().filter(fits, neighbourhoods=neighbourhood)


class RoundMailForm(PlainWords, forms.ModelForm):
    actors = RowsField(Actor.objects.none(), label=_("Places"), required=False, widget=forms.CheckboxSelectMultiple)
    sentences = {
        "subject": {"required": _("Say in a few words what it is about.")},
        "text": {"required": _("Write what you want to tell them.")},
    }

    class Meta:
        model = RoundMail
        fields = ["subject", "text", "to_teams", "to_contacts", "answers_to_me"]
        labels = {
            "subject": _("What is it about?"),
            "text": _("What do you want to tell them?"),
            "to_teams": _("To everybody in the teams of these places"),
            "to_contacts": _("To their contact persons who agreed and have an e-mail address"),
            "answers_to_me": _("Answers go to my e-mail address"),
        }
        help_texts = {
            "subject": _("The subject of the mail. For example: Invitation to the round table on 3 March."),
            "text": _(
                "Plain text. The greeting, your name, and the way to get no more such mails are added by the portal."
            ),
            "answers_to_me": _("Then everybody who gets the mail sees your address."),
        }
        widgets = {"text": forms.Textarea(attrs={"rows": 12})}

    def __init__(self, *args: Any, neighbourhood: Neighbourhood, **kwargs: Any) -> None:
        self.neighbourhood = neighbourhood
        super().__init__(*args, **kwargs)
        present = list(self.instance.places.values_list("actor", flat=True)) if self.instance.pk else []
        rows = Actor.objects.filter(Q(pk__in=reachable(neighbourhood).values("pk")) | Q(pk__in=present))
        self.fields["actors"].queryset = rows.order_by("sort_name", "pk")
        self.initial["actors"] = present

    def clean_subject(self) -> str:
        return " ".join(self.cleaned_data["subject"].split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not (cleaned.get("to_teams") or cleaned.get("to_contacts")):
            self.add_error("to_teams", _("Choose teams, contact persons, or both."))
        if not ({"actors", "partnerships"} & set(self.errors)) and not self.wanted(cleaned):
            self.add_error("actors", _("Choose at least one place."))
        return cleaned

    def wanted(self, cleaned: dict[str, Any]) -> list[Actor]:
        return list(cleaned.get("actors") or [])


class RoundMailCreateForm(OnceForm, RoundMailForm):
    """Besides places whole partnerships can be chosen: both sides are meant, as far as they lie in the Quartier."""

    partnerships = RowsField(
        Partnership.objects.none(),
        label=_("The sides of these partnerships"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ["subject", "text", "partnerships", "actors"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self.neighbourhood.partnerships.exclude(state__in=Partnership.OVER).in_order()
        offered = list(rows.values_list("pk", flat=True)[: MOST_OFFERED + 1])
        if len(offered) > MOST_OFFERED:
            rows = self._narrowed(rows, offered)
        self.fields["partnerships"].queryset = rows.prefetch_related("parties__actor")
        self.fields["partnerships"].label_from_instance = lambda one: f"{one.title} ({one.get_state_display()})"
        self.fields["actors"].label = _("Further places")
        self.fields["actors"].help_text = _("Only places in which somebody is entered who could get a mail.")

    def _narrowed(self, rows: PartnershipQuerySet, offered: list[int]) -> PartnershipQuerySet:
        """Those at the stage that was asked for, or the first ones, and says so."""
        asked = self.initial.get("partnerships")
        if asked:
            offered = list(rows.filter(pk__in=asked).values_list("pk", flat=True)[:MOST_OFFERED])
        self.fields["partnerships"].help_text = _(
            "There are more partnerships than fit here; %(number)s are offered. Choose a stage on the board, and write from there."
        ) % {"number": min(len(offered), MOST_OFFERED)}
        return rows.filter(pk__in=offered[:MOST_OFFERED])

    def wanted(self, cleaned: dict[str, Any]) -> list[Actor]:
        sides = [party.actor for one in cleaned.get("partnerships") or [] for party in one.parties.all()]
        return list(dict.fromkeys([*super().wanted(cleaned), *sides]))


class RoundMailEditForm(MergingForm, RoundMailForm):
    pass
