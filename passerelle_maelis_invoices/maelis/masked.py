"""The form of what was found, to show to people who may not see what it says."""

import re
from itertools import islice

from lxml import etree

from .envelope import NIL, is_leaf, local_name

#: Characters that are looked at, and names of children that are told.
LONGEST = 40
MOST_CHILDREN = 5

_LETTERS = re.compile(r'[^\W\d_]+')
_DIGITS = re.compile(r'\d+')


def masked(element: etree._Element) -> str:
    """'9,9' for an amount such as 42,00, 'a a' for a name, '<a> <b>' for an element with children."""
    if element.get(NIL) in ('true', '1'):
        return 'nil'
    if not is_leaf(element):
        return ' '.join(f'<{local_name(child)[:LONGEST]}>' for child in islice(element, MOST_CHILDREN))
    return masked_text(element.text or '')


def masked_text(text: str) -> str:
    """
    >>> masked_text('Dupont-Éluard Marie'), masked_text('07/04/2023'), masked_text(' ')
    ('a-a a', '9/9/9', '(vide)')
    """
    cut = text.strip()[:LONGEST]
    return _DIGITS.sub('9', _LETTERS.sub('a', cut)) or '(vide)'
