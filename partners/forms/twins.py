from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.forms.wording import PlainWords


class NotTwinsForm(PlainWords, forms.Form):
    """Why two are two, for whoever comes next."""

    reason = forms.CharField(
        label=_("Why not?"), required=False, max_length=300, help_text=_("For example: two groups in one house.")
    )
