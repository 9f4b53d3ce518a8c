"""A big export streams: its memory does not grow with its rows."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from passerelle_maelis_invoices.domain.export import ExportFormat, ExportKind, formats_of
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.models import Payment
from tests.builders import a_regie
from tests.site import ROOT, Site

#: The full size is 100,000: EXPORT_ROWS=100000 pytest tests/exports/test_big_exports.py
ROWS = int(os.environ.get('EXPORT_ROWS', '20000'))
MOST_MEGABYTES = 200

pytestmark = [
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not Path('/proc/self/status').exists(), reason='memory is read from /proc'),
]


def payments(regie_id: int, count: int) -> Iterator[Payment]:
    """With notifications as long as real ones, which no export must read."""
    now = timezone.now()
    for n in range(count):
        yield Payment(
            regie_id=regie_id,
            transaction_id=f'{n:08d}-7a1c-4e3b-9d50-3f2b8c6a1e77',
            family_id=str(1000 + n % 33500),
            invoice_number=str(2026000000 + n),
            amount=Decimal(n % 100_000 + 1) / 100,
            allotted=Decimal(n % 100_000 + 1) / 100,
            state=State.CONFIRMED,
            paid_at=now - timedelta(seconds=n),
            received_at=now - timedelta(seconds=n),
            order_id=f'order-{n}',
            bank_transaction_id=f'bank-{n}',
            notification='{"bank_data": "%s"}' % ('x' * 800),
        )


def filled(site: Site) -> None:
    regie = a_regie('007')
    rows = payments(regie.pk, ROWS)
    while batch := [row for _, row in zip(range(2000), rows, strict=False)]:
        Payment.objects.bulk_create(batch)


@pytest.mark.parametrize('site', ['sqlite'], indirect=True)
def test_p8_a_big_export_takes_little_memory_in_every_format(site: Site) -> None:
    filled(site)
    taken = {form.value: megabytes(site, form) for form in formats_of(ExportKind.PAYMENTS)}
    print(f'{ROWS} payments, MB: {taken}')
    assert max(taken.values()) < MOST_MEGABYTES


def megabytes(site: Site, form: ExportFormat) -> int:
    done = subprocess.run(
        [sys.executable, '-m', 'tests.exports.memory', form.value],
        cwd=ROOT,
        env=site.environment,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1])
