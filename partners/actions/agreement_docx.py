"""An agreement as a file for word processors: the words of the page, with real headings, in its language."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import docx
from docx.enum.text import WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from partners.actions.agreement_document import Clause, Document, Passage

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LOCALES = {"de": "de-DE", "en": "en-GB"}
INK, SOFT = RGBColor(0x1C, 0x2B, 0x2E), RGBColor(0x4C, 0x5B, 0x5F)
SERIF, SANS = "Georgia", "Arial"
# Font, size in points, space before and after.
STYLES = {
    "Normal": (SANS, 10.5, 0, 6),
    "Title": (SERIF, 22, 0, 4),
    "Subtitle": (SERIF, 13, 0, 16),
    "Heading 1": (SERIF, 13, 16, 4),
    "Heading 2": (SANS, 10.5, 8, 2),
}
TEXT_WIDTH = Cm(16)


def write_docx(document: Document) -> bytes:
    file = docx.Document()
    _shape(file, document)
    file.add_paragraph(document.title, style="Title")
    if document.subject:
        file.add_paragraph(document.subject, style="Subtitle")
    _sides(file, document)
    for clause in document.clauses:
        _clause(file, clause)
    _signatures(file, document)
    out = BytesIO()
    file.save(out)
    return out.getvalue()


def _shape(file: Any, document: Document) -> None:
    """A4, our type, and a language: a screen reader and a spelling checker go by it."""
    section = file.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.5), Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2.4)
    for name, (font, size, before, after) in STYLES.items():
        _style(file.styles[name], font, size, before, after)
    locale = LOCALES.get(document.language, document.language)
    for language in file.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), locale)
    properties = file.core_properties
    properties.title = ": ".join(filter(None, [document.title, document.subject]))[:255]
    properties.language, properties.author, properties.comments = locale, "", ""
    _page_number(section.footer.paragraphs[0])


def _style(style: Any, font: str, size: float, before: float, after: float) -> None:
    style.font.name, style.font.size = font, Pt(size)
    style.font.color.rgb = SOFT if style.name == "Subtitle" else INK
    style.font.italic = False
    style.font.bold = style.name in {"Title", "Heading 1", "Heading 2"}
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:hAnsi"), font)
    layout = style.paragraph_format
    layout.space_before, layout.space_after, layout.line_spacing = Pt(before), Pt(after), 1.25
    for border in style.element.iter(qn("w:pBdr")):
        border.getparent().remove(border)


def _page_number(paragraph: Any) -> None:
    """A field that the word processor fills in."""
    paragraph.alignment = 2
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _sides(file: Any, document: Document) -> None:
    if document.edition:
        file.add_paragraph(document.edition)
    file.add_paragraph(document.between)
    for side in document.sides:
        paragraph = file.add_paragraph()
        paragraph.add_run(side.name).bold = True
        for line in filter(None, [*side.address, side.represented]):
            paragraph.add_run().add_break()
            paragraph.add_run(line)
        paragraph.paragraph_format.left_indent = Cm(1)
        paragraph.paragraph_format.keep_together = True


def _clause(file: Any, clause: Clause) -> None:
    file.add_heading(clause.title, level=1)
    for text in clause.paragraphs:
        file.add_paragraph(text)
    for name, passages in clause.sides:
        file.add_heading(name, level=2)
        for passage in passages:
            _passage(file, passage)


def _passage(file: Any, passage: Passage) -> None:
    first, *rest = passage.paragraphs
    paragraph = file.add_paragraph()
    if passage.lead:
        paragraph.add_run(passage.lead).bold = True
        paragraph.add_run(f" {first}")
    else:
        paragraph.add_run(first)
    for text in rest:
        file.add_paragraph(text)


def _signatures(file: Any, document: Document) -> None:
    """A line for each side. Place, line and name stay on one page."""
    file.add_heading(document.signatures, level=1)
    if document.signed:
        file.add_paragraph(document.signed)
    for side in document.sides:
        line = file.add_paragraph()
        line.paragraph_format.space_before = Pt(30)
        line.paragraph_format.space_after = Pt(2)
        stops = line.paragraph_format.tab_stops
        stops.add_tab_stop(Cm(6.5), leader=WD_TAB_LEADER.LINES)
        stops.add_tab_stop(Cm(7.5))
        stops.add_tab_stop(TEXT_WIDTH, leader=WD_TAB_LEADER.LINES)
        line.add_run("\t\t\t")
        under = file.add_paragraph()
        under.paragraph_format.tab_stops.add_tab_stop(Cm(7.5))
        under.add_run(f"{document.place_and_day}\t{document.signature}")
        name = file.add_paragraph()
        name.add_run(side.name).bold = True
        if side.signer:
            name.add_run().add_break()
            name.add_run(side.signer)
        for paragraph in (line, under):
            paragraph.paragraph_format.keep_with_next = True
