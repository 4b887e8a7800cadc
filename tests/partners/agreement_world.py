"""The partnership of `partnership_world` with an agreement, for the tests about agreements."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from partners.models import Agreement, AgreementPart
from tests.factories import AgreementFactory, MembershipFactory
from tests.partners.partnership_world import World

# Of the roles those who may read the agreement, edit its sections, and edit the part of the library.
READERS = {"editor", "companion_editor", "organiser", "admin"}
ORGANISERS = {"organiser", "admin"}
ROLES = ["visitor", "editor", "companion_editor", "other_editor", "organiser", "other_organiser", "admin"]


class AgreementWorld(World):
    """A library and its companion with an agreement; `editor` keeps the library, `companion_editor` the companion."""

    def __init__(self, **values: Any) -> None:
        super().__init__()
        self.companion_editor = MembershipFactory(actor=self.companion).person
        self.agreement: Agreement = AgreementFactory(partnership=self.partnership, **values)
        self.part: AgreementPart = self.agreement.parts.get(actor=self.library)
        self.path = f"/vereinbarungen/{self.agreement.pk}/"

    def seen(self, path: str, who: str) -> str:
        """What somebody gets: the number of the answer, or `login`."""
        answer = self.client(who).get(path)
        return (
            "login" if answer.status_code == 302 and "/konto/login/" in answer["Location"] else str(answer.status_code)
        )


def expected(who: str, allowed: set[str], answer: str = "200") -> str:
    return answer if who in allowed else "login" if who == "visitor" else "404"


PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\nstartxref\n9\n%%EOF\n"


def pdf(data: bytes = PDF, name: str = "Geheimer Name.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="application/pdf")


def photo(kind: str = "JPEG", size: tuple[int, int] = (600, 800), colour: str = "white", **options: Any) -> Any:
    out = BytesIO()
    Image.new(options.pop("mode", "RGB"), size, colour).save(out, kind, **options)
    return SimpleUploadedFile(f"IMG_2027.{kind.lower()}", out.getvalue())
