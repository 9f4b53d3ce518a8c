import json
import smtplib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.template.loader import get_template

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.domain.attention import Attention
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.models import (
    Alert,
    Connector,
    Heartbeat,
    Invoice,
    Outage,
    Payment,
    Reachability,
    RejectedNotification,
    Telling,
)
from passerelle_maelis_invoices.models.alert import KINDS
from passerelle_maelis_invoices.use_cases import breaker, post_webhook, tell_alerts
from passerelle_maelis_invoices.use_cases.look_after import look_after
from passerelle_maelis_invoices.use_cases.read_invoices import read_invoices
from passerelle_maelis_invoices.use_cases.resubmit_payment import resubmit_payment
from passerelle_maelis_invoices.use_cases.settle_rejected_notification import dismiss_notification
from tests.builders import a_connector, a_payment, a_regie, an_invoice
from tests.site import Site

NOW = datetime.fromisoformat('2026-03-02T10:00:00+01:00')
MINUTE = timedelta(minutes=1)
Clock = Any


@pytest.fixture
def clock(db: None) -> Iterator[Clock]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def connector(clock: Clock) -> Connector:
    connector = a_connector(alert_emails='regie@ville.example\ndsi@ville.example')
    a_regie('102', connector=connector)
    return connector


def dead_letter(
    transaction: str = 'T1', number: str = '30', of: Invoice | None = None, **columns: Any
) -> Payment:
    refused = {'state': State.REFUSED, 'attention': Attention.REFUSED, 'next_attempt_at': None}
    return a_payment(transaction, of=of or an_invoice(number), **{**refused, **columns})


def look_for(clock: Clock, length: timedelta, every: timedelta = timedelta(seconds=20)) -> None:
    """As a worker does, one look after the other."""
    for _ in range(int(length / every)):
        clock.shift(every)
        look_after()


def subjects() -> list[str]:
    return [message.subject for message in mail.outbox]


def test_a_dead_letter_is_told_once_with_what_to_do(connector: Connector, clock: Clock) -> None:
    dead_letter()
    look_for(clock, timedelta(minutes=10))
    assert subjects() == ['[toulouse] refusé par Maelis']
    assert mail.outbox[0].to == ['regie@ville.example', 'dsi@ville.example']
    assert (
        '1 règlement refusé par Maelis :\n- facture 1312-30 de la régie 102, 42,00 €' in mail.outbox[0].body
    )
    assert 'Que faire\nMaelis a dit non trois fois' in mail.outbox[0].body


def test_it_is_told_again_when_it_is_over(connector: Connector, clock: Clock) -> None:
    payment = dead_letter()
    look_for(clock, timedelta(minutes=2))
    resubmit_payment(payment, actor='admin', reason='corrigé')
    look_for(clock, timedelta(minutes=5))
    assert subjects()[1:] == ['[toulouse] Terminé : refusé par Maelis']
    assert 'Constaté le 02/03/2026 à 10:00, terminé le' in mail.outbox[1].body


def test_dead_letters_found_together_are_one_incident(connector: Connector, clock: Clock) -> None:
    for n in range(5):
        dead_letter(f'T{n}', number=f'{n}')
    look_for(clock, timedelta(minutes=5))
    assert len(mail.outbox) == 1
    assert '5 règlements refusés par Maelis' in mail.outbox[0].body
    assert '- et 2 autres.' in mail.outbox[0].body


def test_a_new_dead_letter_is_news_while_an_older_one_waits_but_not_at_once(
    connector: Connector, clock: Clock
) -> None:
    dead_letter('T1', number='1')
    look_for(clock, timedelta(minutes=1))
    dead_letter('T2', number='2')
    dead_letter('T3', number='3')
    look_for(clock, timedelta(minutes=50), every=MINUTE)
    assert len(mail.outbox) == 1
    look_for(clock, timedelta(minutes=30), every=MINUTE)
    assert len(mail.outbox) == 2
    assert '2 règlements refusés' in mail.outbox[1].body
    alerts = Alert.objects.filter(closed_at=None).order_by('-opened_at', 'payments__transaction_id')
    assert list(alerts.values_list('payments__transaction_id', flat=True)) == ['T2', 'T3', 'T1']


def test_each_reason_is_an_incident_of_its_own(connector: Connector, clock: Clock) -> None:
    dead_letter('T1', number='1')
    a_payment('T2', of=an_invoice('2'), attention=Attention.NOTHING_DUE, next_attempt_at=None)
    look_after()
    assert sorted(Alert.objects.values_list('kind', flat=True)) == ['nothing-due', 'refused']


def test_another_connectors_payments_are_not_told(connector: Connector, clock: Clock) -> None:
    other = a_regie('102', connector=a_connector('tours'))
    a_payment(of=an_invoice(regie=other), attention=Attention.UNDECIDED, state=State.UNCERTAIN)
    look_after()
    assert mail.outbox == []
    assert Alert.objects.get().connector.slug == 'tours'


def test_maelis_down_is_told_after_some_minutes_and_its_return_without_any_reader(
    clock: Clock, simulator: Simulator
) -> None:
    connector = a_connector(wsdl_url=simulator.wsdl_url, alert_emails='dsi@ville.example', fresh_for=0)
    regie = a_regie('007', connector=connector)
    read_invoices(regie=regie, family_ids=['1001'])
    simulator.down()
    for _ in range(breaker.FAILURES_TO_OPEN):
        read_invoices(regie=regie, family_ids=['1001'])
    look_for(clock, timedelta(minutes=4))
    assert mail.outbox == []
    look_for(clock, timedelta(minutes=2))
    assert subjects() == ['[toulouse] Maelis ne répond plus']
    simulator.up()
    look_for(clock, timedelta(minutes=3))
    assert subjects()[1:] == ['[toulouse] Terminé : Maelis ne répond plus']
    outage = Outage.objects.get()
    assert timedelta(minutes=6) <= outage.ended_at - outage.began_at <= timedelta(minutes=7)


def test_an_incident_that_comes_and_goes_is_one(connector: Connector, clock: Clock) -> None:
    Reachability.objects.create(
        connector=connector,
        failures=9,
        failing_since=NOW - timedelta(hours=1),
        open_until=NOW + timedelta(days=1),
    )
    look_after()
    Reachability.objects.update(open_until=None)
    look_for(clock, timedelta(seconds=40))
    Reachability.objects.update(open_until=NOW + timedelta(days=1))
    look_for(clock, timedelta(minutes=5))
    assert len(mail.outbox) == 1


def test_a_rejected_notification_that_a_person_dealt_with_is_no_incident_any_more(
    connector: Connector, clock: Clock
) -> None:
    rejected = RejectedNotification.objects.create(
        regie=a_regie('102'), invoice_id='1312-30', client=None, body='{', reason='illisible'
    )
    look_for(clock, timedelta(minutes=1))
    dismiss_notification(rejected, actor='camille', reason='rien n’a été payé')
    look_for(clock, timedelta(minutes=5))
    assert subjects() == [
        '[toulouse] notifications illisibles',
        '[toulouse] Terminé : notifications illisibles',
    ]


def test_rejected_notifications_are_one_incident_that_ends_when_no_more_come(
    connector: Connector, clock: Clock
) -> None:
    for _ in range(42):
        RejectedNotification.objects.create(
            regie=a_regie('102'), invoice_id='1312-30', client=None, body='{', reason='illisible'
        )
        look_for(clock, MINUTE, every=MINUTE)
    assert len(mail.outbox) == 1
    look_for(clock, timedelta(minutes=65), every=MINUTE)
    assert subjects() == [
        '[toulouse] notifications illisibles',
        '[toulouse] Terminé : notifications illisibles',
    ]


def test_after_a_long_outage_of_ours_a_person_is_told_what_to_replay(
    connector: Connector, clock: Clock
) -> None:
    for length in (timedelta(minutes=5), timedelta(hours=2)):
        Outage.objects.create(who=Outage.CONNECTOR, began_at=NOW - length, ended_at=NOW)
    look_for(clock, timedelta(minutes=5))
    assert subjects() == ['[toulouse] la passerelle n’a pas répondu']
    assert 'pendant 2 h, du 02/03/2026 à 08:00 au 02/03/2026 à 10:00' in mail.outbox[0].body
    assert 'maelis_import_payments' in mail.outbox[0].body


def test_a_mail_that_could_not_be_sent_is_sent_later_once(
    connector: Connector, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead_letter()
    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, 'send_messages', _refuse)
        look_for(clock, timedelta(minutes=1))
    telling = Telling.objects.get()
    assert telling.told_at is None and 'boîte pleine' in telling.last_error
    look_for(clock, timedelta(minutes=5))
    assert len(mail.outbox) == 1


def test_the_end_is_not_told_before_the_beginning(
    connector: Connector, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = dead_letter()
    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, 'send_messages', _refuse)
        look_for(clock, timedelta(minutes=2))
        resubmit_payment(payment, actor='admin', reason='corrigé')
        look_for(clock, timedelta(minutes=3))
    look_for(clock, timedelta(minutes=20))
    assert subjects() == ['[toulouse] refusé par Maelis', '[toulouse] Terminé : refusé par Maelis']


def test_two_workers_never_tell_twice(
    connector: Connector, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead_letter()
    due = tell_alerts._due

    def both_saw_it(*args: Any) -> Any:
        found = list(due(*args))
        monkeypatch.setattr(tell_alerts, '_due', due)
        look_after()
        return found

    monkeypatch.setattr(tell_alerts, '_due', both_saw_it)
    look_after()
    assert len(mail.outbox) == 1


def test_a_worker_that_died_while_it_told_leaves_the_alert_to_another(
    connector: Connector, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead_letter()
    with monkeypatch.context() as dying:
        dying.setattr(EmailBackend, 'send_messages', _die)
        with pytest.raises(SystemExit):
            look_after()
    look_for(clock, timedelta(minutes=4))
    assert mail.outbox == []
    look_for(clock, timedelta(minutes=2))
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_an_alert_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    a_connector(alert_emails='dsi@ville.example')
    dead_letter()
    seen = []
    monkeypatch.setattr(EmailBackend, 'send_messages', lambda *_: seen.append(connection.in_atomic_block))
    look_after()
    assert seen == [False]


def test_the_webhook_gets_the_alert_as_json(clock: Clock) -> None:
    with a_webhook() as (address, received):
        a_connector(alert_webhook=address)
        payment = dead_letter()
        look_after()
        resubmit_payment(payment, actor='admin', reason='corrigé')
        look_for(clock, timedelta(minutes=3))
    opened, closed = received
    assert (opened['event'], opened['kind'], opened['connector']) == ('opened', 'refused', 'toulouse')
    assert opened['opened_at'] == '2026-03-02T09:00:00+00:00' and opened['closed_at'] is None
    assert closed['event'] == 'closed' and closed['id'] == opened['id'] and closed['closed_at']


def test_a_webhook_that_fails_is_tried_again_without_another_mail(clock: Clock) -> None:
    with a_webhook(statuses=[500, 302, 204]) as (address, received):
        a_connector(alert_webhook=address, alert_emails='dsi@ville.example')
        dead_letter()
        look_for(clock, timedelta(minutes=10))
    assert len(received) == 3
    assert len(mail.outbox) == 1


def test_a_webhook_that_trickles_its_answer_holds_nothing_up(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deadlines between two bytes would wait for it as long as it likes."""
    monkeypatch.setattr(post_webhook, 'PATIENCE', 0.5)
    with a_trickle(b'HTTP/1.1 200 OK\r\nX: ', seconds=0.1) as address:
        a_connector(alert_webhook=address)
        a_connector('tours', alert_emails='dsi@ville.example')
        dead_letter()
        dead_letter('T2', of=an_invoice(regie=a_regie(connector=a_connector('tours'))))
        beats: list[float] = []
        started = time.monotonic()
        with time_machine.travel(NOW):
            look_after(lambda: beats.append(time.monotonic()))
    assert time.monotonic() - started < 5
    assert subjects() == ['[tours] refusé par Maelis']
    assert Telling.objects.get(by=Telling.WEBHOOK).last_error.startswith('Failure: slow')
    assert len(beats) == 3


def test_a_webhook_that_hangs_is_waited_for_once_a_look(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def fail(address: str, *_: object) -> None:
        tries.append(address)
        raise TimeoutError

    monkeypatch.setattr(tell_alerts, 'post_webhook', fail)
    a_connector(alert_webhook='http://nulle-part.invalid/')
    dead_letter('T1', number='1')
    a_payment('T2', of=an_invoice('2'), attention=Attention.NOTHING_DUE, next_attempt_at=None)
    look_after()
    assert len(tries) == 1
    look_for(clock, timedelta(seconds=20))
    assert len(tries) == 2
    assert Telling.objects.filter(failures=1).count() == 2


def test_the_account_in_the_address_of_a_webhook_is_used(clock: Clock) -> None:
    headers: dict[str, str] = {}
    with a_webhook(headers=headers) as (address, received):
        a_connector(alert_webhook=address.replace('://', '://alice:s3cret@'))
        dead_letter()
        look_after()
    assert len(received) == 1
    assert headers['Authorization'] == 'Basic YWxpY2U6czNjcmV0'
    assert headers['Content-Type'] == 'application/json'


def test_every_kind_of_alert_says_what_to_do() -> None:
    for kind, _ in KINDS:
        assert len(get_template(f'passerelle_maelis_invoices/alerts/advice/{kind}.txt').render()) > 100


@pytest.mark.parametrize('site', ['sqlite'], indirect=True)
def test_a_worker_alerts_while_it_waits_for_a_payment(site: Site, simulator: Simulator) -> None:
    connector = a_connector(wsdl_url=simulator.wsdl_url)
    regie = a_regie('007', connector=connector)
    simulator.put_invoice(family='1001', regie='007', number='90000', amount='10.00')
    slow = a_payment('T2', of=an_invoice('90000', regie=regie, family='1001'), amount='10.00')
    simulator.fault('hang', operation='payInvoices')
    site.environment['MAELIS_INVOICES_PAY_DEADLINE'] = '55'
    site.start('maelis_worker')
    wait_for(lambda: Payment.objects.get(pk=slow.pk).state == State.SENDING)
    dead_letter(of=an_invoice('90001', regie=regie))
    wait_for(lambda: Alert.objects.filter(kind='refused').exists())
    assert Heartbeat.objects.filter(name=Outage.WORKER).exists()
    assert Payment.objects.get(pk=slow.pk).state == State.SENDING


def wait_for(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _refuse(*_: Any) -> None:
    raise smtplib.SMTPDataError(452, 'boîte pleine')


def _die(*_: Any) -> None:
    raise SystemExit


class a_webhook:
    """Its address, and what it received."""

    def __init__(self, statuses: list[int] | None = None, headers: dict[str, str] | None = None) -> None:
        self.statuses = statuses or []
        self.headers = {} if headers is None else headers

    def __enter__(self) -> tuple[str, list[dict[str, Any]]]:
        received: list[dict[str, Any]] = []
        self.server = HTTPServer(('127.0.0.1', 0), _handler(received, self.statuses, self.headers))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f'http://127.0.0.1:{self.server.server_port}/alert', received

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def _handler(
    received: list[dict[str, Any]], statuses: list[int], headers: dict[str, str]
) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            headers.update(self.headers)
            received.append(json.loads(self.rfile.read(int(self.headers['Content-Length']))))
            self.send_response(statuses.pop(0) if statuses else 204)
            self.send_header('Content-Length', '0')
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@contextmanager
def a_trickle(beginning: bytes, *, seconds: float) -> Iterator[str]:
    """The address of a server that begins an answer, and goes on with one byte now and then."""
    over = threading.Event()
    with socket.create_server(('127.0.0.1', 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection, suppress(OSError):
                connection.sendall(beginning)
                while not over.wait(seconds):
                    connection.sendall(b'a')

        server = threading.Thread(target=serve, daemon=True)
        server.start()
        yield f'http://127.0.0.1:{listening.getsockname()[1]}/'
        over.set()
        server.join()
