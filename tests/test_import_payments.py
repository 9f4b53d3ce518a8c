import io
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from passerelle_maelis_invoices.documents.payment_file import PaymentFile, read_payment_file
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.models import Payment, PaymentEvent
from passerelle_maelis_invoices.use_cases.erase_family import erase_family
from passerelle_maelis_invoices.use_cases.import_payments import Verdict, import_payments, plan_import
from passerelle_maelis_invoices.use_cases.record_payment import record_payment
from tests.builders import a_connector, a_notice, a_payment, a_regie, an_invoice

HEADER = 'regie;invoice_id;transaction_id;amount;transaction_date'
CSV = f'{HEADER}\n102;1312-30;T1;42,00;2026-03-01T10:00:00\n102;1312-31;T2;;\n'


def read(text: str, encoding: str = 'utf-8') -> PaymentFile:
    return read_payment_file(text.encode(encoding))


def errors(text: str) -> list[str]:
    return [str(error) for error in read(text).errors]


def one(line: str) -> Any:
    (row,) = read(f'{HEADER}\n{line}').rows
    return row


def test_a_csv_file_gives_its_payments() -> None:
    first, second = read(CSV).rows
    assert (first.place, first.regie, first.invoice_id) == ('ligne 2', '102', '1312-30')
    assert (first.notice.transaction_id, first.notice.amount) == ('T1', Decimal('42.00'))
    assert first.notice.paid_at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert (second.notice.amount, second.notice.paid_at) == (None, None)


@pytest.mark.parametrize('encoding', ['utf-8', 'utf-8-sig', 'cp1252', 'utf-16'])
def test_a_csv_file_may_come_from_excel(encoding: str) -> None:
    file = read('order_id;regie;invoice_id;transaction_id\r\nréglé;007;1312-30;T1\r\n;;;\r\n', encoding)
    assert [(row.regie, row.notice.order_id) for row in file.rows] == [('007', 'réglé')]


def test_columns_may_be_apart_by_commas() -> None:
    (row,) = read('Regie, Invoice_ID ,transaction_id,amount\n102,1312-30,T1,"42,50"\n').rows
    assert row.notice.amount == Decimal('42.50')


def test_an_unquoted_comma_in_an_amount_is_told() -> None:
    (error,) = errors('regie,invoice_id,transaction_id,amount\n102,1312-30,T1,42,50\n')
    assert error.startswith('ligne 2 : plus de valeurs que de colonnes')


@pytest.mark.parametrize(
    ('written', 'amount'),
    [('42', '42'), ('42,5', '42.5'), ('42.00', '42'), ('1 234,50 €', '1234.5'), ('1\u202f234', '1234')],
)
def test_amounts_are_read_as_french_people_write_them(written: str, amount: str) -> None:
    assert one(f'102;1312-30;T1;{written};').notice.amount == Decimal(amount)


@pytest.mark.parametrize(
    'written', ['0', '-1', '1.234', '1.234,50', '42,005', '1e3', 'NaN', '12 34', '٤٢', '99999999999']
)
def test_an_amount_that_may_mean_something_else_is_an_error(written: str) -> None:
    assert errors(f'{HEADER}\n102;1312-30;T1;{written};') == [
        f'ligne 2 : « amount » est illisible : {written!r}.'
    ]


@pytest.mark.parametrize(
    ('written', 'moment'),
    [
        ('2026-07-01T22:30:00', '2026-07-01T22:30:00+00:00'),
        ('2026-07-01T22:30:00+02:00', '2026-07-01T20:30:00+00:00'),
        ('02/07/2026 00:30', '2026-07-01T22:30:00+00:00'),
        ('02/01/2026 00:30', '2026-01-01T23:30:00+00:00'),
    ],
)
def test_a_date_is_utc_as_the_portal_writes_it_or_paris_as_a_person_does(written: str, moment: str) -> None:
    assert one(f'102;1312-30;T1;;{written}').notice.paid_at == datetime.fromisoformat(moment)


def test_every_wrong_line_is_told_with_what_is_wrong() -> None:
    told = errors(
        f'{HEADER}\n;1312-30;;1;\n102;30;T1;x;hier\n102;1312-30;T1;x;31/02/2026\n102;1312-30;T1;1;\n'
    )
    assert [message.split('.')[0] for message in told] == [
        'ligne 2 : « regie » est obligatoire',
        'ligne 2 : « transaction_id » est obligatoire',
        "ligne 3 : « invoice_id » ne convient pas : '30'",
        "ligne 4 : « amount » est illisible : 'x'",
        "ligne 4 : « transaction_date » est illisible : '31/02/2026'",
    ]


@pytest.mark.parametrize(
    ('content', 'told'),
    [
        (b'', 'ligne 1 : il manque les colonnes regie, invoice_id, transaction_id'),
        (b'102;1312-30;T1', 'ligne 1 : il manque les colonnes'),
        (b'regie;regie;invoice_id;transaction_id\n', 'ligne 1 : des colonnes y sont deux fois : regie'),
        (b'regie;invoice_id;transaction_id\n102;"1312', 'ligne 2 : CSV illisible'),
        (b'[{"regie": "102",}]', 'ligne 1 : JSON illisible'),
        (b'{"a": 1}', 'fichier : il faut une liste'),
        (b'[' * 100_000, 'ligne 1 : JSON illisible'),
        (b'\x81\x8d\xff', 'fichier : encodage inconnu'),
        (b'\xff\xfe\x00', 'fichier : encodage inconnu'),
    ],
)
def test_a_file_that_is_no_such_file_is_one_error(content: bytes, told: str) -> None:
    file = read_payment_file(content)
    assert file.rows == ()
    assert [str(error)[: len(told)] for error in file.errors] == [told]


def test_a_json_file_gives_the_same_payments_but_takes_no_french_amount() -> None:
    fields = {
        'regie': '102',
        'invoice_id': '1312-30',
        'transaction_id': 12,
        'amount': 42.5,
        'other': ['kept'],
    }
    file = read(
        json.dumps({'payments': [fields, {**fields, 'amount': '42,50'}, 'x', {}, {**fields, 'regie': []}]})
    )
    (row,) = file.rows
    assert (row.place, row.notice.transaction_id, row.notice.amount) == (
        'règlement 1',
        '12',
        Decimal('42.50'),
    )
    assert json.loads(row.notice.raw)['other'] == ['kept']
    assert [str(error) for error in file.errors] == [
        "règlement 2 : « amount » est illisible : '42,50'.",
        'règlement 3 : ce n’est pas un objet.',
        'règlement 4 : cet objet est vide.',
        'règlement 5 : « regie » doit être un texte ou un nombre.',
    ]


@pytest.fixture
def town(db: None) -> None:
    regie = a_regie('102')
    an_invoice('30', regie=regie)
    an_invoice('31', regie=regie, total='10.00')


@pytest.fixture
def run(town: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def run(content: str, *options: str) -> str:
        file = tmp_path / 'payments.csv'
        file.write_text(content)
        call_command('maelis_import_payments', str(file), *options)
        return capsys.readouterr().out

    return run


def test_imported_payments_are_recorded_like_notifications(run: Callable[..., str]) -> None:
    out = run(CSV)
    assert out.endswith('2 règlements enregistrés.\n')
    first, second = Payment.objects.order_by('pk')
    assert (first.state, first.amount, first.invoice_id) == (State.RECORDED, Decimal('42.00'), '1312-30')
    assert second.amount == Decimal('10.00')
    assert PaymentEvent.objects.first().actor.startswith('import (')  # type: ignore[union-attr]


def test_importing_twice_changes_nothing(run: Callable[..., str]) -> None:
    run(CSV)
    assert 'À enregistrer : 0 ; déjà connus : 2' in run(CSV)
    assert Payment.objects.count() == 2


def test_a_dry_run_says_what_would_be_done_and_does_nothing(run: Callable[..., str]) -> None:
    a_payment('T1', of=an_invoice('40'), amount='42.00')
    out = run(
        f'{CSV}102;1312-40;T1;50,00;\n102;1312-40;T1;42,00;\n102;1312-30;T1;42,00;',
        '--skip-errors',
        '--dry-run',
    )
    assert out.splitlines() == [
        'ligne 2 : à enregistrer, facture 1312-30, 42,00 €, transaction T1',
        'ligne 3 : à enregistrer, facture 1312-31, ce qui reste à payer, transaction T2',
        'ligne 4 : montant différent, facture 1312-40, 50,00 € (enregistré pour 42,00 €, conservé), '
        'transaction T1',
        'ligne 6 : déjà connu, facture 1312-30, 42,00 €, transaction T1',
        'À enregistrer : 2 ; déjà connus : 1 ; au montant différent : 1 ; erreurs : 1.',
    ]
    assert Payment.objects.count() == 1


def test_nothing_is_imported_when_a_line_is_wrong(
    run: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match='Rien n’a été importé'):
        run(f'{CSV}102;1312-32;T3;x;\n999;1312-32;T3;;\n')
    assert "ligne 4 : « amount » est illisible : 'x'.\n" in capsys.readouterr().err
    assert not Payment.objects.exists()


def test_the_other_lines_are_imported_when_asked(run: Callable[..., str]) -> None:
    run(f'{CSV}102;1312-32;T3;x;\n', '--skip-errors')
    assert Payment.objects.count() == 2


def test_a_known_payment_keeps_its_amount(run: Callable[..., str]) -> None:
    a_payment('T1', of=an_invoice('40'), amount='42.00')
    assert 'ligne 2 : montant différent' in run(f'{HEADER}\n102;1312-40;T1;50,00;\n')
    assert Payment.objects.get().amount == Decimal('42.00')


def test_each_row_finds_its_regie_or_says_why_not(town: None) -> None:
    a_regie('102', connector=a_connector('tours'))
    file = read(
        'connector;regie;invoice_id;transaction_id\ntours;102;1-1;T1\n;102;1-1;T1\nparis;102;1-1;T1\ntours;7;1-1;T1'
    )
    plan = plan_import(file.rows)
    assert [(step.regie.connector.slug, step.verdict) for step in plan.steps] == [('tours', Verdict.NEW)]
    assert [str(error) for error in plan.errors] == [
        'ligne 3 : dites quel connecteur.',
        "ligne 4 : connecteur inconnu : 'paris'.",
        "ligne 5 : le connecteur « tours » n’a pas de régie '7'.",
    ]
    chosen = plan_import(file.rows[:2], connector=a_connector())
    assert [step.regie.connector.slug for step in chosen.steps] == ['toulouse']
    assert [str(error) for error in chosen.errors] == [
        'ligne 2 : « tours » n’est pas le connecteur choisi, « toulouse ».'
    ]


def test_an_import_that_was_cut_is_finished_by_the_next_one(
    town: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_import(read(CSV).rows)

    def cut(done: int, total: int) -> None:
        if done:
            raise OperationalError

    with pytest.raises(OperationalError):
        import_payments(plan, actor='import', on_progress=cut)
    assert Payment.objects.count() == 1
    assert import_payments(plan_import(read(CSV).rows), actor='import') == 1
    assert Payment.objects.count() == 2


def test_progress_is_drawn_for_a_terminal_only(
    run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for terminal in (True, False):
        stderr = io.StringIO()
        monkeypatch.setattr(stderr, 'isatty', lambda terminal=terminal: terminal)
        monkeypatch.setattr(sys, 'stderr', stderr)
        run(CSV)
        assert ('2/2' in stderr.getvalue()) is terminal


def test_a_file_that_is_not_there_is_told(town: None) -> None:
    with pytest.raises(CommandError, match='ne peut pas être lu'):
        call_command('maelis_import_payments', 'nowhere.csv')
    with pytest.raises(CommandError, match='« x » n’existe pas'):
        call_command('maelis_import_payments', 'nowhere.csv', '--connector', 'x')


def test_a_payment_of_an_erased_family_is_known(db: None, tmp_path: Path, settings: Any) -> None:
    settings.MAELIS_INVOICES_EXPORT_DIR = str(tmp_path)
    payment = a_payment('T1', state=State.CONFIRMED)
    connector = payment.regie.connector
    erase_family(connector=connector, family_id='1312', reason='demande', actor='camille')

    plan = plan_import(read(CSV).rows, connector=connector)

    assert [step.verdict for step in plan.steps] == [Verdict.KNOWN, Verdict.NEW]
    assert import_payments(plan, actor='camille') == 1
    again = record_payment(
        regie=payment.regie, invoice_id='1312-30', notice=a_notice('T1', '42.00'), client=None
    )
    assert again == payment


def test_it_is_known_after_a_change_of_keys_too(db: None, tmp_path: Path, settings: Any) -> None:
    settings.MAELIS_INVOICES_EXPORT_DIR = str(tmp_path)
    payment = a_payment('T1', state=State.CONFIRMED)
    connector = payment.regie.connector
    erase_family(connector=connector, family_id='1312', reason='demande', actor='camille')
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = 'new', [settings.SECRET_KEY]

    plan = plan_import(read(CSV).rows, connector=connector)

    assert [step.verdict for step in plan.steps] == [Verdict.KNOWN, Verdict.NEW]
