"""Fonts and styles of the PDF documents. Fonts are embedded: accents and copied text are right anywhere."""

import unicodedata
from functools import cache
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph

REGULAR, BOLD = 'MaelisSans', 'MaelisSans-Bold'
INK, QUIET, RULE, SHADE = HexColor('#1b1f24'), HexColor('#59626d'), HexColor('#c3c9d0'), HexColor('#f1f3f5')

BODY = ParagraphStyle(
    'body', fontName=REGULAR, fontSize=9, leading=12.5, textColor=INK, bulletFontName=REGULAR
)
SMALL = ParagraphStyle('small', BODY, fontSize=7.5, leading=10, textColor=QUIET)
STRONG = ParagraphStyle('strong', BODY, fontName=BOLD)
TITLE = ParagraphStyle('title', STRONG, fontSize=15, leading=20, spaceAfter=4)
RIGHT = ParagraphStyle('right', BODY, alignment=TA_RIGHT)
STRONG_RIGHT = ParagraphStyle('strong-right', STRONG, alignment=TA_RIGHT)


@cache
def register_fonts() -> frozenset[int]:
    """The fonts come with reportlab; returns the characters that they have."""
    regular = TTFont(REGULAR, 'Vera.ttf')
    pdfmetrics.registerFont(regular)
    pdfmetrics.registerFont(TTFont(BOLD, 'VeraBd.ttf'))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
    return frozenset(regular.face.charToGlyph)


def drawable(text: str) -> str:
    """Letters that the fonts lack lose their accent, other characters become '?'."""
    known = register_fonts()
    return ''.join(char if ord(char) in known else _nearest(char, known) for char in text)


def paragraph(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    """Plain text: its line ends are kept, nothing in it is markup."""
    lines = (escape(drawable(line)) for line in text.splitlines())
    return Paragraph('<br/>'.join(lines), style)


def shortened(text: str, width: float, font: str, size: float) -> str:
    """As much of one line of text as ``width`` points hold."""
    line = drawable(' '.join(text.split()))
    if pdfmetrics.stringWidth(line, font, size) <= width:
        return line
    while line and pdfmetrics.stringWidth(f'{line}…', font, size) > width:
        line = line[:-1]
    return f'{line}…'


def _nearest(char: str, known: frozenset[int]) -> str:
    if char.isspace():
        return '\N{NO-BREAK SPACE}'
    base = unicodedata.normalize('NFKD', char)[:1]
    return base if ord(base or '?') in known else '?'
