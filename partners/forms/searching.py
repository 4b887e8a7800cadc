from __future__ import annotations

from typing import Any

from django.forms.utils import ErrorDict


class Searches:
    """Put before a form with a button that searches: pressed, it saves nothing and scolds for nothing; what was typed stays."""

    SEARCH = "suchen"

    @property
    def is_search(self) -> bool:
        return self.is_bound and self.SEARCH in self.data  # type: ignore[attr-defined]

    def full_clean(self) -> None:
        if not self.is_search:
            super().full_clean()  # type: ignore[misc]
            return
        self.cleaned_data: dict[str, Any] = {}
        self._errors = ErrorDict()
