from typing import Any

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.core.checks import register
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _

from quartier.checks import legal_pages_are_written, what_is_due_is_done


class QuartierConfig(AppConfig):
    name = "quartier"
    verbose_name = _("Portal")
    default = True

    def ready(self) -> None:
        register(legal_pages_are_written, deploy=True)
        register(what_is_due_is_done, deploy=True)
        connection_created.connect(ask_without_compiling)


def ask_without_compiling(*, connection: Any, **kwargs: Any) -> None:
    """PostgreSQL compiles a question that it thinks is long: the overview took a second for that, and 20 ms to answer."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")


class QuartierAdminConfig(admin_apps.AdminConfig):
    """Django admin behind the portal's own log-in."""

    default = False
    default_site = "quartier.admin_site.PortalAdminSite"
