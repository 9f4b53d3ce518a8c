"""One measured figure, what it is measured against, and the table of them all."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    what: str
    ours: float
    unit: str
    #: What something simple needs for the same; ``None`` where there is nothing to compare with.
    reference: float | None = None
    against: str = ''
    #: The ratio that is aimed at, at most.
    target: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.ours / self.reference if self.reference else None

    @property
    def verdict(self) -> str:
        if self.ratio is None or self.target is None:
            return ''
        return 'yes' if self.ratio <= self.target else 'no'


HEADER = (
    '| figure | here | compared with | there | ratio | aim | reached |\n|---|---:|---|---:|---:|---:|---|'
)


def table(figures: Iterable[Figure]) -> str:
    return '\n'.join([HEADER, *(_row(figure) for figure in figures)])


def ratio_text(ratio: float | None) -> str:
    """
    >>> ratio_text(1.257), ratio_text(0.02)
    ('1.26', '1/50')
    """
    if ratio is None:
        return ''
    return f'{ratio:.2f}' if ratio >= 0.2 else f'1/{1 / ratio:.0f}'


def _row(figure: Figure) -> str:
    cells = (
        figure.what,
        _amount(figure.ours, figure.unit),
        figure.against,
        '' if figure.reference is None else _amount(figure.reference, figure.unit),
        ratio_text(figure.ratio),
        '' if figure.target is None else f'≤ {ratio_text(figure.target)}',
        figure.verdict,
    )
    return f'| {" | ".join(cells)} |'


def _amount(value: float, unit: str) -> str:
    digits = 0 if value >= 1000 else 1 if value >= 100 else 2 if value >= 1 else 3
    return f'{value:,.{digits}f} {unit}'.replace(',', ' ')
