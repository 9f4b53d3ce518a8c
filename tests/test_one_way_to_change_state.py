"""P9: nothing but `Payment.apply` writes the state of a payment that is there, as the source tells."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import passerelle_maelis_invoices

PACKAGE = Path(passerelle_maelis_invoices.__file__).parent
#: What writes columns, of a row or of many.
WRITERS = (
    'apply',
    'bulk_update',
    'get_or_create',
    'journal',
    'save',
    'update',
    'update_or_create',
    'write',
    '_write',
)
#: The one way; and the row's first state, before it is there.
ALLOWED = {
    'models/payment.py': ['self._write(state=after.value, **dealt_with, **changes)'],
    'use_cases/record_payment.py': [
        'payment.state = State.RECORDED',
        'payment.save(force_insert=True)',
        'payment.save()',
    ],
}


def test_p9_only_apply_writes_the_state_of_a_payment() -> None:
    found = {str(path.relative_to(PACKAGE)): writes_of_state(path.read_text()) for path in _sources()}
    assert {path: writes for path, writes in found.items() if writes} == ALLOWED


@pytest.mark.parametrize(
    'line',
    [
        'Payment.objects.filter(pk=1).update(state=State.CONFIRMED)',
        "Payment.objects.filter(pk=1).update(**{'state': State.CONFIRMED})",
        "Payment.objects.bulk_update(rows, ['state'])",
        "payment.write(state='confirmed')",
        "changes = {'state': State.CONFIRMED.value}",
        'payment.state = State.CONFIRMED',
        "setattr(payment, 'state', after)",
        'payment.save()',
        "payment.save(update_fields=['state'])",
    ],
)
def test_any_other_way_would_be_found(line: str) -> None:
    assert writes_of_state(line) == [line] or ("{'state'" in line and writes_of_state(line))


@pytest.mark.parametrize(
    'line',
    [
        'Payment.objects.filter(state=State.DELIVERED).update(next_attempt_at=now)',
        '_write(export, state=ExportState.FAILED)',
        'state = State(payment.state)',
        "columns = {'state': state_badge(payment)}",
    ],
)
def test_what_only_reads_it_is_none(line: str) -> None:
    assert writes_of_state(line) == []


def writes_of_state(source: str) -> list[str]:
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt | ast.expr)]
    return [ast.unparse(node) for node in nodes if _writes_state(node)]


def _writes_state(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign):
        return any(isinstance(target, ast.Attribute) and target.attr == 'state' for target in node.targets)
    if isinstance(node, ast.AugAssign | ast.AnnAssign):
        return isinstance(node.target, ast.Attribute) and node.target.attr == 'state'
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return any(_is_word(key) and _names_a_state(value) for key, value in pairs if key)
    return isinstance(node, ast.Call) and _call_writes_state(node)


def _call_writes_state(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        return call.func.id == 'setattr' and any(map(_is_word, call.args))
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITERS:
        return False
    if call.func.attr == 'save':
        return ast.unparse(call.func.value) == 'payment'
    if call.func.attr == 'bulk_update':
        return any(_is_word(part) for given in call.args for part in ast.walk(given))
    named = [word.value for word in call.keywords if word.arg == 'state']
    return any('ExportState' not in ast.unparse(value) for value in named)


def _is_word(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value == 'state'


def _names_a_state(node: ast.AST) -> bool:
    return any(isinstance(part, ast.Name) and part.id == 'State' for part in ast.walk(node))


def _sources() -> Iterator[Path]:
    return (path for path in PACKAGE.rglob('*.py') if 'migrations' not in path.parts)
