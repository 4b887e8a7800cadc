"""The signed copy: what is refused, what is stored, who gets it, and that nothing of it is left lying about."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from partners.actions import signed_copies
from partners.actions.signed_copies import keep_copy, read_signed, remove_copy
from partners.models import HistoryEntry, SignedCopy
from partners.models.private_files import private_storage
from tests.factories import AdminFactory, SignedCopyFactory
from tests.partners.agreement_world import ORGANISERS, PDF, READERS, ROLES, AgreementWorld, expected, pdf, photo

pytestmark = pytest.mark.django_db


# --- what is read -------------------------------------------------------------------------------------------------------


def test_a_pdf_stays_as_it_is() -> None:
    assert read_signed([pdf()]) == (PDF, "pdf")


def test_photos_become_one_pdf_without_what_the_camera_wrote() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "CANARYCAMERA"
    exif.get_ifd(0x8825)[29] = "CANARYPLACE"
    files = [photo("JPEG", (800, 600), exif=exif, comment=b"CANARYCOMMENT"), photo("PNG", mode="RGBA"), photo("WEBP")]
    data, source = read_signed(files)
    assert (source, data[:5], data.count(b"/Type /Page\n"), b"CANARY" in data) == ("bilder", b"%PDF-", 3, False)
    assert b"/MediaBox [ 0 0 595." in data
    again, _source = read_signed([one for one in files if one.seek(0) == 0])
    assert again == data


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ([], "nothing"),
        ([b""], "no_file"),
        ([b"just some text"], "no_file"),
        ([b"<html>%PDF-1.7 %%EOF"], "no_file"),
        ([b'<svg xmlns="http://www.w3.org/2000/svg"/>'], "no_file"),
        ([b"PK\x03\x04 a file for word processors"], "no_file"),
        ([PDF[:-6]], "no_pdf"),
        ([b"%PDF-9.9 startxref 1 %%EOF"], "no_pdf"),
        ([PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript >>")], "active"),
        ([PDF.replace(b"/Catalog", b"/Catalog /S /Launch ")], "active"),
        ([PDF + b"0" * signed_copies.MOST_BYTES], "too_large"),
        ([b"\xff\xd8" + b"0" * 8 * signed_copies.MEGABYTE] * 4, "too_large"),
        ([PDF, PDF], "one_pdf"),
        ([PDF, photo().read()], "one_pdf"),
        ([photo().read()] * 9, "too_many"),
        ([photo().read()[:400]], "broken"),
        ([photo("GIF").read()], "no_file"),
        ([photo("PNG", (6000, 5000)).read()], "pixels"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(files: list[bytes], code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read_signed([ContentFile(data) for data in files])
    assert refused.value.code == code


# --- who gets it --------------------------------------------------------------------------------------------------------


def with_copy(**values: Any) -> AgreementWorld:
    world = AgreementWorld(signed=True, **values)
    keep_copy(agreement=world.agreement, data=PDF, source="pdf", by=world.organiser)
    return world


@pytest.mark.parametrize("who", ROLES)
def test_only_the_sides_and_the_organisers_get_it(who: str) -> None:
    world = with_copy()
    assert world.seen(f"{world.path}unterschrift/", who) == expected(who, READERS)


@pytest.mark.parametrize("who", ROLES)
def test_only_organisers_store_replace_and_delete_it(who: str) -> None:
    world = with_copy()
    upload, delete = f"{world.path}unterschrift/hochladen/", f"{world.path}unterschrift/loeschen/"
    assert (world.seen(upload, who), world.seen(delete, who)) == (expected(who, ORGANISERS),) * 2
    client = world.client(who)
    client.post(upload, {"files": photo(), "seen": SignedCopy.objects.get().key})
    assert SignedCopy.objects.get().source == ("bilder" if who in ORGANISERS else "pdf")
    client.post(delete)
    assert SignedCopy.objects.exists() is (who not in ORGANISERS)


def test_it_is_saved_and_never_shown() -> None:
    world = with_copy()
    answer = world.client("companion_editor").get(f"{world.path}unterschrift/")
    assert b"".join(answer) == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == (
        f'attachment; filename="vereinbarung-{world.partnership.pk}-unterschrieben.pdf"'
    )
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, no-store")


def test_it_lies_in_the_private_storage_and_has_no_address_of_its_own() -> None:
    world = with_copy()
    copy = SignedCopy.objects.get()
    assert (private_storage.exists(copy.file.name), default_storage.exists(copy.file.name)) == (True, False)
    assert copy.file.url == f"{world.path}unterschrift/"
    assert "eheim" not in copy.file.name
    for path in (f"/media/{copy.file.name}", f"/media/private/{copy.file.name}"):
        assert world.client("admin").get(path).status_code == 404


def test_a_copy_that_the_storage_lost_is_not_found() -> None:
    world = with_copy()
    private_storage.delete(SignedCopy.objects.get().file.name)
    assert world.seen(f"{world.path}unterschrift/", "editor") == "404"


# --- stored, replaced, deleted ----------------------------------------------------------------------------------------------


def test_it_can_be_handed_in_with_the_signatures() -> None:
    world = AgreementWorld()
    sent = world.client("organiser").post(
        f"{world.path}unterschreiben/", {"signed_on": "3.2.2026", "files": [photo(), photo(colour="grey")]}
    )
    assert sent.status_code == 302
    copy = SignedCopy.objects.get()
    assert (copy.agreement, copy.source, copy.uploaded_by) == (world.agreement, "bilder", world.organiser)
    assert copy.size == private_storage.size(copy.file.name)


@pytest.mark.parametrize("who", ["organiser", "admin"])
def test_a_draft_takes_no_signed_copy(who: str) -> None:
    world = AgreementWorld()
    assert world.client(who).post(f"{world.path}unterschrift/hochladen/", {"files": pdf()}).status_code == 404
    assert not SignedCopy.objects.exists()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [({}, "Choose the signed agreement"), ({"files": pdf(b"no pdf")}, "This file cannot be used.")],
)
def test_a_refused_file_is_said_at_the_field(data: dict[str, Any], sentence: str) -> None:
    world = AgreementWorld(signed=True)
    answer = world.client("organiser").post(f"{world.path}unterschrift/hochladen/", data)
    assert sentence in answer.context["form"].errors["files"][0]
    assert "<title>Error: " in answer.text


def test_the_same_sent_twice_is_stored_once() -> None:
    world = AgreementWorld(signed=True)
    names = set()
    for _ in range(2):
        sent = world.client("organiser").post(f"{world.path}unterschrift/hochladen/", {"seen": "", "files": pdf()})
        assert sent.status_code == 302
        names.add(SignedCopy.objects.get().file.name)
    assert len(names) == 1


def test_nobody_replaces_a_copy_unseen() -> None:
    world = with_copy()
    client = world.client("organiser")
    data = {"seen": "", "files": pdf(PDF + b"\n")}
    refused = client.post(f"{world.path}unterschrift/hochladen/", data)
    assert "Somebody else changed the signed copy meanwhile" in str(refused.context["form"].non_field_errors())
    again = {"seen": refused.context["form"]["seen"].value(), "files": pdf(PDF + b"\n")}
    assert client.post(f"{world.path}unterschrift/hochladen/", again).status_code == 302
    assert SignedCopy.objects.get().size == len(PDF) + 1


def test_what_is_replaced_or_deleted_is_gone_and_the_history_says_who(django_capture_on_commit_callbacks: Any) -> None:
    world = with_copy()
    first = SignedCopy.objects.get().file.name
    client = world.client("organiser")
    with django_capture_on_commit_callbacks(execute=True):
        seen = SignedCopy.objects.get().key
        client.post(f"{world.path}unterschrift/hochladen/", {"files": photo(), "seen": seen})
        assert private_storage.exists(first)
    second = SignedCopy.objects.get().file.name
    assert (private_storage.exists(first), private_storage.exists(second)) == (False, True)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{world.path}unterschrift/loeschen/")
    assert private_storage.exists(second) is False
    lines = HistoryEntry.objects.filter(row="partners.signedcopy").order_by("pk")
    assert [line.what for line in lines] == ["neu", "weg", "neu", "weg"]
    assert {line.by for line in lines[1:]} == {world.organiser}
    page = world.client("editor").get(f"{world.path}verlauf/").text
    assert "Signed copy “photos”: removed" in page
    assert str(world.organiser) in page
    assert "agreements/" not in page


def test_a_refused_row_leaves_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    world = AgreementWorld(signed=True)

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise ValidationError("no")

    before = private_storage.listdir("agreements")[1] if private_storage.exists("agreements") else []
    monkeypatch.setattr(SignedCopy, "save", refuse)
    with pytest.raises(ValidationError):
        keep_copy(agreement=world.agreement, data=PDF, source="pdf", by=world.organiser)
    assert private_storage.listdir("agreements")[1] == before


def test_the_administration_deletes_it_with_its_file(django_capture_on_commit_callbacks: Any) -> None:
    client = Client()
    client.force_login(AdminFactory(is_superuser=True))
    copies = [SignedCopyFactory() for _ in range(2)]
    names = [copy.file.name for copy in copies]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/admin/partners/signedcopy/{copies[0].pk}/delete/", {"post": "yes"})
        data = {"action": "delete_selected", "_selected_action": [copies[1].pk], "post": "yes"}
        client.post("/admin/partners/signedcopy/", data)
    assert not SignedCopy.objects.exists()
    assert [private_storage.exists(name) for name in names] == [False, False]


def test_a_signed_agreement_is_not_deleted_under_its_copy() -> None:
    world = with_copy()
    client = Client()
    client.force_login(AdminFactory(is_superuser=True))
    answer = client.post(f"/admin/partners/agreement/{world.agreement.pk}/delete/", {"post": "yes"})
    assert answer.status_code == 200
    assert SignedCopy.objects.count() == 1


def test_taking_away_what_is_gone_changes_nothing() -> None:
    world = with_copy()
    for _ in range(2):
        remove_copy(agreement=world.agreement)
    assert HistoryEntry.objects.filter(row="partners.signedcopy", what="weg").count() == 1


def test_it_comes_through_the_portal_from_any_storage(settings: Any, tmp_path: Any) -> None:
    """A storage that can only be opened: a bucket far away."""
    world = with_copy()
    copy = SignedCopy.objects.get()

    class Far:
        def open(self, name: str, mode: str = "rb") -> Any:
            return io.BytesIO(PDF)

        def url(self, name: str) -> str:
            raise AssertionError("Nobody may be led to the storage itself.")

    field = SignedCopy._meta.get_field("file")
    storage, field.storage = field.storage, Far()
    try:
        answer = world.client("editor").get(f"{world.path}unterschrift/")
        assert (answer.status_code, b"".join(answer)) == (200, PDF)
        assert copy.get_absolute_url() in answer.request["PATH_INFO"]
    finally:
        field.storage = storage
