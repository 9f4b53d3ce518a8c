"""The records of a list, wherever the answer holds them: wrapped, nested or side by side."""

from collections.abc import Callable, Iterator

from lxml import etree

from .envelope import is_leaf, local_name, text_of
from .outcomes import Cause, Failure

#: As many texts side by side, under names that we do not know, and something was renamed.
RECORD_SIZE = 5


def records(
    answer: etree._Element, is_record: Callable[[etree._Element, list[str]], bool]
) -> Iterator[etree._Element]:
    """Elements below ``answer`` that are records; ``is_record`` is given one and the names of its texts.

    Raises Failure for a record of another kind: an answer that is not understood is not an empty list.
    """
    waiting = _inner(answer)
    while waiting:
        element = waiting.pop()
        names = [local_name(child) for child in element if is_leaf(child)]
        if is_record(element, names):
            yield element
            continue
        if len(names) >= RECORD_SIZE and any(text_of(child) for child in element):
            name = local_name(element)
            raise Failure(Cause.UNREADABLE, f'{name} is a record of an unknown kind', element=name)
        waiting.extend(_inner(element))


def _inner(element: etree._Element) -> list[etree._Element]:
    return [child for child in reversed(element) if not is_leaf(child)]
