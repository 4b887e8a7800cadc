"""Admins curate everything here. Stages move on the pages of the portal, and the history is only ever added to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from partners.admin.base import AddressedAdmin, PlainAdmin
from partners.admin.handovers import SIGNED, HandoverAdmin, LinesInline
from partners.admin.offers import ListingAdmin
from partners.admin.overrides import OverrideAdmin
from projects.actions import take_lead_along
from projects.models import (
    Benefit,
    Contribution,
    ContributionStep,
    Dissemination,
    Need,
    ParallelReason,
    Participation,
    ParticipationOverride,
    Project,
    ProjectHandover,
    ProjectHandoverLine,
    ProjectInquiry,
    ProjectStep,
    ResourceRequest,
    ResourceRequestStep,
    Written,
)


class ReadOnly:
    """What happened is read, not written: nothing is added, changed or taken away by hand."""

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class WrittenAdmin(PlainAdmin):
    """A change here counts as one by somebody else for everybody who has the row open on a page of the portal."""

    def save_model(self, request: HttpRequest, obj: Written, form: Any, change: bool) -> None:
        obj.version += 1
        super().save_model(request, obj, form, change)


class ProjectStepInline(ReadOnly, admin.TabularInline):
    model = ProjectStep
    fields = readonly_fields = ("at", "from_state", "to_state", "by", "note")
    extra = 0

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ProjectStep]:
        return super().get_queryset(request).select_related("by")


class ContributionStepInline(ReadOnly, admin.TabularInline):
    model = ContributionStep
    fields = readonly_fields = ("at", "from_state", "to_state", "quantity", "by", "link_of", "note")
    extra = 0

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ContributionStep]:
        return super().get_queryset(request).select_related("by")


@admin.register(Project)
class ProjectAdmin(WrittenAdmin, AddressedAdmin):
    list_display = ["title", "state", "lead_actor", "start_on", "is_open", "is_demo", "in_portal"]
    list_filter = ["state", "is_open", "neighbourhoods", "topics", "is_demo"]
    list_select_related = ["lead_actor"]
    search_fields = ["title"]
    autocomplete_fields = ["lead_actor", "neighbourhoods", "topics", "target_groups", "partnerships"]
    readonly_fields = ["state", "created_at", "updated_at"]
    prepopulated_fields = {"slug": ["title"]}
    inlines = [ProjectStepInline]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """What is new gets the first line of its history; who leads also takes part."""
        super().save_related(request, form, formsets, change)
        if not change:
            ProjectStep.objects.create(project=form.instance, to_state=form.instance.state, by=request.user)  # type: ignore[misc]
        take_lead_along(project=form.instance)


@admin.register(Participation)
class ParticipationAdmin(WrittenAdmin):
    list_display = ["actor", "project", "role", "state", "start_on", "end_on", "in_portal"]
    list_filter = ["state", "role"]
    list_select_related = ["actor", "project"]
    search_fields = ["actor__name", "project__title"]
    autocomplete_fields = ["actor", "project"]
    readonly_fields = ["state", "took_part", "created_at"]


@admin.register(ParticipationOverride)
class ParticipationOverrideAdmin(OverrideAdmin):
    list_display = ["at", "participation", "by", "reason"]
    list_select_related = ["participation__actor", "participation__project", "by"]
    search_fields = ["participation__actor__name", "participation__project__title", "reason"]


@admin.register(ParallelReason)
class ParallelReasonAdmin(OverrideAdmin):
    list_display = ["at", "project", "by", "reason"]
    list_select_related = ["project", "by"]
    search_fields = ["project__title", "reason"]


@admin.register(ProjectInquiry)
class ProjectInquiryAdmin(OverrideAdmin):
    """To look up who asked what. Requests come and are answered on the pages of the portal."""

    date_hierarchy = "created_at"
    list_display = ["created_at", "project", "kind", "actor", "state", "by", "in_portal"]
    list_filter = ["kind", "state"]
    list_select_related = ["project", "actor", "by"]
    search_fields = ["project__title", "actor__name", "message"]


class ResourceRequestStepInline(ReadOnly, admin.TabularInline):
    model = ResourceRequestStep
    fields = readonly_fields = ("at", "from_state", "to_state", "by", "note")
    extra = 0

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[ResourceRequestStep]:
        return super().get_queryset(request).select_related("by")


@admin.register(ResourceRequest)
class ResourceRequestAdmin(OverrideAdmin):
    """To look up who asked whom for what. Requests come and go their way on the pages of the portal."""

    date_hierarchy = "created_at"
    list_display = ["created_at", "offer", "giver", "asker", "start_on", "end_on", "state", "is_taken", "in_portal"]
    list_filter = ["state", "is_taken", "offer__category"]
    list_select_related = ["offer__actor", "actor", "project", "by"]
    search_fields = ["offer__title", "offer__actor__name", "actor__name", "project__title", "message"]
    inlines = [ResourceRequestStepInline]

    @admin.display(description=_("who gives"))
    def giver(self, row: ResourceRequest) -> str:
        return row.giver.name

    @admin.display(description=_("who asks"))
    def asker(self, row: ResourceRequest) -> str:
        return str(row.asker)


class ProjectLinesInline(LinesInline):
    model = ProjectHandoverLine


@admin.register(ProjectHandover)
class ProjectHandoverAdmin(HandoverAdmin):
    list_display = ["project", "giver", "receiver", "handed_over_on", "given_on", "received_on", "in_portal"]
    list_select_related = ["project", "giver", "receiver"]
    search_fields = ["project__title", "giver__name", "receiver__name"]
    fields = ["project", "giver", "receiver", "handed_over_on", "note", *SIGNED]
    inlines = [ProjectLinesInline]


class ContributionAdminForm(forms.ModelForm):
    """Checks what is stored against the stage and the unit, although neither is typed here."""

    def clean(self) -> Any:
        cleaned = super().clean()
        if category := self.cleaned_data.get("category"):
            self.instance.set_category(category)
        if self.instance.pk:
            try:
                Contribution.objects.get(pk=self.instance.pk).refuse_against_entries(self.cleaned_data)
            except ValidationError as error:
                self.add_error(None, error)
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"state", "unit", "confirmed_at", "objection"}  # type: ignore[misc]


@admin.register(Contribution)
class ContributionAdmin(WrittenAdmin):
    form = ContributionAdminForm
    list_display = [
        "title",
        "actor",
        "project",
        "category",
        "planned_quantity",
        "delivered_quantity",
        "unit",
        "state",
        "in_portal",
    ]
    list_filter = ["state", "category", "recorded_side", "is_public"]
    list_select_related = ["participation__actor", "participation__project"]
    search_fields = ["title", "participation__actor__name", "participation__project__title"]
    autocomplete_fields = ["participation"]
    exclude = ["recorded_by", "confirmed_by", "objection"]
    readonly_fields = [
        "state",
        "unit",
        "recorded_by",
        "recorded_side",
        "recorded_at",
        "confirmed_by",
        "confirmed_by_link_of",
        "confirmed_at",
        "asked_at",
        "objection",
    ]
    inlines = [ContributionStepInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What the other side confirmed stays as it was seen; an objection on the project page opens it again."""
        fields = super().get_readonly_fields(request, obj)
        if obj is None or not obj.is_locked:
            return fields
        hidden = {"id", "version", *self.exclude}
        return [*fields, *(f.name for f in obj._meta.fields if f.editable and f.name not in {*fields, *hidden})]

    @admin.display(description=_("confirmed by the link in a mail to"))
    def confirmed_by_link_of(self, row: Contribution) -> str:
        """Nobody's name is known of that."""
        step = row.steps.last() if row.state == Contribution.State.CONFIRMED else None
        return step.get_link_of_display() if step else ""

    @admin.display(description=Participation._meta.get_field("actor").verbose_name)
    def actor(self, row: Contribution) -> str:
        return row.participation.actor.name

    @admin.display(description=Participation._meta.get_field("project").verbose_name)
    def project(self, row: Contribution) -> str:
        return row.participation.project.title

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """What was written here stands in the history as well, and nobody has been asked about it yet."""
        obj.asked_at = None
        if not change:
            obj.recorded_by = request.user
        super().save_model(request, obj, form, change)
        obj.remember(obj.state if change else "", by=request.user)


class DisseminationAdminForm(forms.ModelForm):
    def clean(self) -> Any:
        cleaned = super().clean()
        channel, participation = (self.cleaned_data.get(name) for name in ("channel", "participation"))
        if channel and participation and channel.actor_id != participation.actor_id:
            self.add_error("channel", _("This is a channel of another actor. Choose one of the actor that takes part."))
        return cleaned


@admin.register(Dissemination)
class DisseminationAdmin(WrittenAdmin):
    """What is part of a contribution is changed on the page of the project, where the contribution is counted anew."""

    form = DisseminationAdminForm
    date_hierarchy = "went_out_on"
    list_display = ["channel_name", "channel_kind", "actor", "project", "went_out_on", "audience", "in_portal"]
    list_filter = ["channel_kind", "is_public", ("contribution", admin.EmptyFieldListFilter)]
    list_select_related = ["participation__actor", "participation__project"]
    search_fields = ["channel_name", "what", "participation__actor__name", "participation__project__title"]
    autocomplete_fields = ["participation", "channel"]
    exclude = ["recorded_by", "contribution"]
    readonly_fields = ["contribution", "recorded_by", "recorded_at"]

    def formfield_for_dbfield(self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "address":
            field.validators = [URLValidator(schemes=["http", "https"])]
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        if obj is None or obj.contribution_id is None:
            return fields
        hidden = {"id", "version", *self.exclude}
        return [*fields, *(f.name for f in obj._meta.fields if f.editable and f.name not in {*fields, *hidden})]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_counted = obj is not None and obj.contribution_id is not None
        return not is_counted and super().has_delete_permission(request, obj)

    @admin.display(description=Participation._meta.get_field("actor").verbose_name)
    def actor(self, row: Dissemination) -> str:
        return row.participation.actor.name

    @admin.display(description=Participation._meta.get_field("project").verbose_name)
    def project(self, row: Dissemination) -> str:
        return row.participation.project.title

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.recorded_by = request.user
        super().save_model(request, obj, form, change)


@admin.register(Benefit)
class BenefitAdmin(WrittenAdmin):
    list_display = ["__str__", "actor", "project", "kind", "is_public", "recorded_side", "in_portal"]
    list_filter = ["kind", "recorded_side", "is_public"]
    list_select_related = ["actor", "project"]
    search_fields = ["text", "actor__name", "project__title"]
    autocomplete_fields = ["actor", "project"]
    readonly_fields = ["recorded_by", "recorded_side", "recorded_at"]


@admin.register(Need)
class NeedAdmin(ListingAdmin):
    list_display = ["title", "actor", "project", "category", "state", "visibility", "valid_until", "in_portal"]
    list_select_related = ["actor", "project"]
    search_fields = ["title", "actor__name", "project__title"]
    autocomplete_fields = ["actor", "project"]


class StepAdmin(ReadOnly, PlainAdmin):
    list_filter = ["to_state"]
    date_hierarchy = "at"


@admin.register(ProjectStep)
class ProjectStepAdmin(StepAdmin):
    list_display = ["at", "project", "from_state", "to_state", "by"]
    list_select_related = ["project", "by"]
    search_fields = ["project__title", "note"]


@admin.register(ResourceRequestStep)
class ResourceRequestStepAdmin(StepAdmin):
    list_display = ["at", "request", "from_state", "to_state", "by"]
    list_select_related = ["request__offer", "request__actor", "request__project", "by"]
    search_fields = ["request__offer__title", "note"]


@admin.register(ContributionStep)
class ContributionStepAdmin(StepAdmin):
    list_display = ["at", "contribution", "from_state", "to_state", "quantity", "by", "link_of"]
    list_select_related = ["contribution", "by"]
    search_fields = ["contribution__title", "note"]
