from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from django import forms
from django.db.models import Model
from django.forms.boundfield import BoundField
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Conflict:
    """One field that two people changed: what the portal says now, and what was typed. `name` is that of the choice."""

    label: str
    now: str
    mine: str = ""
    name: str = ""


class MergingForm:
    """Put before `ModelForm`: two people edit one row and neither loses a word.

    The form carries what the person saw when it was opened. Fields that she did not touch keep what somebody else
    wrote in the meantime; `changes` names the others. A field that both changed is not saved at once: she is shown the
    other version and decides field by field: hers is what stands in the form, the other one is what stays in the row.
    A form written by hand carries nothing; it has seen what is there now.
    """

    data: Any
    THEIRS = "portal"
    # Fields that the portal filled in for her, with what they would say without that: what she saves is hers.
    proposed: Mapping[str, Any] = MappingProxyType({})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts: list[Conflict] = []
        self.merged = [name for name, field in self.fields.items() if is_comparable(field)]  # type: ignore[attr-defined]
        self.marker = self.add_prefix("seen")  # type: ignore[attr-defined]
        if self.is_bound:  # type: ignore[attr-defined]
            self._complete_what_was_seen()
            self._take_theirs()

    def _complete_what_was_seen(self) -> None:
        self.data = self.data.copy()
        if self.marker not in self.data:
            for bound in self._merged_fields():
                self.data.setlist(bound.html_initial_name, raw(bound.field, bound.initial))
        self.data[self.marker] = "1"

    def _choice(self, name: str) -> str:
        return self.add_prefix(f"version-{name}")  # type: ignore[attr-defined]

    def _take_theirs(self) -> None:
        """Where she chose the other version, the form says what the row says now, as if she had not touched it."""
        for bound in self._merged_fields():
            if self.data.get(self._choice(bound.name)) == self.THEIRS:
                self.put_present(bound)
                self.data.setlist(bound.html_initial_name, raw(bound.field, bound.initial))

    def put_present(self, bound: BoundField) -> None:
        """Fills the field with what the row says now."""
        if values := raw(bound.field, bound.initial):
            self.data.setlist(bound.html_name, values)
        else:
            self.data.pop(bound.html_name, None)

    def _merged_fields(self) -> Iterator[BoundField]:
        return (self[name] for name in self.merged)  # type: ignore[index]

    @property
    def what_was_seen(self) -> SafeString:
        """To be put into the form: what every field said when it was opened."""
        pairs = [(self.marker, "1")]
        for bound in self._merged_fields():
            seen = self._seen(bound) if self.is_bound else self._present(bound)  # type: ignore[attr-defined]
            pairs += [(bound.html_initial_name, value) for value in seen]
        return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)

    def _present(self, bound: BoundField) -> list[str]:
        return raw(bound.field, self.proposed.get(bound.name, bound.initial))

    def _seen(self, bound: BoundField) -> list[str]:
        return raw(bound.field, self.data.getlist(bound.html_initial_name))

    @cached_property
    def changed_data(self) -> list[str]:
        """Fields in which the form says something else than what was seen. Line ends, which browsers change, do not count."""
        return [
            name
            for name, bound in self._bound_items()  # type: ignore[attr-defined]
            if (self._is_changed(bound) if name in self.merged else bound._has_changed())
        ]

    def _is_changed(self, bound: BoundField) -> bool:
        return self._seen(bound) != raw(bound.field, bound.data)

    def clean(self) -> Any:
        cleaned = super().clean()  # type: ignore[misc]
        for name in self.changed_data:
            if name in self.merged and name in self.cleaned_data:  # type: ignore[attr-defined]
                self._compare(self[name])  # type: ignore[index]
        if self.conflicts:
            self.add_error(  # type: ignore[attr-defined]
                None,
                _(
                    "Somebody else changed the same thing while you were writing. Nothing is saved yet: "
                    "compare the two versions, then save again."
                ),
            )
        return cleaned

    def _compare(self, bound: BoundField) -> None:
        present = raw(bound.field, bound.initial)
        mine = raw(bound.field, self.cleaned_data[bound.name])  # type: ignore[attr-defined]
        if present not in (self._seen(bound), mine):
            typed = self.cleaned_data[bound.name]  # type: ignore[attr-defined]
            words = readable(bound, bound.initial), readable(bound, typed)
            self.conflicts.append(Conflict(str(bound.label), *words, name=self._choice(bound.name)))
            # Now the person has seen it: saving once more decides for what stands in the form.
            self.data.setlist(bound.html_initial_name, present)

    def changes(self) -> dict[str, Any]:
        """What is to be written: the fields that this person changed, with their cleaned values."""
        return {
            name: self.cleaned_data[name]  # type: ignore[attr-defined]
            for name in self.changed_data
            if name in self.merged
        }


def raw(field: forms.Field, value: Any) -> list[str]:
    """A value the way a browser sends it, made comparable: always a list, lines end in one way."""
    prepared = field.prepare_value(value)
    values = prepared if isinstance(prepared, list | tuple) else [prepared]
    texts = ["" if one is None else str(one).replace("\r\n", "\n").strip() for one in values]
    return sorted(text for text in texts if text)


def is_comparable(field: forms.Field) -> bool:
    """What a browser sends as one text or several, and can send back unchanged.

    A file is chosen anew each time, and nobody typed what is hidden: their forms compare them in a way of their own.
    """
    if field.disabled or field.widget.is_hidden:
        return False
    return not isinstance(field, forms.FileField | forms.MultiValueField)


def readable(bound: BoundField, value: Any) -> str:
    """What a field says, in words."""
    if isinstance(value, Model):
        return str(value)
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    options = [option for group in getattr(bound.field, "choices", ()) for option in _flat(group)]
    words = {str(key): str(label) for key, label in options}
    return ", ".join(words.get(one, one) for one in raw(bound.field, value)) or "–"


def _flat(choice: Any) -> list[tuple[Any, Any]]:
    """A choice, or the choices of a group."""
    value, label = choice
    return list(label) if isinstance(label, list | tuple) else [(value, label)]
