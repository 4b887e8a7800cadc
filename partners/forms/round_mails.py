from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partners.forms.once import OnceForm
from partners.forms.searching import Searches
from partners.forms.wording import PlainWords
from partners.merging import MergingForm
from partners.models import Actor, ContactPerson, Membership, Neighbourhood, Partnership, RoundMail, normalise
from partners.models.actors import ActorQuerySet
from partners.models.partnerships import PartnershipQuerySet
from partners.rows_field import RowsField, is_key

# Nobody ticks more boxes than these; of so many partnerships a stage is chosen on the board, places are searched.
MOST_OFFERED = 200
# However many places are chosen already, so many that a search finds are offered.
LEAST_OFFERED = 20
LONGEST_SEARCH = 200


def reachable(neighbourhood: Neighbourhood) -> ActorQuerySet:
    """Places of the Quartier in which somebody is entered who could get a mail."""
    agreed = ContactPerson.objects.agreed().exclude(email="")
    fits = Q(pk__in=Membership.objects.values("actor")) | Q(pk__in=agreed.values("actor"))
    return Actor.objects.current().filter(fits, neighbourhoods=neighbourhood)


class SearchesPlaces(Searches):
    """A form that offers many places: some of them, those that are chosen, and a search for all others by name."""

    places_said = ""  # what was found; empty where all places are offered

    def offer(self, rows: ActorQuerySet, present: list[int]) -> None:
        field = self.fields["actors"]  # type: ignore[attr-defined]
        field.queryset = rows = rows.order_by("sort_name", "pk")
        self.has_search = rows[MOST_OFFERED : MOST_OFFERED + 1].exists()
        if self.has_search:
            field.choices = self._some(rows, present)

    def _some(self, rows: ActorQuerySet, present: list[int]) -> list[tuple[Any, list[tuple[int, str]]]]:
        ticked = self.data.getlist(self.add_prefix("actors")) if self.is_bound else []  # type: ignore[attr-defined]
        keys = {int(one) for one in ticked if is_key(one)}
        chosen = list(rows.filter(pk__in=keys | set(present)).values_list("pk", "name"))
        others = rows.exclude(pk__in=[pk for pk, _name in chosen])
        if normalise(self.typed):
            others = others.search(self.typed)
        room = max(MOST_OFFERED - len(chosen), LEAST_OFFERED)
        found = list(others.values_list("pk", "name")[: room + 1])
        self.places_said = self._said(len(found), room)
        heading = _("Found") if normalise(self.typed) else _("The first ones of the alphabet")
        return [(title, group) for title, group in ((_("Chosen"), chosen), (heading, found[:room])) if group]

    def _said(self, found: int, room: int) -> str:
        names = {"typed": self.typed, "number": room}
        if not normalise(self.typed):
            return gettext("There are more places than fit here; %(number)s are offered. Search for others.") % names
        if found > room:
            return gettext("More than %(number)s places fit “%(typed)s”. Type a little more of the name.") % names
        if not found:
            return gettext("No other place fits “%(typed)s”. Check the spelling, or type only a part.") % names
        said = ngettext("%(found)s more place fits “%(typed)s”.", "%(found)s more places fit “%(typed)s”.", found)
        return said % (names | {"found": found})

    @property
    def typed(self) -> str:
        said: str = self.data.get(self.TYPED, "")  # type: ignore[attr-defined]
        return said.replace("\x00", "").strip()[:LONGEST_SEARCH]

    def is_valid(self) -> bool:
        """Sent to be saved, and nothing is wrong with it."""
        return not self.is_search and super().is_valid()  # type: ignore[misc]


class RoundMailForm(PlainWords, SearchesPlaces, forms.ModelForm):
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
        self.offer(rows, present)
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
