from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.validators import URLValidator
from django.db.models import Field, QuerySet
from django.forms import CheckboxSelectMultiple, MultipleChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.actions.logos import forget_logo
from partners.admin.address_form import AddressForm
from partners.admin.base import AddressedAdmin, PlainAdmin
from partners.admin.chosen_rows import ChoosesRows
from partners.admin.curating import CuratingAdmin
from partners.admin.merging import MergingRow
from partners.admin.past import NamelessLog
from partners.admin.stepping import SteppingAdmin
from partners.models import Actor, Membership, language_choices
from partners.profile_fields import NEEDS_WORDS, LogoField, WithCarrier

WAYS = ["is_address_public", "step_free", "accessibility", "opening_hours"]
PLANNING = ["has_paid_staff", "network_hours", "lead_time_days"]


class MembershipInline(ChoosesRows, admin.TabularInline):
    model = Membership
    form = MergingRow
    extra = 0
    autocomplete_fields = ["person"]


class ActorForm(WithCarrier, AddressForm):
    """The carrier is found by search; that nobody carries itself is seen only from the whole line.

    A logo needs words, and the words go with it.
    """

    def clean(self) -> Any:
        cleaned: Any = super().clean()
        cleaned = self.cleaned_data if cleaned is None else cleaned
        if "logo" in cleaned and "logo_alt" in cleaned:
            if not cleaned["logo"]:
                cleaned["logo_alt"] = ""
            elif not cleaned["logo_alt"]:
                self.add_error("logo_alt", NEEDS_WORDS)
        return cleaned


@admin.register(Actor)
class ActorAdmin(SteppingAdmin, CuratingAdmin, AddressedAdmin):
    """All actors in every state. The state changes by steps only, so it is an action here and not a field."""

    form = ActorForm
    list_display = ["name", "kind", "state", "places", "changed_on", "in_portal"]
    list_filter = ["state", "kind__sector", "neighbourhoods", "topics", "step_free", "has_shared_room", "is_demo"]
    list_select_related = ["kind"]
    search_fields = ["search_text"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["kind", "parent", "neighbourhoods", "topics", "target_groups"]
    readonly_fields = ["state", "is_demo", "created_at", "updated_at", "confirmed_at", "confirmed_by"]
    inlines = [MembershipInline]
    actions = ["publish", "hide", "archive", "curate", "merge"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "name",
                    "slug",
                    "state",
                    "kind",
                    "parent",
                    "neighbourhoods",
                    "topics",
                    "purpose",
                    "description",
                ]
            },
        ),
        (_("Logo"), {"fields": ["logo", "logo_alt"]}),
        (_("For whom"), {"fields": ["target_groups", "languages"]}),
        (_("Where"), {"fields": ["street", "house_number", "postcode", "city", "latitude", "longitude", *WAYS]}),
        (_("Contact"), {"fields": ["website", "email", "phone"]}),
        (
            _("Joining in and capacity"),
            {"fields": ["how_to_join", "has_shared_room", "capacity", "resting_until", *PLANNING]},
        ),
        (_("Dates"), {"fields": ["created_at", "updated_at", "confirmed_at", "confirmed_by", "is_demo"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Actor]:
        return super().get_queryset(request).prefetch_related("neighbourhoods")

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, dict[str, Any]]]:
        """Who joined or left the team is said without a name: Django's log outlives accounts."""
        message: list[dict[str, dict[str, Any]]] = super().construct_change_message(request, form, formsets, add)
        for told in (told for part in message for told in part.values() if "object" in told):
            told["object"] = "–"
        return message

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        before = (
            Actor.objects.filter(pk=obj.pk).values_list("logo", flat=True).first()
            if "logo" in form.changed_data
            else ""
        )
        super().save_model(request, obj, form, change)
        forget_logo(before)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        forget_logo(obj.logo.name)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        names = list(queryset.values_list("logo", flat=True))
        super().delete_queryset(request, queryset)
        for name in names:
            forget_logo(name)

    @admin.display(description=_("changed"), ordering="updated_at")
    def changed_on(self, actor: Actor) -> str:
        return date_format(timezone.localdate(actor.updated_at), "SHORT_DATE_FORMAT")

    @admin.display(description=_("neighbourhoods"))
    def places(self, actor: Actor) -> str:
        return ", ".join(place.name for place in actor.neighbourhoods.all())

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "languages":
            return MultipleChoiceField(
                choices=language_choices, required=False, label=db_field.verbose_name, widget=CheckboxSelectMultiple
            )
        if db_field.name == "logo":
            kwargs["form_class"] = LogoField
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "website":
            field.validators = [URLValidator(schemes=["http", "https"])]
        return field

    @admin.action(description=_("Make one entry of two chosen actors"), permissions=["change"])
    def merge(self, request: HttpRequest, queryset: QuerySet[Actor]) -> HttpResponse | None:
        """Leads to the page that shows both side by side."""
        chosen = list(queryset.current().order_by("pk").values_list("pk", flat=True)[:3])  # type: ignore[attr-defined]
        if len(chosen) == 2:
            return redirect("partners:twin-merge", *chosen)
        said = gettext("Choose exactly two actors that are neither archived nor merged.")
        self.message_user(request, said, messages.WARNING)
        return None


@admin.register(Membership)
class MembershipAdmin(NamelessLog, PlainAdmin):
    list_display = ["person", "actor", "role", "created_at"]
    list_filter = ["role"]
    list_select_related = ["person", "actor"]
    search_fields = ["person__name", "person__email", "actor__name"]
    autocomplete_fields = ["person", "actor"]
