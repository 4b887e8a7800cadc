"""A number that is too long for any row is a choice that is not offered, and no error of the database."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.widgets import AutocompleteMixin, AutocompleteSelect, AutocompleteSelectMultiple
from django.http import HttpRequest

from partners.rows_field import LONGEST_KEY, RowsField


class PossibleRows(AutocompleteMixin):
    """Asks only for rows that there can be, also where a form that was refused is shown again."""

    def optgroups(self, name: str, value: list[Any], attr: Any = None) -> Any:
        return super().optgroups(name, [one for one in value if len(str(one)) <= LONGEST_KEY], attr)


class RowSelect(PossibleRows, AutocompleteSelect):
    pass


class RowsSelect(PossibleRows, AutocompleteSelectMultiple):
    pass


class ChoosesRows:
    """Put before an admin page, or before the rows inside one, that chooses other rows."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs = self._searched(RowSelect, db_field, request) | kwargs
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs = {"form_class": RowsField} | self._searched(RowsSelect, db_field, request) | kwargs
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def _searched(self, widget: Any, db_field: Any, request: HttpRequest) -> dict[str, Any]:
        is_searched = db_field.name in self.get_autocomplete_fields(request)  # type: ignore[attr-defined]
        return {"widget": widget(db_field, self.admin_site)} if is_searched else {}  # type: ignore[attr-defined]
