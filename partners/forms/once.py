from __future__ import annotations

import json
import uuid
from typing import Any

from django import forms

from partners.actions.receipts import fingerprint_of
from partners.models import Person


class OnceForm:
    """A form that makes one row, however often it is sent: it carries a one-time key.

    The key stands for this opening of the form. Sent twice with the same content it is the same wish; sent again after a
    change it is a new one. A form without a key (written by hand) is always new.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["once"] = forms.CharField(  # type: ignore[attr-defined]
            required=False, max_length=64, widget=forms.HiddenInput, initial=uuid.uuid4
        )

    def fingerprint(self, *, of: Person, at: str) -> str:
        """The same for the same person, page, opening of the form and content."""
        data = self.data  # type: ignore[attr-defined]
        key = data.get("once") or str(uuid.uuid4())
        content = {name: data.getlist(name) for name in sorted(data) if name != "csrfmiddlewaretoken"}
        return fingerprint_of(at, str(of.pk), key, json.dumps(content))

    def values(self) -> dict[str, Any]:
        """What was typed, without the key."""
        return {name: value for name, value in self.cleaned_data.items() if name != "once"}  # type: ignore[attr-defined]
