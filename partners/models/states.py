"""How a row moves from one stage to the next, for every state machine of the portal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

type Steps = Mapping[str, tuple[str, ...]]


class StageError(ValidationError):
    """A step that is not open from here. The message says which ones are."""


class Staged(models.Model):
    """A row with a `state` that only moves along `STEPS`.

    Every step is one conditional UPDATE: of two people who take a step at the same moment one wins and the other
    reads what has happened meanwhile.
    """

    STEPS: Steps = {}
    state = models.CharField(_("state"), max_length=20, editable=False)
    get_state_display: Callable[[], str]

    class Meta:
        abstract = True

    @property
    def open_steps(self) -> tuple[str, ...]:
        """The states that can come next."""
        return self.STEPS.get(self.state, ())

    @classmethod
    def state_labels(cls) -> dict[str, str]:
        """What people read for each state."""
        return dict(cls._meta.get_field("state").flatchoices)  # type: ignore[union-attr]

    def can_become(self, target: str) -> bool:
        return target in self.open_steps

    def check_step(self, target: str) -> None:
        """Raises `StageError`, with the open steps named, when the step is not allowed."""
        if self.can_become(target):
            return
        label = self.state_labels()
        if not self.open_steps:
            raise StageError(
                format_lazy(str(_("“{now}” is final: nothing comes after it.")), now=label[self.state]), code="final"
            )
        raise StageError(
            format_lazy(
                str(_("From “{now}” there is no step to “{target}”. Open from here: {steps}.")),
                now=label[self.state],
                target=label[target],
                steps=", ".join(str(label[step]) for step in self.open_steps),
            ),
            code="closed",
        )

    def take_step(self, target: str, **values: Any) -> None:
        """Moves the row to the target state and writes the values with it, or raises `StageError`."""
        self.check_step(target)
        self.write_if_still(self.state, state=target, **values)

    def write_if_still(self, state: str, /, **values: Any) -> None:
        """Writes the values, unless somebody else moved the row in the meantime (`StageError`)."""
        if not type(self)._default_manager.filter(pk=self.pk, state=state).update(**values):
            if not type(self)._default_manager.filter(pk=self.pk).exists():
                raise StageError(
                    _("This is not here any more: it was removed, or put together with another entry."), code="gone"
                )
            self.refresh_from_db(fields=["state"])
            raise StageError(
                format_lazy(
                    str(_("Somebody else was faster: it now says “{now}”. Please look at it once more.")),
                    now=self.get_state_display(),
                ),
                code="race",
            )
        for name, value in values.items():
            setattr(self, name, value)


class StepRecord(models.Model):
    """One line in the history of stages. Lines are only ever added."""

    from_state = models.CharField(_("from"), max_length=20, blank=True)
    to_state = models.CharField(_("to"), max_length=20)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        abstract = True
        ordering = ["at", "pk"]
