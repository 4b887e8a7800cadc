"""Two admins, or an admin and somebody on a page of the portal, edit one row: neither loses a word, here as there."""

from __future__ import annotations

import json
import uuid
from functools import cache
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.forms.boundfield import BoundField
from django.forms.models import _get_foreign_key
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from partners.actions.holding import lock_actors
from partners.actions.receipts import fingerprint_of
from partners.admin.chosen_rows import ChoosesRows
from partners.merging import MergingForm, raw
from partners.models import Actor, FormReceipt


class MergingAdminForm(MergingForm):
    """The admin writes the whole row, so a field that was not touched here takes what somebody else wrote meanwhile."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.merged:
            self.fields[name].show_hidden_initial = False  # type: ignore[attr-defined]

    def _is_changed(self, bound: BoundField) -> bool:
        """A day is shown in another way than it is stored: compared is what both mean."""
        typed = bound.data
        if not isinstance(bound.field, forms.ChoiceField | forms.ModelChoiceField):
            try:
                typed = bound.field.to_python(typed)
            except ValidationError:
                return True
        return self._seen(bound) != raw(bound.field, typed)

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        untouched = set(self.merged) & set(self.cleaned_data) - set(self.changed_data)  # type: ignore[attr-defined]
        for name in untouched:
            bound = self[name]  # type: ignore[index]
            if self._seen(bound) != raw(bound.field, bound.initial):
                self.cleaned_data[name] = bound.field.clean(bound.field.prepare_value(bound.initial))  # type: ignore[attr-defined]


class MergingRow(MergingAdminForm, forms.ModelForm):
    """For the rows inside another row; to which one they belong nobody types."""

    def full_clean(self) -> None:
        for name, field in self.fields.items():
            if isinstance(field, forms.models.InlineForeignKeyField) and name in self.merged:
                self.merged.remove(name)
                self._bound_fields_cache.pop(name, None)  # it was put in place of another field
        super().full_clean()


@cache
def merging(form: type[forms.ModelForm]) -> type[forms.ModelForm]:
    return type(f"Merging{form.__name__}", (MergingAdminForm, form), {})


class NotSavedError(Exception):
    """Undoes the receipt of a form that made no row."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__()
        self.response = response


def note_answer(receipt: FormReceipt, response: HttpResponse) -> None:
    if response.status_code != 302:
        raise NotSavedError(response)
    receipt.leads_to = response["Location"][:500]
    receipt.save(update_fields=["leads_to"])


class ChoosesActors(ChoosesRows):
    """An entry that became part of another one is not chosen any more."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.related_model is Actor:
            kwargs.setdefault("queryset", Actor.objects.unmerged())
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def ties_to_actors(model: type[models.Model]) -> set[str]:
    return {one.name for one in model._meta.fields if one.related_model is Actor}


class MergingAdmin(ChoosesActors, admin.ModelAdmin):
    """A change compares with what was seen when the page was opened; a new row is made once, however often it is sent."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if change:
            kwargs.setdefault("form", merging(self.form))
        return super().get_form(request, obj, change=change, **kwargs)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        return super().render_change_form(request, context | {"once": uuid.uuid4()}, *args, **kwargs)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        if object_id is None:
            return self._add_once(request, form_url, extra_context)
        with transaction.atomic():
            self._hold_chosen_actors(request)
            self._lock(request, unquote(object_id))
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _hold_chosen_actors(self, request: HttpRequest) -> None:
        """Until what is sent here is saved, none of them becomes part of another entry; what the form then asks is true."""
        models = [self.model, *(inline.model for inline in self.get_inline_instances(request))]
        names = set().union(*map(ties_to_actors, models))
        lock_actors(text for key, text in request.POST.items() if key.rpartition("-")[2] in names)

    def _lock(self, request: HttpRequest, key: str) -> None:
        """Nobody writes between comparing and saving, neither this row nor those that are shown inside it."""
        try:
            row = self.model._base_manager.select_for_update().filter(pk=key).first()
        except (ValidationError, ValueError):
            return  # there is no such row; the page says so
        for inline in self.get_inline_instances(request, row) if row else []:
            owner = _get_foreign_key(self.model, inline.model, fk_name=inline.fk_name)
            list(inline.model._base_manager.select_for_update().filter(**{owner.name: row}))

    def _add_once(self, request: HttpRequest, form_url: str, extra_context: dict[str, Any] | None) -> Any:
        key = request.POST.get("once", "")
        if not key or IS_POPUP_VAR in request.POST:
            return super().changeform_view(request, None, form_url, extra_context)
        content = {name: texts for name, texts in sorted(request.POST.lists()) if name != "csrfmiddlewaretoken"}
        fingerprint = fingerprint_of(request.path, str(request.user.pk), key, json.dumps(content))
        try:
            with transaction.atomic():
                receipt = FormReceipt.objects.create(fingerprint=fingerprint)
                self._hold_chosen_actors(request)
                response = super().changeform_view(request, None, form_url, extra_context)
                note_answer(receipt, response)
        except NotSavedError as refused:
            return refused.response
        except IntegrityError:
            earlier = FormReceipt.objects.filter(pk=fingerprint).first()
            if earlier is None:
                raise
            return HttpResponseRedirect(earlier.leads_to)
        return response
