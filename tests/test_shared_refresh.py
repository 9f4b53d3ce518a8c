"""A refresh that is shared out in batches, and that two cannot do at once: the rows, without a cluster."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connections, transaction
from django.test import override_settings
from django.utils import timezone

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.domain.nightly import due_since
from passerelle_maelis_invoices.errors import RefreshUnderWay
from passerelle_maelis_invoices.models import Connector, InvoiceList, RefreshBatch, RefreshRun
from passerelle_maelis_invoices.use_cases import refresh_shared_batch, share_refresh
from passerelle_maelis_invoices.use_cases.open_nightly_refreshes import open_nightly_refreshes
from passerelle_maelis_invoices.use_cases.open_refresh import GO_ON_WITHIN, abandon_run, open_run
from passerelle_maelis_invoices.use_cases.refresh_invoices import refresh_invoices
from passerelle_maelis_invoices.use_cases.refresh_pace import Pace, Stop
from tests.builders import a_connector, a_link, a_regie
from tests.site import Site

CODES = ('007', 'SEN', 'BIB')
FAMILIES = ('1001', '1002', '1003', '1004', '1005', '1006')
LISTS = len(CODES) * len(FAMILIES)
COMMAND = 'maelis_refresh_invoices'
HALF_PAST_ONE = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)
do_batch = refresh_shared_batch.refresh_shared_batch


@pytest.fixture
def connector(db: None, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Connector:
    """Six families in three batches."""
    monkeypatch.setattr(share_refresh, 'families_a_batch', lambda run: 2)
    connector = a_connector(wsdl_url=simulator.wsdl_url, deadline=5.0, refresh_rate=10_000)
    for code in CODES:
        a_regie(code, connector=connector)
    for family in FAMILIES:
        a_link(f'user of {family}', family, connector=connector)
    return connector


@pytest.fixture
def idle(db: None) -> Connector:
    """A connector whose Maelis nobody asks for anything."""
    a_link('user', '1001')
    return a_connector()


def share(connector: Connector) -> RefreshRun:
    return share_refresh.share_refresh(connector=connector, full=True)


def slots() -> list[int]:
    return [slot.number for slot in share_refresh.slots_to_fill()]


def calls(simulator: Simulator) -> int:
    return simulator.calls().get('readInvoices', 0)


def read_since(run: RefreshRun) -> int:
    return InvoiceList.objects.filter(read_at__gte=run.started_at).count()


def ran_out(run: RefreshRun) -> None:
    """Whoever had it gives no sign of life any more."""
    RefreshRun.objects.filter(pk=run.pk).update(held_until=timezone.now() - timedelta(seconds=1))


class TestBatches:
    def test_every_list_is_read_once_and_the_last_batch_ends_the_run(
        self, connector: Connector, simulator: Simulator
    ) -> None:
        run = share(connector)
        assert [do_batch(run_id=run.pk, slot=1 + n % 2) for n in range(3)] == [True, True, False]
        assert calls(simulator) == read_since(run) == LISTS
        run.refresh_from_db()
        assert run.finished_at and run.read == LISTS
        assert run.summary.startswith('18 listes lues pour 6 familles rattachées')
        assert not RefreshBatch.objects.exists() and slots() == []

    def test_no_more_slots_are_filled_than_there_are_batches_left(self, connector: Connector) -> None:
        with override_settings(MAELIS_INVOICES_REFRESH_SLOTS=4):
            run = share(connector)
        assert slots() == [1, 2, 3]
        do_batch(run_id=run.pk, slot=4)
        assert slots() == [1, 2]

    def test_the_database_allows_one_batch_in_a_slot(self, idle: Connector) -> None:
        run = share(idle)
        RefreshBatch.objects.update(slot=1)
        with pytest.raises(IntegrityError), transaction.atomic():
            RefreshBatch.objects.create(run=run, number=2, up_to='2000', families=1, slot=1)

    def test_a_slot_in_use_takes_no_second_batch(self, connector: Connector, simulator: Simulator) -> None:
        run = share(connector)
        in_hand(run, slot=1, for_seconds=60)
        assert not do_batch(run_id=run.pk, slot=1)
        assert calls(simulator) == 0

    def test_a_slot_that_the_run_does_not_have_does_nothing(
        self, connector: Connector, simulator: Simulator
    ) -> None:
        assert not do_batch(run_id=share(connector).pk, slot=3)
        assert calls(simulator) == 0

    @pytest.mark.parametrize('slot', [1, 2])
    def test_the_batch_of_a_job_that_was_killed_is_done_by_its_slot_or_another(
        self, connector: Connector, simulator: Simulator, slot: int
    ) -> None:
        run = share(connector)
        in_hand(run, slot=1, for_seconds=-1)
        while do_batch(run_id=run.pk, slot=slot):
            pass
        assert calls(simulator) == read_since(run) == LISTS

    def test_whoever_lost_its_batch_makes_no_call_and_writes_nothing(
        self, connector: Connector, simulator: Simulator
    ) -> None:
        run = share(connector)

        def lose_it() -> bool:
            RefreshBatch.objects.filter(slot=1).update(held_until=timezone.now() + timedelta(hours=1))
            return True

        assert not do_batch(run_id=run.pk, slot=1, go_on=lose_it)
        assert calls(simulator) == 0
        assert RefreshBatch.objects.get(slot=1).passes == 0

    def test_a_job_that_must_stop_gives_its_batch_back(
        self, connector: Connector, simulator: Simulator
    ) -> None:
        run, allowed = share(connector), iter([True])
        assert not do_batch(run_id=run.pk, slot=1, go_on=lambda: next(allowed, False))
        assert calls(simulator) == 2
        assert RefreshBatch.objects.filter(slot=None, done=False, passes=0).count() == 3
        while do_batch(run_id=run.pk, slot=1):
            pass
        assert calls(simulator) == read_since(run) == LISTS

    def test_lists_without_an_answer_are_asked_for_after_all_others_three_times_at_most(
        self, connector: Connector, simulator: Simulator
    ) -> None:
        run = share(connector)
        with simulator.fault('commit_then_500', operation='readInvoices', family='1001', regie='SEN'):
            while do_batch(run_id=run.pk, slot=1):
                pass
        assert calls(simulator) == LISTS - 1 + 3
        run.refresh_from_db()
        assert run.finished_at and '1 restées sans réponse' in run.summary

    def test_what_is_wrong_with_the_connector_is_written_down(self, connector: Connector) -> None:
        wrong = connector.wsdl_url.replace('InvoiceService', 'Nothing') + '&elsewhere'
        Connector.objects.update(wsdl_url=wrong)
        run = share(connector)
        assert not do_batch(run_id=run.pk, slot=1)
        run.refresh_from_db()
        assert run.summary and not run.finished_at
        assert not RefreshBatch.objects.exclude(slot=None).exists()


class TestBudget:
    @pytest.mark.parametrize('count', [1, 2, 3, 4])
    def test_all_slots_together_keep_to_the_budget_of_the_connector(self, db: None, count: int) -> None:
        shares = [refresh_shared_batch.share_of(a_connector(refresh_rate=12.0), count) for _ in range(count)]
        assert sum(pace.rate for pace, _ in shares) == pytest.approx(12.0)
        assert sum(concurrency for _, concurrency in shares) <= 4

    @pytest.mark.parametrize(('rate', 'families'), [(20.0, 200), (400.0, 200), (2.0, 20), (0.1, 1)])
    def test_a_batch_leaves_its_worker_after_some_minutes_however_low_the_rate(
        self, db: None, rate: float, families: int
    ) -> None:
        connector = a_connector(refresh_rate=rate)
        for n in range(9):
            a_regie(str(n), connector=connector)
        assert share_refresh.families_a_batch(RefreshRun(connector=connector, slots=2)) == families

    def test_a_batch_does_not_begin_with_a_burst(self, db: None) -> None:
        pauses: list[float] = []
        pace = Pace(a_connector(), rate=4.0, pause=pauses.append, clock=lambda: 0.0)
        pace.follow(2)
        pace.wait(2)
        assert pauses == [0.5]

    @pytest.mark.parametrize('wrong', [{'REFRESH_SLOTS': 0}, {'REFRESH_SLOTS': 5}, {'REFRESH_AT': 'tonight'}])
    def test_settings_that_make_no_sense_are_refused(self, wrong: dict[str, Any]) -> None:
        from passerelle_maelis_invoices.settings import Settings

        with pytest.raises(ValueError):
            Settings(**wrong)


class TestMaelisDown:
    @pytest.fixture
    def clock(self) -> Iterator[Any]:
        with time_machine.travel(timezone.now(), tick=False) as clock:
            yield clock

    def test_batches_wait_without_a_worker_and_go_on_when_it_is_back(
        self, connector: Connector, simulator: Simulator, clock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seconds = [0.0]

        def pause(length: float) -> None:
            clock.shift(length)
            seconds[0] += length

        class QuickPace(Pace):
            def __init__(self, connector: Connector, **options: Any) -> None:
                super().__init__(connector, pause=pause, clock=lambda: seconds[0], **options)

        monkeypatch.setattr(refresh_shared_batch, 'Pace', QuickPace)
        run = share(connector)
        simulator.down()
        while do_batch(run_id=run.pk, slot=1):
            pass
        assert 60 <= seconds[0] < 120
        assert slots() == [], 'nothing is handed out while the breaker is open'
        simulator.up()
        clock.shift(60)
        assert slots() == [1, 2]
        while do_batch(run_id=run.pk, slot=1):
            pass
        assert calls(simulator) == read_since(run) == LISTS


class TestOneAtATime:
    def test_of_many_that_begin_at_once_one_does(self, site: Site) -> None:
        """Threads with connections of their own, on both databases."""
        connector = a_connector()

        def begin(_: int) -> bool:
            try:
                open_run(connector, full=False)
                return True
            except RefreshUnderWay:
                return False
            finally:
                connections.close_all()

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(begin, range(24))) == 1
        assert RefreshRun.objects.count() == 1

    def test_of_many_that_go_on_with_one_that_was_killed_one_does(self, site: Site) -> None:
        connector = a_connector()
        run, _ = open_run(connector, full=False)
        ran_out(run)

        def go_on(_: int) -> bool:
            try:
                return open_run(connector, full=False)[1]
            except RefreshUnderWay:
                return False
            finally:
                connections.close_all()

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(go_on, range(24))) == 1

    def test_the_database_allows_one_open_run(self, idle: Connector) -> None:
        RefreshRun.objects.create(connector=idle, started_at=timezone.now())
        with pytest.raises(IntegrityError), transaction.atomic():
            RefreshRun.objects.create(connector=idle, started_at=timezone.now())

    def test_another_connector_is_not_concerned(self, idle: Connector) -> None:
        open_run(idle, full=False)
        open_run(a_connector('autre'), full=False)

    def test_a_full_one_replaces_a_lesser_one_that_was_left(self, idle: Connector) -> None:
        lesser, _ = open_run(idle, full=False)
        ran_out(lesser)
        full, resumed = open_run(idle, full=True)
        ran_out(full)
        lesser.refresh_from_db()
        assert lesser.abandoned_at and full.full and not resumed
        assert open_run(idle, full=False) == (full, True)

    def test_one_that_is_under_way_is_not_abandoned(self, idle: Connector) -> None:
        run, _ = open_run(idle, full=False)
        assert not abandon_run(run)

    def test_the_command_says_that_the_workers_are_at_it(self, idle: Connector) -> None:
        share(idle)
        text = refused_with()
        assert 'toulouse : une actualisation commencée le' in text
        assert 'partagée entre les workers : 0 lots faits sur 1 ; --spread la suit' in text

    def test_the_command_says_that_another_process_is_at_it(self, idle: Connector) -> None:
        open_run(idle, full=False)
        assert 'si son processus a été tué, relancez la commande dans' in refused_with()

    def test_a_command_takes_over_what_no_worker_sees_to_any_more(
        self, connector: Connector, simulator: Simulator
    ) -> None:
        run = share(connector)
        do_batch(run_id=run.pk, slot=1)
        in_hand(run, slot=2, for_seconds=60)
        ran_out(run)
        with pytest.raises(RefreshUnderWay):
            refresh_invoices(connector=connector, pace=Pace(connector), full=True)
        RefreshBatch.objects.update(held_until=None)
        done = refresh_invoices(connector=connector, pace=Pace(connector), full=True)
        assert done.resumed and done.finished
        assert calls(simulator) == LISTS
        assert not do_batch(run_id=run.pk, slot=2)

    def test_a_frozen_job_has_no_batch_any_more_once_its_run_was_taken_over(self, idle: Connector) -> None:
        run = share(idle)
        in_hand(run, slot=1, for_seconds=-1)
        ran_out(run)
        assert open_run(idle, full=True) == (run, True)
        assert not RefreshBatch.objects.exists()

    def test_a_command_that_lost_its_run_stops(self, connector: Connector, simulator: Simulator) -> None:
        def lose_it() -> bool:
            RefreshRun.objects.update(held_until=timezone.now() + timedelta(hours=1))
            return True

        done = refresh_invoices(connector=connector, pace=Pace(connector, go_on=lose_it), full=True)
        assert done.tally.stop is Stop.TAKEN_OVER and calls(simulator) == 0
        assert RefreshRun.objects.get().held_until, 'it is not let go by who has lost it'

    def test_workers_give_up_a_run_that_is_too_old(self, idle: Connector) -> None:
        run = share(idle)
        RefreshRun.objects.update(started_at=timezone.now() - GO_ON_WITHIN)
        assert slots() == []
        run.refresh_from_db()
        assert run.abandoned_at and not RefreshBatch.objects.exists()

    def test_sharing_needs_the_cluster(self, idle: Connector) -> None:
        assert 'docs/cluster.md' in refused_with('--spread')
        assert '--spread' in refused_with('--spread', '--rate', '3')


class TestNight:
    @pytest.fixture(autouse=True)
    def at_half_past_one(self) -> Iterator[None]:
        with override_settings(MAELIS_INVOICES_REFRESH_AT='01:30'):
            yield

    @pytest.mark.parametrize(
        ('hours', 'due'), [(-0.1, False), (0, True), (3.9, True), (4.1, False), (23.9, False), (24, True)]
    )
    def test_it_is_due_at_its_hour_in_paris_and_a_few_hours_later_still(
        self, hours: float, due: bool
    ) -> None:
        found = due_since(time(1, 30), HALF_PAST_ONE + timedelta(hours=hours))
        assert (found is not None) is due

    def test_an_hour_before_midnight_is_still_due_after_it(self) -> None:
        late = datetime(2026, 7, 2, 0, 30, tzinfo=UTC)
        assert due_since(time(23, 30), late) == datetime(2026, 7, 1, 21, 30, tzinfo=UTC)

    def test_it_begins_once_a_night_for_each_connector(self, idle: Connector) -> None:
        a_connector('autre')
        for minutes in (-1, 0, 1, 60, 24 * 60):
            with time_machine.travel(HALF_PAST_ONE + timedelta(minutes=minutes), tick=False):
                open_nightly_refreshes(timezone.now())
                RefreshRun.objects.filter(finished_at=None).update(finished_at=timezone.now())
        assert RefreshRun.objects.count() == 2 * 2

    @override_settings(MAELIS_INVOICES_REFRESH_AT='')
    def test_it_can_be_switched_off(self, idle: Connector) -> None:
        open_nightly_refreshes(HALF_PAST_ONE)
        assert not RefreshRun.objects.exists()

    def test_it_leaves_alone_what_is_under_way_and_replaces_what_was_left(self, idle: Connector) -> None:
        with time_machine.travel(HALF_PAST_ONE - timedelta(seconds=20), tick=False):
            before, _ = open_run(idle, full=False)
        with time_machine.travel(HALF_PAST_ONE, tick=False):
            open_nightly_refreshes(timezone.now())
            assert RefreshRun.objects.get() == before
        with time_machine.travel(HALF_PAST_ONE + timedelta(minutes=1), tick=False):
            open_nightly_refreshes(timezone.now())
        before.refresh_from_db()
        assert before.abandoned_at and RefreshRun.objects.count() == 2


def in_hand(run: RefreshRun, *, slot: int, for_seconds: float) -> None:
    batch = run.batches.filter(slot=None, done=False).first()
    RefreshBatch.objects.filter(pk=batch.pk).update(
        slot=slot, held_until=timezone.now() + timedelta(seconds=for_seconds)
    )


def refused_with(*arguments: str) -> str:
    """What the command says when it fails."""
    out = io.StringIO()
    with pytest.raises(CommandError) as error:
        call_command(COMMAND, *arguments, stdout=out, stderr=out)
    return out.getvalue() + str(error.value)
