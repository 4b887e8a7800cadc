from __future__ import annotations

from partners.views.addresses import follow_old_address
from projects.models import Project

of_project = follow_old_address(lambda user: Project.objects.all().visible_to(user))
