from django.db import migrations

from partners.models.trigrams import trigram_index


class Migration(migrations.Migration):
    dependencies = [("partners", "0014_old_addresses")]

    operations = [trigram_index("partners_actor", "sort_name")]
