from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Conflict:
    """One field that two people changed: what the portal says now, while the form still holds what was typed."""

    label: str
    now: str


class MergingForm:
    """Put before `ModelForm`: two people edit one row and neither loses a word.

    The form carries what the person saw when it was opened. Fields that she did not touch keep what somebody else
    wrote in the meantime; `changes` names the others. A field that both changed is not saved at once: she is shown the
    other version and decides. A form written by hand carries nothing; it has seen what is there now.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts: list[Conflict] = []
        self.merged = list(self.fields)  # type: ignore[attr-defined]
        self.marker = self.add_prefix("seen")  # type: ignore[attr-defined]
        if self.is_bound:  # type: ignore[attr-defined]
            self._complete_what_was_seen()

    def _complete_what_was_seen(self) -> None:
        self.data = self.data.copy()
        if self.marker not in self.data:
            for bound in self._merged_fields():
                self.data.setlist(bound.html_initial_name, raw(bound.field, bound.initial))
        self.data[self.marker] = "1"

    def _merged_fields(self) -> Iterator[BoundField]:
        return (self[name] for name in self.merged)  # type: ignore[index]

    @property
    def what_was_seen(self) -> SafeString:
        """To be put into the form: what every field said when it was opened."""
        pairs = [(self.marker, "1")]
        for bound in self._merged_fields():
            seen = self._seen(bound) if self.is_bound else raw(bound.field, bound.initial)  # type: ignore[attr-defined]
            pairs += [(bound.html_initial_name, value) for value in seen]
        return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)

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
            self.conflicts.append(Conflict(str(bound.label), readable(bound)))
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


def readable(bound: BoundField) -> str:
    """What a field of the row says at present, in words."""
    values = raw(bound.field, bound.initial)
    options = [option for group in getattr(bound.field, "choices", ()) for option in _flat(group)]
    words = {str(value): str(label) for value, label in options}
    return ", ".join(words.get(value, value) for value in values) or "–"


def _flat(choice: Any) -> list[tuple[Any, Any]]:
    """A choice, or the choices of a group."""
    value, label = choice
    return list(label) if isinstance(label, list | tuple) else [(value, label)]
