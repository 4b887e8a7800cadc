from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.forms.wording import PlainWords
from projects.actions import Beside
from projects.actions.similar import SimilarProject
from projects.models import ParallelReason


def carried(typed: dict[str, Any]) -> str:
    """What the way to a similar project takes along in its address: how the new one was to be called, and who was to lead it."""
    lead = typed.get("lead_actor")
    said = {"vorhaben": typed.get("title") or "", "akteur": lead.slug if lead else ""}
    return urlencode({name: value for name, value in said.items() if value})


class BesideForm(PlainWords, forms.Form):
    """The way on past similar projects: whoever has read which there are says why it shall be one of its own all the same.

    It goes out with the form of the new project, and nobody is held up where nothing is similar. Which projects were
    shown comes back by their numbers (`SEEN`); one that was not shown yet is asked about anew.
    """

    SEEN = "gesehen"

    reason = forms.CharField(
        label=_("Why shall it be a project of its own?"),
        required=False,
        max_length=ParallelReason.LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The reason is kept with the project. Its organisers can read it, with your name."),
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **{"prefix": "daneben"} | kwargs)
        # It is only seen beside similar projects, and there it has to be answered.
        self.fields["reason"].required = not self.is_bound
        self.found: Sequence[SimilarProject] = ()
        self.carried = ""

    def lets_pass(self, found: Sequence[SimilarProject], typed: dict[str, Any]) -> bool:
        """Nothing is similar, or it was read and answered with a reason."""
        self.found, self.carried = found, carried(typed)
        is_valid = self.is_valid()
        self.fields["reason"].required = True
        if not found:
            return True
        seen = set(self.data.getlist(self.SEEN))
        was_shown = all(str(one.project.pk) in seen for one in found)
        if not is_valid or not was_shown:
            return False
        if self.cleaned_data["reason"]:
            return True
        self.add_error("reason", _("Say in one sentence why, or join one of these projects, or ask about it."))
        return False

    @property
    def beside(self) -> Beside | None:
        """What is to be kept, once it has let pass."""
        return Beside([one.project for one in self.found], self.cleaned_data["reason"]) if self.found else None
