from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from partners.actions.signed_copies import digest_of, read_signed
from partners.forms.fields import DayField
from partners.forms.sections import Section
from partners.forms.wording import PlainWords
from partners.merging import MergingForm
from partners.models import Agreement, AgreementPart, SignedCopy

SECTIONS = {
    section.word: section
    for section in (
        Section(
            "gegenstand",
            _("What it is about"),
            _("In one sentence, and then why you do it and what you want to reach."),
            (("subject",), ("background",), ("goals",)),
        ),
        Section(
            "zusammenarbeit",
            _("How you work together"),
            _("How often you talk, and how you decide."),
            (("rhythm",), ("decision_rule",)),
        ),
        Section(
            "oeffentlichkeit",
            _("Public relations and data"),
            _("What you tell others, and how you treat data about people."),
            (("public_relations",), ("data_protection",)),
        ),
        Section(
            "dauer",
            _("Beginning and end"),
            _("From when and until when it holds, and how one leaves it."),
            (("start_on", "end_on"), ("notice",)),
        ),
    )
}
PART = Section(
    "seite",
    _("Part of a side"),
    _("Under which name and address it signs, who speaks for it, what it does and brings in."),
    (("name",), ("address",), ("representative",), ("tasks",), ("brings",), ("expects",), ("contact",)),
)


@dataclass(frozen=True)
class Progress:
    """How far a section of a draft is: empty, filled in by the portal and not looked at, or written."""

    section: Section
    label: Any
    state: str
    is_prefilled: bool = False

    @classmethod
    def of(cls, row: Agreement | AgreementPart, section: Section) -> Progress:
        """`state` in the words of other states, so that it is drawn like them."""
        if set(row.prefilled) & set(section.fields):
            return cls(section, _("filled in by the portal, please look at it"), "zugesagt", is_prefilled=True)
        if any(getattr(row, name) for name in section.fields if name != "name"):
            return cls(section, _("looked at"), "bestaetigt")
        return cls(section, _("still empty"), "entwurf")


def progress_of(agreement: Agreement) -> list[Progress]:
    return [Progress.of(agreement, section) for section in SECTIONS.values()]


class Prefilled:
    """Put before a form of a draft: asks for one section, and marks what the portal filled in and nobody has looked at."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, section: Section, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section
        for name in [name for name in self.fields if name not in section.fields]:
            del self.fields[name]
        for name in set(kwargs["instance"].prefilled) & set(self.fields):
            self.fields[name].help_text = _marked(self.fields[name].help_text)

    @property
    def is_prefilled(self) -> bool:
        return bool(set(self.instance.prefilled) & set(self.fields))

    @property
    def lines(self) -> list[list[Any]]:
        """The fields the way they stand on the page, in lines."""
        return [[self[name] for name in line] for line in self.section.lines]


def _marked(hint: Any) -> SafeString:
    return format_html('<span class="chip prefilled">{}</span> {}', _("filled in by the portal"), hint)


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class AgreementFields(Prefilled, PlainWords, forms.ModelForm):
    start_on = DayField(label=_("Begins on"), required=False)
    end_on = DayField(
        label=_("Ends on"),
        required=False,
        help_text=_("You are reminded two months before. Leave this empty if no end is agreed."),
    )

    class Meta:
        model = Agreement
        fields = [name for section in SECTIONS.values() for name in section.fields]
        labels = {
            "subject": _("What is it about?"),
            "background": _("Background"),
            "goals": _("Goals"),
            "rhythm": _("Exchange"),
            "decision_rule": _("Decisions"),
            "public_relations": _("Public relations"),
            "data_protection": _("Data protection"),
            "notice": _("How it can be ended early"),
        }
        help_texts = {
            "subject": _("One sentence is enough. It stands below the title."),
            "background": _("Who are you, and why do you work together? Two or three sentences."),
            "goals": _("What shall be different in the end? Write goals that you can check together."),
            "rhythm": _("How often do you talk, who invites, and when do you look back together?"),
            "decision_rule": _("Who decides what, and what do you do when you do not agree?"),
            "public_relations": _("Who may tell what to whom? May the others use your logo and your pictures?"),
            "data_protection": _(
                "Do you pass on names or addresses of people? This sentence is a proposal and no legal advice: ask "
                "whoever is responsible for data protection at your place."
            ),
            "notice": _("How long before, and in which form, does one side tell the others that it wants to leave?"),
        }
        widgets = {
            "background": _area(5),
            "goals": _area(5),
            "rhythm": _area(4),
            "decision_rule": _area(5),
            "public_relations": _area(5),
            "data_protection": _area(6),
            "notice": _area(4),
        }

    def clean_subject(self) -> str:
        return " ".join(self.cleaned_data["subject"].split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("start_on"), cleaned.get("end_on")
        if start and end and end < start:
            self.add_error("end_on", _("The end lies before the beginning."))
        return cleaned


class AgreementForm(MergingForm, AgreementFields):
    """One section of a draft."""


class PartFields(Prefilled, PlainWords, forms.ModelForm):
    sentences = {"name": {"required": _("Enter the name under which this side signs.")}}

    class Meta:
        model = AgreementPart
        fields = list(PART.fields)
        labels = {
            "name": _("Name in the agreement"),
            "address": _("Address"),
            "representative": _("Represented by"),
            "tasks": _("Tasks"),
            "brings": _("What it brings in"),
            "expects": _("What it hopes to gain"),
            "contact": _("Contact person"),
        }
        help_texts = {
            "name": _("The full name, with the legal form if there is one."),
            "address": _("Street, house number, postcode and town, in two lines."),
            "representative": _("Who signs for this side: name and function."),
            "tasks": _("What does this side do, and who of it? Short points are enough."),
            "brings": _("Rooms, time, knowledge, contacts, reach. No prices: an agreement is no purchase."),
            "expects": _("In its own words: what shall it have from the cooperation?"),
            "contact": _("Whom the other sides ask: name, function, e-mail address and phone. One person a line."),
        }
        widgets = {
            "address": _area(3),
            "tasks": _area(4),
            "brings": _area(4),
            "expects": _area(4),
            "contact": _area(3),
        }

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class PartForm(MergingForm, PartFields):
    """What one side says. `known` are people that may be named once they have agreed."""

    def __init__(self, *args: Any, known: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, section=PART, **kwargs)
        if names := ", ".join(known):
            said = _("The portal also knows: %(names)s. Ask them before you name them to the other sides.")
            self.fields["contact"].help_text = format_html(
                "{} {}", self.fields["contact"].help_text, said % {"names": names}
            )


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class SignedFilesField(forms.FileField):
    """Gives the PDF that will be stored and what it was made from, or None where nothing was chosen."""

    widget = SeveralFiles

    def __init__(self, **kwargs: Any) -> None:
        accepted = "application/pdf,image/jpeg,image/png,image/webp"
        super().__init__(
            **{
                "label": _("Signed agreement"),
                "help_text": _(
                    "One PDF file, or up to 8 photos of the pages in their order; they become one PDF. At most 10 MB each, 30 MB in all. "
                    "Only the teams of the sides and the organisers can download it."
                ),
                "widget": SeveralFiles(attrs={"accept": accepted, "multiple": True}),
                "allow_empty_file": True,
            }
            | kwargs
        )

    def clean(self, data: Any, initial: Any = None) -> tuple[bytes, str] | None:
        files = [one for one in data or [] if isinstance(one, UploadedFile)]
        return read_signed(files) if files or self.required else None


class SignForm(PlainWords, forms.Form):
    """When it was signed; the paper itself can be handed in later."""

    signed_on = DayField(
        label=_("Signed on"), help_text=_("The day on which the last side signed. For example 20.1.2027")
    )
    files = SignedFilesField(required=False)
    sentences = {"signed_on": {"required": _("Enter the day on which the last side signed, for example 20.1.2027.")}}

    def clean_signed_on(self) -> Any:
        day = self.cleaned_data["signed_on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is yet to come. Note the signatures when all sides have signed."))
        if day < timezone.localdate() - timedelta(days=36_525):
            raise ValidationError(_("This day lies more than a hundred years ago. Please check the year."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors and cleaned.get("files"):
            self.add_error("files", _("Please choose the files once more: browsers do not keep them."))
        return cleaned


class SignedCopyForm(PlainWords, forms.Form):
    """`seen` is the copy that was there when the form was opened: nobody replaces one unseen."""

    files = SignedFilesField()
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, present: SignedCopy | None, **kwargs: Any) -> None:
        self.present = present
        super().__init__(*args, initial={"seen": self.key}, **kwargs)
        if present:
            self.fields["files"].label = _("Another file instead of this one")

    @property
    def key(self) -> str:
        return self.present.key if self.present else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if (
            cleaned.get("files")
            and cleaned.get("seen", "") != self.key
            and not self._is_there_already(cleaned["files"])
        ):
            said = _("Somebody else changed the signed copy meanwhile. Look at it, then choose your file once more.")
            self.add_error(None, said)
            self.data = self.data.copy()
            self.data["seen"] = self.key
        return cleaned

    def _is_there_already(self, chosen: tuple[bytes, str]) -> bool:
        """The same was sent twice."""
        return self.present is not None and self.present.sha256 == digest_of(chosen[0])
