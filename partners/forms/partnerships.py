from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms.models import BaseInlineFormSet, inlineformset_factory
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from partners.actions.cautions import Plan
from partners.forms.fields import DayField, HoursField
from partners.forms.once import OnceForm
from partners.forms.wording import PlainWords
from partners.merging import MergingForm
from partners.models import Actor, Neighbourhood, Partnership, PartnershipParty, Person
from partners.models.actors import ActorQuerySet

type Choices = Sequence[tuple[Any, Any]]
# For the first sides of a new partnership: who they could be.
type Proposed = Sequence[dict[str, Any]]

MOST_SIDES = 20
MOST_HOURS = 5000
POSSIBLE_HOURS = _("Hours a month go from 0 to 5,000, for all people together.")
# What each of the four words means.
INTENSITIES = (
    (Partnership.Intensity.NETWORKING, _("networking: one knows each other and passes things on")),
    (Partnership.Intensity.COORDINATING, _("coordinating: one plans so that things fit together")),
    (Partnership.Intensity.COOPERATING, _("cooperating: one shares rooms, people or money")),
    (Partnership.Intensity.COLLABORATING, _("collaborating: one makes each other better and shares the risk")),
)
NEEDED = {
    "brings": _("Say what this side brings. What is agreed needs it."),
    "expected_benefit": _("Say what this side hopes to gain. What is agreed needs it."),
}
SELECTED = {True: SafeString(" selected"), False: ""}


class LongSelect(forms.Select):
    """A list of many choices, drawn in one go: a template for each of a thousand options would take a second."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        attributes = self.build_attrs(self.attrs, attrs)
        given = format_html_join("", ' {}="{}"', ((key, one) for key, one in attributes.items() if one is not False))
        chosen = "" if value is None else str(value)
        return format_html('<select name="{}"{}>{}</select>', name, given, _options(self.choices, chosen))


def _options(choices: Iterable[tuple[Any, Any]], chosen: str) -> SafeString:
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<optgroup label="{}">{}</optgroup>', value, _options(label, chosen)),)
            if isinstance(label, list)
            else (format_html('<option value="{}"{}>{}</option>', value, SELECTED[str(value) == chosen], label),)
            for value, label in choices
        ),
    )


class PartnershipForm(PlainWords, forms.ModelForm):
    """What the partnership is; who its sides are is asked below."""

    start_on = DayField(
        label=_("Begins on"), required=False, help_text=_("Leave this empty as long as no beginning is agreed.")
    )
    end_on = DayField(label=_("Ends on"), required=False, help_text=_("Leave this empty as long as no end is agreed."))
    next_review_on = DayField(
        label=_("Next look back on"), required=False, help_text=_("When you look together at how it goes.")
    )

    class Meta:
        model = Partnership
        fields = ["kind", "neighbourhood", "intensity", "form", "start_on", "end_on", "next_review_on"]
        labels = {
            "kind": _("Kind"),
            "neighbourhood": _("Neighbourhood"),
            "intensity": _("How closely"),
            "form": _("Form of the agreement"),
        }
        help_texts = {
            "kind": _(
                "The local side of a running main partnership is shown as “Quartierspartner*in”, a bridge into the "
                "neighbourhood."
            )
        }
        widgets = {"kind": forms.RadioSelect}

    def __init__(self, *args: Any, own: Sequence[Neighbourhood], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = Partnership.Kind.choices
        self.fields["intensity"].choices = [("", _("not said yet")), *INTENSITIES]
        self.fields["form"].choices = [("", _("none yet")), *Partnership.Form.choices]
        field = self.fields["neighbourhood"]
        field.queryset = Neighbourhood.objects.filter(pk__in=[one.pk for one in own])
        field.choices = [*([] if len(own) == 1 else [("", _("Please choose"))]), *((one.pk, one.name) for one in own)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("start_on"), cleaned.get("end_on")
        if start and end and end < start:
            self.add_error("end_on", _("The end lies before the beginning."))
        if self.stage in Partnership.LIVE and "start_on" not in self.errors:
            self._clean_begun(start)
        return cleaned

    def _clean_begun(self, start: date | None) -> None:
        if start is None:
            self.add_error("start_on", _("What runs has begun on a day. Enter it, for example 20.1.2027."))
        elif "start_on" in self.changed_data and start > timezone.localdate():
            self.add_error("start_on", _("This day is still to come, but the partnership runs already."))

    @property
    def stage(self) -> str:
        """How far the partnership is; nobody types it here."""
        return self.instance.state


class PartnershipCreateForm(OnceForm, PartnershipForm):
    """Where it begins is asked: with somebody new, or with what runs already."""

    state = forms.ChoiceField(
        label=_("Where does it begin?"),
        choices=[
            (Partnership.Stage.CONTACT, _("With a first contact: you want to win somebody as a partner")),
            (Partnership.Stage.RUNNING, _("It runs already: you only write it down here")),
        ],
        initial=Partnership.Stage.CONTACT,
        widget=forms.RadioSelect,
        help_text=_(
            "A first contact is seen only by organisers. Of what runs already, each side says what it brings and what it "
            "hopes to gain; everybody can read that."
        ),
    )
    field_order = ["state"]

    @property
    def stage(self) -> str:
        return self.cleaned_data.get("state", Partnership.Stage.CONTACT)

    def _post_clean(self) -> None:
        self.instance.state = self.stage
        super()._post_clean()


class PartnershipEditForm(MergingForm, PartnershipForm):
    pass


class PartyForm(MergingForm, PlainWords, forms.ModelForm):
    """One side: who it is, what it brings and what it hopes to gain."""

    hours_per_month = HoursField(
        label=_("Hours a month promised"),
        required=False,
        min_value=0,
        max_value=MOST_HOURS,
        help_text=_("Only this side's team and the organisers can read it."),
    )

    class Meta:
        model = PartnershipParty
        fields = ["actor", "side", "brings", "expected_benefit", "hours_per_month"]
        labels = {
            "actor": _("Who"),
            "side": _("Side"),
            "brings": _("Brings"),
            "expected_benefit": _("Hopes to gain"),
        }
        help_texts = {"side": ""}  # the two choices say it themselves
        widgets = {
            "actor": LongSelect,
            "brings": forms.Textarea(attrs={"rows": 3}),
            "expected_benefit": forms.Textarea(attrs={"rows": 3}),
        }

    sentences = {
        "actor": {"required": _("Choose who takes this side, or leave the whole side empty.")},
        "hours_per_month": {"min_value": POSSIBLE_HOURS, "max_value": POSSIBLE_HOURS},
    }

    def __init__(self, *args: Any, actors: ActorQuerySet | None = None, choices: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if actors is not None:
            self.fields["actor"].queryset = actors
            self.fields["actor"].choices = choices

    def validate_constraints(self) -> None:
        """That no actor stands there twice is seen only from all sides together: two of them may be swapping places."""


class OwnSideForm(PartyForm):
    """What a partner writes about its own side. Who the sides are is decided by the organisers."""

    class Meta(PartyForm.Meta):
        fields = ["brings", "expected_benefit", "actual_benefit", "hours_per_month"]
        labels = PartyForm.Meta.labels | {"actual_benefit": _("Has gained")}
        help_texts = PartyForm.Meta.help_texts | {
            "actual_benefit": _(
                "What this side really has from it by now. Leave it empty until there is something to tell."
            )
        }
        widgets = PartyForm.Meta.widgets | {"actual_benefit": forms.Textarea(attrs={"rows": 3})}

    def plans(self) -> list[Plan]:
        """What is asked in addition: only more hours than before ask for more time."""
        party = self.instance
        hours, before = self.cleaned_data["hours_per_month"], self.initial.get("hours_per_month")
        if hours is None or hours <= (before or 0) or party.partnership.is_over:
            return []
        days = {name: getattr(party.partnership, name) for name in ("start_on", "end_on")}
        return [Plan(actor=party.actor, tie=party, hours=hours, **days)]

    def clean(self) -> dict[str, Any]:
        """What was agreed may be said in other words, not in none."""
        cleaned = super().clean()
        party = self.instance
        if party.is_agreed or party.partnership.is_binding:
            for name, sentence in NEEDED.items():
                if name in self.changed_data and not cleaned.get(name, True) and self.initial.get(name):
                    self.add_error(name, sentence)
        return cleaned


class BasePartyFormSet(BaseInlineFormSet):
    """The sides of a partnership, at least two different actors. Empty ones are left out."""

    def __init__(
        self, *args: Any, by: Person, own: Sequence[Neighbourhood], proposed: Proposed = (), **kwargs: Any
    ) -> None:
        self.proposed = proposed
        self.actors = possible_actors(by=by, partnership=kwargs.get("instance"))
        self.choices = actor_choices(self.actors, own=own)
        super().__init__(*args, **kwargs)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {"actors": self.actors, "choices": self.choices}

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        if index is not None and index < len(self.proposed) and isinstance(form, PartyForm):
            form.proposed = {name: form[name].initial for name in self.proposed[index]}
            form.initial |= self.proposed[index]
            for name in self.proposed[index]:
                del form[name].initial  # asked for above, and kept
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Remove this side")

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        actors = [form.cleaned_data["actor"] for form in self._kept() if form.cleaned_data.get("actor")]
        if len(actors) != len(set(actors)):
            raise ValidationError(_("The same actor stands here twice. Each side needs an actor of its own."))
        if len(actors) < 2:
            raise ValidationError(_("A partnership needs at least two sides. Choose who they are."))
        if self.instance.is_binding:
            self._clean_words()

    def _clean_words(self) -> None:
        """What is agreed needs the words of a new side, and keeps those of the others."""
        for form in self._kept():
            if not form.cleaned_data.get("actor"):
                continue
            changes = form.changes()
            is_new = form.instance.pk is None or "actor" in changes
            for name, sentence in NEEDED.items():
                said = form.cleaned_data.get(name) if is_new or name in changes else True
                if not said and (is_new or form.initial.get(name)):
                    form.add_error(name, sentence)

    def _kept(self) -> Iterator[Any]:
        return (form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE"))

    def get_unique_error_message(self, unique_check: Any) -> str:
        return str(_("The same actor stands here twice. Each side needs an actor of its own."))

    def parties(self) -> list[PartnershipParty]:
        """The sides that were added or changed, each with what this person changed and nothing else."""
        written = []
        for form in self._kept():
            changes = form.changes()
            if not changes:
                continue
            stored = next((party for party in self.get_queryset() if party.pk == form.instance.pk), None)
            party = stored or PartnershipParty()
            for name, value in changes.items():
                setattr(party, name, value)
            written.append(party)
        return written

    def plans(self, *, start_on: date | None, end_on: date | None) -> list[Plan]:
        """What is asked of whom: of a new side all that it promises, of one that is there only more hours than before."""
        found = []
        for form in self._kept() if not self.instance.is_over else ():
            said, before = form.cleaned_data, form.initial.get("hours_per_month") or 0
            actor, hours = said.get("actor"), said.get("hours_per_month")
            is_new = form.instance.pk is None or "actor" in form.changes()
            if actor and (is_new or (hours or 0) > before):
                tie = None if is_new else form.instance
                found.append(Plan(actor=actor, start_on=start_on, end_on=end_on, hours=hours, tie=tie))
        return found

    def removed(self) -> list[PartnershipParty]:
        return [form.instance for form in self.initial_forms if form in self.deleted_forms]


PartyFormSet = inlineformset_factory(
    Partnership,
    PartnershipParty,
    form=PartyForm,
    formset=BasePartyFormSet,
    extra=0,
    max_num=MOST_SIDES,
    absolute_max=MOST_SIDES,
    can_delete=True,
    can_delete_extra=False,
)


def possible_actors(*, by: Person, partnership: Partnership | None) -> ActorQuerySet:
    """Whom an organiser can make a side: everybody she sees, and who is one already, archived or not."""
    fits = Q(pk__in=Actor.objects.current().visible_to(by).values("pk"))
    if partnership and partnership.pk:
        fits |= Q(pk__in=partnership.parties.values("actor"))
    return Actor.objects.filter(fits)


def actor_choices(actors: ActorQuerySet, *, own: Sequence[Neighbourhood]) -> Choices:
    """First those of the person's own neighbourhoods, then all others."""
    lies = Actor.neighbourhoods.through.objects.filter(neighbourhood__in=[one.pk for one in own])
    near = set(lies.values_list("actor", flat=True))
    rows = list(actors.order_by("sort_name", "pk").values_list("pk", "name"))
    groups = (
        (_("In your neighbourhoods"), [row for row in rows if row[0] in near]),
        (_("Elsewhere"), [row for row in rows if row[0] not in near]),
    )
    return [("", _("Please choose")), *((heading, found) for heading, found in groups if found)]
