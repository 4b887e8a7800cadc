from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from quartier.checks import legal_pages_are_written, what_is_due_is_done


class QuartierConfig(AppConfig):
    name = "quartier"
    verbose_name = _("Portal")
    default = True

    def ready(self) -> None:
        register(legal_pages_are_written, deploy=True)
        register(what_is_due_is_done, deploy=True)


class QuartierAdminConfig(admin_apps.AdminConfig):
    """Django admin behind the portal's own log-in."""

    default = False
    default_site = "quartier.admin_site.PortalAdminSite"
