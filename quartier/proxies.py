"""Who asked, when a reverse proxy stands in between."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED")


def is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


class TrustedProxies:
    """Believes `X-Forwarded-For` and `X-Forwarded-Proto` only from the addresses in `TRUSTED_PROXIES`.

    From anybody else the headers are taken away before something reads them, so nobody can pretend another address
    (rate limits) or an encrypted connection (secure cookies). A request over a Unix socket has no address of its own
    and counts as local. The client is the last address in the chain that is no trusted proxy; where the chain says
    something that is no address, the proxy itself counts as the client.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.trusted = settings.TRUSTED_PROXIES

    def is_trusted(self, address: str) -> bool:
        address = address or "127.0.0.1"
        return is_address(address) and any(ipaddress.ip_address(address) in network for network in self.trusted)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        if self.is_trusted(meta.get("REMOTE_ADDR", "")):
            chain = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
            while len(chain) > 1 and self.is_trusted(chain[-1]):
                chain.pop()
            if chain and is_address(chain[-1]):
                meta["REMOTE_ADDR"] = chain[-1]
        else:
            for name in FORWARDED:
                meta.pop(name, None)
        return self.get_response(request)
