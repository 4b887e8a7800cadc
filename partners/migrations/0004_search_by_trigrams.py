from django.db import migrations

from partners.models.trigrams import trigram_index


class Migration(migrations.Migration):
    dependencies = [("partners", "0003_form_receipts")]

    operations = [trigram_index("partners_actor")]
