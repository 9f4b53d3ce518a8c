"""The nightly refresh: what it asks for, how fast, and what it does when it is killed or Maelis is down."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.domain.paris import day_in_paris
from passerelle_maelis_invoices.domain.refresh_plan import Spared, is_night_of
from passerelle_maelis_invoices.management.progress import ProgressBar
from passerelle_maelis_invoices.models import Connector, Invoice, InvoiceList, Outage, RefreshRun
from passerelle_maelis_invoices.use_cases import refresh_families as batch
from passerelle_maelis_invoices.use_cases.link_family import link_family
from passerelle_maelis_invoices.use_cases.linked_families import linked_families
from passerelle_maelis_invoices.use_cases.refresh_invoices import Refreshed, refresh_invoices
from passerelle_maelis_invoices.use_cases.refresh_pace import Pace, Stop
from tests.builders import a_connector, a_link, a_list_read, a_regie
from tests.site import Site

CODES = ('007', 'SEN', 'BIB')
COMMAND = 'maelis_refresh_invoices'
FULL_SPEED = 10_000.0
Clock = Any


def families(count: int, *, tonight: bool) -> list[str]:
    """Of the simulated town, those whose night it is, or is not."""
    today = day_in_paris(timezone.now())
    found = [str(number) for number in range(1001, 1200) if is_night_of(str(number), today) is tonight]
    return found[:count]


@pytest.fixture
def connector(db: None, simulator: Simulator) -> Connector:
    return a_town(simulator)


def a_town(simulator: Simulator) -> Connector:
    connector = a_connector(wsdl_url=simulator.wsdl_url, deadline=5.0)
    for code in CODES:
        a_regie(code, connector=connector)
    return connector


def link(connector: Connector, *family_ids: str, days_ago: int = 1) -> None:
    """Linked, and read some days ago."""
    with time_machine.travel(timezone.now() - timedelta(days=days_ago)):
        for family_id in family_ids:
            link_family(connector=connector, name_id=f'user of {family_id}', family_id=family_id)


def refresh(connector: Connector, **options: Any) -> Refreshed:
    pace = options.pop('pace', None) or Pace(connector, rate=FULL_SPEED)
    return refresh_invoices(connector=connector, pace=pace, **options)


def calls(simulator: Simulator) -> int:
    return simulator.calls().get('readInvoices', 0)


def lists_with_invoices() -> int:
    return InvoiceList.objects.filter(last_invoice_date__isnull=False).count()


def test_only_regies_where_a_linked_family_had_an_invoice_are_asked(
    connector: Connector, simulator: Simulator
) -> None:
    link(connector, *families(5, tonight=False))
    a_list_read('1199', regie=connector.regies.all()[0], read_at=timezone.now() - timedelta(days=9))
    expected, before = lists_with_invoices(), calls(simulator)
    assert 0 < expected < 5 * len(CODES)
    done = refresh(connector)
    assert calls(simulator) - before == done.tally.read == expected
    assert done.tally.spared[Spared.NO_INVOICE_YET] == 5 * len(CODES) - expected
    assert done.finished and done.families == 5


def test_on_its_night_all_regies_of_a_family_are_asked(connector: Connector, simulator: Simulator) -> None:
    link(connector, *families(2, tonight=True))
    assert refresh(connector).tally.read == 2 * len(CODES)


def test_a_full_refresh_asks_for_everything(connector: Connector, simulator: Simulator) -> None:
    link(connector, *families(3, tonight=False))
    assert refresh(connector, full=True).tally.read == 3 * len(CODES)


def test_what_is_older_than_the_dates_asked_for_has_not_vanished(
    connector: Connector, simulator: Simulator
) -> None:
    family = families(1, tonight=False)[0]
    regie = connector.regies.get(code='007')
    long_ago, recent = '2025-01-15', str(day_in_paris(timezone.now()))
    for number, issued, paid in (('901', long_ago, '12.00'), ('902', recent, '0.00')):
        simulator.put_invoice(
            family=family, regie='007', number=number, amount='12.00', paid=paid, issued=issued
        )
    link(connector, family)
    simulator.put_invoice(family=family, regie='007', number='901', label='changée')
    simulator.put_invoice(family=family, regie='007', number='902', label='changée')
    refresh(connector)
    assert not Invoice.objects.filter(vanished_at__isnull=False).exists()
    old, new = (Invoice.objects.get(regie=regie, number=number) for number in ('901', '902'))
    assert (old.label == 'changée', new.label == 'changée') == (False, True)
    refresh(connector, full=True)
    old.refresh_from_db()
    assert old.label == 'changée'


def test_an_old_invoice_that_is_not_paid_yet_is_read_every_night(
    connector: Connector, simulator: Simulator
) -> None:
    family = families(1, tonight=False)[0]
    simulator.put_invoice(family=family, regie='007', number='901', amount='12.00', issued='2025-01-15')
    link(connector, family)
    simulator.add_money(regie='007', number='901', amount='12.00')
    refresh(connector)
    assert Invoice.objects.get(number='901').paid == 12


def test_a_run_that_was_stopped_goes_on_where_it_was(connector: Connector, simulator: Simulator) -> None:
    link(connector, *families(6, tonight=False))
    before, allowed = calls(simulator), iter([True, True])
    pace = Pace(connector, rate=FULL_SPEED, go_on=lambda: next(allowed, False))
    stopped = refresh(connector, pace=pace, full=True, concurrency=2)
    assert (stopped.tally.stop, stopped.tally.read, stopped.finished) == (Stop.ASKED, 4, False)
    resumed = refresh(connector, full=True, concurrency=2)
    assert resumed.resumed and resumed.finished
    assert calls(simulator) - before == 6 * len(CODES)
    assert RefreshRun.objects.get().finished_at
    assert not refresh(connector, full=True).resumed


def test_a_run_that_was_killed_goes_on_where_it_was(site: Site, simulator: Simulator) -> None:
    connector = a_town(simulator)
    link(connector, *families(4, tonight=False))
    before, everything = calls(simulator), 4 * len(CODES)
    killed = site.start(COMMAND, '--full', '--rate', '10', '--concurrency', '1')
    while calls(simulator) - before < 4:
        assert killed.child.poll() is None
    killed.kill()
    assert 'déjà en cours' in site.manage(COMMAND, '--full', check=False).stdout
    RefreshRun.objects.update(held_until=timezone.now())
    said = site.manage(COMMAND, '--full', '--rate', '1000').stdout
    assert 'reprise' in said
    assert everything <= calls(simulator) - before <= everything + 1
    run = RefreshRun.objects.get()
    assert run.finished_at and run.started_at <= min(InvoiceList.objects.values_list('read_at', flat=True))


def test_it_never_goes_faster_than_maelis_s_operators_allow(
    connector: Connector, simulator: Simulator
) -> None:
    link(connector, *families(6, tonight=False))
    connector.refresh_rate = 5.0
    now = [0.0]
    pace = Pace(connector, pause=lambda seconds: now.append(now[-1] + seconds), clock=lambda: now[-1])
    read = refresh(connector, pace=pace, full=True, concurrency=3).tally.read
    assert read == 6 * len(CODES)
    assert now[-1] == pytest.approx((read - 3) / 5.0)


@pytest.mark.parametrize(('asked', 'most'), [(1, 1), (3, 3), (50, batch.SIDE_BY_SIDE)])
def test_no_more_calls_at_once_than_allowed(
    connector: Connector, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, asked: int, most: int
) -> None:
    link(connector, *families(6, tonight=False))
    sizes = []

    def spy(connector: Connector, wanted: Any, ask: Callable[..., Any] = batch.ask_maelis) -> Any:
        sizes.append(len(wanted))
        return ask(connector, wanted)

    monkeypatch.setattr(batch, 'ask_maelis', spy)
    refresh(connector, full=True, concurrency=asked)
    assert max(sizes) == most and sum(sizes) == 6 * len(CODES)


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def test_it_waits_while_maelis_is_down_and_goes_on_when_it_is_back(
    connector: Connector, simulator: Simulator, clock: Clock
) -> None:
    link(connector, *families(6, tonight=False))
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        clock.shift(seconds)
        pauses.append(seconds)
        if len(pauses) == 20:
            simulator.up()

    simulator.down()
    done = refresh(connector, pace=Pace(connector, rate=FULL_SPEED, pause=pause), full=True)
    assert done.finished and done.tally.silent == 0
    assert InvoiceList.objects.filter(read_at__gte=RefreshRun.objects.get().started_at).count() == 18
    assert Outage.objects.filter(who=Outage.MAELIS).exists()


def test_it_gives_up_when_maelis_stays_down_and_the_next_run_goes_on(
    connector: Connector, simulator: Simulator, clock: Clock
) -> None:
    link(connector, *families(6, tonight=False))
    seconds = [0.0]

    def pause(length: float) -> None:
        clock.shift(length)
        seconds[0] += length

    simulator.down()
    pace = Pace(connector, rate=FULL_SPEED, patience=40, pause=pause, clock=lambda: seconds[0])
    before = calls(simulator)
    stopped = refresh(connector, pace=pace, full=True)
    assert stopped.tally.stop is Stop.MAELIS_DOWN
    assert 40 <= seconds[0] < 100
    simulator.up()
    clock.shift(60)
    assert refresh(connector, full=True).finished
    assert calls(simulator) - before == 18


def test_a_list_that_maelis_did_not_answer_is_asked_for_again(
    connector: Connector, simulator: Simulator
) -> None:
    link(connector, *families(3, tonight=False))
    with simulator.fault('commit_then_500', operation='readInvoices', times=2):
        done = refresh(connector, full=True)
    assert (done.tally.read, done.tally.silent) == (9, 0)


def test_an_answer_that_cannot_be_read_is_counted_and_stops_nothing(
    connector: Connector, simulator: Simulator
) -> None:
    family, other = families(2, tonight=False)
    simulator.put_invoice(family=family, regie='007', number='901', amount='12.00')
    link(connector, family, other)
    fault = {'operation': 'readInvoices', 'family': family, 'regie': '007', 'element': 'amountInvoice'}
    with simulator.fault('missing_element', **fault):
        done = refresh(connector, full=True)
    assert (done.tally.read, done.tally.refused, done.finished) == (5, 1, True)


def test_families_come_in_batches_each_once(db: None) -> None:
    for family in ('1001', '1002', '1003'):
        for user in ('a', 'b'):
            a_link(user, family)
    a_link('c', '1004', connector=a_connector('autre'))
    assert list(linked_families(a_connector(), batch=2)) == [['1001', '1002'], ['1003']]


class TestCommand:
    def test_it_ends_with_a_summary_in_french(self, connector: Connector, simulator: Simulator) -> None:
        link(connector, *families(2, tonight=False))
        assert said('--full', '--rate', '1000').startswith(
            'toulouse : 6 listes lues pour 2 familles rattachées'
        )
        before = calls(simulator)
        spared = said('--rate', '1000')
        assert 'sans facture jusqu’ici, laissées pour leur nuit' in spared
        assert f' {calls(simulator) - before} liste' in spared

    def test_it_fails_when_it_could_not_end(self, connector: Connector) -> None:
        link(connector, *families(1, tonight=False))
        connector.wsdl_url += '&elsewhere'
        Connector.objects.update(wsdl_url=connector.wsdl_url.replace('InvoiceService', 'Nothing'))
        with pytest.raises(CommandError, match='Actualisation inachevée : toulouse'):
            said('--full')
        assert not RefreshRun.objects.get().finished_at

    @pytest.mark.parametrize(
        'arguments', [('nowhere',), ('--rate', '0'), ('--rate', 'vite'), ('--concurrency', '0')]
    )
    def test_it_says_what_is_wrong_with_its_arguments(self, db: None, arguments: tuple[str, ...]) -> None:
        with pytest.raises(CommandError):
            said(*arguments)


def said(*arguments: str) -> str:
    out = io.StringIO()
    call_command(COMMAND, *arguments, stdout=out, stderr=out)
    return out.getvalue()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_drawn_in_a_terminal_only() -> None:
    terminal, log = Terminal(), io.StringIO()
    for stream in (terminal, log):
        bar = ProgressBar(stream, 'toulouse')
        bar.show(15, 30)
        bar.clear()
    assert '15/30' in terminal.getvalue() and terminal.getvalue().endswith('\r\x1b[K')
    assert log.getvalue() == ''
