"""From an empty Quartier to a recorded collaboration that both sides stand by and a resident reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from playwright.sync_api import Page, expect

from partners.models import Actor, Membership, Neighbourhood
from projects.models import Benefit, Contribution, Project
from tests.factories import PASSWORD, NeighbourhoodFactory, PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "Name;Kurzbeschreibung;Straße;PLZ;Ort\nBücherei am Platz;Lesen und Leute treffen;Am Platz 3;81371;München\n"
BAKER = "Bäckerei Morgenrot"
OWN_PASSWORD = "Lesesaal im dritten Stock"


@dataclass
class Walk:
    """One person in front of the portal. Forms open in place with JavaScript, and on a page of their own without."""

    page: Page
    javascript: bool

    def sign_in(self, email: str, password: str) -> None:
        self.page.goto("/konto/login/")
        self.page.locator("input[name=login]").fill(email)
        self.page.locator("input[name=password]").fill(password)
        self.send("password")
        self.page.wait_for_url("**/uebersicht/")

    def send(self, field: str) -> None:
        """Presses the button of the form that has this field."""
        self.page.locator(f"main form:has([name={field}]) :is(.form-actions, p.actions) button").first.click()

    def choose_actor(self, name: str) -> None:
        """Types a part of the name, letter by letter as people do, and takes the first that is found.

        A form that has just come in place begins to listen a moment later; a name put in at once could be missed.
        """
        box = self.page.locator("input[name=actor]")
        box.press_sequentially(name[:8], delay=60)
        hit = self.page.get_by_role("radio", name=re.compile(name))
        if not self.javascript:
            self.page.locator("button[name=suchen]").click()
        expect(hit).to_be_visible()
        hit.check()


def publish(walk: Walk, actor: Actor) -> None:
    walk.page.goto(actor.get_absolute_url())
    walk.page.locator(f"form[action='/akteure/{actor.slug}/veroeffentlichen/'] button").click()
    expect(walk.page.locator(f"form[action='/akteure/{actor.slug}/verbergen/'] button")).to_be_visible()


def add_actor(walk: Walk) -> Actor:
    page = walk.page
    page.goto("/akteure/neu/")
    page.locator("[name=name]").fill(BAKER)
    page.locator("[name=purpose]").fill("Brot und Gespräche")
    page.locator("[name=kind]").select_option(label="Handwerk")
    walk.send("purpose")
    page.wait_for_url(re.compile(r"/akteure/baeckerei-morgenrot/"))
    return Actor.objects.get(name=BAKER)


def add_project(walk: Walk) -> Project:
    page = walk.page
    page.goto("/projekte/neu/")
    page.locator("[name=title]").fill("Lesefrühstück")
    page.locator("[name=summary]").fill("Einmal im Monat lesen wir beim Frühstück vor.")
    page.locator("[name=state][value=planung]").check()
    walk.send("summary")
    page.wait_for_url("**/projekte/lesefruehstueck/")
    return Project.objects.get()


def add_partner(walk: Walk, actor: Actor) -> None:
    walk.page.locator("a[href='/projekte/lesefruehstueck/beteiligungen/neu/']").click()
    walk.choose_actor(actor.name)
    walk.page.locator("[name=state][value=zugesagt]").check()
    walk.send("role")
    expect(walk.page.locator(f"#beteiligte-{actor.pk} h3")).to_have_text(actor.name)


def add_contribution(walk: Walk, actor: Actor, *, category: str, title: str, state: str, quantity: str) -> None:
    page = walk.page
    entry = page.locator(f"#beteiligte-{actor.pk}")
    entry.locator("a[href$='/beitraege/neu/']").click()
    page.locator("[name=category]").select_option(category)
    page.locator("[name=title]").fill(title)
    page.locator(f"[name=state][value={state}]").check()
    page.locator("[name=delivered_quantity]" if state == "erbracht" else "[name=planned_quantity]").fill(quantity)
    walk.send("category")
    expect(entry.locator(".give")).to_contain_text(title)


def add_benefit(walk: Walk, actor: Actor, kind: str, text: str) -> None:
    entry = walk.page.locator(f"#beteiligte-{actor.pk}")
    entry.locator("a[href*='/nutzen/neu/']").click()
    walk.page.locator("[name=kind]").select_option(kind)
    walk.page.locator("[name=text]").fill(text)
    walk.send("text")
    expect(entry.locator(".gain")).to_contain_text(text)


def invite(walk: Walk, actor: Actor, email: str) -> str:
    """Invites somebody as editor, and returns the link from the mail."""
    walk.page.goto(f"/akteure/{actor.slug}/team/")
    walk.page.locator("main [name=email]").fill(email)
    walk.page.locator("[name=role][value=editor]").check()
    walk.send("email")
    expect(walk.page.locator("main")).to_contain_text(email)
    letter = mail.outbox[-1]
    assert letter.to == [email]
    link = re.search(r"https?://\S+(/einladungen/\S+)", str(letter.body))
    assert link
    return link[1]


def accept(walk: Walk, link: str) -> None:
    walk.page.goto(link)
    walk.page.locator("main [name=name]").fill("Bea Bücherwurm")
    walk.page.locator("main [name=password]").fill(OWN_PASSWORD)
    walk.send("password")
    expect(walk.page.locator("h1")).to_be_visible()


def answer_what_waits(walk: Walk, *, right: str, wrong: str) -> None:
    page = walk.page
    page.goto("/uebersicht/")
    confirm = page.get_by_role("button", name=re.compile(f"Bestätigen.*{right}"))
    confirm.click()
    expect(confirm).to_have_count(0)
    page.goto("/uebersicht/")
    row = page.locator("details.objection", has_text=wrong)
    row.locator("summary").click()
    row.locator("textarea").fill("Es waren nur zwei Vormittage.")
    row.get_by_role("button").last.click()
    expect(page.get_by_role("button", name=re.compile(f"Bestätigen.*{wrong}"))).to_have_count(0)


def correct_profile(walk: Walk, actor: Actor, purpose: str) -> None:
    walk.page.goto(f"/akteure/{actor.slug}/bearbeiten/")
    walk.page.locator(f"a[href='/akteure/{actor.slug}/bearbeiten/vorstellung/']").click()
    walk.page.locator("[name=purpose]").fill(purpose)
    walk.send("purpose")
    walk.page.wait_for_url(f"**/akteure/{actor.slug}/bearbeiten/")
    walk.page.locator(f"main .actions a[href='/akteure/{actor.slug}/']").click()
    expect(walk.page.locator("main")).to_contain_text(purpose)


def test_journey_from_sign_in_to_a_page_a_resident_reads(
    open_page: Callable[..., Page], javascript: bool, tmp_path: Path
) -> None:
    organiser = PersonFactory(name="Ole Organisator")
    sendling: Neighbourhood = NeighbourhoodFactory(name="Sendling", slug="sendling", organisers=[organiser])
    table = tmp_path / "liste.csv"
    table.write_text(LIST, encoding="cp1252")
    call_command("import_actors", str(table), neighbourhood="sendling", verbosity=0)
    library = Actor.objects.get()

    ole = Walk(open_page(), javascript)
    ole.sign_in(organiser.email, PASSWORD)
    publish(ole, library)
    bakery = add_actor(ole)
    publish(ole, bakery)
    assert set(bakery.neighbourhoods.all()) == {sendling}

    project = add_project(ole)
    for actor in (library, bakery):
        add_partner(ole, actor)
    add_contribution(ole, library, category="raeume", title="Lesecafé am Morgen", state="erbracht", quantity="4,5")
    add_contribution(ole, library, category="reichweite", title="Aushang im Foyer", state="erbracht", quantity="400")
    add_contribution(ole, bakery, category="material", title="Ein Korb Semmeln", state="zugesagt", quantity="60")
    add_benefit(ole, library, "publikum", "Familien, die sonst nicht kommen")
    add_benefit(ole, bakery, "bekanntheit", "Neue Stammgäste am Samstag")
    link = invite(ole, library, "bea@example.org")

    bea = Walk(open_page(size="phone"), javascript)
    accept(bea, link)
    assert Membership.objects.get().actor == library
    answer_what_waits(bea, right="Aushang im Foyer", wrong="Lesecafé am Morgen")
    correct_profile(bea, library, "Lesen, leihen und Leute treffen")
    answer = bea.page.goto(f"/akteure/{bakery.slug}/bearbeiten/")
    assert answer
    assert answer.status == 404

    said = {row.title: (row.state, row.delivered_quantity, row.objection) for row in Contribution.objects.all()}
    assert said == {
        "Lesecafé am Morgen": ("erbracht", Decimal("4.50"), "Es waren nur zwei Vormittage."),
        "Aushang im Foyer": ("bestaetigt", Decimal(400), ""),
        "Ein Korb Semmeln": ("zugesagt", None, ""),
    }
    assert set(Benefit.objects.values_list("actor__name", "text")) == {
        (library.name, "Familien, die sonst nicht kommen"),
        (bakery.name, "Neue Stammgäste am Samstag"),
    }

    visitor = open_page(size="phone")
    visitor.goto(project.get_absolute_url())
    entry = visitor.locator(f"#beteiligte-{library.pk}")
    expect(entry.locator(".give")).to_contain_text("Aushang im Foyer")
    expect(entry.locator(".gain")).to_contain_text("Familien, die sonst nicht kommen")
    expect(visitor.locator("main")).not_to_contain_text("Es waren nur zwei Vormittage.")
    visitor.goto(library.get_absolute_url())
    expect(visitor.locator("main")).to_contain_text("Lesen, leihen und Leute treffen")
    assert visitor.context.cookies() == []
