"""Small tags and filters that every template may use (a builtin library: no `{% load %}`)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import QueryDict
from django.template import defaulttags
from django.templatetags.static import static
from django.urls import reverse
from django.utils.formats import localize
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from partners import days, quantities
from partners.reversing import address

register = template.Library()

# --- drawings ---------------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "", extra: str = "") -> SafeString:
    """One symbol of the sprite. Silent beside words; give it a `label` where it stands alone."""
    return drawn(name, str(label), extra)


@cache
def drawn(name: str, label: str, extra: str) -> SafeString:
    """A page holds dozens of them, and every one of them is always the same."""
    classes = f"icon {extra}".strip()
    href = f"{static('icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="{}" width="20" height="20" role="img" aria-label="{}"><use href="{}"></use></svg>',
            classes,
            label,
            href,
        )
    return format_html(
        '<svg class="{}" width="20" height="20" aria-hidden="true"><use href="{}"></use></svg>', classes, href
    )


EMBLEM_SHAPES = (
    '<circle cx="{x20}" cy="{y20}" r="20"/>',
    '<path d="M{x} {y}h40v40z"/>',
    '<path d="M{x} {y}v40h40z"/>',
    '<path d="M{x20} {y}l20 20-20 20-20-20z"/>',
    '<path d="M{x} {y}a40 40 0 0 0 40 40v-40z"/>',
    '<path d="M{x} {y40}a40 40 0 0 1 40-40v40z"/>',
    '<rect x="{x10}" y="{y10}" width="20" height="20"/>',
    '<path d="M{x} {y20}a20 20 0 0 1 40 0z"/>',
)


@register.simple_tag
def emblem(key: Any, columns: int = 3, rows: int = 3, extra: str = "") -> SafeString:
    """A pattern of our four shapes, always the same for the same key: stands where there is no picture."""
    digest = hashlib.shake_128(str(key).encode()).digest(columns * rows * 2)
    cells = []
    for index in range(columns * rows):
        ground, figure = digest[2 * index], digest[2 * index + 1]
        x, y = index % columns * 40, index // columns * 40
        if ground % 3:
            cells.append(f'<rect class="g{ground % 5}" x="{x}" y="{y}" width="40" height="40"/>')
        shape = EMBLEM_SHAPES[figure % len(EMBLEM_SHAPES)]
        drawn = shape.format(x=x, y=y, x10=x + 10, y10=y + 10, x20=x + 20, y20=y + 20, y40=y + 40)
        cells.append(f'<g class="f{(figure // 8 + ground) % 5}">{drawn}</g>')
    return format_html(
        '<svg class="{}" viewBox="0 0 {} {}" aria-hidden="true" preserveAspectRatio="xMidYMid slice">{}</svg>',
        f"emblem {extra}".strip(),
        columns * 40,
        rows * 40,
        mark_safe("".join(cells)),  # noqa: S308  # made of numbers only
    )


TONES = {
    "open": ("entwurf", "idee", "geplant", "eingeladen", "anbahnung", "ruhend", "pausiert"),
    "begun": ("eingereicht", "planung", "zugesagt", "abstimmung", "vereinbart"),
    "live": ("veroeffentlicht", "laufend", "erbracht", "verfuegbar", "erledigt"),
    "sure": ("bestaetigt", "abgeschlossen", "verstetigt"),
    "off": (
        *("zurueckgezogen", "verborgen", "archiviert", "zusammengefuehrt", "abgebrochen"),
        *("beendet", "nicht_zustande", "abgelaufen", "abgelehnt"),
    ),
}
TONE_OF = {state: tone for tone, states in TONES.items() for state in states}


@register.filter
def tone(state: Any) -> str:
    """How far along a state is: open, begun, live, sure or off. An unknown one is drawn as open."""
    return TONE_OF.get(str(state), "open")


@register.filter
def phase(state: Any) -> str:
    """The drawing of it in the sprite."""
    return f"phase-{tone(state)}"


# --- addresses --------------------------------------------------------------------------------------------------------


class AddressNode(defaulttags.URLNode):
    """Django's own, but what was resolved once is remembered. Whatever is named or kept in a variable is left to Django."""

    def render(self, context: template.Context) -> str:
        args = [arg.resolve(context) for arg in self.args]
        if self.kwargs or self.asvar or not all(isinstance(arg, int | str) for arg in args):
            return super().render(context)
        return escape(address(self.view_name.resolve(context), *args))


@register.tag("url")
def address_tag(parser: template.base.Parser, token: template.base.Token) -> AddressNode:
    node = defaulttags.url(parser, token)
    return AddressNode(node.view_name, node.args, node.kwargs, node.asvar)


# --- words ------------------------------------------------------------------------------------------------------------

ADDRESS = re.compile(r"https?://[^\s<>\"'\x00-\x1f]+", re.IGNORECASE)
PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")


def _linked(line: str) -> SafeString:
    parts: list[Any] = []
    end = 0
    for match in ADDRESS.finditer(line):
        address = match.group().rstrip(".,;:!?*_…”“’»")
        while address.endswith(")") and address.count(")") > address.count("("):
            address = address[:-1].rstrip(".,;:!?")
        parts.append(escape(line[end : match.start()]))
        parts.append(format_html('<a href="{}" rel="nofollow ugc">{}</a>', address, address))
        end = match.start() + len(address)
    parts.append(escape(line[end:]))
    return mark_safe("".join(parts))  # noqa: S308  # every part is escaped above


@register.filter
def plain_text(text: Any) -> SafeString:
    """What people typed, as paragraphs and lines; only http and https addresses become links, no markup survives."""
    lines = str(text or "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if not lines:
        return SafeString("")
    paragraphs = (
        (mark_safe("<br>".join(_linked(line) for line in block.split("\n"))),)  # noqa: S308  # joined from escaped lines
        for block in PARAGRAPHS.split(lines)
    )
    return format_html_join("\n", "<p>{}</p>", paragraphs)


day = register.filter("day", days.spoken)
moment = register.filter("moment", days.moment)
quantity = register.filter("quantity", quantities.spoken)


# --- addresses --------------------------------------------------------------------------------------------------------


@register.simple_tag
def query_without(query: QueryDict, *names: str) -> str:
    """The query string without a key, or without one value of it: `{% query_without request.GET "thema" "kultur" %}`.

    The page number goes as well, because another result begins at its first page. Always starts
    with a question mark, so that it also replaces the query of the present address.
    """
    left = query.copy()
    left.pop("seite", None)
    if names:
        name, *values = names
        kept = [value for value in left.getlist(name) if values and value not in values]
        left.setlist(name, kept)
    return f"?{left.urlencode()}"


@register.simple_tag
def query_with(query: QueryDict, name: str, value: Any) -> str:
    """The query string with one key set to one value, all else kept."""
    changed = query.copy()
    changed[name] = str(value)
    return f"?{changed.urlencode()}"


@register.filter
def page_numbers(page: Page[Any]) -> Iterable[int | str]:
    """First, last and the neighbours, with … between them."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.simple_tag(takes_context=True)
def which_page(context: template.Context) -> str:
    """For the title of a list: nothing on its first page."""
    page = context.get("page")
    if page is None or page.number == 1:
        return ""
    pages = {"number": localize(page.number), "count": localize(page.paginator.num_pages)}
    return " – " + gettext("page %(number)s of %(count)s") % pages


LONGEST_WAY_BACK = 2000


@register.simple_tag(takes_context=True)
def current_path(context: template.Context) -> str:
    """Where the language switch leads back to: an address too long to carry is cut to its path."""
    request = context.get("request")
    if request is None:
        return "/"
    full = request.get_full_path()
    return full if len(full) <= LONGEST_WAY_BACK else request.path[:LONGEST_WAY_BACK]


@register.simple_tag(takes_context=True)
def current(context: template.Context, name: str) -> SafeString:
    """` aria-current="page"` for the entry of the present page, `"true"` for the entry it lies under."""
    request = context.get("request")
    path = request.path if request else ""
    target = reverse(name)
    if path == target:
        return SafeString(' aria-current="page"')
    return SafeString(' aria-current="true"' if target != "/" and path.startswith(target) else "")


@register.simple_tag(takes_context=True)
def error_prefix(context: template.Context, form: Any = None) -> str:
    """Begins the title of a page whose form was refused, so that a screen reader says it first.

    Without an argument it looks at `form`, `formset` and `anyway` of the page.
    """
    forms = [form] if form is not None else [context.get(name) for name in ("form", "formset", "anyway")]
    refused = any(one is not None and one.is_bound and not one.is_valid() for one in forms)
    return gettext("Error: ") if refused else ""
