from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.forms.wording import PlainWords
from partners.models import Actor
from partners.profile_fields import NEEDS_WORDS, LogoField


class LogoForm(PlainWords, forms.Form):
    """`seen` is what stood there when the form was opened."""

    logo = LogoField(
        label=_("Picture file"),
        required=False,
        help_text=_("PNG, JPEG or WebP, at most 5 MB. A square picture looks best. It is made smaller by itself."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    alt = forms.CharField(
        label=_("What does the logo show?"),
        required=False,
        max_length=200,
        help_text=_(
            "For people who cannot see it: shape, colour and words, for example “Logo: a red bicycle, below it the word "
            "Radwerk”."
        ),
    )
    remove = forms.BooleanField(label=_("Take the logo away"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        self.actor = actor
        super().__init__(*args, initial={"alt": actor.logo_alt, "seen": self.present}, **kwargs)
        if actor.logo:
            self.fields["logo"].label = _("Another picture file")
        else:
            del self.fields["remove"]

    @property
    def present(self) -> str:
        return f"{self.actor.logo.key} {self.actor.logo_alt}".strip()

    def clean_alt(self) -> str:
        return " ".join(self.cleaned_data["alt"].split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "logo" in cleaned:
            self._clean_together(cleaned)
        if cleaned.get("seen", "") != self.present and not self.is_there_already():
            self._show_the_other()
        if cleaned.get("logo") and self.errors:
            self.add_error("logo", _("Please choose the picture once more: browsers do not keep it."))
        return cleaned

    def _clean_together(self, cleaned: dict[str, Any]) -> None:
        picture, alt, remove = cleaned["logo"], cleaned.get("alt"), cleaned.get("remove")
        if picture and remove:
            self.add_error("remove", _("Either choose a new logo or take the old one away, not both."))
        elif alt == "" and (picture or (self.actor.logo and not remove)):
            self.add_error("alt", NEEDS_WORDS)
        elif not picture and not self.actor.logo and cleaned.get("seen", "") == self.present:
            self.add_error("logo", _("Choose a picture file."))

    def is_there_already(self) -> bool:
        """The same was sent twice."""
        cleaned, actor = self.cleaned_data, self.actor
        if not actor.logo:
            return bool(self.data.get("remove")) and not cleaned.get("logo")
        picture = cleaned.get("logo")
        if not picture or cleaned.get("alt") != actor.logo_alt:
            return False
        with actor.logo.open() as stored:
            return stored.read() == picture.open().read()

    def _show_the_other(self) -> None:
        """From now on the person has seen what somebody else stored."""
        said = _(
            "Somebody else changed the logo while you were writing. Nothing is saved yet: look at it, then save again."
        )
        self.add_error(None, said)
        self.data = self.data.copy()
        self.data["seen"] = self.present
