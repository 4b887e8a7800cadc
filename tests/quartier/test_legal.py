from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.test import Client

from quartier.checks import legal_pages_are_written
from quartier.models import LegalPage

pytestmark = pytest.mark.django_db
Kind = LegalPage.Kind


def write(kind: str, **texts: str) -> None:
    page = LegalPage.objects.get(kind=kind)
    for name, text in texts.items():
        setattr(page, name, text)
    page.save()


def test_the_portal_comes_with_one_empty_page_of_each_kind() -> None:
    assert [(page.kind, page.is_empty) for page in LegalPage.objects.all()] == [(kind, True) for kind in Kind]


@pytest.mark.parametrize("path", ["/impressum/", "/datenschutz/", "/barrierefreiheit/"])
def test_an_empty_page_says_so_and_claims_nothing(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 200
    assert response.context["page"].is_empty
    assert 'class="empty"' in response.content.decode()
    assert 'class="text"' not in response.content.decode()


def test_visitors_read_what_the_operator_wrote_as_text(client: Client) -> None:
    write(Kind.IMPRINT, text="Kulturhaus <b>e. V.</b>\nhttps://example.org\n\nVertreten durch: Kim Beispiel")

    content = client.get("/impressum/").content.decode()

    assert "<p>Kulturhaus &lt;b&gt;e. V.&lt;/b&gt;<br>" in content
    assert '<a href="https://example.org"' in content
    assert "<p>Vertreten durch: Kim Beispiel</p>" in content


@pytest.mark.parametrize(
    ("asked", "english", "shown"),
    [("en", "Hello", ("Hello", "en")), ("en", " ", ("Hallo", "de")), ("de", "Hello", ("Hallo", "de"))],
)
def test_english_readers_get_the_english_text_where_there_is_one(
    client: Client, asked: str, english: str, shown: tuple[str, str]
) -> None:
    write(Kind.PRIVACY, text="Hallo", text_en=english)

    context = client.get("/datenschutz/", headers={"accept-language": asked}).context

    assert (context["text"], context["language"]) == shown
    assert context["is_foreign"] is (asked != shown[1])


def test_the_deployment_check_names_every_empty_page() -> None:
    write(Kind.PRIVACY, text="Wir speichern …")
    write(Kind.ACCESSIBILITY, text_en="An English text alone is not enough.")

    found = [message.msg for message in run_checks(include_deployment_checks=True) if message.id == "quartier.W001"]

    assert found == [
        "The page “Imprint” (/impressum/) is empty.",
        "The page “Accessibility” (/barrierefreiheit/) is empty.",
    ]


def test_the_deployment_check_is_content_when_all_pages_are_written() -> None:
    LegalPage.objects.update(text="Text")

    assert legal_pages_are_written(None) == []


def test_admins_write_a_page_but_neither_add_nor_delete_one(admin_client: Client) -> None:
    page = LegalPage.objects.get(kind=Kind.PRIVACY)
    address = f"/admin/quartier/legalpage/{page.pk}/change/"

    response = admin_client.post(address, {"text": "Wir speichern wenig.", "text_en": "We store little."})

    page.refresh_from_db()
    assert (response.status_code, page.text, page.text_en) == (302, "Wir speichern wenig.", "We store little.")
    assert admin_client.get("/admin/quartier/legalpage/add/").status_code == 403
    assert admin_client.post(address.replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert LegalPage.objects.count() == 3
