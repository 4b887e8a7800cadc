from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partners.forms.channels import CountField, check_count
from partners.forms.fields import DayField, WebsiteField
from partners.forms.once import OnceForm
from partners.forms.quantities import QuantityField
from partners.forms.wording import PlainWords
from partners.merging import MergingForm
from partners.models import Channel
from projects.forms.projects import check_period, leave_out
from projects.models import Dissemination
from projects.models.disseminations import is_past
from projects.models.reach import MOST, Count

TOGETHER = ("audience", "measured_on")
# Instead of a channel of the profile.
ANOTHER = "neu"


class DisseminationFields(PlainWords, forms.Form):
    channel_kind = forms.ChoiceField(
        label=_("What kind of channel is it?"), choices=Channel.Kind.choices, widget=forms.RadioSelect
    )
    channel_name = forms.CharField(
        label=_("Name of the channel"), max_length=200, help_text=_("For example: notice board at the door.")
    )
    went_out_on = DayField(label=_("On which day did it go out?"), validators=[is_past])
    what = forms.CharField(
        label=_("What was passed on?"),
        required=False,
        max_length=200,
        help_text=_("In a few words, for example: invitation to the opening."),
    )
    audience = CountField(
        label=_("How many people does it reach?"),
        required=False,
        min_value=0,
        max_value=MOST,
        help_text=_("Subscribers, readers or visitors. Leave it empty if nobody knows: then it counts nothing."),
    )
    measured_on = DayField(label=_("Counted or estimated on"), required=False)
    address = WebsiteField(
        label=_("Where can one read it?"),
        required=False,
        max_length=500,
        help_text=_("The address of a page that shows it."),
    )
    is_public = forms.BooleanField(label=_("Show on public pages"), required=False, initial=True)

    CHANNEL: tuple[str, ...] = ("channel_kind", "channel_name")
    sentences = {
        "channel_kind": {"required": _("Choose what kind of channel it is.")},
        "channel_name": {"required": _("Enter the name of the channel, for example “Kiezpost”.")},
        "went_out_on": {"required": _("Say on which day it went out, for example 20.1.2027.")},
    }

    def clean_channel_name(self) -> str:
        """Blanks and line breaks that came with pasting are no part of a name."""
        return " ".join(self.cleaned_data["channel_name"].split())

    def clean(self) -> Any:
        cleaned = super().clean()
        check_count(self)
        return cleaned


class DisseminationForm(OnceForm, DisseminationFields):
    """A channel of the profile is chosen already and says how many it reaches; another one is named here."""

    enter_channel = forms.BooleanField(
        label=_("Also enter this channel on the profile"),
        required=False,
        help_text=_("Then it can be chosen next time."),
    )
    field_order = ["channel_kind", "channel_name", "enter_channel"]

    def __init__(self, *args: Any, channel: Channel | None, may_enter: bool, **kwargs: Any) -> None:
        known = {name: getattr(channel, name) for name in TOGETHER} if channel else {}
        super().__init__(*args, initial=known, **kwargs)
        self.channel = channel
        gone = (*self.CHANNEL, "enter_channel") if channel else () if may_enter else ("enter_channel",)
        for name in gone:
            del self.fields[name]

    def values(self) -> dict[str, Any]:
        return super().values() | {"channel": self.channel}


class DisseminationEditForm(MergingForm, DisseminationFields):
    """The same for what was entered. It was one of the channels of the profile, or another one that is named here."""

    channel = forms.ChoiceField(label=_("Which channel passed it on?"), widget=forms.RadioSelect)
    # Of which channel the numbers in the form are: those of one channel are not saved unseen for another one.
    numbers_of = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = ["channel", *DisseminationFields.CHANNEL]
    sentences = DisseminationFields.sentences | {"channel": {"required": _("Choose the channel that carried it.")}}

    def __init__(self, *args: Any, dissemination: Dissemination, channels: Iterable[Channel], **kwargs: Any) -> None:
        self.channels = {str(one.pk): one for one in channels}
        if dissemination.channel is not None:
            self.channels.setdefault(str(dissemination.channel_id), dissemination.channel)
        self.present = ANOTHER if dissemination.channel is None else str(dissemination.channel_id)
        own = () if self.present == ANOTHER else self.CHANNEL
        names = [name for name in self.base_fields if name not in {"channel", "numbers_of", *own}]
        initial = {name: getattr(dissemination, name) for name in names}
        super().__init__(*args, initial=initial | {"channel": self.present, "numbers_of": self.present}, **kwargs)
        if not self.channels:
            leave_out(self, "channel")
            return
        named = [(key, f"{one.name} ({one.get_kind_display()})") for key, one in self.channels.items()]
        self.fields["channel"].choices = [*named, (ANOTHER, _("Another channel, named here"))]  # type: ignore[attr-defined]
        for name in self.CHANNEL:
            self.fields[name].required = not self.is_bound or self.data.get(self.add_prefix("channel")) == ANOTHER

    @property
    def chosen(self) -> str:
        return self.cleaned_data.get("channel", ANOTHER)

    def clean(self) -> Any:
        cleaned = super().clean()
        if self.chosen in self.channels and "channel_name" in self.changed_data:
            self._refuse_name_beside(self.channels[self.chosen])
        is_other = self.chosen != (self.cleaned_data.get("numbers_of") or self.present)
        if is_other and not self.errors and not any(name in self.changed_data for name in TOGETHER):
            self._show_its_numbers()
        return cleaned

    def _refuse_name_beside(self, channel: Channel) -> None:
        """A name that was typed is not dropped unseen because a channel of the profile is chosen above it."""
        said = _("“%(name)s” is chosen above. To name another channel choose “Another channel, named here”.")
        if self.cleaned_data.get("channel_name"):
            self.add_error("channel_name", said % {"name": channel.name})

    def _show_its_numbers(self) -> None:
        """What stands there is how many the channel reaches that was there before; now it says what the profile knows of this one."""
        channel = self.channels.get(self.chosen)
        for name in TOGETHER:
            value = self.fields[name].prepare_value(getattr(channel, name, None))
            self.data[self.add_prefix(name)] = "" if value is None else str(value)
        self.data[self.add_prefix("numbers_of")] = self.chosen
        name = channel.name if channel else self.cleaned_data["channel_name"]
        if channel is None or channel.audience is None:
            said = _(
                "How many people “%(name)s” reaches is not known yet. Enter it or leave it empty, then save again."
            )
        else:
            said = _("This is how many people “%(name)s” reaches according to the profile. Check it, then save again.")
        self.add_error("audience", said % {"name": name})

    def changes(self) -> dict[str, Any]:
        """The number and its day are one statement: whoever changes one of them says both. So are a channel, its kind and its name."""
        changes = super().changes()
        if any(name in changes for name in TOGETHER):
            changes |= {name: self.cleaned_data[name] for name in TOGETHER}
        told = {name: changes.pop(name) for name in ("channel", *self.CHANNEL) if name in changes}
        if self.chosen != ANOTHER:
            return changes | ({"channel": self.channels[self.chosen]} if "channel" in told else {})
        return changes | ({"channel": None} | {name: self.cleaned_data[name] for name in self.CHANNEL} if told else {})


class CountedForm(OnceForm, PlainWords, forms.Form):
    """Makes a contribution of what was passed on. It carries which entries were seen, each as it was then."""

    title = forms.CharField(label=_("What exactly?"), max_length=200)
    quantity = QuantityField(
        label=_("How many people were reached?"),
        required=False,
        help_text=_("If you know that some read several of these channels, enter fewer."),
    )
    start_on = DayField(label=_("From"), required=False)
    end_on = DayField(label=_("Until"), required=False)
    is_public = forms.BooleanField(label=_("Show on public pages"), required=False, initial=True)
    seen = forms.CharField(widget=forms.HiddenInput)

    sentences = {"title": {"required": _("Say in a few words what is contributed.")}}

    def __init__(self, *args: Any, entries: list[Dissemination], count: Count, seen: list[str], **kwargs: Any) -> None:
        days = [entry.went_out_on for entry in entries]
        self.present = {"seen": " ".join(seen), "quantity": None if count.total is None else Decimal(count.total)}
        names = ", ".join(dict.fromkeys(line.name for line in count.lines))
        kinds = ", ".join(dict.fromkeys(entry.kind_label for entry in entries))
        initial = {
            "title": names if len(names) <= 200 else kinds[:1].upper() + kinds[1:],
            "start_on": min(days),
            "end_on": max(days),
        }
        super().__init__(*args, initial=initial | self.present, **kwargs)
        if count.total is None:
            del self.fields["quantity"]
        else:
            self.fields["quantity"].widget.attrs["data-unit"] = _("recipients")
        if not count.is_of_several and "quantity" in self.fields:
            self.fields["quantity"].help_text = ""

    def clean(self) -> Any:
        cleaned = super().clean()
        check_period(self)
        return cleaned

    def values(self) -> dict[str, Any]:
        values = super().values()
        return values | {"seen": values["seen"].split(), "quantity": values.get("quantity")}

    def refuse(self, error: ValidationError) -> None:
        """Where an entry was changed the form counts anew, and is then an answer to what it shows."""
        if getattr(error, "code", "") == "more":
            self.add_error("quantity", error)
            return
        super().refuse(error)
        if getattr(error, "code", "") == "outdated":
            self.data = self.data.copy()
            for name, value in self.present.items():
                if name in self.fields:
                    self.data[name] = self.fields[name].prepare_value(value) or ""
