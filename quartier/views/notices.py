from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from partners.actions.mail_kinds import mail_kinds
from partners.actions.notices import choose_notices
from partners.models import Person


class NoticesForm(forms.Form):
    notices = forms.ChoiceField(
        label=_("How do you want to get notices?"),
        choices=Person.Notices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account_notices(request: HttpRequest) -> HttpResponse:
    """At once, once a day, not at all: each decides for herself, for all notices together."""
    person = Person.objects.get(pk=request.user.pk)
    form = NoticesForm(request.POST if request.method == "POST" else None, initial={"notices": person.notices})
    if form.is_valid():
        choose_notices(person=person, choice=form.cleaned_data["notices"])
        messages.success(request, gettext("Your choice is saved."))
        return redirect("account-notices")
    kinds = sorted(str(kind.label) for kind in mail_kinds().values() if kind.is_notice and kind.about)
    return render(request, "account/notices.html", {"form": form, "kinds": kinds})
