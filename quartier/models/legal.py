from __future__ import annotations

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class LegalPage(models.Model):
    """A page that the law asks of whoever runs a portal. Its words are the operator's: we write none for them.

    There is exactly one of each kind; admins fill them, nobody adds or deletes one.
    """

    class Kind(models.TextChoices):
        IMPRINT = "impressum", _("Imprint")
        PRIVACY = "datenschutz", _("Privacy")
        ACCESSIBILITY = "barrierefreiheit", _("Accessibility")

    kind = models.CharField(_("page"), max_length=20, choices=Kind, unique=True, editable=False)
    text = models.TextField(
        _("text (German)"),
        blank=True,
        help_text=_("Plain text. An empty line begins a new paragraph, web addresses become links."),
    )
    text_en = models.TextField(
        _("text (English)"), blank=True, help_text=_("Without it, English readers see the German text.")
    )
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    class Meta:
        verbose_name = _("legal page")
        verbose_name_plural = _("legal pages")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_empty(self) -> bool:
        """German is what the law reads; an English text alone does not fill the page."""
        return not self.text.strip()

    def wording(self) -> tuple[str, str]:
        """The text for the language of the page, and the language that it is written in."""
        if self.text_en.strip() and (get_language() or "").startswith("en"):
            return self.text_en, "en"
        return self.text, "de"
