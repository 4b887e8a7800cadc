from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from partners.actions.cautions import Plan
from partners.forms.fields import DayField
from partners.forms.once import OnceForm
from partners.forms.wording import PlainWords
from partners.merging import MergingForm
from partners.models import Actor, Neighbourhood, Person
from partners.rows_field import RowsField
from projects.forms.actor_search import ActorSearchField, SearchesActors, Wish
from projects.models import Project

ENDS_BEFORE = _("The end lies before the beginning. Please check both days.")


def check_period(form: forms.BaseForm) -> None:
    """An end before the beginning is said at the end."""
    start, end = form.cleaned_data.get("start_on"), form.cleaned_data.get("end_on")
    if start and end and end < start:
        form.add_error("end_on", ValidationError(ENDS_BEFORE, code="period"))


def says_something(form: forms.BaseForm, names: Iterable[str]) -> bool:
    """Whether the folded part of a form must lie open: it holds something that differs from an empty form, or an error."""
    return any(form[name].errors or form[name].value() not in (None, "", form.fields[name].initial) for name in names)


def leave_out(form: MergingForm, *names: str) -> None:
    """Fields that this person, or this row, does not have."""
    for name in names:
        del form.fields[name]  # type: ignore[attr-defined]
        form.merged.remove(name)


class ProjectFields(PlainWords, SearchesActors, forms.ModelForm):
    """What a project says of itself. Organisers also decide on its neighbourhoods and its lead."""

    start_on = DayField(label=_("Begins on"), required=False)
    end_on = DayField(label=_("Ends on"), required=False)
    lead_actor = ActorSearchField(
        label=_("Lead"),
        required=False,
        help_text=_("Who answers for the project. Its team may then write here too. Type a part of the name."),
    )

    class Meta:
        model = Project
        fields = [
            "title",
            "neighbourhoods",
            "summary",
            "goal",
            "topics",
            "target_groups",
            "lead_actor",
            "start_on",
            "end_on",
            "is_open",
            "how_to_join",
            "results",
        ]
        labels = {
            "title": _("Title"),
            "neighbourhoods": _("Neighbourhoods"),
            "summary": _("Summary for everybody"),
            "goal": _("Goal"),
            "topics": _("Topics"),
            "target_groups": _("For whom"),
            "is_open": _("Open: people and groups may still join"),
            "how_to_join": _("How to join in"),
            "results": _("Results"),
        }
        help_texts = {"is_open": "", "title": _("Short and clear, for example: Quartierscafé am Harras.")}
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 4}),
            "goal": forms.Textarea(attrs={"rows": 3}),
            "how_to_join": forms.Textarea(attrs={"rows": 3}),
            "results": forms.Textarea(attrs={"rows": 4}),
            "neighbourhoods": forms.CheckboxSelectMultiple,
            "topics": forms.CheckboxSelectMultiple,
            "target_groups": forms.CheckboxSelectMultiple,
        }
        field_classes = {"neighbourhoods": RowsField, "topics": RowsField, "target_groups": RowsField}

    sentences = {
        "title": {"required": _("Give the project a title.")},
        "neighbourhoods": {"required": _("Choose at least one neighbourhood in which the project takes place.")},
    }

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["topics"].required = self.fields["target_groups"].required = False
        self.fields["neighbourhoods"].queryset = Neighbourhood.objects.editable_by(by).for_list()  # type: ignore[attr-defined]
        self.fields["lead_actor"].queryset = Actor.objects.current().visible_to(by)  # type: ignore[attr-defined]

    def clean(self) -> Any:
        cleaned = super().clean()
        check_period(self)
        return cleaned

    def plans(self, led_by: int | None = None) -> list[Plan]:
        """What is asked of whoever shall lead it now and did not before; of a project that is over nothing any more."""
        lead = self.cleaned_data.get("lead_actor")
        is_same = lead is None or lead.pk == led_by
        if is_same or self.instance.state in (Project.State.COMPLETED, Project.State.ABANDONED):
            return []
        return [Plan(actor=lead, start_on=self.cleaned_data["start_on"], end_on=self.cleaned_data["end_on"])]

    def _get_validation_exclusions(self) -> set[str]:
        """The period is checked above, in words that lead to the field."""
        return super()._get_validation_exclusions() | {"start_on", "end_on"}  # type: ignore[misc]


class ProjectCreateForm(OnceForm, ProjectFields):
    state = forms.ChoiceField(
        label=_("Who may read it?"),
        choices=[
            (Project.State.IDEA, _("Idea (only you and the other organisers see it)")),
            (Project.State.PLANNING, _("In planning (everybody can read it)")),
        ],
        initial=Project.State.IDEA,
        widget=forms.RadioSelect,
    )

    class Meta(ProjectFields.Meta):
        fields = [name for name in ProjectFields.Meta.fields if name != "results"]

    field_order = ["title", "neighbourhoods", "state"]

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        own = list(self.fields["neighbourhoods"].queryset[:2])  # type: ignore[attr-defined]
        if len(own) == 1:
            self.initial.setdefault("neighbourhoods", own)

    def refuse(self, error: ValidationError) -> None:
        self.add_error("lead_actor", error)


class ProjectEditForm(MergingForm, ProjectFields):
    """Its organisers take it in and out of their own neighbourhoods; those of others stay. The lead's team decides on neither."""

    def __init__(self, *args: Any, instance: Project, by: Person, **kwargs: Any) -> None:
        own = set(Neighbourhood.objects.editable_by(by).filter(projects=instance))
        places = list(instance.neighbourhoods.all())
        self.kept = [place for place in places if place not in own]
        initial = {"neighbourhoods": [place for place in places if place in own], "lead_actor": instance.lead_actor}
        super().__init__(*args, instance=instance, by=by, initial=initial, **kwargs)
        self.fields["neighbourhoods"].required = not self.kept
        self.fields["lead_actor"].present = instance.lead_actor  # type: ignore[attr-defined]
        if not own:
            leave_out(self, "neighbourhoods", "lead_actor")

    def put_present(self, bound: BoundField) -> None:
        """An actor search sends three things: what was typed, who was picked, and for which words."""
        if bound.name != "lead_actor":
            super().put_present(bound)
            return
        wish = bound.field.prepare_value(bound.initial) or Wish()
        for ending, text in (("", wish.typed), ("_wahl", wish.picked), ("_zu", wish.typed)):
            self.data[f"{bound.html_name}{ending}"] = text

    def changes(self) -> dict[str, Any]:
        changed = super().changes()
        if "neighbourhoods" in changed:
            changed["neighbourhoods"] = [*changed["neighbourhoods"], *self.kept]
        return changed


class StepForm(PlainWords, forms.Form):
    note = forms.CharField(
        label=_("What there is to say about it"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence for the history of the project. Everybody can read it."),
    )
