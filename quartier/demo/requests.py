"""Five requests for offers, each at another place of the chain: thanked, waiting, promised, too late, waiting for a yes by mail.

Of the real institutions nothing is said in public: what the library is asked for is an example that its team alone sees.
They are told by the actions that people use. Whoever asks does so for a day to come; for what is over already the days are
then moved into the past, with the moments of its steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from partners.actions.listings import create_offer
from partners.models import Actor, Mail, Offer, Person, ResourceCategory, Visibility
from projects.actions import confirm_contribution
from projects.actions.request_asking import ask_for_offer
from projects.actions.resource_requests import finish_request, grant_request, thank_for_request
from projects.models import Contribution, ContributionStep, Project, ResourceRequest, ResourceRequestStep
from quartier.demo.days import day_from_today
from quartier.demo.places import LIBRARY

if TYPE_CHECKING:
    from quartier.demo.story import StoryTeller

CAFE, ROOM, BENCHES = "quartierscafe-am-spulenplatz", "Großer Raum mit Küche", "Bierbänke und ein Pavillon"
READING_ROOM = {
    "category": ResourceCategory.ROOMS,
    "title": "Lesesaal am Abend",
    "description": "Nach der Ausleihe gehört der Lesesaal Gruppen aus dem Quartier. Wer ihn nutzt, stellt die Stühle zurück.",
    "has_evenings": True,
    "persons": 20,
    "step_free": "ja",
    "equipment": "20 Stühle, Leinwand",
    "room_hours": "Dienstag und Donnerstag ab 18 Uhr",
    "visibility": Visibility.INTERNAL,
}
EVENING = {"start_time": time(18), "end_time": time(21)}


@dataclass(frozen=True, slots=True)
class Asked:
    """`days` from today to the day for which somebody asks, `before` so many days earlier."""

    offer: str
    message: str
    days: int
    before: int
    actor: str = ""
    project: str = ""
    by_organiser: bool = False
    more: dict[str, Any] | None = None


THANKED = Asked(
    "Saal im Erdgeschoss",
    "Das Quartierscafé zieht an einem Abend nach drinnen: Wir sammeln mit 18 Leuten Ideen für den Winter.",
    days=-24,
    before=20,
    project=CAFE,
    more=EVENING | {"persons": 18, "quantity": 3},
)
WAITING = Asked(
    "Lesesaal am Abend",
    "Wir lesen an einem Abend aus alten Briefen aus dem Lindenhof. Dürfen wir in Ihren Lesesaal?",
    days=26,
    before=28,
    actor="kulturverein-lindenhof",
    by_organiser=True,
    more=EVENING | {"persons": 15, "quantity": 3},
)
PROMISED = Asked(
    ROOM,
    "Wir bauen an einem Samstag die ersten Regale und brauchen Platz und eine Küche.",
    days=19,
    before=24,
    project="leihregal-im-treppenhaus",
    more={"persons": 12},
)
TOO_LATE = Asked(
    ROOM, "Unser Elternabend sucht einen Raum.", days=19, before=23, actor="kita-kieselstein", more={"persons": 25}
)
BY_MAIL = Asked(
    BENCHES,
    "Für den Nachmittag mit den langen Tischen fehlen uns Bänke.",
    days=-10,
    before=16,
    project=CAFE,
    more={"quantity": 8},
)


class RequestTeller:
    def __init__(self, story: StoryTeller) -> None:
        self.story = story

    def tell(self) -> None:
        """Without the mails, for nobody lives at these addresses; `tell_mails` makes the one that asks a club for its yes."""
        before = Mail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        library = self.story.actors[LIBRARY]
        create_offer(actor=library, release=True, valid_until=day_from_today(150), **READING_ROOM)
        self.tell_thanked()
        self.ask(WAITING)
        first, second = self.ask(PROMISED), self.ask(TOO_LATE)
        keeper = self.story.team_of(first.giver)
        grant_request(request=first, by=keeper, note="Gern. Der Schlüssel liegt ab Freitag im Büro.")
        self.date(first, PROMISED, answered=4)
        second.refresh_from_db()
        self.date(second, TOO_LATE, answered=3)
        self.tell_by_mail()
        Mail.objects.filter(pk__gt=before).delete()

    def tell_thanked(self) -> None:
        chain = self.ask(THANKED)
        partner, asker = self.story.team_of(chain.giver), self.asker(THANKED)
        grant_request(request=chain, by=partner, note="Herzlich willkommen. Der Hausmeister schließt um 17:30 Uhr auf.")
        finish_request(request=chain, by=asker, quantity=chain.quantity)
        confirm_contribution(contribution=Contribution.objects.get(resource_request=chain), by=partner)
        words = "Danke für den warmen Saal! Drei Ideen vom Abend sind jetzt schon im Café zu sehen."
        thank_for_request(request=chain, by=asker, words=words)
        self.date(chain, THANKED, answered=2)

    def tell_by_mail(self) -> None:
        """The club has nobody with an account: the organiser notes its answer, and it confirms what it gave by mail."""
        chain = self.ask(BY_MAIL)
        grant_request(
            request=chain, by=self.story.organiser, note="Am Telefon zugesagt: Abholung ab 14 Uhr am Vereinsheim."
        )
        finish_request(request=chain, by=self.story.organiser, quantity=chain.quantity)
        self.date(chain, BY_MAIL, answered=3)

    def asker(self, asked: Asked) -> Person:
        if asked.by_organiser:
            return self.story.organiser
        project = Project.objects.filter(slug=asked.project).select_related("lead_actor").first()
        actor = project.lead_actor if project else self.story.actors[asked.actor]
        return self.story.team_of(actor) if actor else self.story.organiser

    def ask(self, asked: Asked) -> ResourceRequest:
        day = day_from_today(max(asked.days, 30))
        chain = ask_for_offer(
            offer=Offer.objects.get(title=asked.offer),
            by=self.asker(asked),
            message=asked.message,
            actor=Actor.objects.filter(slug=asked.actor).first(),
            project=Project.objects.filter(slug=asked.project).first(),
            start_on=day,
            end_on=day,
            **(asked.more or {}),
        )
        told, asked_at = day_from_today(asked.days), noon(asked.days - asked.before)
        rows = ResourceRequest.objects.filter(pk=chain.pk)
        rows.update(start_on=told, end_on=told, created_at=asked_at)
        ResourceRequestStep.objects.filter(request=chain).update(at=asked_at)
        return rows.get()

    def date(self, chain: ResourceRequest, asked: Asked, *, answered: int) -> None:
        """Answered so many days after it was asked, done on the day after, confirmed and thanked on those that follow."""
        states = ResourceRequest.State
        answer = noon(asked.days - asked.before + answered)
        done, last = noon(asked.days + 1), noon(asked.days + 4)
        steps = ResourceRequestStep.objects.filter(request=chain)
        steps.filter(to_state__in=[states.GRANTED, states.DECLINED]).update(at=answer)
        steps.filter(to_state=states.DONE).update(at=done)
        thanked = {"thanked_at": last + timedelta(days=1)} if chain.is_thanked else {}
        ResourceRequest.objects.filter(pk=chain.pk).update(decided_at=answer, **thanked)
        if entry := Contribution.objects.filter(resource_request=chain).first():
            was_confirmed = entry.state == Contribution.State.CONFIRMED
            rows = Contribution.objects.filter(pk=entry.pk)
            rows.update(recorded_at=done, asked_at=None, **({"confirmed_at": last} if was_confirmed else {}))
            ContributionStep.objects.filter(contribution=entry).update(at=done)
            if was_confirmed:
                entry.steps.filter(to_state=Contribution.State.CONFIRMED).update(at=last)


def noon(days: int) -> datetime:
    return timezone.make_aware(datetime.combine(day_from_today(days), time(12)))
