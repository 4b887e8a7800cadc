"""Who is here in the demo: two Quartiere, three real institutions, and invented actors of every sector.

Of the Münchner Stadtbibliothek Sendling, the Kulturzentrum LUISE and Ouishare nothing is said but what the handbook
"Zukunft Gestalten im Quartier" says of them; they have no address, no number and no voice here. Everybody else is
invented, and so are their streets. Mail addresses and websites end in example.org, where nobody lives.
"""

from __future__ import annotations

from dataclasses import dataclass

from partners.models import Actor

State = Actor.State

SENDLING, ROSENBOGEN = "sendling", "rosenbogen"
LIBRARY, LUISE, OUISHARE = "muenchner-stadtbibliothek-sendling", "kulturzentrum-luise", "ouishare"


@dataclass(frozen=True, slots=True)
class Quartier:
    slug: str
    name: str
    city: str
    definition: str
    lead_actor: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One actor. `kind` and `topics` are slugs of the vocabularies; `state` is where its profile stands today."""

    slug: str
    name: str
    kind: str
    purpose: str
    description: str = ""
    topics: tuple[str, ...] = ()
    address: tuple[str, str] = ("", "")
    mail: str = ""
    phone: str = ""
    website: str = ""
    quartiere: tuple[str, ...] = (SENDLING,)
    carrier: str = ""
    state: str = State.PUBLISHED


# Drawn by hand for the demo, and said so beside the picture: no real boundary.
ROUGH_OUTLINE = {
    "type": "Polygon",
    "coordinates": [
        [
            [11.531, 48.112],
            [11.543, 48.108],
            [11.553, 48.114],
            [11.556, 48.124],
            [11.545, 48.128],
            [11.533, 48.123],
            [11.531, 48.112],
        ]
    ],
}

QUARTIERE = (
    Quartier(
        SENDLING,
        "Sendling",
        "München",
        "Für diese Demo gehört zu Sendling, was die Menschen hier so nennen: die Straßen rund um den Harras, "
        "von der Bahn bis zur Isar.\n\n"
        "Hier liegen zwei Quartierspartner*innen: die Münchner Stadtbibliothek Sendling und das Kulturzentrum LUISE.",
        lead_actor=OUISHARE,
    ),
    Quartier(
        ROSENBOGEN,
        "Rosenbogen",
        "München",
        "Ein kleines zweites Quartier für diese Demo. Hier hat die Arbeit gerade erst begonnen.",
        lead_actor="mehrgenerationenhaus-treppenabsatz",
    ),
)

FROM_THE_HANDBOOK = (
    "Dieser Eintrag gehört zur Demo. Er sagt nur, was das Handbuch „Zukunft Gestalten im Quartier“ nennt: "
    "Quartierspartner*innen leihen Räume, Wissen, Menschen, Reichweite und Kontakte. Sie geben Botschaften weiter, "
    "verbreiten Ergebnisse und geben Rückmeldung und Einblicke."
)

REAL = (
    Place(
        LIBRARY,
        "Münchner Stadtbibliothek Sendling",
        "bibliothek",
        "Quartierspartner*in in Sendling und Brücke ins Quartier.",
        FROM_THE_HANDBOOK,
        topics=("vernetzung", "nachbarschaft"),
    ),
    Place(
        LUISE,
        "Kulturzentrum LUISE",
        "kulturzentrum",
        "Quartierspartner*in in Sendling und Brücke ins Quartier.",
        FROM_THE_HANDBOOK,
        topics=("vernetzung", "nachbarschaft"),
    ),
    Place(
        OUISHARE,
        "Ouishare",
        "",
        "Begleitet die Quartierspartnerschaften in Sendling von außen.",
        "Dieser Eintrag gehört zur Demo. Ouishare hat das Handbuch „Zukunft Gestalten im Quartier“ geschrieben und "
        "begleitet die Quartierspartner*innen in Sendling.",
        topics=("vernetzung",),
    ),
)

INVENTED = (
    Place(
        "nachbarschaftstreff-zwirnrolle",
        "Nachbarschaftstreff Zwirnrolle",
        "nachbarschaftstreff",
        "Ein offenes Wohnzimmer für alle, die in Sendling wohnen.",
        "Bei uns kann jeder Mensch vorbeikommen, ohne Termin und ohne etwas zu kaufen. Es gibt Kaffee, ein Schwarzes "
        "Brett und fast immer jemanden, der zuhört.\n\nWir verleihen unseren großen Raum an Gruppen aus dem Quartier.",
        ("nachbarschaft", "ankommen-und-sprache", "ehrenamt"),
        ("Fadengasse", "4"),
        "zwirnrolle@example.org",
        "089 0000 100",
        "https://example.org/zwirnrolle",
    ),
    Place(
        "reparaturverein-schraubenkiste",
        "Reparaturverein Schraubenkiste",
        "verein",
        "Wir reparieren zusammen, was noch zu retten ist.",
        "Jeden zweiten Samstag sitzen zehn Freiwillige an langen Tischen. Sie bringen den Toaster mit, wir bringen "
        "das Werkzeug mit. Beim Reparieren lernen Sie, wie es geht.",
        ("reparieren-und-teilen", "klima-und-umwelt", "ehrenamt"),
        ("Fadengasse", "11"),
        "schraubenkiste@example.org",
    ),
    Place(
        "initiative-gruenstreif",
        "Initiative Grünstreif",
        "initiative",
        "Wir pflanzen Beete, wo vorher Asphalt war.",
        "Eine lose Gruppe aus zwölf Nachbar*innen. Wir gießen, jäten und reden mit der Stadt über jeden Quadratmeter.",
        ("klima-und-umwelt", "beteiligung"),
        mail="gruenstreif@example.org",
    ),
    Place(
        "stiftung-offene-klinke",
        "Stiftung Offene Klinke",
        "stiftung",
        "Wir fördern kleine Ideen, die Türen im Quartier öffnen.",
        "Anträge dürfen kurz sein: eine Seite, eine Idee, ein Betrag bis 1.500 Euro.",
        ("ehrenamt", "vernetzung"),
        ("Spulenplatz", "1"),
        "offene-klinke@example.org",
        website="https://example.org/offene-klinke",
    ),
    Place(
        "selbsthilfegruppe-atempause",
        "Selbsthilfegruppe Atempause",
        "selbsthilfe",
        "Für Menschen, die zu Hause jemanden pflegen.",
        "Wir treffen uns alle zwei Wochen für zwei Stunden. Was gesagt wird, bleibt im Raum.",
        ("gesundheit", "aeltere-menschen"),
        mail="atempause@example.org",
    ),
    Place(
        "kita-kieselstein",
        "Kita Kieselstein",
        "kita",
        "48 Kinder, ein Garten und viele Fragen.",
        topics=("kinder-und-familie",),
        address=("Nadelweg", "7"),
        mail="kieselstein@example.org",
        carrier="stiftung-offene-klinke",
    ),
    Place(
        "grundschule-am-nadelweg",
        "Grundschule am Nadelweg",
        "schule",
        "Eine Schule, in der 31 Sprachen gesprochen werden.",
        topics=("bildung-und-lernen", "kinder-und-familie", "ankommen-und-sprache"),
        address=("Nadelweg", "20"),
        mail="nadelweg@example.org",
    ),
    Place(
        "hochschule-fuer-stadtfragen",
        "Hochschule für Stadtfragen",
        "hochschule",
        "Studierende erforschen mit dem Quartier, was eine Nachbarschaft trägt.",
        "Jedes Semester arbeitet ein Seminar an einer Frage aus dem Quartier. Die Ergebnisse gehören allen.",
        ("beteiligung", "bildung-und-lernen"),
        ("Webstuhlallee", "90"),
        "stadtfragen@example.org",
        website="https://example.org/stadtfragen",
    ),
    Place(
        "kulturverein-lindenhof",
        "Kulturverein Lindenhof",
        "kulturverein",
        "Kleine Konzerte und große Gespräche im Hinterhof.",
        "Seit es den Hof gibt, gibt es uns. Wir haben eine Bühne, achtzig Stühle und einen Schlüssel, den wir teilen.",
        ("kultur-und-kunst", "nachbarschaft"),
        ("Lindengang", "3"),
        "lindenhof@example.org",
        "089 0000 140",
    ),
    Place(
        "theater-kellerlicht",
        "Theater Kellerlicht",
        "theater",
        "Ein Theater mit vierzig Plätzen und einem offenen Spielabend im Monat.",
        topics=("kultur-und-kunst", "inklusion"),
        address=("Lindengang", "9"),
        mail="kellerlicht@example.org",
    ),
    Place(
        "jugendzentrum-rampe",
        "Jugendzentrum Rampe",
        "jugendzentrum",
        "Raum für alle zwischen 12 und 21: Werkstatt, Studio, Sofa.",
        topics=("jugend", "digitales"),
        address=("Bahnbogen", "2"),
        mail="rampe@example.org",
        carrier="stiftung-offene-klinke",
    ),
    Place(
        "beratungsstelle-kompassrose",
        "Beratungsstelle Kompassrose",
        "beratungsstelle",
        "Wir helfen bei Briefen vom Amt, beim Wohnen und bei Schulden.",
        "Die Beratung kostet nichts. Wir sprechen Deutsch, Türkisch, Ukrainisch und Englisch.",
        ("ankommen-und-sprache", "wohnen"),
        ("Spulenplatz", "5"),
        "kompassrose@example.org",
        "089 0000 170",
    ),
    Place(
        "pflegedienst-handreichung",
        "Pflegedienst Handreichung",
        "pflege",
        "Pflege zu Hause, zu Fuß und mit dem Rad.",
        topics=("gesundheit", "aeltere-menschen"),
        address=("Webstuhlallee", "12"),
        mail="handreichung@example.org",
    ),
    Place(
        "gemeinde-immergruen",
        "Gemeinde Immergrün",
        "religionsgemeinschaft",
        "Ein Saal, eine Küche und eine Suppe am Donnerstag für alle.",
        topics=("nachbarschaft", "ernaehrung"),
        address=("Immergrünweg", "1"),
        mail="immergruen@example.org",
    ),
    Place(
        "baeckerei-kornblum",
        "Bäckerei Kornblum",
        "handwerk",
        "Brot aus eigener Backstube, und am Stehtisch die Neuigkeiten der Straße.",
        "Ab halb sieben geöffnet. Wer im Quartier etwas vorhat, darf bei uns ein Plakat aufhängen.",
        ("lokale-wirtschaft", "ernaehrung"),
        ("Fadengasse", "1"),
        "kornblum@example.org",
        "089 0000 190",
        "https://example.org/kornblum",
    ),
    Place(
        "buchladen-seitenweise",
        "Buchladen Seitenweise",
        "einzelhandel",
        "Ein Buchladen mit Sessel, Leselampe und langen Gesprächen.",
        topics=("kultur-und-kunst", "lokale-wirtschaft"),
        address=("Fadengasse", "16"),
        mail="seitenweise@example.org",
    ),
    Place(
        "cafe-zwischenhalt",
        "Café Zwischenhalt",
        "gastronomie",
        "Ein Café an der Haltestelle, montags gehört es den Gruppen aus dem Quartier.",
        topics=("lokale-wirtschaft", "nachbarschaft"),
        address=("Bahnbogen", "8"),
        mail="zwischenhalt@example.org",
    ),
    Place(
        "coworking-schreibtischerei",
        "Coworking Schreibtischerei",
        "coworking",
        "Zwanzig Schreibtische, ein Drucker und ein Raum für Besprechungen.",
        topics=("digitales", "lokale-wirtschaft"),
        address=("Webstuhlallee", "31"),
        mail="schreibtischerei@example.org",
    ),
    Place(
        "fahrradwerkstatt-speiche",
        "Fahrradwerkstatt Speiche",
        "handwerk",
        "Wir flicken Räder und verleihen zwei Lastenräder.",
        topics=("mobilitaet", "reparieren-und-teilen"),
        address=("Bahnbogen", "14"),
        mail="speiche@example.org",
        quartiere=(SENDLING, ROSENBOGEN),
    ),
    Place(
        "wohngenossenschaft-dachgarten",
        "Wohngenossenschaft Dachgarten",
        "genossenschaft",
        "62 Wohnungen, ein Innenhof und ein Gemeinschaftsraum.",
        topics=("wohnen", "nachbarschaft"),
        address=("Fadengasse", "22"),
        mail="dachgarten@example.org",
    ),
    Place(
        "amt-fuer-zwischenraeume",
        "Amt für Zwischenräume",
        "amt",
        "Zuständig für Plätze, Baulücken und alles, was dazwischen liegt.",
        topics=("beteiligung", "klima-und-umwelt"),
        mail="zwischenraeume@example.org",
    ),
    Place(
        "sportverein-ballwechsel",
        "Sportverein Ballwechsel",
        "sportverein",
        "Vom Kinderturnen bis zum Tischtennis mit 80.",
        topics=("sport-und-bewegung", "ehrenamt"),
        address=("Bahnbogen", "30"),
        mail="ballwechsel@example.org",
    ),
    Place(
        "stadtteilzeitung-fensterblick",
        "Stadtteilzeitung Fensterblick",
        "lokales-medium",
        "Viermal im Jahr: was zwischen Harras und Isar passiert.",
        topics=("vernetzung", "beteiligung"),
        mail="fensterblick@example.org",
        website="https://example.org/fensterblick",
    ),
    Place(
        "mehrgenerationenhaus-treppenabsatz",
        "Mehrgenerationenhaus Treppenabsatz",
        "nachbarschaftstreff",
        "Mittagstisch, Hausaufgabenhilfe und ein Klavier für alle.",
        topics=("nachbarschaft", "aeltere-menschen", "kinder-und-familie"),
        address=("Heckenweg", "6"),
        mail="treppenabsatz@example.org",
        quartiere=(ROSENBOGEN,),
    ),
    Place(
        "gartenfreunde-rosenbogen",
        "Gartenfreunde Rosenbogen",
        "verein",
        "Vierzig Parzellen und ein Beet, das allen gehört.",
        topics=("klima-und-umwelt", "nachbarschaft"),
        address=("Heckenweg", "40"),
        mail="rosenbogen@example.org",
        quartiere=(ROSENBOGEN,),
    ),
    Place(
        "chor-klangfaden",
        "Chor Klangfaden",
        "initiative",
        "Wir singen dienstags, auch wer keine Noten liest.",
        topics=("kultur-und-kunst",),
        mail="klangfaden@example.org",
        state=State.SUBMITTED,
    ),
    Place(
        "seniorenclub-teekanne",
        "Seniorenclub Teekanne",
        "initiative",
        "Tee, Karten und Ausflüge für alle ab 60.",
        topics=("aeltere-menschen",),
        mail="teekanne@example.org",
        quartiere=(ROSENBOGEN,),
        state=State.SUBMITTED,
    ),
    Place(
        "spielothek-wuerfelbecher",
        "Spielothek Würfelbecher",
        "verein",
        "Hier leihen Familien Spiele aus.",
        topics=("kinder-und-familie",),
        state=State.DRAFT,
    ),
    Place(
        "lesekreis-eselsohr",
        "Lesekreis Eselsohr",
        "initiative",
        "Ein Buch im Monat, gelesen von elf Leuten.",
        topics=("kultur-und-kunst",),
        state=State.HIDDEN,
    ),
    Place(
        "tauschladen-kommodenfach",
        "Tauschladen Kommodenfach",
        "initiative",
        "Ein Laden ohne Kasse: Sie bringen etwas und nehmen etwas mit.",
        "Der Laden hat geschlossen, weil der Mietvertrag endete. Die Regale stehen heute in der Zwirnrolle.",
        ("reparieren-und-teilen",),
        state=State.ARCHIVED,
    ),
)

PLACES = REAL + INVENTED
