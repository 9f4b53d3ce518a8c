"""One element of an answer to one bean, by local names; what surprises is kept and reported as drift.

The figures are never guessed: an element that they need and that is missing, double or unreadable makes the
whole answer unreadable.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from .envelope import NIL, is_leaf, local_name, text_of
from .masked import masked
from .outcomes import Cause, Failure
from .shapes import Shape, Value, invoice_shape

Bean = dict[str, Any]
Step = tuple[str, str, Value | Shape | None]

#: What the figures are made of: nothing here may be unreadable.
FIGURES = frozenset(
    {
        'numFamily',
        'codRegie',
        'dateInvoice',
        'dateDeadline',
        'numInvoice',
        'amountInvoice',
        'amountPaid',
        'amountPaidTG',
    }
)
#: Figures that a deployment may do without. One that its WSDL announces as always there, or that may be there
#: under another name, is not absent but lost.
SPARE_FIGURES = ('dateDeadline', 'amountPaidTG')

#: Surprises that one answer reports at most.
MOST_DRIFT = 100


@dataclass(frozen=True, slots=True)
class Drift:
    """A difference between the answer and the bean's JSON Schema, in its words.

    ``keyword``: 'additionalProperties' (an element nobody told us about), 'required' (one that is missing),
    'type' (one that cannot be read). ``path``: element names, such as 'lineInvoiceList/quantity'.
    ``example``: the form of what was found, without what it says.
    """

    keyword: str
    path: str
    count: int = 1
    example: str = field(default='', compare=False)


class BeanReader:
    """Reads the beans of one answer; ``announced`` is what the WSDL says of its elements (see Operation)."""

    def __init__(self, announced: Mapping[str, bool]) -> None:
        self._announced = announced
        self._surprises: Counter[tuple[str, str]] = Counter()
        self._examples: dict[tuple[str, str], str] = {}
        #: How many objects of each path had which elements.
        self._forms: defaultdict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
        #: What to do with a tag, by path: its local name, its path and what it should be.
        self._steps: defaultdict[str, dict[str, Step]] = defaultdict(dict)

    def read(self, element: etree._Element) -> Bean:
        """Raises Failure, naming the element."""
        shape = invoice_shape()
        bean = self._object(element, shape, '')
        for name in shape.required - bean.keys():
            raise Failure(Cause.UNREADABLE, f'{name} is missing', element=name)
        self._refuse_lost_figures(bean, shape)
        return bean

    def drift(self) -> tuple[Drift, ...]:
        found = [Drift(*kind, count, self._examples[kind]) for kind, count in self._surprises.items()]
        missing = self._missing(invoice_shape(), '')
        return tuple(sorted([*found, *missing], key=lambda one: (one.path, one.keyword))[:MOST_DRIFT])

    def _object(self, element: etree._Element, shape: Shape, path: str) -> Bean:
        """Runs for each invoice and each of its lines: what depends on the tag alone is looked up."""
        steps = self._steps[path]
        bean: Bean = {}
        for child in element:
            name, where, field = steps.get(child.tag) or self._step(steps, child, shape, path)
            if type(field) is Value:
                text = child.text
                try:
                    if name in bean or len(child):
                        raise ValueError('not one text')
                    text = text.strip() if text else ''
                    bean[name] = field.read(text) if text or not field.nullable else None
                except (ValueError, ArithmeticError) as error:
                    self._keep_unreadable(bean, child, name, where, error)
            elif type(field) is Shape:
                self._read_shape(bean, child, name, where, field)
            else:
                self._surprise('additionalProperties', where, child)
                _add(bean, name, _anything(child))
        self._forms[path][tuple(bean)] += 1
        return bean

    @staticmethod
    def _step(steps: dict[str, Step], child: etree._Element, shape: Shape, path: str) -> Step:
        name = local_name(child)
        steps[child.tag] = name, path + name, shape.fields.get(name)
        return steps[child.tag]

    def _keep_unreadable(
        self, bean: Bean, child: etree._Element, name: str, where: str, error: Exception
    ) -> None:
        if where in FIGURES:
            detail = f'{where} is unreadable'
            raise Failure(Cause.UNREADABLE, detail, element=where, found=masked(child)) from error
        self._surprise('type', where, child)
        _add(bean, name, _anything(child))

    def _surprise(self, keyword: str, where: str, child: etree._Element) -> None:
        kind = keyword, where
        self._surprises[kind] += 1
        if kind not in self._examples:
            self._examples[kind] = masked(child)

    def _read_shape(self, bean: Bean, child: etree._Element, name: str, where: str, shape: Shape) -> None:
        if shape.repeated:
            bean.setdefault(name, []).extend(self._list(child, shape, where))
        elif name in bean:
            self._surprise('type', where, child)
            _add(bean, name, _anything(child))
        else:
            bean[name] = self._nested(child, shape, where)

    def _nested(self, child: etree._Element, shape: Shape, where: str) -> Any:
        if is_leaf(child):
            if text_of(child):
                self._surprise('type', where, child)
            return text_of(child) or {}
        return self._object(child, shape, where + '/')

    def _list(self, child: etree._Element, shape: Shape, where: str) -> list[Any]:
        """An array is its elements, repeated, or one element that wraps them."""
        if is_leaf(child):
            return []
        wrapped = all(map(len, child))
        return [self._object(item, shape, where + '/') for item in (child if wrapped else [child])]

    def _refuse_lost_figures(self, bean: Bean, shape: Shape) -> None:
        for name in SPARE_FIGURES:
            if name in bean:
                continue
            strangers = bean.keys() - shape.fields.keys() - self._announced.keys()
            if strangers or self._announced.get(name):
                raise Failure(Cause.UNREADABLE, f'{name} is missing', element=name)

    def _missing(self, shape: Shape, path: str) -> Iterator[Drift]:
        forms = self._forms[path]
        for name, part in shape.fields.items():
            absent = sum(count for names, count in forms.items() if name not in names)
            promised = self._announced.get(name) and not path
            if absent and (promised or absent == forms.total()):
                yield Drift('required', path + name, absent)
            if isinstance(part, Shape):
                yield from self._missing(part, f'{path}{name}/')


def _anything(element: etree._Element) -> Any:
    if is_leaf(element):
        return None if element.get(NIL) in ('true', '1') else text_of(element)
    found: Bean = {}
    for child in element:
        _add(found, local_name(child), _anything(child))
    return found


def _add(bean: Bean, name: str, value: Any) -> None:
    """A second value of the same name makes a list of both."""
    if name not in bean:
        bean[name] = value
    elif isinstance(bean[name], list):
        bean[name].append(value)
    else:
        bean[name] = [bean[name], value]
