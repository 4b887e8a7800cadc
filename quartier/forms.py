"""How every form of the portal is drawn.

Named once in `FORM_RENDERER`, so that the lower floors get labels, hints, errors and units
in one look without importing anything from up here.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

# The first that fits wins: a class stands before its parents.
KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.RadioSelect, "choices"),
    (forms.CheckboxSelectMultiple, "choices"),
    (forms.MultiWidget, "parts"),
    (forms.SelectDateWidget, "parts"),
    (forms.CheckboxInput, "check"),
    (forms.FileInput, "file"),
    (forms.Textarea, "textarea"),
    (forms.Select, "select"),
    (forms.NumberInput, "number"),
    (forms.DateInput, "date"),
    (forms.TimeInput, "date"),
)


class PortalBoundField(BoundField):
    """What `components/field.html` needs to know of a field.

    A widget names its unit with `attrs={"data-unit": "Stunden"}`; the unit is shown behind the
    input and read out with it.
    """

    @property
    def kind(self) -> str:
        """Which of the drawings in `components/field.html` fits the widget."""
        return next((kind for widget, kind in KINDS if isinstance(self.field.widget, widget)), "text")

    @property
    def is_group(self) -> bool:
        """Several inputs answer one question: a fieldset with a legend instead of a label."""
        return self.kind in {"choices", "parts"}

    @property
    def is_optional(self) -> bool:
        """Marked "(freiwillig)"; a single tick box is not, because not ticking it is an answer."""
        return not self.field.required and not self.field.disabled and self.kind != "check"

    @property
    def lead_in(self) -> str:
        """The label as the beginning of a sentence in the error summary; a label that asks needs no colon."""
        label = str(self.label)
        return label if not label or label[-1] in ":?!." else f"{label}:"

    @property
    def unit(self) -> str:
        return str(self.field.widget.attrs.get("data-unit", ""))

    @property
    def focus_id(self) -> str:
        """Where the link in the error summary leads: the input itself, in a group the first one."""
        if not self.is_group:
            return self.id_for_label
        if self.kind == "choices":
            return next(
                (option["attrs"]["id"] for _, options in self.option_groups for option in options), self.auto_id
            )
        return f"{self.auto_id}_0" if isinstance(self.field.widget, forms.MultiWidget) else self.id_for_label

    @property
    def option_groups(self) -> list[tuple[str | None, list[dict[str, Any]]]]:
        """The choices with the headings they stand under; None where a choice stands under no heading."""
        attrs = {"id": self.auto_id} | ({"disabled": True} if self.field.disabled else {})
        context = self.field.widget.get_context(self.html_name, self.value(), attrs)
        groups: list[tuple[str | None, list[dict[str, Any]]]] = []
        for name, options, _index in context["widget"]["optgroups"]:
            if groups and groups[-1][0] == name:
                groups[-1][1].extend(options)
            else:
                groups.append((name, list(options)))
        return groups

    @property
    def aria_describedby(self) -> str | None:
        described = super().aria_describedby
        if described is None or not self.unit or not self.auto_id:
            return described
        return f"{described} {self.auto_id}_unit".strip()


class Renderer(TemplatesSetting):
    form_template_name = "components/form.html"
    formset_template_name = "components/formset.html"
    field_template_name = "components/field.html"
    bound_field_class = PortalBoundField
