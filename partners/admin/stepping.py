"""Publishing, hiding and archiving many actors: who can take the step and who cannot, and why; then it is done."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from partners.actions.steps import Refusal, StepPlan, plan_step, take_step_with_many
from partners.admin.choosing import SHOWN, ChoosingAdmin
from partners.models import Actor

TITLES = {"publish": _("Publish actors"), "hide": _("Hide actors"), "archive": _("Archive actors for good")}


class SteppingAdmin(ChoosingAdmin):
    @admin.action(description=_("Publish the chosen actors"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Actor]) -> HttpResponse:
        return self._step(request, queryset, "publish")

    @admin.action(description=_("Hide the chosen actors"), permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Actor]) -> HttpResponse:
        return self._step(request, queryset, "hide")

    @admin.action(description=_("Archive the chosen actors for good"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Actor]) -> HttpResponse:
        return self._step(request, queryset, "archive")

    def _step(self, request: HttpRequest, queryset: QuerySet[Actor], step: str) -> HttpResponse:
        """Two answers to one address: the preview, and back to the list with what was done."""
        chosen = self.chosen(queryset)
        if "confirm" in request.POST and (seen := request.POST.get("seen")):
            done = take_step_with_many(actors=chosen, step=step, seen=seen)
            if done is not None:
                messages.success(request, what_was_done(step, len(done.movers)))
                return HttpResponseRedirect(request.get_full_path())
            said = gettext("Something was changed meanwhile. Look at the preview once more, then confirm.")
            messages.warning(request, said)
        plan = plan_step(chosen, step)
        context = self.about_choice(request, action=step, title=str(TITLES[step]))
        return TemplateResponse(request, "admin/partners/actor/step.html", context | in_words(plan, step))


def in_words(plan: StepPlan, step: str) -> dict[str, Any]:
    labels = Actor.state_labels()
    lacking = step == "publish"
    return {
        "step": step,
        "plan": plan,
        "shown": [(one, labels[one.state]) for one in plan.movers[:SHOWN]],
        "more": max(0, len(plan.movers) - SHOWN),
        "without_kind": sum(not one.has_kind for one in plan.movers) if lacking else 0,
        "without_purpose": sum(not one.has_purpose for one in plan.movers) if lacking else 0,
        "refused": [explained(one) for one in plan.refusals],
    }


def explained(refusal: Refusal) -> dict[str, Any]:
    names = refusal.names
    return {
        "state": Actor.state_labels()[refusal.state],
        "reason": refusal.reason,
        "number": len(names),
        "names": ", ".join(names[:SHOWN]),
        "more": max(0, len(names) - SHOWN),
    }


def what_was_done(step: str, number: int) -> str:
    said = {
        "publish": ngettext("%(number)d actor is published.", "%(number)d actors are published.", number),
        "hide": ngettext("%(number)d actor is hidden.", "%(number)d actors are hidden.", number),
        "archive": ngettext("%(number)d actor is archived.", "%(number)d actors are archived.", number),
    }
    return said[step] % {"number": number}
