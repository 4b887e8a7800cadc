from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.actions.cautions import Caution, Override, digest
from partners.forms.wording import PlainWords
from partners.models import CapacityOverride


class AnywayForm(PlainWords, forms.Form):
    """The way on past a warning: whoever has read it says why it shall be now all the same.

    It goes out with the form that asks. As long as there is nothing to warn of it is not seen, and nobody is held up. A
    reason counts only for the words that were shown: another partner or another day is warned of anew.
    """

    reason = forms.CharField(
        label=_("Why shall it be now all the same?"),
        required=False,
        max_length=CapacityOverride.LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The reason is kept. The team that you ask and its organisers can read it, with your name."),
    )
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **{"prefix": "trotzdem"} | kwargs)
        self.cautions: list[Caution] = []

    @property
    def was_used(self) -> bool:
        """Something was typed here, or shown: it must not get lost while another field is being mended."""
        return self.is_bound and bool(self.data.get(self.add_prefix("seen")))

    def lets_pass(self, cautions: Sequence[Caution]) -> bool:
        """Nothing to warn of, or read and answered with a reason."""
        self.cautions = list(cautions)
        if not cautions:
            return True
        seen, was_shown = self.add_prefix("seen"), self._was_shown(digest(cautions))
        if self.is_valid() and was_shown:
            if self.cleaned_data["reason"]:
                return True
            self.add_error("reason", _("Say in one sentence why, or choose a later day or another partner."))
        self.fields["reason"].required = True
        self.data = self.data.copy()
        self.data[seen] = digest(cautions)
        return False

    def _was_shown(self, words: str) -> bool:
        return self.data.get(self.add_prefix("seen")) == words

    @property
    def overrides(self) -> list[Override]:
        """What is to be kept, once it has let pass."""
        return [Override(one.actor, one.text, self.cleaned_data["reason"]) for one in self.cautions]
