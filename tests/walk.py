"""Walks through the portal as somebody would: from page to page, along the links. And reads what it finds strictly."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, parse_qsl, urlsplit
from xml.etree.ElementTree import Element

import html5lib
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from django.utils.regex_helper import normalize
from html5lib.html5parser import ParseError
from lxml.html import document_fromstring

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# A file of somebody is only ever saved; should a browser show it in spite of that, nothing in it may run.
SEALED = HEADERS | {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox"}
LOADING = {
    "img": ["src", "srcset"],
    "script": ["src"],
    "iframe": ["src"],
    "source": ["src", "srcset"],
    "video": ["src", "poster"],
    "audio": ["src"],
    "object": ["data"],
    "embed": ["src"],
    "use": ["href"],
    "image": ["href"],
    "input": ["src", "formaction"],
    "button": ["formaction"],
    "form": ["action"],
    "link": ["href"],
}
REFERRING = [
    "for",
    "aria-describedby",
    "aria-labelledby",
    "aria-controls",
    "aria-errormessage",
    "popovertarget",
    "list",
]


@dataclass(frozen=True)
class Visit:
    path: str
    response: Any

    @property
    def is_page(self) -> bool:
        return self.response["Content-Type"].startswith("text/html")

    @property
    def text(self) -> str:
        return self.response.content.decode()


def walk(
    client: Client, start: str = "/", *, rows: int = 8, variants: int = 2, without: tuple[str, ...] = ()
) -> Iterator[Visit]:
    """Every page that can be reached along links: of pages for a row the first few, with a query string fewer."""
    todo, seen, varied = deque([start]), {start}, Counter[tuple[str, ...]]()
    while todo:
        path = todo.popleft()
        visit = Visit(path, client.get(path))
        yield visit
        content_of(visit.response)
        if visit.response.status_code in {301, 302}:
            found = [visit.response["Location"]]
        else:
            found = re.findall(r'<a [^>]*href="([^"]*)"', visit.text) if visit.is_page else []
        for link in found:
            parts = urlsplit(link.replace("&amp;", "&"))
            address = parts._replace(scheme="", netloc="", fragment="").geturl()
            ours = not parts.netloc and address.startswith("/") and not address.startswith(("/static/", *without))
            if not ours or address in seen:
                continue
            sort = sort_of(parts)
            varied[sort] += 1
            seen.add(address)
            if varied[sort] <= (variants if parts.query else rows):
                todo.append(address)


def content_of(response: Any) -> bytes:
    """All that is sent. A file is read to its end and closed by that."""
    return b"".join(response) if response.streaming else response.content


def sort_of(parts: SplitResult) -> tuple[str, ...]:
    """What makes two addresses alike: the same view; and with a query string the same path and keys."""
    if parts.query:
        return (parts.path, *sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}))
    try:
        return (resolve(parts.path).route,)
    except Resolver404:
        return (parts.path,)


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, str]]:
    """The name and an example of every address of the portal, those of its libraries included. Rows are all called 1."""
    resolver = resolver or get_resolver()
    for pattern in resolver.url_patterns:
        regex = prefix + pattern.pattern.regex.pattern.lstrip("^").replace("\\Z", "").replace("\\z", "")
        if isinstance(pattern, URLResolver):
            for name, path in addresses(pattern, regex):
                yield ":".join(filter(None, [pattern.namespace, name])), path
        elif isinstance(pattern, URLPattern):
            template, names = normalize(regex.rstrip("$"))[0]
            words = {name: re.findall(rf"\(\?P<{name}>(\w+)\|", regex) for name in names}
            yield pattern.name or "", "/" + template % {name: (words[name] or ["1"])[0] for name in names}


def missing_headers(response: HttpResponse) -> list[str]:
    is_sealed = response.get("Content-Disposition", "").startswith("attachment") and response.streaming
    wanted = SEALED if is_sealed else HEADERS
    return [f"{name}: {response.get(name)}" for name, value in wanted.items() if response.get(name) != value]


def parsed(text: str) -> Element:
    """The page as a tree; raises `ParseError` at the first thing that HTML does not allow."""
    return html5lib.HTMLParser(namespaceHTMLElements=False, strict=True).parse(text)


def glanced(text: str) -> Any:
    """The page as a tree, for who looks for its forms: read by the parser of `lxml` in C, which takes a tenth of the time.

    It judges nothing, so it is not for those who ask whether a page is good HTML. That is asked of every page once.
    """
    return document_fromstring(text)


def defects(text: str, *, language: str) -> list[str]:
    """What is wrong with the markup of a page."""
    try:
        tree = parsed(text)
    except ParseError as error:
        return [f"not HTML: {error}"]
    found = [*outline(tree, language), *inline_code(tree), *foreign_resources(tree), *references(tree)]
    if "{{" in text or "{%" in text:
        found.append("unfinished template")
    return found


def tag(element: Element) -> str:
    """The bare name: drawings live in a namespace of their own, comments have no name."""
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def outline(tree: Element, language: str) -> Iterator[str]:
    if tree.get("lang") != language:
        yield f"lang is {tree.get('lang')}"
    title = (tree.findtext("head/title") or "").strip()
    if not re.fullmatch(r"\S.* · Quartier", title, re.DOTALL):
        yield f"title is {title!r}"
    for name in ("h1", "main"):
        count = sum(1 for element in tree.iter() if tag(element) == name)
        if count != 1:
            yield f"{count} {name}"


def inline_code(tree: Element) -> Iterator[str]:
    for element in tree.iter():
        name = tag(element)
        if name == "style" or (name == "script" and not element.get("src")):
            yield f"inline {name}"
        for attribute, value in element.items():
            if attribute == "style" or attribute.startswith(("on", "hx-on")):
                yield f"{name} {attribute}={value!r}"
            if attribute in {"href", "action", "src"} and value.strip().lower().startswith("javascript:"):
                yield f"{name} {attribute}={value!r}"


def foreign_resources(tree: Element) -> Iterator[str]:
    for element in tree.iter():
        for attribute in LOADING.get(tag(element), []):
            value = element.get(attribute) or element.get("{http://www.w3.org/1999/xlink}" + attribute) or ""
            if value and not re.match(r"/(?!/)|[#?]|data:image/", value):
                yield f"{tag(element)} {attribute}={value!r}"


def references(tree: Element) -> Iterator[str]:
    ids = Counter(element.get("id") for element in tree.iter() if element.get("id"))
    yield from (f"id {name} used {count} times" for name, count in ids.items() if count > 1)
    for element in tree.iter():
        for attribute in REFERRING:
            for name in (element.get(attribute) or "").split():
                if name not in ids:
                    yield f"{tag(element)} {attribute}={name!r} leads nowhere"
        href = element.get("href") or ""
        if tag(element) == "a" and re.fullmatch(r"#.+", href) and href[1:] not in ids:
            yield f"a href={href!r} leads nowhere"
