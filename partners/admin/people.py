from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import ReadOnlyPasswordHashField, ReadOnlyPasswordHashWidget, UserChangeForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from partners.actions.accounts import confirm_address
from partners.admin.base import PlainAdmin
from partners.admin.past import NamelessLog
from partners.models import Actor, Person


class AddressInLowerCase(forms.ModelForm):
    def clean_email(self) -> str:
        """One mailbox is one person, however it is spelled."""
        email = self.cleaned_data["email"].strip().lower()
        if Person.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is already an account with this address."))
        return email


class PersonAddForm(AddressInLowerCase):
    """Without a password: the person sets one by “Forgotten your password?”, so nobody else ever knows it."""

    class Meta:
        model = Person
        fields = ["email", "name", "language"]

    def save(self, commit: bool = True) -> Any:
        person = super().save(commit=False)
        person.set_unusable_password()
        if commit:
            person.save()
        return person


class PasswordLink(ReadOnlyPasswordHashWidget):
    """The way to set a password, without the parts of the hash, which help nobody."""

    template_name = "partners/admin_password.html"


class PersonChangeForm(AddressInLowerCase, UserChangeForm):
    password = ReadOnlyPasswordHashField(label=_("Password"), widget=PasswordLink)

    class Meta:
        model = Person
        fields = [
            "email",
            "name",
            "language",
            "password",
            "is_active",
            "is_staff",
            "is_superuser",
            "groups",
            "user_permissions",
        ]


@admin.register(Person)
class PersonAdmin(NamelessLog, PlainAdmin, UserAdmin):
    """Accounts. Who is an admin, and what else an account may, only an admin with all rights decides."""

    form = PersonChangeForm
    add_form = PersonAddForm
    add_form_template = None
    list_display = ["email", "name", "language", "is_staff", "is_active", "joined_at"]
    list_filter = ["is_staff", "is_active", "language"]
    search_fields = ["email", "name"]
    ordering = ["email"]
    filter_horizontal = ["groups", "user_permissions"]
    readonly_fields = ["last_login", "joined_at"]
    fieldsets = [
        (None, {"fields": ["email", "name", "language", "password"]}),
        (_("Rights"), {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        (_("Dates"), {"fields": ["joined_at", "last_login"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "language"]})]

    def get_list_display(self, request: HttpRequest) -> list[str]:
        """Where somebody belongs is read by who may read memberships."""
        rights = ("partners.view_membership", "partners.change_membership")
        return [*self.list_display, *(["belongs_to"] if any(map(request.user.has_perm, rights)) else [])]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        return super().get_queryset(request).prefetch_related("memberships__actor", "organised_neighbourhoods")

    @admin.display(description=_("belongs to"))
    def belongs_to(self, person: Person) -> SafeString | str:
        """A person has no page in the portal; the organisations and Quartiere that she works for have."""
        rows = [one.actor for one in person.memberships.all()]
        rows = sorted(rows, key=lambda actor: actor.sort_name) + list(person.organised_neighbourhoods.all())
        links = ((row.get_absolute_url(), row.name) for row in rows if getattr(row, "state", "") != Actor.State.MERGED)
        return format_html_join(", ", '<a href="{}">{}</a>', links) or "–"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        rights = [] if request.user.is_superuser else ["is_staff", "is_superuser", "groups", "user_permissions"]
        return [*self.readonly_fields, *rights]

    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        """The admin vouches for the address, so that the person can sign in and set a password by mail."""
        super().save_model(request, obj, form, change)
        if not change or "email" in form.changed_data:
            confirm_address(person=obj)
