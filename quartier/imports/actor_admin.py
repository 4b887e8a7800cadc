"""Lists into the register and out of it, in the administration's list of actors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db import IntegrityError, OperationalError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csp import csp_override

from partners.actions.receipts import Answer, fingerprint_of, once
from partners.admin.actors import ActorAdmin
from partners.forms.wording import PlainWords
from partners.models import Actor, FormReceipt, Neighbourhood
from partners.views.exports import MOST_ROWS
from partners.views.signed_copies import SEALED
from quartier.exports import actor_table
from quartier.imports.mapping import ListMapping, MappingError, parse_mapping
from quartier.imports.preview import PER_PAGE, Preview, What
from quartier.imports.reading import ReadingError
from quartier.imports.run import ChangedMeanwhileError, ListImport
from quartier.imports.uploads import GoneError, Upload, find_upload, keep_upload

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_BYTES_OF_MAPPING = 100 * 1024


class ListForm(PlainWords, forms.Form):
    """Chooses a list. It is read once, to say what is wrong with it where it can still be exchanged."""

    file = forms.FileField(
        label=_("List"),
        allow_empty_file=True,
        help_text=_("A table as CSV or as Excel workbook (.xlsx), at most 10 MB and 10,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )
    neighbourhood = forms.ModelChoiceField(
        Neighbourhood.objects.order_by("name", "pk"),
        label=_("Neighbourhood"),
        empty_label=_("Not chosen yet"),
        help_text=_("For rows that name no Quartier of this portal."),
    )
    mapping = forms.FileField(
        label=_("Mapping"),
        required=False,
        help_text=_(
            "Only where columns have unusual names: a TOML file that says what each of them means. The README says how."
        ),
        widget=forms.FileInput(attrs={"accept": ".toml"}),
    )
    sentences = {
        "file": {
            "required": _("Choose a list."),
            "invalid": _("Choose a list."),
            "max_length": _("The name of the file is too long. Give it a shorter one."),
        },
        "neighbourhood": {"required": _("Choose a Quartier."), "invalid_choice": _("Choose one of the Quartiere.")},
    }

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than 10 MB. Divide it, or let it be imported with “manage.py import_actors”.")
            )
        return file

    def clean_mapping(self) -> str:
        file = self.cleaned_data["mapping"]
        if not file:
            return ""
        if file.size > MOST_BYTES_OF_MAPPING:
            raise forms.ValidationError(_("A mapping is a short text; this file is too large for one."))
        written: bytes = file.read()
        try:
            parse_mapping(written)
        except MappingError as error:
            raise forms.ValidationError(str(error)) from error
        return written.decode("utf-8-sig")


@dataclass(frozen=True, slots=True)
class Tab:
    """One sort of rows, how many there are of it, and where they are."""

    label: str
    count: int
    href: str
    is_chosen: bool


# The floor below knows nothing of lists; here its page gets what this floor adds.
admin.site.unregister(Actor)


@csp_override(SEALED)
def sealed_table(_request: HttpRequest, keys: Sequence[int], *, as_csv: bool) -> HttpResponseBase:
    """As every file that is only ever saved: should a browser show it in spite of that, nothing in it may run."""
    return actor_table(keys, as_csv=as_csv)


@admin.register(Actor)
class ListedActorAdmin(ActorAdmin):
    """The list of actors, with the ways in and out that belong to the top floor.

    The import is that of `manage.py import_actors` and not the one of django-import-export, which would write row by row
    through model forms: over what somebody edited by hand, with a second entry for every twin, without the history of who
    imported what, and with each row in a step of its own. Of that library the export is used (`quartier.exports`).
    """

    actions = [*ActorAdmin.actions, "export_workbook", "export_csv"]

    def get_urls(self) -> list[Any]:
        guarded = self.admin_site.admin_view
        return [
            path("import/", guarded(self.import_list), name="partners_actor_import"),
            path("import/<uuid:key>/", guarded(self.import_preview), name="partners_actor_import_preview"),
            path("export.xlsx", guarded(self.export_found), {"as_csv": False}, name="partners_actor_export_xlsx"),
            path("export.csv", guarded(self.export_found), {"as_csv": True}, name="partners_actor_export_csv"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may_import = self.may_import(request)
        return super().changelist_view(request, {**(extra_context or {}), "may_import": may_import})

    # out

    @admin.action(description=_("Export the chosen actors as an Excel workbook"), permissions=["view"])
    def export_workbook(self, request: HttpRequest, queryset: QuerySet[Actor]) -> HttpResponseBase | None:
        return self.table(request, queryset, as_csv=False)

    @admin.action(description=_("Export the chosen actors as CSV"), permissions=["view"])
    def export_csv(self, request: HttpRequest, queryset: QuerySet[Actor]) -> HttpResponseBase | None:
        return self.table(request, queryset, as_csv=True)

    def export_found(self, request: HttpRequest, *, as_csv: bool) -> HttpResponseBase:
        """What the list shows for the same search and filters, on all its pages."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        back = f"{reverse('admin:partners_actor_changelist')}?{request.GET.urlencode()}"
        asked = request.GET.copy()
        for name in ("p", "all"):
            asked.pop(name, None)
        request.GET = asked  # type: ignore[assignment]
        try:
            rows = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return redirect(back)
        return self.table(request, rows, as_csv=as_csv) or redirect(back)

    def table(self, request: HttpRequest, rows: QuerySet[Any], *, as_csv: bool) -> HttpResponseBase | None:
        keys = list(rows.values_list("pk", flat=True)[: MOST_ROWS + 1])
        if len(keys) <= MOST_ROWS:
            return sealed_table(request, keys, as_csv=as_csv)
        said = gettext("These are more than {count} actors. Filter the list first, for example by Quartier.")
        messages.warning(request, said.format(count=number_format(MOST_ROWS)))
        return None

    # in

    def may_import(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def import_list(self, request: HttpRequest) -> HttpResponse:
        if not self.may_import(request):
            raise PermissionDenied
        form = ListForm(request.POST or None, request.FILES or None, initial=self.one_place())
        if request.method == "POST" and form.is_valid() and (upload := self.kept(request, form)):
            return redirect("admin:partners_actor_import_preview", upload.key)
        return TemplateResponse(request, "admin/partners/actor/import.html", self.page_of_import(request, form=form))

    def one_place(self) -> dict[str, Any]:
        """Where there is one Quartier only, nobody has to choose it."""
        places = list(Neighbourhood.objects.order_by("pk")[:2])
        return {"neighbourhood": places[0]} if len(places) == 1 else {}

    def kept(self, request: HttpRequest, form: ListForm) -> Upload | None:
        """The list, if it can be read; else the form says why not."""
        said = form.cleaned_data
        upload = keep_upload(
            by=request.user,  # type: ignore[arg-type]
            file=said["file"],
            file_name=said["file"].name,
            neighbourhood=said["neighbourhood"],
            mapping=said["mapping"],
        )
        try:
            with upload.path() as file:
                self.work(request, upload, file).check()
        except (ReadingError, MappingError) as error:
            upload.forget()
            form.add_error("mapping" if isinstance(error, MappingError) else "file", str(error))
            return None
        return upload

    def work(self, request: HttpRequest, upload: Upload, file: Path) -> ListImport:
        neighbourhood = Neighbourhood.objects.filter(pk=upload.neighbourhood).first()
        if neighbourhood is None:
            raise GoneError
        mapping: ListMapping = upload.read_mapping()
        return ListImport(
            path=file,
            file_name=upload.file_name,
            neighbourhood=neighbourhood,
            mapping=mapping,
            by=request.user,  # type: ignore[arg-type]
            skip_faulty=True,  # the preview named them
            most_rows=MOST_ROWS,
            most_unpacked=MOST_UNPACKED,
        )

    def import_preview(self, request: HttpRequest, key: Any) -> HttpResponse:
        """What the import would do. “Import now” does exactly this, once; where it is no longer this, it is shown anew."""
        if not self.may_import(request):
            raise PermissionDenied
        sent = fingerprint_of("actor-import", str(key))
        try:
            upload = find_upload(key=str(key), by=request.user)  # type: ignore[arg-type]
            if "cancel" in request.POST:
                upload.forget()
                return redirect("admin:partners_actor_changelist")
            if "confirm" in request.POST and (answer := self.imported(request, upload, sent)):
                return answer
            return self.shown(request, upload)
        except GoneError:
            return self.after(request, FormReceipt.objects.filter(pk=sent).first())

    def after(self, request: HttpRequest, receipt: FormReceipt | None) -> HttpResponseRedirect:
        """The list is no longer kept: because it was imported, or because its day is over."""
        if receipt is not None:
            return self.led(request, receipt.leads_to)
        messages.warning(request, gettext("This list is no longer kept. Choose it once more."))
        return redirect("admin:partners_actor_import")

    def led(self, request: HttpRequest, leads_to: str) -> HttpResponseRedirect:
        """To the record of the run, for who may read it."""
        may_read = request.user.has_perm("quartier.view_importrun")
        return redirect(leads_to if may_read else "admin:partners_actor_changelist")

    def imported(self, request: HttpRequest, upload: Upload, sent: str) -> HttpResponse | None:
        """Where it led; nothing where it has to be looked at once more."""
        answers: list[Answer] = []
        try:
            with upload.path() as file:
                outcome = self.work(request, upload, file).write(
                    shown=request.POST.get("seen", "")[:64] or "–",
                    within=lambda store: answers.append(once(fingerprint=sent, make=store)),
                )
        except ChangedMeanwhileError:
            messages.warning(
                request,
                gettext("The register was changed meanwhile, so this import would do something else. Look at it anew."),
            )
            return None
        except (IntegrityError, OperationalError):
            messages.error(
                request, gettext("Somebody else wrote at the same moment; nothing was imported. Try once more.")
            )
            return None
        upload.forget()
        [answer] = answers
        if answer.is_new:
            messages.success(request, said_of(new=outcome.new_count, changed=outcome.changed_count))
        return self.led(request, answer.leads_to)

    def shown(self, request: HttpRequest, upload: Upload) -> HttpResponse:
        wanted = What(asked) if (asked := request.GET.get("art")) in What.values else None
        number = request.GET.get("seite", "1")
        with upload.path() as file:
            preview = self.rehearsed(request, upload, file, wanted, int(number) if number.isdecimal() else 1)
        pages = Paginator(range(preview.found), PER_PAGE)
        page = pages.get_page(number)
        if page.number != preview.page:
            with upload.path() as file:
                preview = self.rehearsed(request, upload, file, wanted, page.number)
        context = self.page_of_import(request, preview=preview, outcome=preview.outcome, upload=upload, page=page)
        context |= {"tabs": tabs_of(preview), "links": links_of(page, wanted)}
        return TemplateResponse(request, "admin/partners/actor/import_preview.html", context)

    def rehearsed(self, request: HttpRequest, upload: Upload, file: Path, wanted: What | None, page: int) -> Preview:
        return Preview(self.work(request, upload, file), wanted=wanted, page=min(max(page, 1), MOST_ROWS)).rehearse()

    def page_of_import(self, request: HttpRequest, **more: Any) -> dict[str, Any]:
        title = gettext("Import a list of actors")
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title, **more}


def said_of(*, new: int, changed: int) -> str:
    """What came of it, and what comes next."""
    said = [
        ngettext("%(number)d actor is new, as a draft.", "%(number)d actors are new, as drafts.", new) % {"number": new}
        if new
        else "",
        ngettext("%(number)d actor is changed.", "%(number)d actors are changed.", changed) % {"number": changed}
        if changed
        else "",
        gettext("Look at the drafts in the list of actors, and publish them there.") if new else "",
    ]
    return " ".join(filter(None, said)) or gettext("Nothing changed: the portal has all of it already.")


def tabs_of(preview: Preview) -> list[Tab]:
    every = Tab(gettext("All rows"), preview.total, "?", preview.wanted is None)
    sorts = [
        Tab(str(one.label), preview.counts[one], f"?art={one.value}", preview.wanted == one)
        for one in What
        if preview.counts[one]
    ]
    return [every, *sorts]


def links_of(page: Page[Any], wanted: What | None) -> dict[str, str]:
    """To the page before and the one after."""
    start = f"?art={wanted.value}&" if wanted else "?"
    return {
        "before": f"{start}seite={page.previous_page_number()}" if page.has_previous() else "",
        "after": f"{start}seite={page.next_page_number()}" if page.has_next() else "",
    }
