from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0019_sums_of_contributions")]

    operations = [
        migrations.AddIndex(
            model_name="resourcerequest",
            index=models.Index(fields=["created_at", "id"], name="request_newest"),
        ),
    ]
