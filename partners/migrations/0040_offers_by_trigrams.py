from django.db import migrations

from partners.models.trigrams import trigram_index


class Migration(migrations.Migration):
    dependencies = [("partners", "0039_listings_of_one")]

    operations = [trigram_index("partners_offer")]
