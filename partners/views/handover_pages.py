"""What all pages of a hand-over share; what differs between a partnership and a project stands in `Pages`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext

from partners.actions.handovers import Proposal, lock_subject
from partners.actions.holding import lock_actors
from partners.models import Actor, Handover, HandoverLine, Person
from partners.views.writing import sent_once


@dataclass(frozen=True, kw_only=True)
class Pages:
    """The model, by what the partnership or project is named in an address, and what only one of the two knows."""

    model: type[Handover]
    key: str
    # Where this person may begin one; the rows with all that the title needs.
    beginnable: Callable[[Any], Any]
    # Who has to do with it, and the neighbourhoods in which it lies.
    involved: Callable[[Any], Any]
    places: Callable[[Any], Any]
    # Who will hand over and take over, as far as the portal can guess.
    guess: Callable[[Any], dict[str, Any]]
    propose: Callable[[Any], list[Proposal]]
    list_name: Callable[[], str]
    list_address: str

    def rows(self, of: dict[str, Any]) -> Any:
        model: Any = self.model
        return model.objects.filter(**{f"{model.OF}__{self.key}": of[self.key]})

    def visible(self, request: HttpRequest, of: dict[str, Any]) -> Any:
        return get_object_or_404(self.rows(of).visible_to(request.user).for_detail())

    def editable(self, request: HttpRequest, of: dict[str, Any]) -> Any:
        return get_object_or_404(self.rows(of).editable_by(request.user).for_detail())

    def actors(self, subject: Any, user: Any) -> Any:
        """Who may be chosen."""
        known = Q(pk__in=self.involved(subject)) | Q(neighbourhoods__in=self.places(subject))
        found = Actor.objects.current().visible_to(user).filter(known).order_by().values("pk")
        return Actor.objects.filter(pk__in=found).only("name").order_by("sort_name", "pk")

    def offered(self, handover: Handover, user: Any) -> Any:
        """The same, with those who stand in it already."""
        named = [handover.giver_id, handover.receiver_id]
        for line in handover.lines.all():
            named += [line.from_actor_id, line.to_actor_id]
        keys = Q(pk__in=self.actors(handover.subject, user).order_by().values("pk"))
        named_too = Q(pk__in=[key for key in named if key])
        return Actor.objects.filter(keys | named_too).only("name").order_by("sort_name", "pk")


def place_of(line: Any) -> tuple[int, int]:
    """Ties first, then tasks, then things; inside that in the order in which they were written."""
    return list(HandoverLine.Kind).index(line.kind), line.pk


def crumbs(pages: Pages, subject: Any, user: Any) -> dict[str, Any]:
    """Who takes over may read the hand-over without reading all that it belongs to."""
    seen = type(subject)._default_manager.visible_to(user).filter(pk=subject.pk).exists()
    return {
        "subject": subject,
        "sees_subject": seen,
        "list_name": pages.list_name(),
        "list_address": reverse(pages.list_address),
    }


def locked(request: HttpRequest, pages: Pages, of: dict[str, Any], *names: str) -> Any:
    """The actors that were chosen, then the partnership or project, then the hand-over."""
    lock_actors(key for name in names for key in request.POST.getlist(name))
    handover = pages.editable(request, of)
    lock_subject(pages.model, handover.subject.pk)
    get_object_or_404(pages.rows(of).editable_by(request.user).select_for_update(of=("self",)))
    return pages.editable(request, of)


def wrote(form: Any, write: Callable[[], Any], request: HttpRequest, said: str = "") -> bool:
    """Says what happened, also when signatures ended by it."""
    try:
        with transaction.atomic():
            ended = write()
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, said or gettext("The changes are saved."))
    if ended is True:
        say_ended(request)
    return True


def say_ended(request: HttpRequest) -> None:
    messages.warning(request, gettext("The text has changed, so the signatures have ended. Please ask for them anew."))


def show(request: HttpRequest, context: dict[str, Any], *, handover: Any = None, back: str = "") -> HttpResponse:
    """A page with a form on it. Before a signature ends it says so."""
    if handover is not None:
        context = {"whose": str(handover), "address": handover.get_absolute_url()} | context
    return render(request, "partners/handover/form.html", context | {"handover": handover, "back": back})


def added_once(request: HttpRequest, form: Any, handover: Any, add: Callable[[], Any], said: str) -> bool:
    was_signed = handover.is_signed
    answer = sent_once(request, form, make=lambda: [handover, *add()][-1])
    if answer is None:
        return False
    if answer.is_new:
        messages.success(request, said)
        if was_signed:
            say_ended(request)
    return True


def person_of(request: HttpRequest) -> Person:
    return request.user  # type: ignore[return-value]
