"""Exports are made by the worker: once, three tries, cancelled, expired; whatever happens no file is left."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.storage import storages
from django.utils import timezone

from passerelle_maelis_invoices.domain.export import ExportFormat, ExportKind, ExportState
from passerelle_maelis_invoices.errors import BadRequest
from passerelle_maelis_invoices.models import Alert, Export, Regie
from passerelle_maelis_invoices.models.export import export_storage
from passerelle_maelis_invoices.use_cases import make_exports as module
from passerelle_maelis_invoices.use_cases.make_exports import LEASE, MOST_TRIES, make_exports
from passerelle_maelis_invoices.use_cases.purge_exports import purge_exports, purge_exports_about
from passerelle_maelis_invoices.use_cases.raise_alerts import raise_alerts
from passerelle_maelis_invoices.use_cases.request_export import cancel_export, request_export
from tests.builders import a_payment, a_regie, an_invoice
from tests.exports.conftest import Request

pytestmark = pytest.mark.django_db


def fresh(export: Export) -> Export:
    return Export.objects.get(pk=export.pk)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob('*')) if folder.exists() else []


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, 'PAUSES', (timedelta(0), timedelta(0)))


@pytest.fixture
def tell_always(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, 'TELL_EVERY', 0.0)


def failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> list[int]:
    """Every writing fails, after it has begun to write."""
    tries: list[int] = []

    def write(scope: Any, out: Any, *, progress: Any) -> int:
        out.write(b'half')
        tries.append(1)
        raise error

    monkeypatch.setattr(module, 'write_export', write)
    return tries


def test_an_export_is_made_and_can_be_downloaded(ask: Request, export_dir: Path) -> None:
    a_payment(of=an_invoice(regie=a_regie('007')))
    export = ask()
    assert make_exports() == 1
    made = fresh(export)
    assert (made.state, made.done, made.total, made.tries) == (ExportState.CREATED, 1, 1, 1)
    assert made.downloadable(timezone.now())
    content = export_storage().open(made.file).read()
    assert len(content) == made.size
    assert 'T1' in content.decode('utf-8-sig')
    assert made.download_name == f'payments-007-{made.pk}.csv'
    assert make_exports() == 0


def test_a_file_is_private_and_its_name_cannot_be_guessed(ask: Request, export_dir: Path) -> None:
    first, second = ask(), ask()
    make_exports()
    [name, other] = files(export_dir)
    assert len(name) > 32
    assert name.split('-')[1] != other.split('-')[1]
    assert (export_dir / name).stat().st_mode & 0o077 == 0
    assert export_dir.stat().st_mode & 0o077 == 0
    assert {fresh(first).file, fresh(second).file} == {name, other}


def test_a_site_may_give_the_files_another_place(ask: Request, tmp_path: Path, settings: Any) -> None:
    folder = tmp_path / 'elsewhere'
    backend = {
        'BACKEND': 'django.core.files.storage.FileSystemStorage',
        'OPTIONS': {'location': str(folder)},
    }
    settings.STORAGES = {**settings.STORAGES, 'maelis_exports': backend}
    assert storages['maelis_exports']
    export = ask()
    make_exports()
    assert files(folder) == [fresh(export).file]


def test_three_failures_are_the_end_and_raise_one_alert(
    ask: Request, monkeypatch: pytest.MonkeyPatch, no_pause: None, export_dir: Path, regie: Regie
) -> None:
    tries = failing(monkeypatch, OSError(28, 'No space left on device'))
    export = ask()
    make_exports()
    failed = fresh(export)
    assert (len(tries), failed.tries, failed.state) == (MOST_TRIES, MOST_TRIES, ExportState.FAILED)
    assert failed.error == 'Le fichier n’a pas pu être écrit (No space left on device).'
    assert files(export_dir) == []
    for _ in range(2):
        raise_alerts(connector=regie.connector)
    [alert] = Alert.objects.all()
    assert alert.kind == 'export-failed'
    assert f'n° {export.pk}' in alert.message


def test_the_alert_ends_after_a_day(
    ask: Request, monkeypatch: pytest.MonkeyPatch, no_pause: None, regie: Regie
) -> None:
    failing(monkeypatch, RuntimeError('bug'))
    ask()
    make_exports()
    raise_alerts(connector=regie.connector)
    for hours in (25, 26):
        with time_machine.travel(timezone.now() + timedelta(hours=hours), tick=False):
            raise_alerts(connector=regie.connector)
    assert Alert.objects.get().closed_at is not None


def test_between_two_tries_there_is_a_pause(ask: Request, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = failing(monkeypatch, RuntimeError('bug'))
    export = ask()
    now = timezone.now()
    for minutes, expected in ((0, 1), (0.5, 1), (1.5, 2), (3, 2), (7, 3), (60, 3)):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            make_exports()
        assert len(tries) == expected
    assert fresh(export).error.startswith('Erreur inattendue (RuntimeError)')


def test_one_that_fails_once_is_made_by_the_next_try(
    ask: Request, monkeypatch: pytest.MonkeyPatch, no_pause: None
) -> None:
    with monkeypatch.context() as patch:
        failing(patch, RuntimeError('bug'))
        patch.setattr(module, 'PAUSES', (timedelta(hours=1),))
        export = ask()
        make_exports()
    assert fresh(export).state == ExportState.PENDING
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        make_exports()
    assert (fresh(export).state, fresh(export).error) == (ExportState.CREATED, '')


def test_one_poisoned_export_does_not_hold_the_others_up(
    ask: Request, monkeypatch: pytest.MonkeyPatch, regie: Regie
) -> None:
    write = module.write_export

    def poisoned(scope: Any, out: Any, **rest: Any) -> int:
        if scope.kind is ExportKind.INVOICES:
            raise RuntimeError('poison')
        return write(scope, out, **rest)

    monkeypatch.setattr(module, 'write_export', poisoned)
    ask(ExportKind.INVOICES)
    good = ask()
    make_exports()
    assert fresh(good).state == ExportState.CREATED


def test_a_worker_that_died_is_replaced_when_its_lease_is_over(ask: Request, export_dir: Path) -> None:
    export = ask()
    now = timezone.now()
    claimed = module._claim_next(now)
    assert claimed is not None
    export_dir.mkdir()
    (export_dir / claimed.file).write_bytes(b'half')
    assert make_exports() == 0
    with time_machine.travel(now + LEASE + timedelta(seconds=1)):
        assert make_exports() == 1
    assert fresh(export).state == ExportState.CREATED
    assert files(export_dir) == [fresh(export).file]


def test_workers_that_die_three_times_are_the_end(ask: Request) -> None:
    export, now = ask(), timezone.now()
    for n in range(MOST_TRIES):
        assert module._claim_next(now + n * (LEASE + timedelta(seconds=1)))
    assert module._claim_next(now + timedelta(days=1)) is None
    assert fresh(export).state == ExportState.FAILED
    assert 'arrêté trois fois' in fresh(export).error


def test_two_workers_do_not_make_the_same_export(ask: Request) -> None:
    ask()
    now = timezone.now()
    first, second = Export.objects.get(), Export.objects.get()
    assert module._claim(first, now)
    assert not module._claim(second, now)


def test_a_worker_that_lost_its_lease_writes_nothing(
    ask: Request, monkeypatch: pytest.MonkeyPatch, export_dir: Path
) -> None:
    """Another one claims while the first is writing; the second's file is the one that stays."""
    export, write = ask(), module.write_export

    def slow(scope: Any, out: Any, **rest: Any) -> int:
        count = write(scope, out, **rest)
        with monkeypatch.context() as patch:
            patch.setattr(module, 'write_export', write)
            with time_machine.travel(timezone.now() + LEASE + timedelta(seconds=1)):
                assert make_exports() == 1
        return count

    monkeypatch.setattr(module, 'write_export', slow)
    make_exports()
    assert fresh(export).tries == 2
    assert files(export_dir) == [fresh(export).file]


def test_a_cancelled_export_is_not_made(ask: Request, export_dir: Path) -> None:
    export = ask()
    cancel_export(export, actor='régisseur')
    assert make_exports() == 0
    gone = fresh(export)
    assert (gone.state, gone.error) == (ExportState.FAILED, 'Abandonné par régisseur.')
    assert gone.cancelled_at is not None
    with pytest.raises(BadRequest):
        cancel_export(export, actor='régisseur')


def test_cancelling_stops_the_worker_and_leaves_no_file(
    ask: Request, monkeypatch: pytest.MonkeyPatch, tell_always: None, export_dir: Path, regie: Regie
) -> None:
    invoice = an_invoice(regie=regie)
    for n in range(5):
        a_payment(f'T{n}', of=invoice)
    export = ask()
    asked: list[int] = []

    def go_on() -> bool:
        asked.append(1)
        if len(asked) == 4:
            cancel_export(export, actor='régisseur')
        return True

    make_exports(go_on=go_on)
    assert fresh(export).cancelled_at is not None
    assert fresh(export).done < 5
    assert files(export_dir) == []
    raise_alerts(connector=regie.connector)
    assert not Alert.objects.exists()


def test_a_worker_told_to_stop_gives_the_export_back(ask: Request, tell_always: None) -> None:
    export = ask()
    answers = iter([True, False, False])
    make_exports(go_on=lambda: next(answers))
    assert (fresh(export).state, fresh(export).tries) == (ExportState.PENDING, 0)
    assert make_exports() == 1
    assert fresh(export).state == ExportState.CREATED


def test_progress_is_written_down(
    ask: Request, monkeypatch: pytest.MonkeyPatch, tell_always: None, regie: Regie
) -> None:
    invoice = an_invoice(regie=regie)
    for n in range(3):
        a_payment(f'T{n}', of=invoice)
    export, seen = ask(), []
    monkeypatch.setattr(module, '_write', _spying(module._write, seen), raising=True)
    make_exports()
    assert [(done, 3) for done in range(4)] == seen[1:5]
    assert fresh(export).done == 3


def _spying(write: Any, seen: list[tuple[Any, Any]]) -> Any:
    def spy(export: Export, **columns: Any) -> bool:
        if 'done' in columns:
            seen.append((columns['done'], columns['total']))
        return bool(write(export, **columns))

    return spy


def test_a_file_expires_and_is_purged(ask: Request, export_dir: Path, settings: Any) -> None:
    settings.MAELIS_INVOICES_EXPORT_DAYS = 2
    export = ask()
    make_exports()
    made = fresh(export)
    assert made.ended_at and made.expires_at == made.ended_at + timedelta(days=2)
    just_before: datetime = made.expires_at - timedelta(seconds=1)
    assert purge_exports(just_before) == 0
    assert not made.downloadable(made.expires_at)
    assert purge_exports(made.expires_at) == 1
    assert files(export_dir) == []
    assert (fresh(export).state, fresh(export).file) == (ExportState.CREATED, '')


def test_p18_the_files_about_a_family_go_with_it(ask: Request, export_dir: Path, regie: Regie) -> None:
    everybody, own, other = ask(), ask(family_id='1312'), ask(family_id='7')
    elsewhere = ask(regie=a_regie('SEN'))
    make_exports()
    waiting = ask(family_id='1312')
    assert purge_exports_about([regie], '1312') == 2
    assert sorted(files(export_dir)) == sorted([fresh(other).file, fresh(elsewhere).file])
    assert fresh(everybody).file == fresh(own).file == ''
    assert fresh(waiting).state == ExportState.FAILED
    assert not Export.objects.filter(family_id='1312').exists()


def test_what_could_only_fail_is_refused_at_once(ask: Request) -> None:
    with pytest.raises(BadRequest, match='factures et les avoirs'):
        ask(ExportKind.PAYMENTS, ExportFormat.FACTUR_X)
    with pytest.raises(BadRequest, match='finit avant'):
        ask(first_day=timezone.now().date(), last_day=timezone.now().date() - timedelta(days=1))
    with pytest.raises(BadRequest, match='rapprochement'):
        ask(ExportKind.RECONCILIATION)
    assert not Export.objects.exists()


def test_the_code_of_a_regie_cannot_change_a_file_name(db: None) -> None:
    export = request_export(
        regie=a_regie('../é"'), kind=ExportKind.LEDGER, format=ExportFormat.PDF, requested_by='x'
    )
    assert export.download_name == f'ledger-regie-{export.pk}.pdf'
