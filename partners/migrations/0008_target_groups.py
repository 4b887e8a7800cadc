"""For whom actors are there: the words of the first day. Admins change them as they like."""

from django.db import migrations
from django.utils.text import slugify

TARGET_GROUPS = [
    ("Alle im Quartier", "Everybody in the neighbourhood"),
    ("Neu Zugezogene", "New residents"),
    ("Kinder", "Children"),
    ("Jugendliche", "Teenagers"),
    ("Junge Erwachsene", "Young adults"),
    ("Familien", "Families"),
    ("Alleinerziehende", "Single parents"),
    ("Ältere Menschen", "Older people"),
    ("Menschen mit Behinderung", "People with disabilities"),
    ("Menschen mit Fluchterfahrung", "Refugees"),
    ("Menschen, die Deutsch lernen", "People who learn German"),
    ("Menschen mit wenig Geld", "People with little money"),
    ("Pflegende Angehörige", "Family carers"),
    ("Frauen und Mädchen", "Women and girls"),
    ("Queere Menschen", "Queer people"),
    ("Wohnungslose Menschen", "People without a home"),
    ("Ehrenamtliche", "Volunteers"),
    ("Vereine und Initiativen", "Associations and initiatives"),
    ("Gewerbetreibende", "Local businesses"),
]

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


def fill(apps, schema_editor):
    model = apps.get_model("partners", "TargetGroup")
    for name, name_en in TARGET_GROUPS:
        slug = slugify(name.translate(UMLAUTS))
        model.objects.get_or_create(slug=slug, defaults={"name": name, "name_en": name_en})


class Migration(migrations.Migration):
    dependencies = [("partners", "0007_profile")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
