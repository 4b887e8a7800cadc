"""What the portal knows of me, as a page and as a file; and the way out."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from partners.models import Person
from quartier.leaving import delete_account, hindrances
from quartier.own_data import about, contacts_of, data_of

MOST_SHOWN = 20


@never_cache
@login_required
@require_safe
def account_data(request: HttpRequest) -> HttpResponse:
    person = Person.objects.get(pk=request.user.pk)
    sections = [(section, section.entries[:MOST_SHOWN]) for section in data_of(person)]
    return render(request, "account/data.html", {"sections": sections})


@never_cache
@login_required
@require_safe
def account_data_file(request: HttpRequest) -> HttpResponse:
    """Everything, also what the page shortens, in a form that other programs read."""
    person = Person.objects.get(pk=request.user.pk)
    sections = {section.key: [entry.as_json() for entry in section.entries] for section in data_of(person)}
    answer = JsonResponse(
        {"made_at": timezone.now()} | sections, json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    answer["Content-Disposition"] = 'attachment; filename="meine-daten.json"'
    return answer


class DeleteForm(forms.Form):
    sure = forms.BooleanField(
        label=_("Yes, delete my account for good"),
        error_messages={"required": _("Tick this box if your account shall be deleted.")},
    )


@never_cache
@login_required
@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def account_delete(request: HttpRequest) -> HttpResponse:
    """Says what goes and what stays, and deletes after a clear yes. Whoever signed in long ago first shows that it is she."""
    person = Person.objects.get(pk=request.user.pk)
    form = DeleteForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _is_gone(form, person):
        logout(request)
        messages.success(request, gettext("Your account is deleted. We have sent you a mail about it."))
        return redirect("home")
    contacts = [about(contact.actor, person, {}) for contact in contacts_of(person)]
    context = {"form": form, "hindrances": hindrances(person), "contacts": contacts}
    return render(request, "account/delete.html", context)


def _is_gone(form: DeleteForm, person: Person) -> bool:
    try:
        delete_account(person=person)
    except ValidationError as error:
        form.add_error(None, error)
    except IntegrityError:
        form.add_error(None, gettext("Something of yours was being saved at the same moment. Please try once more."))
    return not form.errors
