"""Logos: what is refused, what is stored, who sees it, and when a file goes."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image

from partners.actions import logos
from partners.actions.logos import read_logo, remove_logo, set_logo
from partners.actions.merging import merge_actors, undo_merge
from partners.models import Actor
from tests.factories import ActorFactory, MembershipFactory, NeighbourhoodFactory, PersonFactory

pytestmark = pytest.mark.django_db
ALT = "Logo: ein rotes Quadrat"


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **options: Any) -> bytes:
    out = BytesIO()
    Image.new(mode, size, options.pop("colour", "red")).save(out, kind, **options)
    return out.getvalue()


def stored(data: bytes) -> Image.Image:
    return Image.open(read_logo(ContentFile(data)))


def upload(data: bytes, name: str = "logo.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def with_logo(actor: Actor, colour: str = "red") -> str:
    set_logo(actor=actor, picture=read_logo(ContentFile(picture(colour=colour))), alt=ALT)
    return str(actor.logo.name)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int) -> bytes:
    """A small file that says it is a huge picture."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def test_a_photo_is_turned_upright_and_forgets_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "CANARYCAMERA"
    exif.get_ifd(0x8825)[29] = "CANARYPLACE"
    data = picture("JPEG", (40, 20), exif=exif, comment=b"CANARYCOMMENT")
    assert b"CANARYPLACE" in data
    kept = read_logo(ContentFile(data)).read()
    image = Image.open(BytesIO(kept))
    assert (image.format, image.size) == ("WEBP", (20, 40))
    assert (b"CANARY" in kept, dict(image.getexif()), "icc_profile" in image.info) == (False, {}, False)


def test_a_large_picture_is_made_small_and_stays_transparent() -> None:
    image = stored(picture("PNG", (1600, 800), "RGBA", colour=(255, 0, 0, 0)))
    assert (image.size, image.mode, image.getpixel((5, 5))[3]) == ((512, 256), "RGBA", 0)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "CMYK"])
def test_every_kind_of_colour_is_read(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert stored(picture(kind, mode=mode, colour=0)).size == (40, 20)


def test_of_a_moving_picture_the_first_frame_stays() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    out = BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    image = stored(out.getvalue())
    assert (getattr(image, "n_frames", 1), image.getpixel((1, 1))) == (1, (255, 0, 0))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "no_picture"),
        (b"just some text", "no_picture"),
        (picture("GIF"), "no_picture"),
        (picture("BMP"), "no_picture"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "svg"),
        (picture("PNG", (400, 400))[:300], "broken"),
        (picture("JPEG", (400, 400))[:700], "broken"),
        (bomb(6000, 5000), "pixels"),
        (bomb(60000, 50000), "pixels"),
        (b"\x89PNG" + b"0" * logos.MOST_BYTES, "too_large"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(data: bytes, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read_logo(ContentFile(data))
    assert refused.value.code == code


@pytest.fixture
def editor() -> Any:
    return PersonFactory()


@pytest.fixture
def actor(editor: Any) -> Actor:
    actor = ActorFactory(name="Radwerk", slug="radwerk")
    MembershipFactory(actor=actor, person=editor)
    return actor


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


EDIT, SHOW = "/akteure/radwerk/bearbeiten/logo/", "/akteure/radwerk/logo/"


def send(person: Any, **data: Any) -> Any:
    client = signed_in(person)
    seen = client.get(EDIT).context["form"]["seen"].value()
    return client.post(EDIT, {"seen": seen, "alt": ALT} | data)


def test_an_editor_uploads_a_logo(actor: Actor, editor: Any) -> None:
    answer = send(editor, logo=upload(picture(), "Geheimer Name.png"))
    actor.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, "/akteure/radwerk/bearbeiten/")
    assert actor.logo_alt == ALT
    assert actor.logo.name.startswith("logos/")
    assert "eheim" not in actor.logo.name
    page = Client().get("/akteure/radwerk/").text
    assert f'<img src="{actor.logo.url}" alt="{ALT}"' in page
    assert f'<img src="{actor.logo.url}" alt=""' in Client().get("/akteure/").text


def test_the_same_sent_twice_is_stored_once(actor: Actor, editor: Any) -> None:
    names = set()
    for _time in range(2):
        answer = signed_in(editor).post(EDIT, {"seen": "", "alt": ALT, "logo": upload(picture())})
        assert answer.status_code == 302
        actor.refresh_from_db()
        names.add(actor.logo.name)
    assert len(names) == 1


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"logo": upload(b"no picture")}, "logo"),
        ({"alt": "", "logo": upload(picture())}, "alt"),
        ({}, "logo"),
        ({"alt": ""}, "logo"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    actor: Actor, editor: Any, data: dict[str, Any], field: str
) -> None:
    answer = send(editor, **data)
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert answer.context["form"]["alt"].value() == data.get("alt", ALT)
    actor.refresh_from_db()
    assert (actor.logo.name, actor.logo_alt) == ("", "")


def test_words_alone_can_be_changed(actor: Actor, editor: Any) -> None:
    name = with_logo(actor)
    assert send(editor, alt="Logo: ein Fahrrad").status_code == 302
    actor.refresh_from_db()
    assert (actor.logo.name, actor.logo_alt) == (name, "Logo: ein Fahrrad")
    assert "alt" in send(editor, alt="").context["form"].errors


def test_a_replaced_and_a_removed_file_goes_with_the_commit(
    actor: Actor, editor: Any, django_capture_on_commit_callbacks: Any
) -> None:
    first = with_logo(actor)
    with django_capture_on_commit_callbacks(execute=True):
        assert send(editor, logo=upload(picture(colour="blue"))).status_code == 302
        assert default_storage.exists(first)
    actor.refresh_from_db()
    second = actor.logo.name
    assert (default_storage.exists(first), default_storage.exists(second)) == (False, True)
    with django_capture_on_commit_callbacks(execute=True):
        assert send(editor, remove="on").status_code == 302
    actor.refresh_from_db()
    assert (actor.logo.name, actor.logo_alt, default_storage.exists(second)) == ("", "", False)


def test_two_people_do_not_overwrite_each_other_unseen(actor: Actor, editor: Any) -> None:
    client = signed_in(editor)
    seen = client.get(EDIT).context["form"]["seen"].value()
    name = with_logo(actor, "green")
    answer = client.post(EDIT, {"seen": seen, "alt": "Meins", "logo": upload(picture())})
    form = answer.context["form"]
    assert (answer.status_code, form["alt"].value(), bool(form.non_field_errors())) == (200, "Meins", True)
    actor.refresh_from_db()
    assert actor.logo.name == name
    again = client.post(EDIT, {"seen": form["seen"].value(), "alt": "Meins", "logo": upload(picture())})
    actor.refresh_from_db()
    assert (again.status_code, actor.logo_alt) == (302, "Meins")


def test_words_for_a_logo_that_somebody_else_took_away_are_not_lost(actor: Actor, editor: Any) -> None:
    with_logo(actor)
    client = signed_in(editor)
    seen = client.get(EDIT).context["form"]["seen"].value()
    removed = client.post(EDIT, {"seen": seen, "alt": ALT, "remove": "on"})
    again = client.post(EDIT, {"seen": seen, "alt": ALT, "remove": "on"})
    assert (removed.status_code, again.status_code) == (302, 302)
    form = client.post(EDIT, {"seen": seen, "alt": "Neue Worte"}).context["form"]
    assert (bool(form.non_field_errors()), form["alt"].value()) == (True, "Neue Worte")


def test_who_may_see_the_actor_sees_its_logo(actor: Actor, editor: Any) -> None:
    with_logo(actor)
    clients = [Client(), signed_in(PersonFactory()), signed_in(editor), signed_in(PersonFactory(is_staff=True))]
    assert [client.get(SHOW).status_code for client in clients] == [200, 200, 200, 200]
    Actor.objects.filter(pk=actor.pk).update(state=Actor.State.DRAFT)
    assert [client.get(SHOW).status_code for client in clients] == [404, 404, 200, 200]
    remove_logo(actor=actor)
    assert [client.get(SHOW).status_code for client in clients] == [404, 404, 404, 404]


def test_only_the_team_changes_it(actor: Actor) -> None:
    assert Client().get(EDIT)["Location"].startswith("/konto/")
    stranger = signed_in(PersonFactory())
    assert stranger.get(EDIT).status_code == 404
    assert stranger.post(EDIT, {"alt": ALT, "logo": upload(picture())}).status_code == 404


def test_the_logo_is_sent_once_and_safely(actor: Actor, django_assert_num_queries: Any) -> None:
    with_logo(actor)
    with django_assert_num_queries(1):
        answer = Client().get(SHOW)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/webp", "nosniff")
    assert "max-age=86400" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    again = Client().get(SHOW, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    default_storage.delete(actor.logo.name)
    assert Client().get(SHOW).status_code == 404


@pytest.mark.parametrize("values", [{"logo_alt": ALT}, {"logo": "logos/x.webp"}])
def test_no_logo_without_words_and_no_words_without_logo(actor: Actor, values: dict[str, str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Actor.objects.filter(pk=actor.pk).update(**values)


def merged(kept: Actor, gone: Actor) -> Any:
    kept.refresh_from_db()
    gone.refresh_from_db()
    by = PersonFactory(is_staff=True)
    seen = (kept.stamp, gone.stamp)
    return merge_actors(kept=kept, gone=gone, take=["logo", "logo_alt"], by=by, seen=seen), by


def test_a_merge_and_its_undoing_keep_both_files(actor: Actor, django_capture_on_commit_callbacks: Any) -> None:
    other = ActorFactory(name="Rad-Werk")
    with django_capture_on_commit_callbacks(execute=True):
        mine, theirs = with_logo(actor), with_logo(other, "blue")
        merge, by = merged(actor, other)
        actor.refresh_from_db()
        assert actor.logo.name == theirs
        undo_merge(merge=merge, by=by)
    actor.refresh_from_db()
    other.refresh_from_db()
    assert (actor.logo.name, other.logo.name) == (mine, theirs)
    assert default_storage.exists(mine)
    assert default_storage.exists(theirs)


def test_a_logo_replaced_after_a_merge_does_not_take_that_of_the_other(
    actor: Actor, django_capture_on_commit_callbacks: Any
) -> None:
    other = ActorFactory(name="Rad-Werk")
    with django_capture_on_commit_callbacks(execute=True):
        theirs = with_logo(other, "blue")
        merge, by = merged(actor, other)
        actor.refresh_from_db()
        new = with_logo(actor, "green")
        stays = undo_merge(merge=merge, by=by)
    actor.refresh_from_db()
    assert (actor.logo.name, actor.logo_alt, len(stays)) == (new, ALT, 2)
    assert default_storage.exists(theirs)


def test_history_tells_it_in_words_and_brings_no_file_back(actor: Actor, editor: Any) -> None:
    with_logo(actor)
    with_logo(actor, "blue")
    client = signed_in(editor)
    page = client.get("/akteure/radwerk/verlauf/").text
    assert "ein anderes Bild" in page
    assert "logos/" not in page
    addresses = {part.split('"')[0] for part in page.split('href="') if part.startswith("/akteure/radwerk/verlauf/")}
    assert {client.get(address.split("?")[0]).status_code for address in addresses} <= {200}


class TestAdministration:
    def change(self, actor: Actor, **data: Any) -> Any:
        client = signed_in(PersonFactory(is_staff=True, is_superuser=True))
        address = f"/admin/partners/actor/{actor.pk}/change/"
        form = client.get(address).context["adminform"].form
        sent = {
            bound.html_name: bound.value()
            for bound in form
            if bound.value() not in (None, "", False) and bound.name != "logo"
        }
        sent |= {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
        return client.post(address, sent | data)

    def test_the_same_rules(self, actor: Actor) -> None:
        refused = self.change(actor, logo=upload(b"<svg></svg>"), logo_alt=ALT)
        assert "logo" in refused.context["adminform"].form.errors
        refused = self.change(actor, logo=upload(picture()), logo_alt="")
        assert "logo_alt" in refused.context["adminform"].form.errors
        assert self.change(actor, logo=upload(picture("JPEG")), logo_alt=ALT).status_code == 302
        actor.refresh_from_db()
        with actor.logo.open() as file:
            assert Image.open(file).format == "WEBP"

    def test_taking_it_away_takes_the_words_and_the_file(
        self, actor: Actor, django_capture_on_commit_callbacks: Any
    ) -> None:
        name = with_logo(actor)
        with django_capture_on_commit_callbacks(execute=True):
            answer = self.change(actor, **{"logo-clear": "on"})
        assert answer.status_code == 302
        actor.refresh_from_db()
        assert (actor.logo.name, actor.logo_alt, default_storage.exists(name)) == ("", "", False)


def test_lists_ask_nothing_more_for_logos(django_assert_num_queries: Any) -> None:
    place = NeighbourhoodFactory()
    actors = [ActorFactory(neighbourhoods=[place]) for _one in range(3)]
    for actor in actors:
        with_logo(actor)
    rows = Actor.objects.for_line().filter(pk__in=[actor.pk for actor in actors])
    with django_assert_num_queries(1):
        assert len({actor.logo.url for actor in rows}) == 3
