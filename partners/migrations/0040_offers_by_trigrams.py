import sys

from django.db import migrations

from partners.models.trigrams import add_trigram_index, index_name

TABLE = "partners_offer"


def add(apps, schema_editor):
    said = add_trigram_index(schema_editor.connection, table=TABLE)
    if said:
        sys.stderr.write(f"\n{said}\n")


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {index_name(TABLE)}")


class Migration(migrations.Migration):
    dependencies = [("partners", "0039_listings_of_one")]

    operations = [migrations.RunPython(add, remove)]
