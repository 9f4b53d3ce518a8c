"""The ratios as bars, on a logarithmic scale, as SVG."""

from collections.abc import Iterable
from html import escape
from math import log10

from benchmarks.figure import Figure, ratio_text

WIDTH, ROW, LABEL, MARGIN = 1000, 22, 560, 60
#: Ratios at the two ends of the scale.
LEAST, MOST = 0.001, 20.0
GOOD, BAD, NEUTRAL = '#2a7d4f', '#b3541e', '#5b7aa6'


def plot(figures: Iterable[Figure]) -> str:
    """Only the figures that are compared with something."""
    compared = [figure for figure in figures if figure.ratio]
    height = ROW * (len(compared) + 2)
    bars = ''.join(_bar(figure, ROW * (rank + 1)) for rank, figure in enumerate(compared))
    same = _place(1.0)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
        f'font-size="11"><rect width="{WIDTH}" height="{height}" fill="#fff"/>'
        f'<line x1="{same}" y1="14" x2="{same}" y2="{height - ROW}" stroke="#444" stroke-dasharray="3 3"/>'
        f'<text x="{same}" y="11" text-anchor="middle">the same</text>{bars}'
        f'<text x="{LABEL}" y="{height - 6}">← less than what it is compared with</text></svg>\n'
    )


def _bar(figure: Figure, top: int) -> str:
    assert figure.ratio  # noqa: S101
    start, end = sorted((_place(1.0), _place(figure.ratio)))
    colour = {'yes': GOOD, 'no': BAD}.get(figure.verdict, NEUTRAL)
    label = f'{figure.what} / {figure.against}'
    text_at = _place(figure.ratio) + 4 if figure.ratio >= 1 else _place(1.0) + 4
    return (
        f'<text x="{LABEL - 8}" y="{top + 14}" text-anchor="end">{escape(label[:98])}</text>'
        f'<rect x="{start:.0f}" y="{top + 4}" width="{max(end - start, 1):.0f}" height="{ROW - 8}" '
        f'fill="{colour}"/>'
        f'<text x="{text_at:.0f}" y="{top + 14}">{ratio_text(figure.ratio)}</text>'
    )


def _place(ratio: float) -> float:
    share = (log10(min(max(ratio, LEAST), MOST)) - log10(LEAST)) / (log10(MOST) - log10(LEAST))
    return round(LABEL + share * (WIDTH - LABEL - MARGIN), 1)
