"""The pages of offers and needs, the same for both, and all their addresses."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Page
from django.db import router, transaction
from django.db.models import ProtectedError
from django.db.models.deletion import Collector
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, re_path
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partners.actions.listing_reminders import asked_to_renew, is_ours, renew_as_asked
from partners.actions.listings import write_listing
from partners.filters import ListingFilter, SearchField
from partners.models import Actor, Listing, StageError
from partners.views.history import Past, show_history, show_version
from partners.views.listing_pages import STEPS, ListingPages, Owner, steps_for
from partners.views.paging import OnePassPaginator, in_this_order, page_or_redirect
from partners.views.writing import came_from, made_once

# So many of those for whom somebody may enter something stand on the page where she chooses.
OFFERED = 20
# What one does with an offer that cannot be deleted.
TO_REST = ("pausieren", "zurueckziehen")


def listing_paths(pages: ListingPages, *, name: str) -> Any:
    """All addresses of one of the two, but for its page: that shows what fits it, so it stands in `quartier`."""
    given = {"pages": pages}
    begins = f"{pages.word}/"
    views: list[tuple[str, Any, str]] = [
        ("", listing_list, "-list"),
        ("neu/", listing_begin, "-begin"),
        ("<int:pk>/bearbeiten/", listing_edit, "-edit"),
        ("<int:pk>/loeschen/", listing_delete, "-delete"),
        ("<int:pk>/verlauf/", listing_history, "-history"),
        ("<int:pk>/verlauf/<int:entry>/", listing_version, "-version"),
        ("<int:pk>/verlaengern/<str:token>/", listing_renew, "-renew"),
    ]
    paths: list[Any] = [path(f"{begins}{ends}", view, given, name=f"{name}{kind}") for ends, view, kind in views]
    steps = "|".join(STEPS)
    paths.append(
        re_path(rf"^{begins}(?P<pk>[0-9]{{1,19}})/(?P<step>{steps})/$", listing_step, given, name=f"{name}-step")
    )
    for owner in pages.owners:
        view, of = owner.wrap(listing_create), given | {"owner": owner}
        paths.append(path(f"{owner.begins}{begins}neu/", view, of, name=f"{owner.field}-{name}-create"))
    return paths


@require_safe
def listing_list(request: HttpRequest, pages: ListingPages) -> HttpResponse:
    """Everybody finds what is current and for her; those who keep some find theirs in every state."""
    found: ListingFilter = pages.filter(request.GET, user=request.user, rows=pages.rows)
    page = _page_of(found, pages, number=request.GET.get("seite", ""))
    if isinstance(page, HttpResponse):
        return page
    context = {
        "pages": pages,
        "words": pages.words,
        "found": found,
        "page": page,
        "heading": pages.count(page.paginator.count),
        "may_create": request.user.is_authenticated and any(one.rows(request.user).exists() for one in pages.owners),
        "is_empty": not page.paginator.count and not found.is_narrowed,
    }
    return render(request, "partners/listing/list.html", context)


def _page_of(found: ListingFilter, pages: ListingPages, *, number: str) -> Page[Any] | HttpResponse:
    """Counted and read apart: the newest are read in the order of their index, which ends after one page.

    Not so where words are looked for: finding those that have them is most of it, and is done once.
    """
    if not found.search_text:
        return page_or_redirect(found.qs.for_list(), number=number, query=found.query())
    keys = found.qs.values_list("pk", flat=True)
    page = page_or_redirect(keys, number=number, query=found.query(), pages=OnePassPaginator)
    if not isinstance(page, HttpResponse):
        page.object_list = in_this_order(pages.rows.for_list(), page.object_list)
    return page


def listing_context(user: Any, pages: ListingPages, pk: int) -> dict[str, Any]:
    """What the page of one shows to this person."""
    listing = get_object_or_404(pages.rows.visible_to(user).for_detail(), pk=pk)
    may_edit = pages.rows.kept_by(user).filter(pk=pk).exists()
    return {
        "pages": pages,
        "words": pages.words,
        "listing": listing,
        "contact": contact_of(listing, user),
        "may_edit": may_edit,
        "steps": steps_for(listing) if may_edit else [],
        "edit_address": pages.address("edit", listing),
        "delete_address": pages.address("delete", listing),
        "history_address": pages.address("history", listing),
    }


def contact_of(listing: Listing, user: Any) -> Actor | None:
    """Whom one asks: the actor itself, or who leads the project, as far as this person may see it."""
    if isinstance(listing.owner, Actor):
        return listing.owner
    key = listing.owner.lead_actor_id
    return Actor.objects.visible_to(user).filter(pk=key).first() if key else None


@login_required
@require_safe
def listing_begin(request: HttpRequest, pages: ListingPages) -> HttpResponse:
    """For whom? Who keeps only one place is led on at once; who may enter for many searches."""
    text = SearchField(required=False).clean(request.GET.get("q", ""))
    number = sum(owner.rows(request.user).count() for owner in pages.owners)
    if not number:
        raise Http404
    groups = [(owner, offered_to(request.user, pages, owner, text=text)) for owner in pages.owners]
    if number == 1 and not text:
        return redirect(next(address for _owner, rows in groups for _one, address in rows))
    context = {
        "pages": pages,
        "words": pages.words,
        "groups": [(owner, rows) for owner, rows in groups if rows],
        "text": text,
        "is_cut": number > OFFERED,
    }
    return render(request, "partners/listing/begin.html", context)


def offered_to(user: Any, pages: ListingPages, owner: Owner, *, text: str) -> list[tuple[Any, str]]:
    """What she searched for, or her own; who has none of her own is offered the first ones that she may write for."""
    rows = owner.rows(user)
    if text:
        found = list(rows.search(text)[:OFFERED])
    else:
        own = rows.filter(pk__in=owner.own(user).order_by().values("pk"))
        found = list(own[:OFFERED]) or list(rows[:OFFERED])
    return [(one, pages.create_address(owner, one)) for one in found]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def listing_create(request: HttpRequest, slug: str, pages: ListingPages, owner: Owner) -> HttpResponse:
    """Whoever may edit the actor or project enters what it offers or needs, as a draft or at once for others to find."""
    row = get_object_or_404(owner.rows(request.user), slug=slug)
    form = pages.create_form(request.POST if request.method == "POST" else None)
    release = request.POST.get("dann") == "freigeben"

    def make() -> Listing:
        return pages.create(**{owner.field: row}, release=release, **form.values())

    def said() -> str:
        return _entered(release) % {"title": form.cleaned_data["title"]}

    if form.is_valid() and (leads_to := made_once(request, form, make=make, said=said)):
        return redirect(leads_to)
    context = {"pages": pages, "words": pages.words, "form": form, "owner": row, "listing": None}
    return render(request, "partners/listing/form.html", context)


def _entered(release: bool) -> str:
    if release:
        return gettext("“%(title)s” now stands in the list.")
    return gettext("“%(title)s” is saved as a draft. Look at it, then show it.")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def listing_edit(request: HttpRequest, pages: ListingPages, pk: int) -> HttpResponse:
    rows = pages.rows.kept_by(request.user).filter(pk=pk)
    if request.method == "POST":
        return _save(request, pages, rows)
    listing = get_object_or_404(rows.for_detail())
    if listing.state == Listing.State.WITHDRAWN:
        messages.info(request, gettext("This is withdrawn and cannot be changed any more."))
        return redirect(listing)
    return _show_edit(request, pages, listing, pages.edit_form(instance=listing))


@transaction.atomic
def _save(request: HttpRequest, pages: ListingPages, rows: Any) -> HttpResponse:
    """Compares and writes while the row is locked, so that nobody else writes in between."""
    listing = get_object_or_404(rows.select_for_update(of=("self",)))
    form = pages.edit_form(request.POST, instance=pages.rows.get(pk=listing.pk))
    if form.is_valid():
        try:
            if listing.state == Listing.State.WITHDRAWN:
                raise StageError(gettext("This was withdrawn in the meantime and cannot be changed any more."))
            write_listing(listing=listing, values=form.changes())
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, gettext("The changes are saved."))
            return redirect(listing)
    return _show_edit(request, pages, pages.rows.for_detail().get(pk=listing.pk), form)


def _show_edit(request: HttpRequest, pages: ListingPages, listing: Listing, form: Any) -> HttpResponse:
    context = {"pages": pages, "words": pages.words, "form": form, "owner": listing.owner, "listing": listing}
    return render(request, "partners/listing/form.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def listing_delete(request: HttpRequest, pages: ListingPages, pk: int) -> HttpResponse:
    """Asked once more before; what was only to rest can be paused instead, and what others asked for stays."""
    listing = get_object_or_404(pages.rows.kept_by(request.user).for_detail(), pk=pk)
    if request.method == "POST":
        leads_to = listing.owner.get_absolute_url()
        try:
            with transaction.atomic():
                listing.delete()
        except ProtectedError:
            return redirect(request.path)
        messages.success(request, gettext("“%(title)s” is deleted.") % {"title": listing.title})
        return redirect(leads_to)
    is_kept = is_held(listing)
    steps = [one for one in steps_for(listing) if one.word in TO_REST] if is_kept else []
    context = {"pages": pages, "words": pages.words, "listing": listing, "is_kept": is_kept, "steps": steps}
    return render(request, "partners/listing/delete.html", context)


def is_held(listing: Listing) -> bool:
    """Whether something hangs on it that stays, so that it cannot be deleted; found without deleting anything."""
    try:
        Collector(using=router.db_for_write(type(listing)), origin=listing).collect([listing])
    except ProtectedError:
        return True
    return False


@login_required
@require_POST
def listing_step(request: HttpRequest, pages: ListingPages, pk: int, step: str) -> HttpResponse:
    """Whoever keeps it shows, pauses, renews and withdraws it."""
    listing = get_object_or_404(pages.rows.kept_by(request.user), pk=pk)
    chosen = STEPS[step]
    if chosen.is_taken(listing):
        return redirect(came_from(request) or listing)
    try:
        with transaction.atomic():
            getattr(listing, chosen.verb)()
    except StageError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, chosen.done % {"title": listing.title, "day": spoken(listing)})
    return redirect(came_from(request) or listing)


def spoken(listing: Listing) -> str:
    return date_format(listing.valid_until, pgettext("day format", "j F Y"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def listing_renew(request: HttpRequest, pages: ListingPages, pk: int, token: str) -> HttpResponse:
    """Where the link of the reminder leads, without signing in. Opening it changes nothing; the button renews, once."""
    asked = asked_to_renew(pages.model, pk, token)
    if asked is None:
        status = 410 if is_ours(token) else 404
        context = {"pages": pages, "words": pages.words, "pk": pk}
        return render(request, "partners/listing/renew_gone.html", context, status=status)
    listing = asked.listing
    if request.method == "POST":
        try:
            renew_as_asked(asked)
        except StageError as error:
            messages.info(request, " ".join(error.messages))
        else:
            done = STEPS["verlaengern"].done % {"title": listing.title, "day": spoken(listing)}
            messages.success(request, done)
        return redirect(request.path)
    is_open = listing.valid_until == asked.day and listing.is_renewable
    # Whoever has not signed in would not find what is not public.
    is_seen = pages.rows.visible_to(request.user).filter(pk=pk).exists()
    context = {"pages": pages, "words": pages.words, "listing": listing, "is_open": is_open, "is_seen": is_seen}
    return render(request, "partners/listing/renew.html", context)


def _past(request: HttpRequest, pages: ListingPages, pk: int) -> Past:
    listing = get_object_or_404(pages.rows.kept_by(request.user), pk=pk)
    return Past(
        thing=listing,
        name=listing.title,
        address=pages.address("history", listing),
        crumbs=[(pages.list_address, str(pages.words["list"])), (listing.get_absolute_url(), listing.title)],
        writers=pages.writers,
    )


@login_required
@require_safe
def listing_history(request: HttpRequest, pages: ListingPages, pk: int) -> HttpResponse:
    """Those who keep it read who changed what, and when."""
    return show_history(request, _past(request, pages, pk))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def listing_version(request: HttpRequest, pages: ListingPages, pk: int, entry: int) -> HttpResponse:
    return show_version(request, _past(request, pages, pk), entry)
