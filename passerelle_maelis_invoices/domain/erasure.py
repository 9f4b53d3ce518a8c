"""Where a text names a family: by the number of one of its invoices, such as '1312-30'."""

import re


def names_family(text: str, family_id: str) -> bool:
    """
    >>> names_family('1312-30 → 1400-31', '1312'), names_family('21312-30', '1312')
    (True, False)
    """
    return bool(re.search(rf'(?<![0-9A-Za-z]){re.escape(family_id)}-', text))


def without_family(text: str, family_id: str, *, instead: str) -> str:
    """Its lines that name the family are replaced, the others stay.

    >>> without_family('two:\\n- 1312-30\\n- 1400-31', '1312', instead='gone')
    'two:\\ngone\\n- 1400-31'
    """
    return '\n'.join(instead if names_family(line, family_id) else line for line in text.split('\n'))
