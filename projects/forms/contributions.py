from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partners.forms.fields import DayField
from partners.forms.once import OnceForm
from partners.forms.quantities import NO_QUANTITY, QuantityField, category_choices
from partners.forms.wording import PlainWords
from partners.merging import MergingForm
from partners.models import UNIT_OF, ResourceCategory
from projects.forms.projects import check_period, leave_out, says_something
from projects.models import Contribution


class ContributionFields(PlainWords, forms.Form):
    category = forms.ChoiceField(label=_("What kind of contribution?"), choices=category_choices)
    title = forms.CharField(
        label=_("What exactly?"), max_length=200, help_text=_("For example: reading room for three evenings.")
    )
    planned_quantity = QuantityField(label=_("How much is planned?"), required=False)
    delivered_quantity = QuantityField(label=_("How much was delivered?"), required=False)
    start_on = DayField(label=_("From"), required=False)
    end_on = DayField(label=_("Until"), required=False)
    is_public = forms.BooleanField(label=_("Show on public pages"), required=False, initial=True)

    QUANTITIES = ("planned_quantity", "delivered_quantity")
    MORE = ("start_on", "end_on", "is_public")
    sentences = {
        "category": {"required": _("Choose what kind of contribution it is.")},
        "title": {"required": _("Say in a few words what is contributed.")},
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = {str(category): str(unit.label) if unit else "" for category, unit in UNIT_OF.items()}
        self.fields["category"].widget.attrs["data-units"] = json.dumps(units)
        self.show_unit(units.get(str(self["category"].value() or ""), ""))

    @property
    def has_more(self) -> bool:
        return says_something(self, self.MORE)

    @property
    def has_delivered(self) -> bool:
        return "delivered_quantity" in self.fields

    def show_unit(self, unit: str) -> None:
        """The unit of the chosen category stands behind the quantities."""
        for name in self.QUANTITIES:
            if name in self.fields:
                self.fields[name].widget.attrs["data-unit"] = unit

    def clean(self) -> Any:
        cleaned = super().clean()
        check_period(self)
        category = self.cleaned_data.get("category")
        if category and not UNIT_OF[category]:
            self._refuse_quantities(ResourceCategory(category))
        return cleaned

    def _refuse_quantities(self, category: ResourceCategory) -> None:
        for name in self.QUANTITIES:
            if self.cleaned_data.get(name) is not None:
                self.add_error(name, ValidationError(NO_QUANTITY, code="unit", params={"category": category.label}))


class ContributionForm(OnceForm, ContributionFields):
    state = forms.ChoiceField(
        label=_("How far is it?"),
        choices=[
            (Contribution.State.PLANNED, _("planned")),
            (Contribution.State.PROMISED, _("promised")),
            (Contribution.State.DELIVERED, _("delivered")),
        ],
        initial=Contribution.State.PLANNED,
        widget=forms.RadioSelect,
    )

    field_order = ["category", "title", "state", *ContributionFields.QUANTITIES, *ContributionFields.MORE]

    def clean(self) -> Any:
        cleaned = super().clean()
        delivered = self.cleaned_data.get("delivered_quantity") is not None
        if delivered and self.cleaned_data.get("state") in {Contribution.State.PLANNED, Contribution.State.PROMISED}:
            self.add_error(
                "delivered_quantity",
                ValidationError(
                    _("What is not delivered yet has no delivered quantity. Choose “delivered”, or leave this empty."),
                    code="early",
                ),
            )
        return cleaned


class ContributionEditForm(MergingForm, ContributionFields):
    """The same without the stage, which has its own steps; the delivered quantity only once it was delivered."""

    def __init__(self, *args: Any, contribution: Contribution, **kwargs: Any) -> None:
        initial = {name: getattr(contribution, name) for name in self.base_fields}
        super().__init__(*args, initial=initial, **kwargs)
        if not contribution.is_actual:
            leave_out(self, "delivered_quantity")


class DeliverForm(PlainWords, forms.Form):
    quantity = QuantityField(
        label=_("How much was really delivered?"),
        required=False,
        help_text=_("Leave it empty if nobody counted."),
    )

    def __init__(self, *args: Any, contribution: Contribution, **kwargs: Any) -> None:
        planned: Decimal | None = contribution.planned_quantity
        super().__init__(*args, initial={"quantity": planned}, **kwargs)
        if contribution.unit:
            self.fields["quantity"].widget.attrs["data-unit"] = contribution.get_unit_display()
        else:
            del self.fields["quantity"]


class ObjectionForm(PlainWords, forms.Form):
    reason = forms.CharField(
        label=_("What is not right?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In a sentence or two, so that the other side can mend it. Only both sides read this."),
    )
    sentences = {"reason": {"required": _("Say what is not right, so that the other side can mend it.")}}


class WithdrawForm(PlainWords, forms.Form):
    note = forms.CharField(
        label=_("Why?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only both sides read this."),
    )
