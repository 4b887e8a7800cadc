"""What querysets of this floor share that stand apart from their models."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet


def all_like[Rows: QuerySet[Any, Any]](rows: Rows) -> Rows:
    """Every row of the same kind, in no order, whatever these were narrowed to."""
    found: Any = rows.model._default_manager
    return found.order_by()
