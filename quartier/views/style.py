"""The living page `/stil/`: every component in every state, to look at and to copy from. Only while developing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.conf import settings
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from quartier.loads import Bar


@dataclass
class Sample:
    """Stands for an actor, so that the page needs no database."""

    name: str
    initials: str
    tint: int


SAMPLES = [
    Sample("Stadtbibliothek Sendling", "SS", 0),
    Sample("Bäckerei Kornblum", "BK", 1),
    Sample("Kulturverein Lindenhof", "KL", 2),
    Sample("Nachbarschaftstreff am Harras", "NH", 3),
    Sample("Buchladen Seitenweise", "BS", 4),
    Sample("Spielothek Implerstraße", "SI", 5),
]

CATEGORIES = [("raeume", "Räume und Flächen"), ("zeit", "Ehrenamtliche Zeit"), ("material", "Material")]


class StyleForm(forms.Form):
    """One field of every kind."""

    title = forms.CharField(label="Titel des Projekts", help_text="So, wie man im Viertel davon spricht.")
    category = forms.ChoiceField(label="Art des Beitrags", choices=[("", "Bitte wählen"), *CATEGORIES])
    amount = forms.DecimalField(
        label="Geplante Menge",
        help_text="Zum Beispiel 4,5",
        required=False,
        localize=True,
        widget=forms.TextInput(attrs={"data-unit": "Stunden", "inputmode": "decimal", "size": "10"}),
    )
    pieces = forms.IntegerField(label="Stückzahl", required=False, min_value=0)
    start_on = forms.DateField(label="Beginn", help_text="Zum Beispiel 20.1.2027", widget=forms.DateInput)
    email = forms.EmailField(label="E-Mail-Adresse der Einrichtung", required=False)
    story = forms.CharField(label="Worum geht es?", widget=forms.Textarea(attrs={"rows": 4}), required=False)
    side = forms.ChoiceField(
        label="Wer trägt das ein?",
        help_text="Die andere Seite bestätigt es dann.",
        choices=[("project", "das Projekt"), ("actor", "die Einrichtung selbst")],
        widget=forms.RadioSelect,
    )
    topics = forms.MultipleChoiceField(
        label="Themen",
        choices=[
            ("Zusammenleben", [("nachbarschaft", "Nachbarschaft"), ("vernetzung", "Vernetzung")]),
            ("Umwelt", [("klima", "Klima"), ("gaerten", "Gärten")]),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    picture = forms.FileField(label="Bild", help_text="JPEG oder PNG, höchstens 10 MB.", required=False)
    is_public = forms.BooleanField(label="Alle dürfen das lesen", required=False)
    address = forms.SlugField(label="Kurzname", disabled=True, required=False, initial="quartierscafe-am-harras")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


class EntryForm(forms.Form):
    what = forms.CharField(label="Was wird gebraucht?")
    hours = forms.DecimalField(label="Wie viel?", widget=forms.TextInput(attrs={"data-unit": "Stunden"}))


EntryFormSet = forms.formset_factory(EntryForm, extra=2)


class FilterForm(forms.Form):
    q = forms.CharField(label="Suche", required=False, widget=forms.TextInput(attrs={"type": "search"}))
    quartier = forms.ChoiceField(label="Quartier", choices=[("", "alle"), ("sendling", "Sendling")], required=False)
    bereich = forms.MultipleChoiceField(
        label="Bereich",
        choices=[("bildung", "Bildung"), ("kultur", "Kultur"), ("wirtschaft", "Wirtschaft")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


FILLED = {
    "title": "Quartierscafé am Harras",
    "category": "raeume",
    "amount": "9,5",
    "pieces": "12",
    "start_on": "20.1.2027",
    "email": "bibliothek@example.org",
    "story": "Drei Abende im Jahr, an denen sich trifft, wer im Viertel etwas anpackt.",
    "side": "project",
    "topics": ["nachbarschaft", "klima"],
    "is_public": "on",
}
REFUSED = FILLED | {"title": "", "amount": "viele", "side": "", "email": "bibliothek", "topics": ["mars"]}

STATES = [
    ("entwurf", "Entwurf"),
    ("geplant", "geplant"),
    ("eingeladen", "eingeladen"),
    ("eingereicht", "eingereicht"),
    ("planung", "in Planung"),
    ("zugesagt", "zugesagt"),
    ("laufend", "läuft"),
    ("veroeffentlicht", "veröffentlicht"),
    ("erbracht", "erbracht"),
    ("bestaetigt", "bestätigt"),
    ("abgeschlossen", "abgeschlossen"),
    ("verstetigt", "verstetigt"),
    ("zurueckgezogen", "zurückgezogen"),
    ("verborgen", "verborgen"),
    ("archiviert", "archiviert"),
]

BARS = [
    {"when": when, "bar": Bar(Decimal(promised), stated and Decimal(stated), Decimal(16))}
    for when, promised, stated in (
        ("Januar", "8", "12"),
        ("Februar", "16", "12"),
        ("März", "0", "12"),
        ("April", "6", None),
    )
]

SPOKEN = [
    (constants.SUCCESS, "Der Beitrag ist gespeichert. Die Stadtbibliothek bekommt eine Mail und bestätigt ihn."),
    (constants.INFO, "Das Profil wartet auf die Organisator*innen."),
    (constants.WARNING, "Das Profil hat sich seit 13 Monaten niemand angesehen. Stimmt noch alles?"),
    (constants.ERROR, "Die Einladung konnte nicht zugestellt werden. Prüfen Sie die Adresse."),
    (constants.DEBUG, "Nur beim Entwickeln zu sehen."),
]

COLOURS = ["paper", "sheet", "sand", "ink", "soft", "line", "edge", "give", "give-wash", "gain", "gain-wash"]
COLOURS += ["sun", "sun-wash", "alarm", "alarm-wash", "deep"]

ICONS = [
    "search", "menu", "close", "arrow-right", "arrow-left", "check", "warning", "info", "question", "pencil",
    "plus", "minus", "trash", "mail", "phone", "globe", "pin", "clock", "calendar", "people",
    "person", "key", "lock", "logout", "login", "history", "chevron", "external", "filter", "print",
    "heart", "hand", "give", "gain", "home", "list", "document", "bridge", "door", "talk",
    "download", "copy", "phase-open", "phase-begun", "phase-live", "phase-sure", "phase-off",
    "shape-square", "shape-circle", "shape-triangle",
    "shape-diamond",
]  # fmt: skip


def refused_form() -> StyleForm:
    form = StyleForm({f"refused-{name}": value for name, value in REFUSED.items()}, prefix="refused")
    form.add_error(None, "Beginn und Ende passen nicht zusammen. Das Ende muss nach dem Beginn liegen.")
    return form


def refused_formset() -> forms.BaseFormSet:
    data = {"rows-TOTAL_FORMS": "2", "rows-INITIAL_FORMS": "0", "rows-0-what": "Moderation", "rows-1-hours": "2"}
    return EntryFormSet(data, prefix="rows")


@require_safe
def style_guide(request: HttpRequest) -> HttpResponse:
    """Not there in production, where nobody needs it."""
    if not settings.DEBUG:
        raise Http404
    pages = Paginator(range(230), 20)
    context = {
        "with_logo": {"logo": {"url": static("brand/icon-180.png")}},
        "samples": SAMPLES,
        "states": STATES,
        "colours": COLOURS,
        "icons": ICONS,
        "empty_form": StyleForm(prefix="empty"),
        "filled_form": StyleForm(initial=FILLED, prefix="filled"),
        "refused_form": refused_form(),
        "empty_formset": EntryFormSet(prefix="lines"),
        "refused_formset": refused_formset(),
        "filter_form": FilterForm(initial={"bereich": ["bildung"]}, prefix="filter"),
        "first_page": pages.page(1),
        "middle_page": pages.page(6),
        "day": dt.date(2027, 1, 20),
        "bars": BARS,
        "spoken": [Message(level, text) for level, text in SPOKEN],
        "typed": "Erste Zeile\nzweite Zeile\n\nMehr unter https://example.org/quartier. <b>Kein</b> Markup.",
    }
    return render(request, "quartier/style.html", context)
