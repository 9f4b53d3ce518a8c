"""«Tester la connexion» says what is wrong and what to do."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.errors import MisconfiguredConnector
from passerelle_maelis_invoices.maelis import Deadline, Deployment, MaelisClient
from tests.maelis.servers import a_certificate, an_answer, answering, over_tls, server

LONG = 5.0


@pytest.fixture(scope='module')
def running() -> Iterator[Simulator]:
    with Simulator(families=5) as simulator:
        yield simulator


@pytest.fixture
def maelis(running: Simulator) -> Simulator:
    running.reset()
    return running


def test_all_is_well(maelis: Simulator) -> None:
    MaelisClient(Deployment(maelis.wsdl_url)).diagnose(deadline=Deadline.after(LONG))


def advice_for(deployment: Deployment, *, seconds: float = LONG) -> str:
    with pytest.raises(MisconfiguredConnector) as raised:
        MaelisClient(deployment).diagnose(deadline=Deadline.after(seconds))
    return str(raised.value)


def test_an_unknown_name() -> None:
    assert 'nom du serveur est inconnu' in advice_for(Deployment('http://maelis.invalid/?wsdl'))


def test_a_closed_port() -> None:
    assert 'refuse la connexion' in advice_for(Deployment('http://127.0.0.1:1/?wsdl'))


def test_something_that_is_no_address() -> None:
    assert 'http://' in advice_for(Deployment('maelis'))
    assert 'http://' in advice_for(Deployment('ftp://maelis/x'))
    assert 'http://' in advice_for(Deployment('http://maelis:port/'))


@pytest.mark.parametrize(
    ('answer', 'advice'),
    [
        (an_answer(b'<html><p>x</html>', kind='text/html'), 'pas un WSDL'),
        (an_answer(b'<html/>'), 'pas un WSDL'),
        (an_answer(b'', status='404 No'), 'rien à cet endroit'),
        (an_answer(b'', status='401 No'), 'mot de passe'),
        (an_answer(b'', status='301 There', headers='Location: /x\r\n'), 'adresse finale'),
        (an_answer(b'', status='503 No'), 'en erreur'),
        (an_answer(b''), 'vide'),
    ],
)
def test_a_wsdl_that_is_none(answer: bytes, advice: str) -> None:
    with server(answering(answer)) as url:
        assert advice in advice_for(Deployment(f'{url}/?wsdl'))


def test_a_slow_wsdl() -> None:
    with server(lambda connection: time.sleep(0.5)) as url:
        assert 'trop lent' in advice_for(Deployment(f'{url}/?wsdl'), seconds=0.2)


def test_a_certificate_that_nobody_signed(tmp_path: Path) -> None:
    with server(over_tls(a_certificate(tmp_path), answering(an_answer(b'')))) as url:
        address = url.replace('http:', 'https:') + '/?wsdl'
        assert 'certificat du serveur' in advice_for(Deployment(address))


def test_a_certificate_file_that_is_none() -> None:
    assert 'fichier de certificat' in advice_for(Deployment('https://127.0.0.1:1/', ca_bundle='/nowhere'))


def test_a_port_without_tls() -> None:
    def script(connection: socket.socket) -> None:
        connection.recv(1)
        connection.sendall(an_answer(b'', status='400 No'))

    with server(script) as url:
        assert 'chiffrée' in advice_for(Deployment(url.replace('http:', 'https:')))


def test_a_wrong_password() -> None:
    with Simulator(families=2, username='me', password='right') as maelis:
        wrong = Deployment(maelis.wsdl_url, username='me', password='wrong')
        assert 'identifiant ou le mot de passe' in advice_for(wrong)


def test_a_wrong_service_address(maelis: Simulator) -> None:
    wrong = Deployment(maelis.wsdl_url, 'http://127.0.0.1:1/')
    assert 'adresse du service' in advice_for(wrong)


@pytest.mark.parametrize(
    ('fault', 'advice'),
    [
        ('html_200', 'page web'),
        ('hang', 'trop lent'),
        ('unknown_fault', 'erreur'),
        ('renamed_element', 'WSDL annonce'),
        ('commit_then_close', 'coupe'),
    ],
)
def test_a_service_that_does_not_work(maelis: Simulator, fault: str, advice: str) -> None:
    with maelis.fault(fault, operation='readRegieList'):
        assert advice in advice_for(Deployment(maelis.wsdl_url), seconds=0.7)
