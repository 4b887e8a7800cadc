"""axe in a real browser: every kind of page, in every state, for everybody, light and dark, on the phone and the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, product
from typing import Any, NamedTuple

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.core.files.base import ContentFile
from playwright.sync_api import Locator, Page

from partners.actions import listing_reminders
from partners.actions.consent import token_of
from partners.forms.sections import SECTIONS
from partners.models import (
    Actor,
    ActorKind,
    Channel,
    ContactPerson,
    HistoryEntry,
    KeyActorAssessment,
    Neighbourhood,
    NextStep,
    Offer,
    Partnership,
    PartnershipParty,
    PartnershipReview,
    Person,
    Quotation,
    RoundMail,
)
from projects.actions import asking
from projects.models import (
    Contribution,
    Dissemination,
    Need,
    ParallelReason,
    Participation,
    Project,
    ProjectHandover,
    ProjectInquiry,
    ResourceRequest,
)
from quartier.demo.places import LIBRARY
from quartier.demo.story import ADMIN, ORGANISER, PARTNER, PASSWORD, load_story
from quartier.imports.uploads import keep_upload
from tests.e2e.conftest import SIZES, Watched
from tests.factories import NeighbourhoodFactory, PersonFactory

LOG_INS = {"visitor": None, "partner": PARTNER, "organiser": ORGANISER, "admin": ADMIN}


WORDS = ("Was jemand anderes inzwischen geschrieben hat", "Was hier gerade geschrieben wurde")
DAYS = ("1.3.2039", "2.4.2039")


class State(NamedTuple):
    """An address, and the name of a field in the form that is sent as it must not be: with everything emptied.

    `choose`: this is waited for and pressed. `twin_of`: the form is filled with this name, sent, and asks whether it is
    there already. `conflict`: somebody else saves the form with another text in this field while it is open.
    `similar_to`: a new project gets this title, is sent, and comes back with the hint at a similar one.
    """

    path: str
    broken_form: str = ""
    twin_of: str = ""
    choose: str = ""
    conflict: str = ""
    similar_to: str = ""


COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
LISTS = ["/", "/akteure/", "/projekte/", "/angebote/", "/bedarfe/", "/partnerschaften/", "/suche/", "/mitmachen/"]
ACCOUNT = ["/konto/login/", "/konto/password/reset/", "/konto/signup/"]
LEGAL = ["/impressum/", "/datenschutz/", "/barrierefreiheit/", "/gibt-es-nicht/"]
SURE = "/konto/reauthenticate/"
OWN_ACCOUNT = [
    "/konto/",
    SURE,
    "/konto/email/",
    "/konto/password/change/",
    "/konto/2fa/",
    "/konto/sessions/",
    "/konto/daten/",
    "/konto/loeschen/",
    "/konto/logout/",
]


def everybody() -> Iterator[State]:
    project = Project.objects.published().order_by("-state", "pk")[0]
    kind = ActorKind.objects.order_by("pk")[0]
    for path in (
        *LISTS,
        "/akteure/?q=bibliothek",
        f"/akteure/?kind={kind.pk}&q=xyzzy",
        "/suche/?q=bibliothek",
        "/suche/?q=xyzzy",
        f"/akteure/{LIBRARY}/",
        "/quartiere/sendling/",
        project.get_absolute_url(),
        f"{project.get_absolute_url()}beitraege/",
    ):
        yield State(path)


def visitor() -> Iterator[State]:
    yield from everybody()
    yield State("/akteure/?seite=2#karte", choose=".map-mark.point")
    yield from (State(path) for path in (*ACCOUNT, *LEGAL))
    yield from (State(f"/kontakte/einwilligung/{token_of(one)}/") for one in ContactPerson.objects.order_by("pk"))
    yield State("/kontakte/einwilligung/kein-link/")
    yield from (State(f"/zitate/einwilligung/{token_of(one)}/") for one in Quotation.objects.order_by("pk")[:2])
    question = Contribution.objects.askable().order_by("pk")[0]
    yield State(f"/beitraege/antworten/{asking.token_of(question, question.mailbox)}/", "reason")
    yield State("/beitraege/antworten/kein-link/")
    yield State("/konto/login/", "login")
    yield State("/konto/password/reset/", "email")


def partner() -> Iterator[State]:
    yield from everybody()
    yield State("/uebersicht/")
    yield State(f"/akteure/{LIBRARY}/bearbeiten/")
    for part in SECTIONS:
        yield State(f"/akteure/{LIBRARY}/bearbeiten/{part}/")
    yield State(f"/akteure/{LIBRARY}/bearbeiten/vorstellung/", "purpose")
    yield State(f"/akteure/{LIBRARY}/bearbeiten/vorstellung/", conflict="purpose")
    yield State(f"/akteure/{LIBRARY}/bearbeiten/logo/", "alt")
    yield State(f"/akteure/{LIBRARY}/geben-und-nehmen/?von=&bis=")
    yield State(f"/akteure/{LIBRARY}/geben-und-nehmen/?von=1.1.1990&bis=31.12.1990")
    yield State(f"/akteure/{LIBRARY}/geben-und-nehmen/?von=2.1.2026&bis=1.1.2026")
    yield State(f"/akteure/{LIBRARY}/kanaele/neu/")
    yield State(f"/akteure/{LIBRARY}/kanaele/neu/", "name")
    yield from asked(Person.objects.get(email=PARTNER))
    yield from (State(path) for path in OWN_ACCOUNT)
    yield State("/konto/password/change/", "oldpassword")
    yield State("/konto/loeschen/", "sure")


def asked(mine: Person) -> Iterator[State]:
    """Requests at every place of the chain, and the form to ask, empty and wrong."""
    yield from (State(f"/anfragen/{query}") for query in ("", "?q=gibtesnicht"))
    yield from (State(row.get_absolute_url()) for row in ResourceRequest.objects.visible_to(mine).order_by("pk"))
    waiting = ResourceRequest.objects.answerable_by(mine).first()
    if waiting:
        yield State(waiting.get_absolute_url(), "reason")
    room = Offer.objects.current().get(title="Großer Raum mit Küche")
    yield State(f"{room.get_absolute_url()}anfragen/neu/", "message")


def mehrwert(mine: Person) -> Iterator[State]:
    """What a partnership comes to: voices and looks back."""
    quotation = Quotation.objects.order_by("pk")[0]
    yield State(f"/zitate/{quotation.pk}/bearbeiten/", "text")
    yield State(f"/zitate/{quotation.pk}/loeschen/")
    companion = PartnershipParty.objects.reviewable_by(mine).order_by("pk")[0]
    yield State(f"/partnerschaften/{companion.partnership_id}/seiten/{companion.pk}/rueckblick/neu/", "openness")
    review = PartnershipReview.objects.order_by("pk")[0]
    yield State(review.party.partnership.get_absolute_url())
    yield State("/quartiere/sendling/rueckblicke/")


def preparing(talks: str) -> Iterator[State]:
    """Who could be a partner, and what is said to them."""
    for query in ("", "?person=ich", "?ansicht=liste&reihe=schritt", "?art=foerder&stand=anbahnung"):
        yield State(f"/quartiere/sendling/anbahnung/{query}")
    yield State("/quartiere/sendling/anbahnung/wen-fragen/")
    step = NextStep.objects.open().earliest("due_on")
    yield State(f"/naechste-schritte/{step.pk}/bearbeiten/", "what")
    yield State(f"/naechste-schritte/{step.pk}/erledigt/")
    yield State(f"{talks}gespraechsnotizen/neu/", "text")
    yield State("/quartiere/sendling/rundmails/")
    yield State("/quartiere/sendling/rundmails/neu/?stand=laufend", "subject")
    yield from (State(one.get_absolute_url()) for one in RoundMail.objects.order_by("pk"))


def handing_over() -> Iterator[State]:
    ready = ProjectHandover.objects.ready().get(given_on=None)
    line = ready.lines.order_by("pk")[0]
    for path, field in {
        "": "",
        "dokument/": "",
        "unterschreiben/abgebend/": "agreed",
        "papier/annehmend/": "paper_name",
        "vorschlaege/": "",
        f"punkte/{line.pk}/bearbeiten/": "what",
        f"punkte/{line.pk}/erledigen/": "",
    }.items():
        yield State(f"{ready.get_absolute_url()}{path}", field)


def offered(mine: Person) -> Iterator[State]:
    """Lists as they are narrowed, pages in each state, forms empty, wrong and written by two, and the page behind the mail."""
    yield State("/angebote/?personen=30&kostenlos=1&zugang=ja&zeit=abends&kategorie=raeume")
    yield State("/bedarfe/?q=gibtesnicht")
    yield State("/bedarfe/neu/")
    for offer in Offer.objects.kept_by(mine).order_by("state", "valid_until").distinct()[:6]:
        yield State(offer.get_absolute_url())
    need = Need.objects.kept_by(mine).filter(state="verfuegbar").order_by("pk")[0]
    yield State(need.get_absolute_url())
    yield State(f"{need.get_absolute_url()}bearbeiten/", conflict="title")
    yield State(f"{need.get_absolute_url()}loeschen/")
    create = f"{need.owner.get_absolute_url()}bedarfe/neu/"
    yield State(create)
    yield State(create, "title")
    soon = Offer.objects.reminded_of().kept_by(mine).ending_soon()[0]
    yield State(f"{soon.get_absolute_url()}verlaengern/{listing_reminders.token_of(soon, mine)}/")


def similar(mine: Person) -> Iterator[State]:
    """A hint while a project is begun, a request in each form, and the reason for a project of its own."""
    inquiry = ProjectInquiry.objects.waiting_for(mine).earliest("pk")
    asked = inquiry.project.get_absolute_url()
    yield State("/projekte/neu/", similar_to=inquiry.project.title)
    yield State(f"{asked}anfragen/neu/?art=mitmachen", "message")
    yield State(f"{asked}anfragen/neu/?art=frage")
    yield State(inquiry.get_absolute_url(), "answer")
    yield State(asked)
    yield State(ParallelReason.objects.earliest("pk").project.get_absolute_url())


def passed_on() -> Iterator[State]:
    """Which channel carried a project: chosen, entered, counted."""
    waiting, counted = Dissemination.objects.waiting().get(), Dissemination.objects.exclude(contribution=None)[0]
    part = f"/beteiligungen/{waiting.participation_id}/verbreitung/"
    yield State(f"{part}neu/")
    yield State(f"{part}neu/?kanal={waiting.channel_id}", "went_out_on")
    yield State(f"{part}beitrag/", "title")
    yield State(f"/verbreitung/{waiting.pk}/bearbeiten/", conflict="what")
    yield State(f"/verbreitung/{waiting.pk}/loeschen/")
    yield State(f"{counted.participation.project.get_absolute_url()}verbreitung/")
    yield State(f"{counted.participation.actor.get_absolute_url()}geben-und-nehmen/?von=&bis=")


def organiser() -> Iterator[State]:
    mine = Person.objects.get(email=ORGANISER)
    participation = Participation.objects.open_to_entries_by(mine).order_by("pk")[0]
    contribution = Contribution.objects.order_by("pk")[0]
    project = participation.project.get_absolute_url()
    channel = Channel.objects.order_by("pk")[0]
    yield from everybody()
    yield State(channel.actor.get_absolute_url())
    yield State(f"/kanaele/{channel.pk}/loeschen/")
    contact = ContactPerson.objects.agreed().order_by("pk")[0]
    yield State(f"/kontakte/{contact.pk}/widerrufen/")
    yield State(f"/kontakte/{contact.pk}/loeschen/")
    yield from mehrwert(mine)
    yield from offered(mine)
    yield from asked(mine)
    yield State(f"{Offer.objects.get(title='Großer Raum mit Küche').get_absolute_url()}loeschen/")
    yield from similar(mine)
    library = Actor.objects.get(slug=LIBRARY)
    earlier = HistoryEntry.objects.of(library).filter(row="partners.actor", what="anders").latest("pk")
    yield State(f"/akteure/{LIBRARY}/verlauf/")
    yield State(f"/akteure/{LIBRARY}/verlauf/{earlier.pk}/")
    yield State(f"{project}verlauf/")
    yield State("/akteure/zwillinge/")
    yield State("/akteure/zwillinge/?liste=keine")
    yield State("/akteure/zwillinge/?liste=zusammengefuehrt")
    kept, gone = Actor.objects.current().filter(name__startswith="Bäckerei Kornblum").order_by("pk")[:2]
    yield State(f"/akteure/zwillinge/{kept.pk}-{gone.pk}/zusammenfuehren/")
    yield State(f"{project}bearbeiten/", conflict="goal")
    yield State(f"/beitraege/{contribution.pk}/bearbeiten/", conflict="title")
    partnership = Partnership.objects.editable_by(mine).order_by("pk")[0]
    yield State(f"{partnership.get_absolute_url()}bearbeiten/", conflict="end_on")
    talks = Partnership.objects.filter(state=Partnership.Stage.TALKS).earliest("pk").get_absolute_url()
    running = Partnership.objects.filter(state=Partnership.Stage.RUNNING).latest("pk").get_absolute_url()
    yield from preparing(talks)
    yield State(talks)
    yield State(f"{talks}vereinbaren/")
    yield State(f"{running}beenden/", "note")
    yield State("/akteure/neu/", twin_of=channel.actor.name)
    yield State("/akteure/?schluessel=vernetzt&schluessel=offen")
    yield State(f"/akteure/{LIBRARY}/einschaetzung/")
    assessed = KeyActorAssessment.objects.order_by("pk")[0]
    yield State(assessed.get_absolute_url())
    yield State(assessed.get_absolute_url(), "access_reason")
    for path, field in {
        "/akteure/neu/": "name",
        f"/akteure/{LIBRARY}/team/": "email",
        "/quartiere/sendling/team/": "email",
        "/quartiere/sendling/grenze/": "file",
        "/projekte/neu/": "title",
        f"{project}bearbeiten/": "title",
        f"{project}beteiligungen/neu/": "role",
        f"{project}nutzen/neu/?akteur={participation.actor.slug}": "text",
        f"/beteiligungen/{participation.pk}/bearbeiten/": "tasks",
        f"/beteiligungen/{participation.pk}/beitraege/neu/": "title",
        f"/beitraege/{contribution.pk}/bearbeiten/": "title",
        f"/beteiligungen/{participation.pk}/verbreitung/neu/?kanal=neu": "channel_name",
        "/partnerschaften/neu/": "kind",
        f"/kanaele/{channel.pk}/bearbeiten/": "name",
        f"/akteure/{LIBRARY}/kontakte/neu/": "name",
        f"/kontakte/{contact.pk}/bearbeiten/": "name",
    }.items():
        yield State(path)
        yield State(path, field)
    yield State("/uebersicht/")
    yield State("/konto/daten/")
    yield State("/konto/loeschen/")


def admin() -> Iterator[State]:
    """Of the administration what we made ourselves: the list of actors with its tools, and the import of a list."""
    yield State("/admin/partners/actor/")
    yield State("/admin/partners/actor/import/")
    upload = keep_upload(
        by=Person.objects.get(email=ADMIN),
        file=ContentFile("Name;Telefon\nKiosk am Eck;kaputt\n;089 12345\nBäckerei Kornblum;089 12346\n".encode()),
        file_name="liste.csv",
        neighbourhood=Neighbourhood.objects.get(slug="sendling"),
        mapping="",
    )
    yield State(f"/admin/partners/actor/import/{upload.key}/")


REGISTRY: dict[str, Callable[[], Iterator[State]]] = {
    "visitor": visitor,
    "partner": partner,
    "organiser": lambda: chain(organiser(), handing_over(), passed_on()),
    "admin": admin,
}
PARTS = {"odd": slice(1, None, 2), "even": slice(0, None, 2), "all": slice(None)}
EMPTY_AND_SEND = """field => {
    const form = field.form;
    form.noValidate = true;
    for (const entry of form.querySelectorAll("input:not([type=hidden]), textarea, select")) {
        if (entry.type === "checkbox" || entry.type === "radio") entry.checked = false;
        else entry.value = "";
    }
    form.requestSubmit();
}"""


# The form of somebody else, sent while this one is open: as it stands, with another text in one field.
SENT_MEANWHILE = """(field, text) => {
    const data = new FormData(field.form);
    data.set(field.name, text);
    return fetch(field.form.action, { method: "POST", body: new URLSearchParams(data) });
}"""
SEND_CHECKED = "box => { box.checked = true; box.form.requestSubmit(); }"


def go(page: Page, state: State) -> None:
    page.goto(state.path)
    if SURE in page.url and state.path != SURE:
        page.fill("main [name=password]", PASSWORD)
        with page.expect_navigation():
            page.press("main [name=password]", "Enter")
        assert page.url.endswith(state.path), f"{state.path} is not reached: {page.url}"
    if state.broken_form:
        with page.expect_navigation():
            page.locator(f"main form[method=post] [name={state.broken_form}]").first.evaluate(EMPTY_AND_SEND)
        assert page.title().startswith("Fehler:"), f"{state.path} took an empty form"
    if state.choose:
        page.locator(state.choose).first.press("Enter")
    if state.conflict:
        meet_somebody_else(page, page.locator(f"main form[method=post] [name={state.conflict}]"))
    if state.twin_of:
        page.fill("#id_name", state.twin_of)
        with page.expect_navigation():
            page.locator("[name=neighbourhoods]").first.evaluate(SEND_CHECKED)
        assert page.title().startswith("Gibt es das schon?")
    if state.similar_to:
        page.fill("#id_title", state.similar_to)
        with page.expect_navigation():
            page.locator("[name=neighbourhoods]").first.evaluate(SEND_CHECKED)
        assert page.locator(".similar").count() == 1


def meet_somebody_else(page: Page, field: Locator) -> None:
    theirs, mine = DAYS if field.get_attribute("name") == "end_on" else WORDS
    field.evaluate(SENT_MEANWHILE, theirs)
    field.fill(mine)
    with page.expect_navigation():
        field.evaluate("field => field.form.requestSubmit()")
    assert page.locator(".conflicts .versus").count() == 1


def complaints(page: Page, state: State) -> list[tuple[Any, ...]]:
    """What axe finds: the rule, the size, where. And whether one would have to scroll sideways.

    A page is opened once and read twice: as somebody holds it by day, and as it stands on a desk at night. What stands
    where depends on the size alone, and the colours on the light alone.
    """
    page.emulate_media(color_scheme="light")
    go(page, state)
    found: list[tuple[Any, ...]] = []
    for (name, size), scheme in zip(SIZES.items(), ("light", "dark"), strict=True):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)
        if (width := page.evaluate("document.documentElement.scrollWidth")) > size["width"]:
            found.append((*state, name, "wider than the window", width))
        found += violations(page, state, name)
    return found


def violations(page: Page, state: State, name: str, **options: Any) -> list[tuple[Any, ...]]:
    """Axe is put into a page once. It would also describe, element by element, all that is well: that takes most of its time."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(
        "options => axe.run(options).then(results => results.violations)", {"resultTypes": ["violations"]} | options
    )
    return [(*state, name, rule["id"], [(node["target"], said(node)) for node in rule["nodes"]]) for rule in found]


def said(node: dict[str, Any]) -> str:
    return node["any"][0]["message"] if node["any"] else ""


@pytest.mark.parametrize(
    ("role", "part"), [*product(("visitor", "partner", "organiser"), ("odd", "even")), ("admin", "all")]
)
def test_axe_finds_nothing_on_any_page(watched: Watched, role: str, part: str) -> None:
    load_story()
    states = list(REGISTRY[role]())[PARTS[part]]
    person = Person.objects.get(email=LOG_INS[role]) if LOG_INS[role] else None
    page = watched.open(person=person)

    assert [complaint for state in states for complaint in complaints(page, state)] == []


def test_axe_sees_colours_that_are_too_weak_in_the_dark(watched: Watched) -> None:
    """Else it would not matter that a page is opened once for both."""
    page = watched.open()
    page.goto("/mitmachen/")
    page.evaluate("document.querySelector('h1').style.color = 'light-dark(#000, #333)'")

    assert violations(page, State(""), "light", runOnly=COLOURS) == []
    page.emulate_media(color_scheme="dark")
    assert [rule for *_, rule, _ in violations(page, State(""), "dark", runOnly=COLOURS)] == ["color-contrast"]


def test_axe_finds_nothing_where_nothing_is_yet(watched: Watched) -> None:
    organiser = PersonFactory()
    NeighbourhoodFactory(name="Sendling", slug="sendling", organisers=[organiser])
    paths = [*LISTS, "/quartiere/sendling/"]
    alone = watched.open()
    found = [complaint for path in paths for complaint in complaints(alone, State(path))]
    signed_in = watched.open(person=organiser)
    for path in [*paths, "/uebersicht/", "/anfragen/", "/quartiere/sendling/team/"]:
        found += complaints(signed_in, State(path))

    assert found == []
