"""The look of every form: labels, hints, errors and units belong to their inputs."""

from __future__ import annotations

import html5lib
import pytest
from django import forms
from django.utils import translation

from quartier.views.style import EntryFormSet, StyleForm

XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(autouse=True)
def _german() -> None:
    translation.activate("de")


def tree(markup: object):
    return html5lib.HTMLParser(strict=True).parseFragment(f"<form>{markup}</form>")


def by_id(root, identity: str):
    found = [element for element in root.iter() if element.get("id") == identity]
    assert len(found) == 1, f"{identity} stands {len(found)} times on the page"
    return found[0]


def text(element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_label_hint_and_unit_belong_to_the_input() -> None:
    root = tree(StyleForm())
    labels = {label.get("for"): text(label) for label in root.iter(f"{XHTML}label")}
    assert labels["id_title"] == "Titel des Projekts"
    assert labels["id_amount"] == "Geplante Menge (freiwillig)"
    assert labels["id_is_public"] == "Alle dürfen das lesen"
    assert by_id(root, "id_title").get("aria-describedby") == "id_title_helptext"
    assert by_id(root, "id_amount").get("aria-describedby") == "id_amount_helptext id_amount_unit"
    assert text(by_id(root, "id_amount_unit")) == "Stunden"


def test_every_id_that_is_pointed_at_is_there() -> None:
    for form in (StyleForm(), StyleForm({"title": "", "topics": ["mars"]})):
        root = tree(form)
        ids = [element.get("id") for element in root.iter() if element.get("id")]
        assert len(ids) == len(set(ids))
        pointed = [i for element in root.iter() for i in (element.get("aria-describedby") or "").split()]
        pointed += [element.get("for") for element in root.iter(f"{XHTML}label")]
        pointed += [link.get("href").removeprefix("#") for link in root.iter(f"{XHTML}a")]
        assert set(pointed) - set(ids) == set()


def test_errors_stand_at_the_field_and_in_the_summary_in_the_same_words() -> None:
    form = StyleForm({"title": "", "category": "raeume", "start_on": "20.1.2027", "side": "project"})
    form.add_error(None, "Das passt nicht zusammen.")
    root = tree(form)
    assert by_id(root, "id_title").get("aria-invalid") == "true"
    assert by_id(root, "id_title").get("aria-describedby") == "id_title_helptext id_title_error"
    sentence = form.errors["title"][0]
    assert text(by_id(root, "id_title_error")) == f"Fehler: {sentence}"
    summary = next(element for element in root.iter() if element.get("role") == "alert")
    assert summary.get("tabindex") == "-1"
    items = [(text(item), [link.get("href") for link in item.iter(f"{XHTML}a")]) for item in summary.iter(f"{XHTML}li")]
    assert items == [("Das passt nicht zusammen.", []), (f"Titel des Projekts: {sentence}", ["#id_title"])]


def test_summary_leads_to_the_first_choice_of_a_group() -> None:
    form = StyleForm({"title": "a", "category": "raeume", "start_on": "20.1.2027"})
    root = tree(form)
    links = list(root.iter(f"{XHTML}a"))
    assert [(text(link), link.get("href")) for link in links] == [
        (f"Wer trägt das ein? {form.errors['side'][0]}", "#id_side_0")
    ]
    group = next(element for element in root.iter(f"{XHTML}fieldset") if "field-choices" in element.get("class"))
    assert text(next(group.iter(f"{XHTML}legend"))) == "Wer trägt das ein?"
    assert group.get("aria-describedby") == "id_side_helptext id_side_error"


def test_what_was_typed_is_kept() -> None:
    form = StyleForm(
        {"title": 'Das "Café" <am> Harras', "amount": "viele", "story": "<b>", "side": "actor", "topics": ["klima"]}
    )
    root = tree(form)
    assert by_id(root, "id_title").get("value") == 'Das "Café" <am> Harras'
    assert by_id(root, "id_amount").get("value") == "viele"
    assert text(by_id(root, "id_story")) == "<b>"
    ticked = {element.get("value") for element in root.iter(f"{XHTML}input") if element.get("checked") is not None}
    assert ticked == {"actor", "klima"}


def test_choices_stand_under_their_headings() -> None:
    groups = StyleForm()["topics"].option_groups
    assert [(name, [option["value"] for option in options]) for name, options in groups] == [
        ("Zusammenleben", ["nachbarschaft", "vernetzung"]),
        ("Umwelt", ["klima", "gaerten"]),
    ]
    assert [name for name, _ in StyleForm()["side"].option_groups] == [None]


def test_formset_has_one_summary_that_names_the_entry() -> None:
    data = {"rows-TOTAL_FORMS": "2", "rows-INITIAL_FORMS": "0", "rows-0-what": "Moderation", "rows-1-hours": "2"}
    formset = EntryFormSet(data, prefix="rows")
    assert not formset.is_valid()
    root = tree(formset)
    summaries = [element for element in root.iter() if element.get("role") == "alert"]
    assert len(summaries) == 1
    required = formset.forms[0].errors["hours"][0]
    assert [(text(link), link.get("href")) for link in summaries[0].iter(f"{XHTML}a")] == [
        (f"Eintrag 1, Wie viel? {required}", "#id_rows-0-hours"),
        (f"Eintrag 2, Was wird gebraucht? {required}", "#id_rows-1-what"),
    ]


class Upload(forms.Form):
    picture = forms.FileField(label="Bild", required=False)


class Stored:
    url = "/media/bild.jpg"

    def __str__(self) -> str:
        return "bild.jpg"


def test_a_stored_file_can_be_seen_and_removed() -> None:
    root = tree(Upload(initial={"picture": Stored()}))
    assert [(link.get("href"), text(link)) for link in root.iter(f"{XHTML}a")] == [("/media/bild.jpg", "bild.jpg")]
    labels = {label.get("for"): text(label) for label in root.iter(f"{XHTML}label")}
    assert labels == {"id_picture": "Bild (freiwillig)", "picture-clear_id": "Diese Datei entfernen"}


class Refusals(forms.Form):
    text = forms.CharField(min_length=3, max_length=5)
    number = forms.DecimalField(max_digits=4, decimal_places=1, min_value=1, max_value=90)
    day = forms.DateField()
    mail = forms.EmailField()
    site = forms.URLField(assume_scheme="https")
    choice = forms.ChoiceField(choices=[("a", "A")])


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("text", "", "Hier fehlt Ihre Angabe. Bitte füllen Sie dieses Feld aus."),
        ("text", "ab", "Der Text ist zu kurz. Schreiben Sie mindestens 3 Zeichen, jetzt sind es 2."),
        (
            "text",
            "abcdef",
            "Der Text ist zu lang. Erlaubt sind höchstens 5 Zeichen, jetzt sind es 6. Bitte kürzen Sie.",
        ),
        (
            "text",
            "a\x00bc",
            "Der Text enthält ein unsichtbares Zeichen, das wir nicht speichern können. Bitte tippen Sie ihn neu ein.",
        ),
        ("number", "viele", "Schreiben Sie eine Zahl, zum Beispiel 4 oder 4,5."),
        ("number", "99", "Die Zahl ist zu groß. Erlaubt ist höchstens 90."),
        ("number", "1.25", "Erlaubt ist höchstens 1 Stelle nach dem Komma."),
        ("day", "31.2.2027", "Schreiben Sie ein Datum, das es gibt, zum Beispiel 20.1.2027."),
        ("mail", "bibliothek", "Schreiben Sie eine vollständige E-Mail-Adresse, zum Beispiel name@example.org."),
        ("site", "kein Ort", "Schreiben Sie die ganze Adresse der Website, zum Beispiel https://www.example.org."),
        ("choice", "mars", "„mars“ steht hier nicht zur Wahl. Bitte wählen Sie aus der Liste."),
    ],
)
def test_refusals_say_how_to_mend_the_entry(field: str, typed: str, sentence: str) -> None:
    assert Refusals({field: typed}).errors[field] == [sentence]
