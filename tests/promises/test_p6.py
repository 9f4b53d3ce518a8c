"""P6: a well-formed notification of an authorised caller is kept, acknowledged and shown, whatever it is."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from passerelle_maelis_invoices.errors import BadRequest
from passerelle_maelis_invoices.use_cases.record_payment import record_payment
from tests.promises.odd_notifications import (
    INVOICES,
    NAMES,
    REGIES,
    new_figures,
    notify_of_everything,
    of_a_name,
    of_a_regie,
    of_an_invoice,
)
from tests.promises.stage import Stage


@pytest.mark.parametrize('read', [True, False], ids=['read before', 'never read'])
@pytest.mark.parametrize('name', INVOICES)
def test_p6_every_notification_is_recorded_and_shown(
    stage: Stage, number: int, name: str, read: bool
) -> None:
    figures = new_figures(stage, number)
    of_an_invoice(stage, Random(number), figures, name=name, read=read)
    figures.check()


@pytest.mark.parametrize('name', REGIES)
def test_p6_whatever_the_regie_allows(stage: Stage, number: int, name: str) -> None:
    figures = new_figures(stage, number)
    of_a_regie(stage, Random(number), figures, name=name)
    figures.check()


@pytest.mark.parametrize('name', NAMES)
def test_p6_whatever_the_invoice_is_called(stage: Stage, number: int, name: str) -> None:
    figures = new_figures(stage, number)
    of_a_name(stage, Random(number), figures, name=name)
    figures.check()


def test_p6_a_refusal_and_a_silent_worker_are_seen(
    stage: Stage, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""

    def only_what_is_due(**told: Any) -> Any:
        if told['notice'].amount == 1000:
            raise BadRequest('Trop.')
        return record_payment(**told)

    monkeypatch.setattr('passerelle_maelis_invoices.endpoints.payments.record_payment', only_what_is_due)
    monkeypatch.setattr('tests.promises.odd_notifications.work', lambda actor: 0)
    counts = notify_of_everything(stage, tables=1, number=number).counts
    assert counts['refused'] and counts['not recorded'] and counts['unseen']
