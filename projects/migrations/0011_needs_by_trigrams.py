from django.db import migrations

from partners.models.trigrams import trigram_index


class Migration(migrations.Migration):
    dependencies = [("projects", "0010_listings_of_one")]

    operations = [trigram_index("projects_need")]
