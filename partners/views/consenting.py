"""Where the link in a mail leads that asks somebody whether she agrees. Opening the page changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from partners.actions.consent import LinkTooOldError, row_of
from partners.models.consent import Consented
from partners.views.writing import write_changes


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One kind of entry that somebody confirms, corrects or objects to, without an account.

    `near` are the rows that the page also reads, `choices` the answers that leave the entry in its place, each by the word
    that the form sends: they change the row, which is stored afterwards, and give the sentence for her.
    """

    model: type[Consented]
    near: tuple[str, ...]
    form: Any
    page: str
    gone: str
    deleted: Any
    choices: Mapping[str, Callable[[Any], str]]

    def answer(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            if request.method == "POST":
                return self._take(request, token)
            row = row_of(self.model, token, near=self.near)
        except LinkTooOldError:
            return render(request, self.gone, {"is_old": True}, status=410)
        if row is None:
            return self._unknown(request)
        return self._show(request, row, self.form(instance=row))

    def _unknown(self, request: HttpRequest) -> HttpResponse:
        return render(request, self.gone, {"is_old": False}, status=404)

    def _show(self, request: HttpRequest, row: Consented, form: Any, missed: bool = False) -> HttpResponse:
        return render(request, self.page, {"row": row, "form": form, "missed": missed})

    def _again(self, row: Consented) -> Any:
        """As it is stored, with what the page reads beside it."""
        return self.model._default_manager.select_related(*self.near).get(pk=row.pk)

    @transaction.atomic
    def _take(self, request: HttpRequest, token: str) -> HttpResponse:
        """One choice, while the row is locked. The same choice again changes nothing."""
        row = row_of(self.model, token, near=self.near, locked=True)
        if row is None:
            return self._unknown(request)
        choice = request.POST.get("wahl", "")
        if choice == "berichtigen":
            return self._correct(request, row)
        if choice == "loeschen":
            row.delete()
            messages.success(request, self.deleted)
            return redirect("home")
        fresh = self._again(row)
        if choice not in self.choices:
            return self._show(request, fresh, self.form(instance=fresh), missed=True)
        if choice == "bestaetigen" and request.POST.get("seen", row.words_seen) != row.words_seen:
            said = gettext("Somebody has changed these words meanwhile. Please read them once more.")
            messages.warning(request, said)
            return redirect(request.path)
        messages.success(request, self.choices[choice](row))
        row.save()
        return redirect(request.path)

    def _correct(self, request: HttpRequest, row: Consented) -> HttpResponse:
        form = self.form(request.POST, instance=self._again(row))
        if not form.is_valid():
            return self._show(request, self._again(row), form)
        write_changes(row, form)
        messages.success(request, gettext("Your correction is saved."))
        return redirect(request.path)
