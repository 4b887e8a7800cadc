from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from partners.actions.merging import ChangedMeanwhileError, merge_actors, ties_of, undo_merge
from partners.forms.actor_merge import ActorMergeForm
from partners.models import Actor, Merge


@dataclass(frozen=True, slots=True)
class Coming:
    """How many rows of one sort come along."""

    number: int
    label: str


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def twin_merge(request: HttpRequest, kept: int, gone: int) -> HttpResponse:
    """Two entries side by side, for whoever organises both; one of them stays."""
    if kept == gone:
        raise Http404
    if request.method == "POST" and (done := merged_already(request.user, kept, gone)):
        messages.info(request, gettext("“%(name)s” is part of this entry already.") % {"name": done.gone.name})
        return redirect(done.kept)
    both = Actor.objects.current().organised_by(request.user).filter(pk__in=(kept, gone)).select_related("kind")
    actors = {actor.pk: actor for actor in both.prefetch_related("neighbourhoods", "topics", "target_groups")}
    if len(actors) < 2:
        raise Http404
    stays, goes = actors[kept], actors[gone]
    form = ActorMergeForm(request.POST if request.method == "POST" else None, kept=stays, gone=goes)
    if form.is_valid():
        try:
            merge = merge_actors(kept=stays, gone=goes, take=form.taken(), by=request.user, seen=form.seen)
        except ChangedMeanwhileError as error:
            form = fresh(request, stays, goes)
            form.add_error(None, error)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            said = gettext("“%(gone)s” is now part of “%(kept)s”. Under “Merged” you can undo it.")
            messages.success(request, said % {"gone": merge.gone.name, "kept": merge.kept.name})
            return redirect(stays)
    context = {"form": form, "kept": stays, "gone": goes, "coming": coming_along(goes)}
    return render(request, "partners/twin_merge.html", context)


def merged_already(user: Any, kept: int, gone: int) -> Merge | None:
    """The same form sent twice leads to what the first one made."""
    standing = Merge.objects.editable_by(user).standing().select_related("kept", "gone")
    return standing.filter(kept=kept, gone=gone).first()


def fresh(request: HttpRequest, kept: Actor, gone: Actor) -> ActorMergeForm:
    """The form as it is answered after a change: with what was chosen, and with what both say now."""
    kept.refresh_from_db()
    gone.refresh_from_db()
    data = request.POST.copy()
    data["seen_kept"], data["seen_gone"] = kept.stamp, gone.stamp
    return ActorMergeForm(data, kept=kept, gone=gone)


def coming_along(actor: Actor) -> list[Coming]:
    """What hangs on an entry, in words and numbers."""
    found = []
    for model, path in paths_to_actor():
        if number := model._base_manager.filter(**{path: actor}).count():
            label = model._meta.verbose_name if number == 1 else model._meta.verbose_name_plural
            if model is Actor:
                label = ngettext("branch", "branches", number)
            found.append(Coming(number, capfirst(str(label))))
    return found


def paths_to_actor() -> Iterator[tuple[type[Model], str]]:
    """What hangs on an entry, and what hangs on its part in something shared: the contributions of a participation."""
    for tie in ties_of(Actor):
        yield tie.related_model, tie.field.name
        if getattr(tie.related_model, "BECOMES_ONE", False):
            for further in ties_of(tie.related_model):
                yield further.related_model, f"{further.field.name}__{tie.field.name}"


@login_required
@require_POST
def twin_part(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a merge back. Sent twice, it is taken back once."""
    merge = get_object_or_404(Merge.objects.editable_by(request.user).select_related("kept", "gone"), pk=pk)
    if merge.undone_at:
        messages.info(request, gettext("This merge is undone already."))
        return redirect(merge.gone)
    try:
        stays = undo_merge(merge=merge, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("partners:twin-list")
    said = gettext("“%(gone)s” and “%(kept)s” are two entries again.")
    messages.success(request, said % {"gone": merge.gone.name, "kept": merge.kept.name})
    if stays:
        kept = gettext("Changed since, and left as it is in “%(name)s”: %(fields)s.")
        messages.info(request, kept % {"name": merge.kept.name, "fields": ", ".join(dict.fromkeys(stays))})
    return redirect(merge.gone)
