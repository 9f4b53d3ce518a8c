"""`maelis_export` writes a file at once, whole or not at all."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from passerelle_maelis_invoices.management.commands import maelis_export
from passerelle_maelis_invoices.models import Export, Regie
from tests.builders import a_payment, an_invoice

pytestmark = pytest.mark.django_db


def run(*arguments: str, kind: str = 'payments', form: str = 'csv', regie: str = '007') -> str:
    errors = StringIO()
    where = ['--connector', 'toulouse', '--regie', regie, '--kind', kind, '--format', form]
    call_command('maelis_export', *where, *arguments, stderr=errors)
    return errors.getvalue()


def test_a_file_is_written(regie: Regie, tmp_path: Path) -> None:
    a_payment(of=an_invoice(regie=regie))
    target = tmp_path / 'payments.csv'
    assert run('-o', str(target)) == f'1 ligne, dans {target}.\n'
    assert 'T1' in target.read_text('utf-8-sig')
    assert not Export.objects.exists()


def test_the_standard_output_takes_bytes(regie: Regie, capfdbinary: Any) -> None:
    a_payment(of=an_invoice(regie=regie))
    run(form='pdf')
    assert capfdbinary.readouterr().out.startswith(b'%PDF-')


def test_days_and_family_are_kept_to(regie: Regie, tmp_path: Path) -> None:
    for number, day, family in (('1', '2026-01-31', '7'), ('2', '2026-02-01', '7'), ('3', '2026-02-01', '8')):
        an_invoice(number, regie=regie, date=day, family=family)
    target = tmp_path / 'invoices.csv'
    run('--from', '2026-02-01', '--to', '2026-02-28', '--family', '7', '-o', str(target), kind='invoices')
    lines = target.read_text('utf-8-sig').splitlines()
    assert [line.split(';')[1] for line in lines[1:]] == ['2']


def test_what_is_wrong_is_said(regie: Regie, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match='« SEN » n’existe pas ; il y a : 007'):
        run(regie='SEN')
    with pytest.raises(CommandError, match='2026-03-31'):
        run('--from', 'yesterday')
    with pytest.raises(CommandError, match='finit avant'):
        run('--from', '2026-02-01', '--to', '2026-01-01')
    with pytest.raises(CommandError, match='rapprochement'):
        run(kind='reconciliation')


def test_a_failure_leaves_the_file_as_it_was(
    regie: Regie, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> int:
        raise OSError('disk full')

    target = tmp_path / 'payments.csv'
    target.write_text('yesterday')
    monkeypatch.setattr(maelis_export, 'write_export', fail)
    with pytest.raises(CommandError, match='disk full'):
        run('-o', str(target))
    assert target.read_text() == 'yesterday'
