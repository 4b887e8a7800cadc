from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from partners.actions.leaving_sides import Loss, digest


class LossForm(forms.Form):
    """Whoever takes a side out reads first what goes along with it. Until there is something to read it is not seen."""

    read = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **{"prefix": "verlust"} | kwargs)
        self.losses: Sequence[Loss] = ()

    @property
    def seen(self) -> str:
        return self.cleaned_data["read"] if self.is_valid() else ""

    def show(self, losses: Sequence[Loss]) -> None:
        self.losses = losses
        self.data = self.data.copy()
        self.data[self.add_prefix("read")] = digest(losses)
