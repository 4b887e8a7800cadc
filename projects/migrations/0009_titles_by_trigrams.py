import sys

from django.db import migrations

from partners.models.trigrams import add_trigram_index, index_name

TABLE, COLUMN = "projects_project", "sort_title"


def add(apps, schema_editor):
    said = add_trigram_index(schema_editor.connection, table=TABLE, column=COLUMN)
    if said:
        sys.stderr.write(f"\n{said}\n")


def remove(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {index_name(TABLE, COLUMN)}")


class Migration(migrations.Migration):
    dependencies = [("projects", "0008_similar_projects")]

    operations = [migrations.RunPython(add, remove)]
