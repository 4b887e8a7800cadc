"""Kind and topics of many actors: what to do, what that means for each, then done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partners.actions.curating import Plan, Planned, Wish, carry_out, plan_curation
from partners.admin.choosing import SHOWN, ChoosingAdmin
from partners.models import Actor, ActorKind, Topic
from partners.rows_field import RowsField


class CurationForm(forms.Form):
    """At least one of the three."""

    kind = forms.ModelChoiceField(
        ActorKind.objects.order_by("sector", "name"),
        label=_("Set the kind to"),
        required=False,
        empty_label=_("leave it as it is"),
    )
    add = RowsField(
        Topic.objects.order_by("name"),
        label=_("Add these topics"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    remove = RowsField(
        Topic.objects.order_by("name"),
        label=_("Take these topics away"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        if not any(cleaned.values()):
            raise forms.ValidationError(_("Choose a kind or a topic: nothing would change."))
        if both := set(cleaned["add"]) & set(cleaned["remove"]):
            raise forms.ValidationError(
                _("“%(topic)s” stands on both sides. Choose whether to add it or to take it away.")
                % {"topic": min(map(str, both))}
            )
        return cleaned

    @property
    def wish(self) -> Wish:
        said = self.cleaned_data
        return Wish(kind=said["kind"], add=tuple(said["add"]), remove=tuple(said["remove"]))


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the preview in words."""

    name: str
    kind_before: str
    kind_after: str
    came: str
    gone: str


class CuratingAdmin(ChoosingAdmin):
    @admin.action(description=_("Set kind and topics of the chosen actors"), permissions=["change"])
    def curate(self, request: HttpRequest, queryset: QuerySet[Actor]) -> HttpResponse | None:
        """Three answers to one address: the questions, the preview, and back to the list with what was done."""
        chosen = self.chosen(queryset)
        asked = "seen" in request.POST or "preview" in request.POST
        form = CurationForm(request.POST if asked else None)
        plan = plan_curation(chosen, form.wish) if asked and form.is_valid() else None
        if plan and "confirm" in request.POST:
            done = carry_out(actors=chosen, wish=form.wish, seen=request.POST.get("seen", ""))
            if done is not None:
                said = ngettext("%(number)d actor is changed.", "%(number)d actors are changed.", len(done.changes))
                messages.success(request, said % {"number": len(done.changes)})
                return HttpResponseRedirect(request.get_full_path())
            plan = plan_curation(chosen, form.wish)
            form.add_error(None, gettext("Something was changed meanwhile. Look at the preview once more, then save."))
        return TemplateResponse(request, "admin/partners/actor/curate.html", self.about(request, chosen, form, plan))

    def about(self, request: HttpRequest, chosen: Any, form: CurationForm, plan: Plan | None) -> dict[str, Any]:
        return self.about_choice(request, action="curate", title=gettext("Set kind and topics")) | {
            "form": form,
            "plan": plan,
            "shown": in_words(plan.changes[:SHOWN]) if plan else [],
            "more": max(0, len(plan.changes) - SHOWN) if plan else 0,
            "closed": ", ".join(plan.closed[:SHOWN]) if plan else "",
            "number": chosen.count(),
        }


def in_words(changes: list[Planned]) -> list[Shown]:
    kinds = {pk: word for pk, _slug, word in ActorKind.objects.words()}
    topics = {pk: word for pk, _slug, word in Topic.objects.words()}

    def words(keys: frozenset[int]) -> str:
        return ", ".join(sorted(topics[key] for key in keys))

    return [
        Shown(
            one.name,
            kinds.get(one.kind_before, "–"),
            kinds.get(one.kind_after, "–"),
            words(one.topics_after - one.topics_before),
            words(one.topics_before - one.topics_after),
        )
        for one in changes
    ]
