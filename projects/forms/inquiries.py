from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from partners.forms.once import OnceForm
from partners.forms.wording import PlainWords
from partners.models import Actor, Person
from projects.forms.actor_search import ActorSearchField, SearchesActors
from projects.models import ProjectInquiry

State = ProjectInquiry.State


class QuestionForm(OnceForm, PlainWords, forms.Form):
    """To whoever leads a project."""

    message = forms.CharField(
        label=_("Your question"),
        max_length=ProjectInquiry.LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("It goes to the team of the project by mail, with your name."),
    )

    sentences = {"message": {"required": _("Write in one or two sentences what you would like to know.")}}


class JoinForm(OnceForm, PlainWords, SearchesActors, forms.Form):
    """One of the actors that the person keeps would like to take part."""

    actor = ActorSearchField(
        label=_("Who would like to take part?"),
        help_text=_("One of the places that you look after. Type a part of the name."),
    )
    message = forms.CharField(
        label=_("What would you like to bring in, or what is it about?"),
        max_length=ProjectInquiry.LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("It goes to the team of the project by mail, with your name."),
    )

    sentences = {"message": {"required": _("Write in one or two sentences why you would like to take part.")}}

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["actor"].queryset = Actor.objects.current().editable_by(by)  # type: ignore[attr-defined]

    def refuse(self, error: ValidationError) -> None:
        self.add_error("actor" if error.code == "taken" else None, error)


class AnswerForm(PlainWords, forms.Form):
    """What the project's side says; which of the buttons was pressed comes with it."""

    state = forms.ChoiceField(choices=[(one, one) for one in (State.AGREED, State.DECLINED, State.ANSWERED)])
    answer = forms.CharField(
        label=_("Your answer"),
        required=False,
        max_length=ProjectInquiry.LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, inquiry: ProjectInquiry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = [State.AGREED, State.DECLINED] if inquiry.is_to_join else [State.ANSWERED]
        self.fields["state"].choices = [(one, one) for one in steps]  # type: ignore[attr-defined]
        if inquiry.is_to_join:
            self.fields["answer"].help_text = _("Whoever asked reads it. A no needs a reason, a yes may stand alone.")

    def clean(self) -> Any:
        cleaned = super().clean()
        state = self.cleaned_data.get("state")
        if state is None:  # it is a button and no field, so there is no place beside it for an error
            del self.errors["state"]
            self.add_error(None, ValidationError(_("Press one of the buttons below your answer."), code="button"))
        elif state != State.AGREED and "answer" in self.cleaned_data and not self.cleaned_data["answer"]:
            words = _("Say in one sentence why not.") if state == State.DECLINED else _("Write an answer.")
            self.add_error("answer", ValidationError(words, code="required"))
        return cleaned
