"""Nothing leaks through the pages of the portal, what it answers to a form, its mails, and the links in them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import models
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from partners.actions.consent import token_of
from partners.actions.contacts import enter_contact
from partners.models import Invitation
from partners.models.contacts import ContactPersonQuerySet
from tests import test_canaries
from tests.canary_forms import Answer, Form, answers, filled, send, words_sent
from tests.test_canaries import EVERYBODY, ROLES, Canary, World, everybody_sees_all, words_in

pytestmark = [pytest.mark.django_db, pytest.mark.crawl]

# Made once for this file too.
world = test_canaries.world

GUEST = "gast@example.org"


def found_in(world: World, text: str) -> set[Canary]:
    canaries = {canary.word: canary for canary in world.canaries}
    return {canaries[word] for word in words_in(world, text)}


def secrets_in(world: World, text: str, *, level: int = EVERYBODY) -> set[str]:
    return {canary.name for canary in found_in(world, text) if canary.level > level}


def leaks(world: World, role: str, given: list[Answer]) -> list[tuple[str, str]]:
    """A word that stands in the address that was asked for is no find."""
    return sorted(
        {
            (canary.name, answer.path)
            for answer in given
            for canary in found_in(world, answer.text)
            if canary.level > ROLES[role] and canary.word not in answer.path
        }
    )


@pytest.mark.parametrize("role", ROLES)
def test_no_page_and_no_answer_holds_a_word_that_is_not_for_her(
    world: World, role: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """Every page is read along the links and by its address, each form in it is sent empty and as it stands there, and each
    address is sent nothing at all.
    """
    given = list(answers(world, role, django_capture_on_commit_callbacks))

    assert leaks(world, role, given) == []
    assert [answer.path for answer in given if answer.status >= 500] == []


def test_the_forms_are_really_answered(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """Answers that say nothing would hold no leak either: the refusal of an empty form names what it is about."""
    client = world.client("editor")
    path = f"{world.library.get_absolute_url()}bearbeiten/vorstellung/"
    [form] = filled(path, client.get(path).content.decode())
    refused = send(client, Form(path, ()), django_capture_on_commit_callbacks)
    written = send(client, form, django_capture_on_commit_callbacks)

    assert (refused.status, written.status) == (200, 302)
    assert world.library.description in refused.text + written.text


def test_a_planted_leak_in_an_answer_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    monkeypatch.setattr(ContactPersonQuerySet, "editable_by", everybody_sees_all)
    client = world.client("partner")
    paths = [path for path in world.paths() if path.startswith("/kontakte/") and path.endswith("/bearbeiten/")]
    given = [send(client, Form(path, ()), django_capture_on_commit_callbacks) for path in paths]

    assert "partners.Actor.name" in {name for name, _ in leaks(world, "partner", given)}


def words_of(*rows: models.Model) -> set[str]:
    return {f"{value}".casefold() for row in rows for value in vars(row).values() if isinstance(value, str) and value}


def strange_words(world: World, text: str, *known: models.Model) -> set[str]:
    """Words for which a mail or a link has no reason: neither public nor of the rows that it is about."""
    theirs = words_of(*known)
    return {
        canary.name
        for canary in found_in(world, text)
        if canary.level > EVERYBODY and not any(canary.word in word for word in theirs)
    }


@pytest.mark.parametrize("which", ["library", "unseen"])
def test_an_invitation_tells_a_stranger_only_where_to(
    world: World, which: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """The name of a draft is for whoever is invited to write it; nothing else of it is."""
    actor = world.library if which == "library" else world.unseen[0]
    client = world.client("organiser")
    given = send(
        client,
        Form(f"{actor.get_absolute_url()}team/", (("email", GUEST), ("role", "editor"))),
        django_capture_on_commit_callbacks,
    )
    [message] = given.mails

    assert message.recipients() == [GUEST]
    assert actor.name in words_sent(message)
    assert secrets_in(world, words_sent(message)) <= {"partners.Actor.name"}
    assert secrets_in(world, words_sent(message).replace(actor.name, "")) == set()


def test_an_invitation_sent_again_goes_to_the_invited_one_only(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=1))
    for invitation in Invitation.objects.select_related("actor", "neighbourhood"):
        path = f"/einladungen/{invitation.pk}/erneut-senden/"
        [message] = send(world.client("organiser"), Form(path, ()), django_capture_on_commit_callbacks).mails

        assert message.recipients() == [invitation.email]
        # She reads what the invitation says of her, to what she is invited and nothing besides.
        assert strange_words(world, words_sent(message), invitation) == set()


@pytest.mark.parametrize("which", ["library", "unseen"])
def test_a_contact_person_reads_only_what_is_entered_of_her(
    world: World, which: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """In the mail, on the page behind its link, and after each answer that she gives there."""
    actor = world.library if which == "library" else world.unseen[0]
    with django_capture_on_commit_callbacks(execute=True):
        contact = enter_contact(actor=actor, by=world.people["organiser"], name="Gast", email=GUEST)
    [message] = mail.outbox
    path = f"/kontakte/einwilligung/{token_of(contact)}/"
    visitor = world.client("visitor")
    page = visitor.get(path).content.decode()
    given = [send(visitor, form, django_capture_on_commit_callbacks) for form in filled(path, page)]

    assert message.recipients() == [GUEST]
    for text in (words_sent(message), page.casefold(), *(answer.text for answer in given)):
        assert secrets_in(world, text.replace(actor.name, "")) == set()


@pytest.mark.parametrize("address", ["/konto/password/reset/", "/konto/signup/"])
def test_who_asks_for_an_account_learns_no_name(
    world: World, address: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """With the address of somebody whom the asker knows: the page tells the asker nothing, the mail is hers alone."""
    data = (("email", world.somebody.email), ("name", "Gast"), ("password1", "drei grüne Hocker"))
    given = send(world.client("visitor"), Form(address, data), django_capture_on_commit_callbacks)

    assert secrets_in(world, given.text.replace(world.somebody.email, "")) == set()
    assert [message.recipients() for message in given.mails] in ([], [[world.somebody.email]])
    assert {name for m in given.mails for name in strange_words(world, words_sent(m), world.somebody)} == set()
