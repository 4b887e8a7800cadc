from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.forms.once import OnceForm
from partners.forms.wording import PlainWords
from partners.merging import MergingForm
from projects.models import Benefit


class BenefitFields(PlainWords, forms.Form):
    text = forms.CharField(
        label=_("What is gained?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two sentences, as the partner would say them."),
    )
    kind = forms.ChoiceField(
        label=_("What kind of benefit?"), choices=[("", _("Please choose")), *Benefit.Kind.choices]
    )
    is_public = forms.BooleanField(label=_("Show on public pages"), required=False, initial=True)

    sentences = {
        "text": {"required": _("Say what is gained, in a sentence or two.")},
        "kind": {"required": _("Choose what kind of benefit it is.")},
    }


class BenefitForm(OnceForm, BenefitFields):
    pass


class BenefitEditForm(MergingForm, BenefitFields):
    def __init__(self, *args: Any, benefit: Benefit, **kwargs: Any) -> None:
        super().__init__(*args, initial={name: getattr(benefit, name) for name in self.base_fields}, **kwargs)
