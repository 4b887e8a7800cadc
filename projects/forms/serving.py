from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.forms.wording import PlainWords
from projects.models import Project


class TieForm(PlainWords, forms.Form):
    """A project of those that may be said to serve the partnership and are not said to do so yet."""

    project = forms.ModelChoiceField(
        label=_("Project"),
        queryset=Project.objects.none(),
        to_field_name="slug",
        empty_label=_("Please choose"),
        help_text=_("What the sides deliver in it is shown on the page of the partnership."),
    )
    sentences = {"project": {"required": _("Choose a project.")}}

    def __init__(self, *args: Any, projects: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = projects  # type: ignore[attr-defined]
