"""The answer of readRegieList."""

from dataclasses import dataclass

from lxml import etree

from .envelope import Content, local_name, text_of
from .outcomes import Cause, Failure
from .records import records

MARKS = frozenset({'code', 'libelle'})


@dataclass(frozen=True, slots=True)
class RegieFound:
    code: str
    label: str


def regies_in(content: Content) -> list[RegieFound]:
    """Raises Failure when one has no code, or two have the same."""
    found = [_regie(element) for element in records(content.element, _is_regie)]
    if len({regie.code for regie in found}) < len(found):
        raise Failure(Cause.UNREADABLE, 'a code comes twice', element='code')
    return found


def _is_regie(element: etree._Element, names: list[str]) -> bool:
    """Both, or one of them in an element that holds nothing but texts."""
    known = MARKS.intersection(names)
    return known == MARKS or (bool(known) and len(names) == len(element))


def _regie(element: etree._Element) -> RegieFound:
    texts = {local_name(child): text_of(child) for child in element}
    if not texts.get('code'):
        raise Failure(Cause.UNREADABLE, 'code is missing', element='code')
    return RegieFound(texts['code'], texts.get('libelle') or texts['code'])
