"""The three pages that the law asks for, empty at first: their words are the operator's."""

from django.db import migrations, models

KINDS = [("impressum", "Imprint"), ("datenschutz", "Privacy"), ("barrierefreiheit", "Accessibility")]


def make_pages(apps, schema_editor):
    page = apps.get_model("quartier", "LegalPage")
    page.objects.bulk_create([page(kind=kind) for kind, _ in KINDS])


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="LegalPage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(choices=KINDS, editable=False, max_length=20, unique=True, verbose_name="page"),
                ),
                (
                    "text",
                    models.TextField(
                        blank=True,
                        help_text="Plain text. An empty line begins a new paragraph, web addresses become links.",
                        verbose_name="text (German)",
                    ),
                ),
                (
                    "text_en",
                    models.TextField(
                        blank=True,
                        help_text="Without it, English readers see the German text.",
                        verbose_name="text (English)",
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="last changed")),
            ],
            options={
                "verbose_name": "legal page",
                "verbose_name_plural": "legal pages",
                "ordering": ["pk"],
            },
        ),
        migrations.RunPython(make_pages, migrations.RunPython.noop),
    ]
