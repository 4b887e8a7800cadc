"""The chain as people read it: six steps, each with who, when and the words that were said, and whose turn it is now."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.days import spoken
from partners.models import Actor
from projects.models import Contribution, Project, ResourceRequest, Side

State = ResourceRequest.State
DONE, NOW, NEXT, STOPPED = "done", "now", "next", "stopped"
ANSWER, WAIT, TELL, CONFIRM, MEND, THANK, OVER = "answer", "wait", "tell", "confirm", "mend", "thank", "over"
# It waits for an answer of a place that was archived: nobody gives one.
STRANDED = "stranded"

# Said of others, and to whoever has the turn.
TURNS: dict[str, tuple[Any, Any]] = {
    ANSWER: (
        _("It is the turn of %(who)s: to promise it or to decline."),
        _("It is your turn: promise it or decline."),
    ),
    STRANDED: (
        _("%(giver)s is archived: nobody answers any more. It is the turn of %(who)s: to withdraw the request."),
        _("%(giver)s is archived: nobody answers any more. It is your turn: withdraw the request."),
    ),
    WAIT: (
        _("It is promised. Afterwards %(who)s says what became of it."),
        _("It is promised. Afterwards %(who)s says what became of it."),
    ),
    TELL: (
        _("It is the turn of %(who)s: to say what became of it."),
        _("It is your turn: say what became of it."),
    ),
    CONFIRM: (
        _("It is the turn of %(who)s: to confirm what was given."),
        _("It is your turn: confirm what was given."),
    ),
    MEND: (
        _("It is the turn of %(who)s: to put right what was objected to."),
        _("It is your turn: put right what was objected to."),
    ),
    THANK: (
        _("It is the turn of %(who)s: to say thank you."),
        _("It is your turn: say thank you."),
    ),
}


@dataclass(frozen=True, slots=True)
class Turn:
    """What comes next, and which of the two sides does it: an actor or a project, nobody once it is over."""

    key: str
    who: Actor | Project | None = None

    def said(self, request: ResourceRequest) -> str:
        """In one plain sentence, to whoever reads the row (`is_turn`, see `with_rights_of`)."""
        if self.key == OVER:
            return _over(request)
        return str(TURNS[self.key][request.is_turn]) % {"who": self.who, "giver": request.giver}


def turn_of(request: ResourceRequest) -> Turn:
    """The rule of `projects.models.resource_requests`, from what is loaded."""
    if request.state == State.OPEN:
        return Turn(STRANDED, request.asker) if request.is_stranded else Turn(ANSWER, request.giver)
    if request.state == State.GRANTED:
        return Turn(TELL if request.is_over else WAIT, request.asker)
    if request.state != State.DONE or request.is_thanked:
        return Turn(OVER)
    entry = request.contribution
    if entry is None or entry.state == Contribution.State.CONFIRMED:
        return Turn(THANK, request.asker)
    project = entry.participation.project
    writer, other = (request.giver, project) if entry.recorded_side == Side.ACTOR else (project, request.giver)
    return Turn(MEND, writer) if entry.is_contested else Turn(CONFIRM, other)


def _over(request: ResourceRequest) -> str:
    if request.state == State.DONE:
        return gettext("It is done, and somebody has said thank you. Nothing more is to be done.")
    if request.state == State.WITHDRAWN:
        return gettext("It is withdrawn. Nothing more is to be done.")
    if request.is_free:
        return gettext("At this time it is free again. If you still need it, ask once more.")
    if request.is_taken:
        return gettext("Somebody else was faster. Nothing more is to be done here.")
    return gettext("It is declined. Nothing more is to be done.")


@dataclass(slots=True)
class Step:
    """One of the six. `who` did it, `at` that moment; `facts` are lines of our own, `words` those that somebody said."""

    key: str
    label: str
    phase: str = NEXT
    who: str = ""
    at: datetime | None = None
    facts: list[str] = field(default_factory=list)
    words: str = ""


def steps_of(request: ResourceRequest) -> list[Step]:
    """What there is in this chain: what nobody contributes to a project is not drawn, nor what was never promised."""
    steps = [_asked(request), _answered(request)]
    if request.state == State.DECLINED:
        return steps
    if request.state == State.WITHDRAWN:
        return steps if _moment(request, State.GRANTED) else [steps[0], _withdrawn(request)]
    steps.append(_carried_out(request))
    if request.contribution is not None or (request.project_id and request.state != State.DONE):
        steps += [_contributed(request), _confirmed(request)]
    steps.append(_thanked(request))
    now = {
        ANSWER: "antwort",
        STRANDED: "antwort",
        WAIT: "durchfuehrung",
        TELL: "durchfuehrung",
        CONFIRM: "bestaetigung",
    }
    now |= {MEND: "beitrag", THANK: "dank"}
    current = now.get(turn_of(request).key)
    for step in steps:
        step.phase = NOW if step.key == current else step.phase
    return steps


def _asked(request: ResourceRequest) -> Step:
    who = _by(request.by, request.asker)
    return Step("anfrage", gettext("Request"), DONE, who, request.created_at, words=request.message)


def _answered(request: ResourceRequest) -> Step:
    step = Step("antwort", gettext("Answer"))
    if request.state == State.DECLINED:
        step.phase, step.at, step.words = STOPPED, request.decided_at, request.reason
        if request.is_taken:  # kept in the language of whoever asked, told in that of the reader
            step.words = gettext("Somebody else got it for this time.")
        step.facts = [gettext("declined")]
        step.who = str(request.giver) if request.is_taken else _by(request.decided_by, request.giver)
    elif promised := _moment(request, State.GRANTED):
        step.phase, step.at, step.facts = DONE, promised.at, [gettext("promised")]
        step.who, step.words = _by(promised.by, request.giver), promised.note
        if request.state == State.WITHDRAWN and (taken_back := _moment(request, State.WITHDRAWN)):
            step.phase, step.at, step.words = STOPPED, taken_back.at, taken_back.note or request.reason
            step.who, step.facts = str(taken_back.by or ""), [gettext("promised, and withdrawn later")]
    return step


def _withdrawn(request: ResourceRequest) -> Step:
    last = _moment(request, State.WITHDRAWN)
    step = Step("antwort", gettext("Withdrawn"), STOPPED, words=request.reason)
    if last:
        step.who, step.at = _by(last.by, request.asker), last.at
    return step


def _carried_out(request: ResourceRequest) -> Step:
    step = Step("durchfuehrung", gettext("Carrying out"), facts=[request.when])
    if request.state == State.DONE:
        step.phase = DONE
        if last := _moment(request, State.DONE):
            step.at, step.who = last.at, str(last.by or "")
    return step


def _contributed(request: ResourceRequest) -> Step:
    step, entry = Step("beitrag", gettext("Contribution")), request.contribution
    if entry is None:
        return step
    side = request.giver if entry.recorded_side == Side.ACTOR else entry.participation.project
    step.phase, step.at, step.who = DONE, entry.recorded_at, _by(entry.recorded_by, side)
    if entry.is_contested:
        step.facts, step.words = [gettext("It is disputed:")], entry.objection
    return step


def _confirmed(request: ResourceRequest) -> Step:
    step, entry = Step("bestaetigung", gettext("Confirmation")), request.contribution
    if entry is not None and entry.state == Contribution.State.CONFIRMED:
        side = entry.participation.project if entry.recorded_side == Side.ACTOR else request.giver
        step.phase, step.at, step.who = DONE, entry.confirmed_at, _by(entry.confirmed_by, side)
        last = [one for one in entry.steps.all() if one.to_state == Contribution.State.CONFIRMED][-1:]
        step.facts = [gettext("by the link in a mail")] if last and last[0].link_of else []
    elif entry is not None and entry.asked_at:
        step.facts = [gettext("asked by mail on %(day)s") % {"day": spoken(entry.asked_at)}]
    return step


def _thanked(request: ResourceRequest) -> Step:
    step = Step("dank", gettext("Thanks"))
    if request.is_thanked:
        step.phase, step.at = DONE, request.thanked_at
        step.who, step.words = _by(request.thanked_by, request.asker), request.thanks
    return step


def _moment(request: ResourceRequest, state: str) -> Any:
    """The last line of the history that leads there, of those that are loaded."""
    return next((one for one in reversed(request.steps.all()) if one.to_state == state), None)


def _by(person: Any, side: Actor | Project) -> str:
    return f"{side} ({person})" if person else str(side)
