from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from partners.models import Person
from quartier.accounts import remember_language


class PersonForm(forms.ModelForm):
    """What people say about themselves. Everything else about an account has a page of its own."""

    class Meta:
        model = Person
        fields = ["name", "language"]
        labels = {"name": _("Your name"), "language": _("Language")}
        help_texts = {
            "name": _("This is how your team and the organisers see you. It never appears in public."),
            "language": _("For the pages of the portal and for the mails that we send you."),
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "language": forms.RadioSelect,
        }
        error_messages = {
            "name": {"required": _("Enter your name.")},
            "language": {"required": _("Choose a language.")},
        }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["language"].choices = [("de", "Deutsch"), ("en", "English")]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account_home(request: HttpRequest) -> HttpResponse:
    """Where everything about one's own account begins: who one is, for whom one speaks, how one signs in."""
    person = Person.objects.get(pk=request.user.pk)
    form = PersonForm(request.POST if request.method == "POST" else None, instance=person)
    if form.is_valid():
        form.save()
        with override(person.language):
            messages.success(request, gettext("Your name and your language are saved."))
        response = redirect("account-home")
        remember_language(response, person.language)
        return response
    return render(
        request,
        "account/home.html",
        {
            "form": form,
            "memberships": person.memberships.select_related("actor").order_by("actor__sort_name"),
            "neighbourhoods": person.organised_neighbourhoods.for_list(),
        },
    )
