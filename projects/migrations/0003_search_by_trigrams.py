from django.db import migrations

from partners.models.trigrams import trigram_index


class Migration(migrations.Migration):
    dependencies = [("projects", "0002_participation_asked_again")]

    operations = [trigram_index("projects_project")]
