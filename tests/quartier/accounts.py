"""What the tests of accounts share."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from tests.factories import PASSWORD

NEW_PASSWORD = "drei grüne Hocker am Harras"
OURS = str(Path(settings.BASE_DIR) / "templates")


def registered_passkey() -> dict[str, object]:
    """What the database keeps of a passkey, as a device would have sent it."""
    key = ES256.from_cryptography_key(ec.derive_private_key(1, ec.SECP256R1()).public_key())
    data = AuthenticatorData.create(
        sha256(b"localhost").digest(),
        AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT,
        0,
        AttestedCredentialData.create(b"\0" * 16, b"passkey", key),
    )
    client_data = CollectedClientData.create(CollectedClientData.TYPE.CREATE, b"question", "http://localhost")
    return {
        "id": websafe_encode(b"passkey"),
        "rawId": websafe_encode(b"passkey"),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(client_data),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        },
        "clientExtensionResults": {"credProps": {"rk": True}},
    }


def sign_in(client: Client, email: str, password: str = PASSWORD, **data: str):
    return client.post(reverse("account_login"), {"login": email, "password": password} | data)


def link_in(mail) -> str:
    """The path of the only link that the mail asks to open."""
    links = re.findall(r"^https?://\S+$", mail.body, re.MULTILINE)
    assert len(links) == 1, mail.body
    return urlsplit(links[0]).path


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def headings(answer) -> list[str]:
    return [
        " ".join(re.sub(r"<[^>]+>", "", text).split())
        for text in re.findall(r"<h1[^>]*>(.*?)</h1>", answer.content.decode(), re.DOTALL)
    ]


def assert_our_house(answer) -> None:
    """One heading, our header and footer, and not one template of allauth's own."""
    foreign = {
        template.name
        for template in answer.templates
        if not template.origin.name.startswith(OURS) and "/django/forms/" not in template.origin.name
    }
    assert foreign == set()
    page = answer.content.decode()
    assert len(headings(answer)) == 1
    assert all(headings(answer))
    assert page.count('<header class="top">') == 1
    assert page.count('<footer class="foot">') == 1
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    assert title
    assert len(title.group(1).strip()) > len("· Quartier")


def without_input(answer, typed: str = "") -> str:
    """A page without what is different every time: the token of the form and what was typed."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    return page.replace(typed, "…") if typed else page


def tokens(answer) -> dict[str, str]:
    """What each visible field tells the browser about itself."""
    fields = re.findall(r"<input[^>]+>", answer.content.decode())
    pairs = ((re.search(r'name="(\w+)"', field), re.search(r'autocomplete="([\w-]+)"', field)) for field in fields)
    return {name.group(1): token.group(1) for name, token in pairs if name and token}
