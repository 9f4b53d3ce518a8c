"""What monitoring and administrators are told of a connector, and whether it says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command
from django.utils import timezone

from passerelle_maelis_invoices.domain.attention import Attention
from passerelle_maelis_invoices.domain.payment_states import State
from passerelle_maelis_invoices.models import Connector
from passerelle_maelis_invoices.use_cases.check_connector import Check, Level, connector_status, local_status
from passerelle_maelis_invoices.use_cases.try_connection import try_connection
from tests.builders import a_connector, a_payment, a_regie, an_invoice

if TYPE_CHECKING:
    from demo.simulator.process import Simulator

pytestmark = pytest.mark.django_db


@pytest.fixture
def connector(simulator: Simulator) -> Connector:
    connector = a_connector(wsdl_url=simulator.wsdl_url)
    a_regie(connector=connector)
    return connector


def check_named(name: str, connector: Connector) -> Check:
    return next(check for check in local_status(connector).checks if check.name == name)


def minutes_ago(minutes: int) -> dict[str, object]:
    return {'received_at': timezone.now() - timedelta(minutes=minutes)}


def test_all_is_well_when_maelis_answers_and_nothing_waits(connector: Connector) -> None:
    status = connector_status(connector)

    assert status.ok
    assert status.level is Level.OK
    assert [check.name for check in status.checks] == [
        'maelis',
        'regies',
        'late-payments',
        'attention',
        'dead-letters',
        'outages',
    ]


def test_a_maelis_that_is_down_turns_the_status_red(connector: Connector, simulator: Simulator) -> None:
    connector_status(connector)

    with simulator.fault('refuse'):
        status = connector_status(connector)

    assert not status.ok
    assert 'refuse la connexion' in status.checks[0].message


def test_a_maelis_that_hangs_is_given_up_after_the_deadline(
    connector: Connector, simulator: Simulator
) -> None:
    connector_status(connector)
    connector.deadline = 0.5
    started = timezone.now()

    with simulator.fault('hang'):
        status = connector_status(connector)

    assert not status.ok
    assert timezone.now() - started < timedelta(seconds=10)


@pytest.mark.parametrize('state', [State.RECORDED, State.SENDING, State.UNCERTAIN])
def test_a_payment_that_waits_for_too_long_turns_the_status_red(connector: Connector, state: State) -> None:
    a_payment(state=state, **minutes_ago(61))

    assert check_named('late-payments', connector).level is Level.CRITICAL
    assert 'maelis_worker' in check_named('late-payments', connector).message


def test_a_payment_that_waits_for_less_than_the_threshold_is_not_late(connector: Connector) -> None:
    a_payment(**minutes_ago(59))

    assert check_named('late-payments', connector).level is Level.OK


@pytest.mark.parametrize('state', [State.DELIVERED, State.CONFIRMED, State.REVERSED])
def test_a_payment_that_reached_maelis_is_never_late(connector: Connector, state: State) -> None:
    a_payment(state=state, **minutes_ago(600))

    assert local_status(connector).level is Level.OK


def test_a_payment_for_a_person_is_a_warning_and_no_delay(connector: Connector) -> None:
    a_payment(attention=Attention.UNKNOWN_INVOICE, **minutes_ago(600))

    status = local_status(connector)

    assert status.ok
    assert status.level is Level.WARNING
    assert check_named('attention', connector).message == '1 règlement à examiner.'


def test_a_refused_payment_is_counted_once_as_given_up(connector: Connector) -> None:
    a_payment(state=State.REFUSED, attention=Attention.REFUSED)

    assert check_named('dead-letters', connector).level is Level.WARNING
    assert check_named('attention', connector).level is Level.OK


def test_a_reversed_payment_asks_for_nobody(connector: Connector) -> None:
    a_payment(state=State.REVERSED, attention=Attention.REFUSED)

    assert local_status(connector).level is Level.OK


def test_payments_of_another_connector_do_not_count(connector: Connector) -> None:
    elsewhere = an_invoice(regie=a_regie('102', connector=a_connector('ailleurs')))
    a_payment(of=elsewhere, **minutes_ago(600))

    assert local_status(connector).level is Level.OK


def test_a_connector_without_active_regie_is_a_warning(connector: Connector) -> None:
    connector.regies.update(active=False)

    assert check_named('regies', connector).level is Level.WARNING


class TestTryingTheConnection:
    def test_a_good_maelis_is_said_to_be_good(self, connector: Connector) -> None:
        assert try_connection(connector=connector).level is Level.OK

    def test_a_maelis_slower_than_the_connector_waits_is_a_warning(
        self, connector: Connector, simulator: Simulator
    ) -> None:
        connector.deadline = 0.1
        with simulator.fault('slow', ms=400):
            check = try_connection(connector=connector)

        assert check.level is Level.WARNING
        assert 'plus que le délai d’attente du connecteur (0,1 s)' in check.message

    def test_a_wrong_password_is_named(self) -> None:
        from demo.simulator.process import Simulator

        with Simulator(families=1, username='portail', password='bon') as maelis:
            connector = a_connector(wsdl_url=maelis.wsdl_url, username='portail', password='mauvais')
            assert 'mot de passe' in advice(connector)
            connector.password = 'bon'
            assert try_connection(connector=connector).level is Level.OK

    def test_a_server_name_that_nobody_knows_is_named(self) -> None:
        connector = a_connector(wsdl_url='http://maelis.invalid/services/InvoiceService?wsdl')

        assert 'Le nom du serveur est inconnu' in advice(connector)

    def test_a_port_where_nobody_listens_is_named(self) -> None:
        assert 'refuse la connexion' in advice(a_connector())

    def test_a_web_page_instead_of_the_wsdl_is_named(self) -> None:
        with a_page('text/html', '<!DOCTYPE html><html><meta charset=utf-8><p>Maintenance</html>') as url:
            assert 'pas un WSDL : vérifiez l’adresse' in advice(a_connector(wsdl_url=url))

    def test_a_document_that_is_no_wsdl_is_named(self) -> None:
        with a_page('text/xml', '<note>Bonjour</note>') as url:
            assert 'pas un WSDL' in advice(a_connector(wsdl_url=url))

    def test_a_wrong_address_on_the_right_server_is_named(self, simulator: Simulator) -> None:
        connector = a_connector(wsdl_url=f'{simulator.address}/nulle-part?wsdl')

        assert 'vérifiez l’adresse du WSDL' in advice(connector)

    def test_a_password_that_cannot_be_deciphered_is_told(
        self, connector: Connector, settings: object
    ) -> None:
        a_connector(wsdl_url=connector.wsdl_url, password='secret')
        settings.SECRET_KEY = 'une autre clé'  # type: ignore[attr-defined]
        unread = Connector.objects.defer('password').get()

        assert 'ne peut plus être lu' in advice(unread)


class TestTheCommand:
    def test_ok_is_status_0_and_one_line(self, connector: Connector) -> None:
        status, text = run_check('toulouse')

        assert status == 0
        assert text.startswith('OK - toulouse : Maelis répond (9 régies).')
        assert text.count('\n') == 1

    def test_a_warning_is_status_1_and_says_only_what_is_wrong(self, connector: Connector) -> None:
        a_payment(of=an_invoice(regie=connector.regies.get()), attention=Attention.UNDECIDED)

        assert run_check() == (1, 'WARNING - toulouse : 1 règlement à examiner.\n')

    def test_the_worst_connector_decides(self, connector: Connector) -> None:
        a_connector('absent')
        status, text = run_check()

        assert status == 2
        assert text.startswith('CRITICAL - absent : Le serveur refuse la connexion')
        assert '\nOK - toulouse : ' in text

    def test_an_unknown_connector_is_status_3(self) -> None:
        assert run_check('x') == (3, 'UNKNOWN - le connecteur « x » n’existe pas\n')

    def test_no_connector_at_all_is_status_3(self) -> None:
        assert run_check() == (3, 'UNKNOWN - aucun connecteur n’est configuré\n')


def advice(connector: Connector) -> str:
    check = try_connection(connector=connector)
    assert check.level is Level.CRITICAL
    return check.message


def run_check(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command('maelis_check', *arguments, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


@contextmanager
def a_page(content_type: str, body: str) -> Iterator[str]:
    """The address of a server that answers this to whatever it is asked."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header('Content-Type', content_type)
            self.end_headers()
            self.wfile.write(body.encode())

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(('127.0.0.1', 0), Page) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f'http://127.0.0.1:{server.server_port}/page?wsdl'
        finally:
            server.shutdown()
            thread.join()
