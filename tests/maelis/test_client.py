"""The four operations against the simulator, in both styles."""

import gc
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from demo.simulator.process import Simulator
from passerelle_maelis_invoices.errors import NeverLeft, OutcomeUnknown
from passerelle_maelis_invoices.maelis import Deadline, Deployment, InvoicesRead, MaelisClient, client_for
from passerelle_maelis_invoices.maelis.exchange_log import outline
from tests.maelis.builders import CALLS, FAMILY, NUMBER, REGIE, a_client, pay
from tests.maelis.servers import an_answer, answering, envelope, server

LONG = 5.0


def deadline() -> Deadline:
    return Deadline.after(LONG)


@pytest.fixture(scope='module')
def towns() -> Iterator[dict[str, Simulator]]:
    with Simulator(families=5) as default, Simulator(families=5, style='other') as other:
        yield {'default': default, 'other': other}


@pytest.fixture(params=['default', 'other'])
def maelis(request: pytest.FixtureRequest, towns: dict[str, Simulator]) -> Simulator:
    towns[request.param].reset(town=True)
    return towns[request.param]


def a_list(maelis: Simulator, family: str = FAMILY, **period: datetime) -> InvoicesRead:
    client = client_for(Deployment(maelis.wsdl_url))
    return client.read_invoices(family_id=family, regie_code=REGIE, deadline=deadline(), **period)


def test_both_styles_say_the_same_of_each_invoice(towns: dict[str, Simulator]) -> None:
    for maelis in towns.values():
        maelis.reset(town=True)
    default, other = (
        {(one.figures.number, one.figures) for one in a_list(maelis).invoices} for maelis in towns.values()
    )
    assert default == other
    assert len(default) == 12


def test_invoices_are_what_the_books_say(maelis: Simulator) -> None:
    books = {one['number']: one for one in maelis.invoices(FAMILY, REGIE)}
    for invoice in a_list(maelis).invoices:
        figures, book = invoice.figures, books.pop(invoice.figures.number)
        assert f'{figures.total}' == book['amount']
        assert f'{figures.paid_directly}' == book['paid']
        assert f'{figures.paid_at_treasury}' == book['treasury']
        assert figures.due_date == date.fromisoformat(book['deadline'])
        assert figures.has_pdf == book['has_pdf']
    assert not books


def test_a_family_without_invoices_has_an_empty_list(maelis: Simulator) -> None:
    assert a_list(maelis, '999999').invoices == ()


def test_a_period_limits_the_list(maelis: Simulator) -> None:
    soon = datetime.now(UTC) + timedelta(days=2)
    assert a_list(maelis, since=soon).invoices == ()
    assert len(a_list(maelis, until=soon).invoices) == 12


def test_regies_keep_their_codes(maelis: Simulator) -> None:
    codes = [regie.code for regie in client_for(Deployment(maelis.wsdl_url)).read_regies(deadline=deadline())]
    assert len(codes) == 9
    assert {'007', 'SEN'} <= set(codes)


def test_a_pdf_comes_byte_for_byte(maelis: Simulator) -> None:
    client = client_for(Deployment(maelis.wsdl_url))
    number = next(one.figures.number for one in a_list(maelis).invoices if one.figures.has_pdf)
    inline = client.read_pdf(regie_code=REGIE, number=number, deadline=deadline())
    with maelis.fault('mtom_pdf'):
        attached = client.read_pdf(regie_code=REGIE, number=number, deadline=deadline())
    assert inline.startswith(b'%PDF-')
    assert attached.startswith(b'%PDF-')


def test_p16_a_pdf_of_ten_million_bytes_is_no_problem(maelis: Simulator) -> None:
    client = client_for(Deployment(maelis.wsdl_url))
    with maelis.fault('big_pdf', megabytes=10):
        content = client.read_pdf(regie_code=REGIE, number=NUMBER, deadline=Deadline.after(20))
    assert len(content) >= 10_000_000


def test_a_payment_is_in_the_journal_once(maelis: Simulator) -> None:
    assert pay(client_for(Deployment(maelis.wsdl_url)), deadline()) == 'OK'
    (entry,) = maelis.journal()
    assert (entry['reference'], entry['amount']) == ('T-1', '5.40')


def test_credentials_open_the_door(towns: dict[str, Simulator]) -> None:
    with Simulator(families=2, username='me', password='é&') as maelis:
        right = Deployment(maelis.wsdl_url, username='me', password='é&')
        assert len(client_for(right).read_regies(deadline=deadline())) == 9
        with pytest.raises(OutcomeUnknown):
            client_for(Deployment(maelis.wsdl_url)).read_regies(deadline=deadline())


def test_there_is_one_client_per_deployment() -> None:
    one = Deployment('http://maelis.invalid/?wsdl', password='a')
    same = Deployment('http://maelis.invalid/?wsdl', password='a')
    other = Deployment('http://maelis.invalid/?wsdl', password='b')
    assert client_for(one) is client_for(same) is not client_for(other)


def test_many_threads_share_a_client(maelis: Simulator) -> None:
    with ThreadPoolExecutor(8) as pool:
        lists = list(pool.map(lambda _: a_list(maelis).invoices, range(40)))
    assert all(one == lists[0] for one in lists)


@pytest.mark.parametrize('operation', CALLS)
def test_p13_a_surprise_in_our_own_reader_is_an_unknown_outcome(
    operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def surprise(*_: object, **__: object) -> None:
        raise KeyError('Durand')

    monkeypatch.setattr('passerelle_maelis_invoices.maelis.client.open_envelope', surprise)
    with server(answering(an_answer(envelope('<r/>')))) as url, pytest.raises(OutcomeUnknown) as raised:
        CALLS[operation](a_client(url), deadline())
    assert 'KeyError' in raised.value.detail
    assert 'Durand' not in raised.value.detail


def test_an_unreadable_answer_names_the_element() -> None:
    body = '<n:payInvoicesResponse><other>OK</other></n:payInvoicesResponse>'
    with server(answering(an_answer(envelope(body)))) as url, pytest.raises(OutcomeUnknown, match='result'):
        pay(a_client(url), deadline())


def test_the_exchange_log_says_how_it_went_and_of_nobody(
    maelis: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, 'passerelle_maelis_invoices.maelis')
    client = MaelisClient(Deployment(maelis.wsdl_url, username='me', password='hidden'))
    read = client.read_invoices(family_id=FAMILY, regie_code=REGIE, deadline=deadline())
    pay(client, deadline(), reference='REF-9')
    assert 'readInvoices done' in caplog.text
    assert 'payInvoices done' in caplog.text
    assert 'amountInvoice' in caplog.text
    texts = [invoice.bean for invoice in read.invoices]
    for secret in ('hidden', 'REF-9', texts[0]['libelleTTF'], texts[0]['payer']['lastname'], '.00'):
        assert secret not in caplog.text


def test_an_outline_has_names_only() -> None:
    document = b'<a x="s1"><!-- <s2> --><b>s3</b><c><![CDATA[<s4>]]></c></a>'
    assert outline(document) == '<a<b</b<c</c</a'


def test_no_thread_and_no_socket_is_left_behind(maelis: Simulator) -> None:
    before = set(threading.enumerate())
    for fault in ('hang', 'header_trickle', 'body_trickle'):
        with maelis.fault(fault), pytest.raises(OutcomeUnknown):
            MaelisClient(Deployment(maelis.wsdl_url)).read_regies(deadline=Deadline.after(0.2))
    gc.collect()
    assert {thread.name for thread in set(threading.enumerate()) - before} <= {'maelis-dns'}


def test_a_maelis_that_is_down_was_not_called(maelis: Simulator) -> None:
    a_list(maelis)
    maelis.down()
    with pytest.raises(NeverLeft):
        a_list(maelis)
    maelis.up()
    assert a_list(maelis).invoices
