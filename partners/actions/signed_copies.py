"""The signed paper: one PDF, or photos of its pages that become one. Kept privately, replaced or removed as a whole."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import partial
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from partners.actions.logos import MOST_PIXELS, read_picture
from partners.models import Agreement, Person, SignedCopy
from partners.models.private_files import private_storage

MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * MEGABYTE
MOST_TOGETHER = 30 * MEGABYTE
MOST_PHOTOS = 8
# An A4 page at 200 dots per inch: what is written by hand stays readable.
DOTS = 200
PAGE = (1654, 2339)
# What a scanner never writes: programs, and files within the file. A precaution; the file is only ever downloaded.
ACTIVE = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFile|RichMedia)\b")

NOTHING = _("Choose the signed agreement: one PDF file, or photos of its pages.")
TOO_LARGE = _("This file is too large. Each file may have at most 10 MB. Scan it with fewer dots, for example 200 dpi.")
TOO_LARGE_TOGETHER = _("These files are too large together. Choose files with at most 30 MB in all.")
TOO_MANY = _("These are too many files. Choose one PDF file, or at most 8 photos.")
ONE_PDF = _("Choose either one PDF file or photos, not both.")
NO_PDF = _("This file is no PDF that can be used. Scan the agreement once more, or take photos of its pages.")
ACTIVE_PDF = _(
    "This PDF holds a program or another file. Print it into a new PDF file, or take photos of its pages, then choose those."
)
NO_FILE = _("This file cannot be used. Choose a PDF file, or photos as JPEG, PNG or WebP.")
TOO_MANY_PIXELS = _("One of these photos has too many pixels. Take it with a lower resolution.")


def read_signed(files: Sequence[File[bytes]]) -> tuple[bytes, str]:
    """The one PDF that will be stored, and what it was made from (`SignedCopy.Source`).

    A PDF stays as it is: it may carry an electronic signature. Photos are decoded, turned upright and drawn anew, each as
    a page. Raises `ValidationError` with a sentence that says what to choose instead.
    """
    if not files:
        raise ValidationError(NOTHING, code="nothing")
    if len(files) > MOST_PHOTOS:
        raise ValidationError(TOO_MANY, code="too_many")
    if sum(file.size for file in files) > MOST_TOGETHER:
        raise ValidationError(TOO_LARGE_TOGETHER, code="too_large")
    contents = [_read(file) for file in files]
    is_pdf = [data.startswith(b"%PDF-") for data in contents]
    if any(is_pdf):
        if len(files) > 1:
            raise ValidationError(ONE_PDF, code="one_pdf")
        return _checked(contents[0]), SignedCopy.Source.PDF
    return _bound([_photographed(data) for data in contents]), SignedCopy.Source.PICTURES


def _read(file: File[bytes]) -> bytes:
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValidationError(TOO_LARGE, code="too_large")
    return data


def _checked(data: bytes) -> bytes:
    """Begins and ends like a PDF, has a page, and holds nothing that acts by itself."""
    if not re.match(rb"%PDF-[12]\.\d", data) or b"%%EOF" not in data[-2048:] or b"startxref" not in data[-2048:]:
        raise ValidationError(NO_PDF, code="no_pdf")
    if ACTIVE.search(data):
        raise ValidationError(ACTIVE_PDF, code="active")
    return data


def _photographed(data: bytes) -> Image.Image:
    try:
        return read_picture(data, _page)
    except ValidationError as error:
        if error.code == "no_picture":
            raise ValidationError(NO_FILE, code="no_file") from error
        raise


def _page(image: Image.Image) -> Image.Image:
    """Only the pixels remain: no place, no camera, no comment."""
    image.draft("RGB", PAGE)  # of a JPEG only as much is decoded as a page needs
    if image.width * image.height > MOST_PIXELS:
        raise ValidationError(TOO_MANY_PIXELS, code="pixels")
    upright = ImageOps.exif_transpose(image)
    if upright.has_transparency_data:
        upright = upright.convert("RGBA")
        paper = Image.new("RGBA", upright.size, "white")
        paper.alpha_composite(upright)
        upright = paper
    page = ImageOps.contain(upright.convert("RGB"), PAGE if upright.height >= upright.width else PAGE[::-1])
    page.info.clear()
    return page


def _bound(pages: list[Image.Image]) -> bytes:
    """Without dates, so that the same photos are the same file."""
    out = BytesIO()
    first, *others = pages
    options = {"resolution": DOTS, "quality": 80, "creationDate": None, "modDate": None, "title": None}
    first.save(out, "PDF", save_all=True, append_images=others, **options)
    return out.getvalue()


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@transaction.atomic
def keep_copy(*, agreement: Agreement, data: bytes, source: str, by: Person) -> SignedCopy:
    """Stores what `read_signed` gave; the copy that was there before goes with its file. The same once more stays as it is.

    The agreement is locked, so that of two copies at the same moment one replaces the other.
    """
    agreement = Agreement.objects.select_for_update(of=("self",)).signed().get(pk=agreement.pk)
    digest = digest_of(data)
    before = SignedCopy.objects.filter(agreement=agreement).first()
    if before is not None:
        if before.sha256 == digest:
            return before
        _remove(before)
    copy = SignedCopy(agreement=agreement, source=source, size=len(data), sha256=digest, uploaded_by=by)
    copy.file.save("agreement.pdf", ContentFile(data), save=False)
    try:
        copy.save()
    except BaseException:
        private_storage.delete(str(copy.file.name))
        raise
    return copy


@transaction.atomic
def remove_copy(*, agreement: Agreement) -> None:
    """The file is gone for good; the history keeps that there was one, and who took it away."""
    Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)
    for copy in SignedCopy.objects.filter(agreement=agreement):
        _remove(copy)


def _remove(copy: SignedCopy) -> None:
    name = str(copy.file.name)
    copy.delete()
    transaction.on_commit(partial(private_storage.delete, name))
