"""P17, for what concerns money: neither the process's time zone nor a step of its clock changes anything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.promises.actors import Clock, acting
from tests.promises.stage import Stage

ZONES = ('UTC', 'Pacific/Kiritimati', 'America/Los_Angeles')
#: The last second of a day in Paris: in winter, in summer, and on the two days that are an hour off.
LAST_SECONDS = (
    '2027-01-31T22:59:59+00:00',
    '2027-07-31T21:59:59+00:00',
    '2027-03-28T21:59:59+00:00',
    '2027-10-31T22:59:59+00:00',
)


@pytest.mark.parametrize('zone', ZONES)
def test_p17_a_deadline_ends_at_midnight_in_paris(stage: Stage, zone: str) -> None:
    _live_in(stage, zone)
    stage.connector.fresh_for = 10**7
    stage.connector.save()
    with acting(stage.site, Clock(), number=1) as actors:
        for moment in LAST_SECONDS:
            bill = stage.bills(['42.00'])[0]
            stage.put(bill, deadline=moment[:10])
            path, last = bill.path(f'invoice/{bill.id}/'), datetime.fromisoformat(moment)
            actors.clock.now = last - timedelta(seconds=2)
            assert actors[1].do('ask', path=path)[1]['data']['online_payment'] is True
            actors.clock.now = last
            data = actors[1].do('ask', path=path)[1]['data']
            assert (data['online_payment'], data['pay_limit_date']) == (False, moment[:10])


@pytest.mark.parametrize('zone', ZONES)
def test_p17_maelis_is_told_the_moment_that_the_portal_told(stage: Stage, zone: str) -> None:
    _live_in(stage, zone)
    bill = stage.bills(['42.00'])[0]
    with acting(stage.site, Clock(), number=1) as actors:
        body = {'transaction_id': 'T', 'amount': '42.00', 'transaction_date': '2026-03-29T00:30:00'}
        actors[1].do('ask', path=bill.pay_path, body=body)
        actors[1].do('do_round', actor='worker')
    [entry] = stage.maelis.journal()
    assert datetime.fromisoformat(entry['paid_at']) == datetime(2026, 3, 29, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize('step', [timedelta(days=-2), timedelta(hours=-1), timedelta(days=400)])
def test_p17_a_clock_that_jumps_neither_loses_nor_doubles_a_payment(stage: Stage, step: timedelta) -> None:
    """While a payment is in doubt, and while another waits for its turn."""
    bills = stage.bills(['100.00', '100.00'])
    stage.maelis.fault('commit_then_reset', operation='payInvoices', family=bills[0].family, times=1)
    stage.maelis.fault('reset_before_commit', operation='payInvoices', family=bills[1].family, times=1)
    with acting(stage.site, Clock(), number=0) as actors:
        for bill in bills:
            actors[0].do('ask', path=bill.pay_path, body={'transaction_id': 'T', 'amount': '42.00'})
        for pause in (timedelta(0), step, -step, *[timedelta(minutes=5)] * 4):
            actors.clock.advance(pause)
            actors[0].do('do_round', actor='worker')
    assert sorted(len(amounts) for amounts in stage.applied().values()) == [1, 1]


def _live_in(stage: Stage, zone: str) -> None:
    settings = {'DJANGO_SETTINGS_MODULE': 'tests.promises.crash_settings', 'TIME_ZONE': zone, 'TZ': zone}
    stage.site.environment |= settings
