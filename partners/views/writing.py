"""What every page does that makes, changes or deletes one row. What the row is and what is said, its own view knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from partners.actions.receipts import once


def made_once(request: HttpRequest, form: Any, *, make: Callable[[], Any], said: Callable[[], str]) -> str:
    """Makes the row, however often the form is sent, and says so the first time.

    Returns where the row is shown; nothing when it was refused, and the form then says why.
    """
    try:
        answer = once(fingerprint=form.fingerprint(of=request.user, at=request.path), make=make)
    except ValidationError as error:
        form.refuse(error)
        return ""
    if answer.is_new:
        messages.success(request, said())
    return answer.leads_to
