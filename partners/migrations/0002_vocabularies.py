"""The words everybody chooses from on the first day: kinds of actors by sector, and topics. Admins change them as they like."""

from django.db import migrations
from django.utils.text import slugify

# sector → (German, English)
KINDS = {
    "zivilgesellschaft": [
        ("Verein", "Association"),
        ("Initiative", "Initiative"),
        ("Stiftung", "Foundation"),
        ("Nachbarschaftstreff", "Neighbourhood centre"),
        ("Selbsthilfe", "Self-help group"),
    ],
    "bildung": [
        ("Bibliothek", "Library"),
        ("Schule", "School"),
        ("Kita", "Nursery"),
        ("Volkshochschule", "Adult education centre"),
        ("Hochschule", "University"),
    ],
    "kultur": [
        ("Kulturzentrum", "Culture centre"),
        ("Museum", "Museum"),
        ("Theater", "Theatre"),
        ("Kulturverein", "Cultural association"),
    ],
    "soziales": [
        ("Wohlfahrtsverband", "Welfare association"),
        ("Jugendzentrum", "Youth centre"),
        ("Pflege", "Care service"),
        ("Beratungsstelle", "Advice centre"),
    ],
    "religion": [
        ("Religionsgemeinschaft", "Religious community"),
    ],
    "wirtschaft": [
        ("Einzelhandel", "Shop"),
        ("Gastronomie", "Café or restaurant"),
        ("Handwerk", "Craft business"),
        ("Coworking", "Coworking space"),
        ("Unternehmen", "Company"),
    ],
    "wohnen": [
        ("Genossenschaft", "Housing cooperative"),
        ("Wohnungsunternehmen", "Housing company"),
    ],
    "verwaltung": [
        ("Bezirksausschuss", "District committee"),
        ("Amt", "Public office"),
        ("Quartiersmanagement", "Neighbourhood management"),
    ],
    "sport": [
        ("Sportverein", "Sports club"),
        ("Freizeiteinrichtung", "Leisure facility"),
    ],
    "medien": [
        ("Lokales Medium", "Local medium"),
    ],
}

TOPICS = [
    ("Nachbarschaft", "Neighbourhood life"),
    ("Vernetzung", "Networking"),
    ("Bildung und Lernen", "Education and learning"),
    ("Kultur und Kunst", "Arts and culture"),
    ("Beteiligung", "Participation"),
    ("Klima und Umwelt", "Climate and environment"),
    ("Gesundheit", "Health"),
    ("Inklusion", "Inclusion"),
    ("Ankommen und Sprache", "Arrival and language"),
    ("Ältere Menschen", "Older people"),
    ("Kinder und Familie", "Children and families"),
    ("Jugend", "Young people"),
    ("Wohnen", "Housing"),
    ("Mobilität", "Mobility"),
    ("Ernährung", "Food"),
    ("Reparieren und Teilen", "Repairing and sharing"),
    ("Lokale Wirtschaft", "Local economy"),
    ("Digitales", "Digital skills"),
    ("Sport und Bewegung", "Sport and exercise"),
    ("Ehrenamt", "Volunteering"),
]

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


def slug(name):
    return slugify(name.translate(UMLAUTS))


def fill(apps, schema_editor):
    kind_model = apps.get_model("partners", "ActorKind")
    topic_model = apps.get_model("partners", "Topic")
    for sector, kinds in KINDS.items():
        for name, name_en in kinds:
            kind_model.objects.get_or_create(slug=slug(name), defaults={"name": name, "name_en": name_en, "sector": sector})
    for name, name_en in TOPICS:
        topic_model.objects.get_or_create(slug=slug(name), defaults={"name": name, "name_en": name_en})


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_directory")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
