from django.db import migrations

from partners.models.trigrams import trigram_index


class Migration(migrations.Migration):
    dependencies = [("projects", "0008_similar_projects")]

    operations = [trigram_index("projects_project", "sort_title")]
