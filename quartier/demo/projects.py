"""Tells the projects of the demo, with who takes part, what everybody brings and gains, and who asks to join."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from partners.actions.cautions import Override, Plan, cautions
from partners.models import Actor, Person
from projects.actions import (
    Beside,
    add_participation,
    contribute_disseminations,
    create_project,
    deliver_contribution,
    end_participation,
    record_benefit,
    record_contribution,
    record_dissemination,
)
from projects.actions.disseminations import stamps_of
from projects.actions.similar import similar_projects
from projects.models import Contribution, Participation, Project, ProjectInquiry, Side
from projects.models.reach import count
from quartier.demo.collaborations import Gives, Story, Takes
from quartier.demo.days import amount, day, day_from_today
from quartier.demo.handovers import tell_handover
from quartier.demo.history import date_project

if TYPE_CHECKING:
    from quartier.demo.story import StoryTeller

# By which verbs a project comes to where it stands.
WAYS_OF_PROJECTS = {
    Project.State.IDEA: (),
    Project.State.PLANNING: ("plan",),
    Project.State.RUNNING: ("plan", "start"),
    Project.State.COMPLETED: ("plan", "start", "complete"),
    Project.State.CONTINUED: ("plan", "start", "complete", "perpetuate"),
    Project.State.ABANDONED: ("plan", "abandon"),
}


class ProjectTeller:
    """Knows from the story who is who."""

    def __init__(self, story: StoryTeller) -> None:
        self.story = story

    def make_project(self, told: Story) -> None:
        project = create_project(
            title=told.title,
            neighbourhoods=[self.story.quartiere[slug] for slug in told.quartiere],
            topics=[self.story.topics[slug] for slug in told.topics],
            target_groups=[self.story.groups[slug] for slug in told.groups],
            beside=self.beside(told),
            lead_actor=self.story.actors[told.lead],
            by=self.story.organiser,
            summary=told.summary,
            goal=told.goal,
            results=told.results,
            start_on=day(told.start),
            end_on=day(told.end),
            is_open=told.is_open,
            is_demo=True,
        )
        for part in told.parts:
            self.make_part(project, part)
        for step in WAYS_OF_PROJECTS[Project.State(told.state)]:
            last = step == WAYS_OF_PROJECTS[Project.State(told.state)][-1]
            if step == "perpetuate":
                tell_handover(project, organiser=self.story.organiser)
            getattr(project, step)(by=self.story.organiser, note=told.note if last else "")
        if told.state == Project.State.COMPLETED:
            tell_handover(project, organiser=self.story.organiser)
        date_project(project)

    def beside(self, told: Story) -> Beside | None:
        """Which similar ones the organiser was shown, and why she went on."""
        if not told.why_own:
            return None
        typed = {
            "title": told.title,
            "goal": told.goal,
            "topics": [self.story.topics[slug] for slug in told.topics],
            "target_groups": [self.story.groups[slug] for slug in told.groups],
            "neighbourhoods": [self.story.quartiere[slug] for slug in told.quartiere],
            "start_on": day(told.start),
            "end_on": day(told.end),
        }
        found = similar_projects(values=typed, user=self.story.organiser)
        return Beside([one.project for one in found], told.why_own)

    def make_inquiry(self) -> None:
        """Somebody would like to join and waits for an answer; without the mail, for nobody lives at these addresses."""
        actor = self.story.actors["buchladen-seitenweise"]
        ProjectInquiry.objects.create(
            project=Project.objects.get(slug="leihregal-im-treppenhaus"),
            kind=ProjectInquiry.Kind.JOIN,
            actor=actor,
            message="Wir haben zwanzig Spiele, die niemand mehr kauft. Dürfen sie in Ihr Regal, und wir mit ihnen?",
            by=self.story.team_of(actor),
        )

    def make_part(self, project: Project, part: Takes) -> None:
        actor = self.story.actors[part.actor]
        if part.role == Participation.Role.LEAD:
            participation = Participation.objects.get(project=project, actor=actor, role=part.role)
            participation.tasks, participation.hours_per_month = part.tasks, amount(part.hours)
            participation.start_on, participation.end_on = day(part.start), day(part.end)
            participation.save()
        else:
            invited = part.state == Participation.State.INVITED
            participation = add_participation(
                project=project,
                actor=actor,
                role=part.role,
                by=self.story.organiser,
                state=Participation.State.INVITED if invited else Participation.State.AGREED,
                tasks=part.tasks,
                hours_per_month=amount(part.hours),
                start_on=day(part.start),
                end_on=day(part.end),
                overrides=self.reasons(actor, part),
            )
        for gift in part.gives:
            self.make_contribution(participation, gift)
        self.spread(participation, part)
        for gain in part.gains:
            by = self.story.team_of(actor) if gain.side == Side.ACTOR else self.story.organiser
            record_benefit(project=project, actor=actor, kind=gain.kind, text=gain.text, by=by)
        if part.state == Participation.State.ENDED:
            end_participation(participation=participation, by=self.story.organiser)

    def spread(self, participation: Participation, part: Takes) -> None:
        """Its team enters which of its channels carried the project; what is counted the organiser confirms."""
        if not part.spreads:
            return
        by = self.story.team_of(participation.actor)
        for told in part.spreads:
            channel = participation.actor.channels.get(name=told.channel)
            record_dissemination(
                participation=participation,
                by=by,
                channel=channel,
                went_out_on=day_from_today(told.on),
                what=told.what,
                audience=channel.audience,
                measured_on=channel.measured_on,
            )
        if part.is_counted:
            entries = list(participation.disseminations.order_by("went_out_on").select_related("participation"))
            counted = count(entries)
            contribute_disseminations(
                participation=participation,
                seen=stamps_of(entries),
                by=by,
                title=", ".join(line.name for line in counted.lines),
                quantity=Decimal(counted.total or 0),
                start_on=entries[0].went_out_on,
                end_on=entries[-1].went_out_on,
            ).confirm(by=self.story.organiser)

    def reasons(self, actor: Actor, part: Takes) -> list[Override]:
        """Why the organiser asked in spite of what she had read."""
        plan = Plan(actor=actor, start_on=day(part.start), hours=amount(part.hours))
        found = cautions([plan], user=self.story.organiser) if part.why else []
        return [Override(actor, one.text, part.why) for one in found]

    def make_contribution(self, participation: Participation, gift: Gives) -> None:
        """One side writes it down and the other one answers, as in life."""
        state, own = Contribution.State, gift.side == Side.ACTOR
        writer = self.story.team_of(participation.actor) if own else self.story.organiser
        contribution = record_contribution(
            participation=participation,
            category=gift.category,
            title=gift.title,
            by=writer,
            planned_quantity=amount(gift.planned),
            start_on=day(gift.start),
            end_on=day(gift.end),
            is_public=gift.is_public,
        )
        if gift.state == state.WITHDRAWN:
            contribution.withdraw(by=writer)
        elif gift.state == state.PROMISED:
            contribution.promise(by=writer)
        elif gift.state in {state.DELIVERED, state.CONFIRMED}:
            deliver_contribution(contribution=contribution, by=writer, quantity=amount(gift.delivered))
            self.answer(contribution, gift, other=self.story.organiser if own else None)

    def answer(self, contribution: Contribution, gift: Gives, *, other: Person | None) -> None:
        if gift.state != Contribution.State.CONFIRMED and not gift.objection:
            return
        by = other or self.story.team_of(contribution.participation.actor)
        if gift.objection:
            contribution.object_to(by=by, reason=gift.objection)
        else:
            contribution.confirm(by=by)
