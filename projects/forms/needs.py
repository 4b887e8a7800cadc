from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from partners.forms.listings import ListingCreateForm, ListingEditForm, ListingForm
from projects.models import Need


class NeedWords:
    """What is asked of a need, in its words."""

    LABELS = {
        "title": _("What do you need?"),
        "is_free": _("Does it have to be free of charge?"),
        "conditions": _("What can you give for it?"),
        "persons": _("For how many persons?"),
        "step_free": _("Must one get in without steps?"),
        "area": _("Area at least"),
    }
    HINTS = {
        "title": _("In a few words, for example: a room for 30 persons on an evening."),
        "description": _("What you need it for, and what would help most."),
        "conditions": _("In words, for example: we help with the clearing up, a word in our newsletter."),
        "equipment": _("What must be there, for example: tables and chairs, a kitchen."),
    }
    FREE = [("True", _("yes, free of charge")), ("False", _("no, we can give something for it"))]
    # A need knows what it asks for: it is important or it is not.
    STEP_FREE = [("", _("it does not matter")), ("ja", _("yes, without steps")), ("teilweise", _("partly is enough"))]
    sentences = ListingForm.sentences | {"is_free": {"required": _("Say whether it has to be free of charge.")}}
    NO_CONDITIONS = _("Say in a few words what you can give for it, or choose “free of charge”.")


class NeedCreateForm(NeedWords, ListingCreateForm):
    class Meta(ListingForm.Meta):
        model = Need


class NeedEditForm(NeedWords, ListingEditForm):
    class Meta(ListingForm.Meta):
        model = Need
