from __future__ import annotations

from typing import Any

from django.forms.utils import ErrorDict


class Searches:
    """Put before a form with a button that searches: pressed, it saves nothing and scolds for nothing; what was typed stays."""

    SEARCH = "suchen"
    # The button that Enter presses (`partners/_enter.html`), the words typed, and for which words the page shows what
    # was found. Enter sends the form; after new words for the search it searches.
    ENTER, TYPED, SEARCHED = "enter", "suche", "gesucht"

    @property
    def is_search(self) -> bool:
        if not self.is_bound:  # type: ignore[attr-defined]
            return False
        data = self.data  # type: ignore[attr-defined]
        typed = data.get(self.TYPED, "").strip()
        return self.SEARCH in data or (self.ENTER in data and typed not in ("", data.get(self.SEARCHED, "").strip()))

    def full_clean(self) -> None:
        if not self.is_search:
            super().full_clean()  # type: ignore[misc]
            return
        self.cleaned_data: dict[str, Any] = {}
        self._errors = ErrorDict()
