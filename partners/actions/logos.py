"""Pictures that people upload: read for real, drawn anew, stored without what a camera wrote into them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from partners.actions.actors import edit_actor
from partners.models import Actor

MOST_BYTES = 5 * 1024 * 1024
# Decoded, these take about 100 MB of memory.
MOST_PIXELS = 25_000_000
LONGEST_SIDE = 512
# Above this a picture is stored with less detail: it is a photo rather than a drawing.
LARGE = 60_000
FORMATS = ("PNG", "JPEG", "WEBP")
# What decoders raise when a file is cut off or was tampered with.
BROKEN = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError, ArithmeticError)

TOO_LARGE = _("This file is too large. Choose one with at most 5 MB.")
TOO_MANY_PIXELS = _("This picture has too many pixels: use at most 25 million. 512 by 512 are enough.")
IS_SVG = _(
    "SVG files cannot be used, because they can contain programs. Save the logo as PNG in your drawing program, then "
    "choose that file."
)
NO_PICTURE = _("This file is no picture that can be used. Choose a PNG, JPEG or WebP file.")
IS_BROKEN = _("This picture is damaged or incomplete. Open it on your computer, save it anew, and choose it again.")


def read_logo(file: File[bytes]) -> ContentFile[bytes]:
    """The picture as it will be stored: upright, small, as WebP. Of a moving one the first frame.

    Raises `ValidationError` with a sentence that says what to choose instead.
    """
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValidationError(TOO_LARGE, code="too_large")
    if b"<svg" in data[:4096].lower():
        raise ValidationError(IS_SVG, code="svg")
    return ContentFile(read_picture(data, _bounded), name="logo.webp")


def read_picture[Drawn](data: bytes, draw: Callable[[Image.Image], Drawn]) -> Drawn:
    """What `draw` makes of the picture in these bytes; raises `ValidationError` for what is none, or is broken."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=FORMATS) as image:
                return draw(image)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise ValidationError(TOO_MANY_PIXELS, code="pixels") from error
    except UnidentifiedImageError as error:
        raise ValidationError(NO_PICTURE, code="no_picture") from error
    except BROKEN as error:
        raise ValidationError(IS_BROKEN, code="broken") from error


def _bounded(image: Image.Image) -> bytes:
    if image.width * image.height > MOST_PIXELS:
        raise ValidationError(TOO_MANY_PIXELS, code="pixels")
    return _drawn_anew(image)


def _drawn_anew(image: Image.Image) -> bytes:
    """Only the pixels remain: no place, no camera, no profile, no comment."""
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = ImageOps.exif_transpose(image)
    upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    upright.info.clear()
    exact = _as_webp(upright, lossless=True)
    return exact if len(exact) <= LARGE else _as_webp(upright, quality=85)


def _as_webp(image: Image.Image, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, "WEBP", method=4, exif=b"", **options)
    return out.getvalue()


@transaction.atomic
def set_logo(*, actor: Actor, picture: File[bytes] | None, alt: str) -> None:
    """A new picture, or only other words for it. The file that nobody uses any more goes when all is stored."""
    before = actor.logo.name
    values: dict[str, Any] = {"logo_alt": alt}
    if picture is not None:
        values["logo"] = picture
    edit_actor(actor=actor, values=values)
    if actor.logo.name != before:
        forget_logo(before)


@transaction.atomic
def remove_logo(*, actor: Actor) -> None:
    before = actor.logo.name
    edit_actor(actor=actor, values={"logo": "", "logo_alt": ""})
    forget_logo(before)


def forget_logo(name: str | None) -> None:
    """After the commit; an entry that was merged may still use the same file, and gets it back when that is undone."""
    if name:
        transaction.on_commit(partial(_delete_unused, name))


def _delete_unused(name: str) -> None:
    if not Actor.objects.filter(logo=name).exists():
        default_storage.delete(name)
