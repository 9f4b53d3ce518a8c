"""Answers that are not what was asked for, and those that nearly are."""

import base64
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle_maelis_invoices.maelis import Deadline
from passerelle_maelis_invoices.maelis.envelope import Content, open_envelope
from passerelle_maelis_invoices.maelis.outcomes import Cause, Failure
from passerelle_maelis_invoices.maelis.pdf import pdf_in
from passerelle_maelis_invoices.maelis.receipts import result_word
from passerelle_maelis_invoices.maelis.regies import RegieFound, regies_in
from passerelle_maelis_invoices.maelis.transport import Answer
from tests.maelis.builders import an_operation
from tests.maelis.servers import envelope

PDF = b'%PDF-1.7 ' + bytes(range(256))
PAYING = an_operation('payInvoices')


def opened(document: bytes, expected: str = 'r', *, status: int = 200, kind: str = 'text/xml') -> Content:
    return open_envelope(Answer(status, kind, document), expected, Deadline.after(5), huge=True)


def cause_of(document: bytes, **answer: object) -> Cause:
    with pytest.raises(Failure) as raised:
        opened(document, **answer)  # type: ignore[arg-type]
    return raised.value.cause


@pytest.mark.parametrize(
    ('document', 'status', 'cause'),
    [
        (b'', 200, Cause.EMPTY),
        (b'', 202, Cause.EMPTY),
        (b' \n', 200, Cause.EMPTY),
        (b'', 500, Cause.EMPTY),
        (envelope('<r/>'), 202, Cause.HTTP_STATUS),
        (envelope('<r/>'), 500, Cause.HTTP_STATUS),
        (envelope('<r/>'), 302, Cause.REDIRECT),
        (b'', 401, Cause.AUTHENTICATION),
        (envelope('<r/>'), 403, Cause.AUTHENTICATION),
        (envelope('<s/>'), 200, Cause.OTHER_ANSWER),
        (envelope(''), 200, Cause.MALFORMED),
        (envelope('<r/><r/>'), 200, Cause.MALFORMED),
        (envelope('<r/>')[:-3], 200, Cause.MALFORMED),
        (envelope('<r>&undefined;</r>'), 200, Cause.MALFORMED),
        (b'<!DOCTYPE a [<!ENTITY b "c">]>' + envelope('<r>&b;</r>'), 200, Cause.MALFORMED),
        (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x">' + envelope('<r/>'), 200, Cause.MALFORMED),
        (b'<r/>', 200, Cause.MALFORMED),
        (b'not xml', 200, Cause.MALFORMED),
        (b'<!DOCTYPE html><html><p>Maintenance</html>', 200, Cause.HTML),
        (b'<html><body><p>Maintenance</p></body></html>', 200, Cause.HTML),
    ],
)
def test_p13_only_the_expected_element_is_an_answer(document: bytes, status: int, cause: Cause) -> None:
    assert cause_of(document, status=status) is cause


@given(st.binary(max_size=200), st.integers(0, 300))
def test_p13_any_bytes_are_an_answer_or_a_failure(noise: bytes, position: int) -> None:
    document = envelope('<r><code>1</code></r>')
    spoilt = document[:position] + noise + document[position:]
    with suppress(Failure):
        assert opened(spoilt).element is not None


@pytest.mark.parametrize('status', [200, 500])
@pytest.mark.parametrize(
    ('fault', 'cause', 'codes'),
    [
        ('<s:Fault><faultcode>s:Server</faultcode></s:Fault>', Cause.FAULT, 'Server'),
        ('<s:Fault/>', Cause.FAULT, ''),
        ('<s:Fault><faultstring>FACTURE_INCONNUE</faultstring></s:Fault>', Cause.FAULT, ''),
        (
            '<s:Fault><faultcode>s:Server</faultcode><faultstring>Durand</faultstring>'
            '<detail><n:E><code>FACTURE_INCONNUE</code></n:E></detail></s:Fault>',
            Cause.BUSINESS_REFUSAL,
            'Server FACTURE_INCONNUE',
        ),
        (
            '<s:Fault><faultcode>wsse:FailedAuthentication</faultcode></s:Fault>',
            Cause.SECURITY_FAULT,
            'Failed',
        ),
        (
            '<t:Fault xmlns:t="http://www.w3.org/2003/05/soap-envelope"><t:Code><t:Value>t:Receiver</t:Value>'
            '<t:Subcode><t:Value>REGIE_INCONNUE</t:Value></t:Subcode></t:Code></t:Fault>',
            Cause.BUSINESS_REFUSAL,
            'REGIE_INCONNUE',
        ),
    ],
)
def test_a_fault_says_its_codes_and_nothing_of_anybody(
    fault: str, cause: Cause, codes: str, status: int
) -> None:
    with pytest.raises(Failure) as raised:
        opened(envelope(fault), status=status)
    assert raised.value.cause is cause
    assert codes in str(raised.value)
    assert 'Durand' not in str(raised.value)


def test_a_deadline_that_ends_while_parsing_is_kept() -> None:
    with pytest.raises(Failure) as raised:
        open_envelope(Answer(200, 'text/xml', envelope('<r/>')), 'r', Deadline.after(0))
    assert raised.value.cause is Cause.SLOW


def test_p3_millions_of_elements_are_not_parsed() -> None:
    assert cause_of(envelope('<r>' + '<a/>' * 1_000_001 + '</r>')) is Cause.TOO_LARGE


def test_only_a_pdf_may_be_huge() -> None:
    document = envelope(f'<r>{"x" * 10_500_000}</r>')
    assert opened(document).element is not None
    with pytest.raises(Failure):
        open_envelope(Answer(200, 'text/xml', document), 'r', Deadline.after(5))


def regies(body: str) -> list[RegieFound]:
    return regies_in(opened(envelope(f'<r>{body}</r>')))


def test_regies_are_found_wrapped_or_not_and_codes_are_text() -> None:
    one = '<x><libelle>Cantine</libelle><autre>1</autre><code>007</code></x>'
    two = '<x><code>SEN</code></x>'
    assert regies(one) == regies(f'<return>{one}</return>') == [RegieFound('007', 'Cantine')]
    assert regies('') == []
    assert regies(one + two) == [RegieFound('007', 'Cantine'), RegieFound('SEN', 'SEN')]
    assert regies('<code>0</code>') == []


@pytest.mark.parametrize('body', ['<x><libelle>Cantine</libelle></x>', '<x><code/><libelle>C</libelle></x>'])
def test_a_regie_without_a_code_spoils_the_list(body: str) -> None:
    with pytest.raises(Failure) as raised:
        regies(body)
    assert raised.value.element == 'code'


def word(body: str) -> str:
    content = opened(envelope(f'<n:payInvoicesResponse>{body}</n:payInvoicesResponse>'), PAYING.answer)
    return result_word(content, PAYING)


def test_a_payment_succeeds_with_a_word_in_the_announced_element() -> None:
    assert word('<result>OK</result>') == 'OK'
    assert word('<date>2026</date><return><result> Enregistré </result></return>') == 'Enregistré'


@pytest.mark.parametrize('body', ['', '<result/>', '<other>OK</other>', '<result xsi:nil="true"/>'])
def test_a_payment_without_its_word_is_uncertain(body: str) -> None:
    with pytest.raises(Failure) as raised:
        word(body)
    assert (raised.value.cause, raised.value.element) == (Cause.UNREADABLE, 'result')


@pytest.mark.parametrize('negative', ['KO', 'ko', 'ERREUR', 'false', 'Nok'])
def test_a_negative_word_is_no_success(negative: str) -> None:
    with pytest.raises(Failure) as raised:
        word(f'<result>{negative}</result>')
    assert raised.value.cause is Cause.NEGATIVE_RESULT


def pdf(body: str) -> bytes:
    return pdf_in(opened(envelope(f'<r>{body}</r>')), 1000)


def test_p16_a_pdf_is_passed_byte_for_byte() -> None:
    text = base64.encodebytes(PDF).decode()
    assert pdf(f'<pdf>{text}</pdf>') == pdf(f'<type>x</type><a><b>\n {text}</b></a>') == PDF


@pytest.mark.parametrize('content', [b'<html>', b' %PDF-1.7', b'GIF89a%PDF-', b''])
def test_p16_what_is_not_a_pdf_is_not_passed(content: bytes) -> None:
    with pytest.raises(Failure) as raised:
        pdf(f'<pdf>{base64.b64encode(content).decode()}</pdf>')
    assert raised.value.cause is Cause.NOT_A_PDF


@pytest.mark.parametrize('text', ['JVBERi0xLjc!', 'JVBERi0xLjcé', 'JVBERi0xL'])
def test_p16_damaged_base64_is_not_passed(text: str) -> None:
    with pytest.raises(Failure) as raised:
        pdf(f'<pdf>{text}</pdf>')
    assert raised.value.cause is Cause.NOT_A_PDF


def test_p16_a_pdf_above_the_limit_is_not_passed() -> None:
    with pytest.raises(Failure) as raised:
        pdf(f'<pdf>{base64.b64encode(PDF + b"x" * 1000).decode()}</pdf>')
    assert raised.value.cause is Cause.TOO_LARGE


def multipart(root: bytes, attachment: bytes, *, encoding: str = 'binary', last: bytes = b'--\r\n') -> bytes:
    return (
        b'preamble\r\n--b 1\r\nContent-Type: application/xop+xml\r\nContent-ID: <root@x>\r\n\r\n'
        + root
        + b'\r\n--b 1\r\nContent-ID: <a@x>\r\nContent-Transfer-Encoding: '
        + encoding.encode()
        + b'\r\n\r\n'
        + attachment
        + b'\r\n--b 1'
        + last
    )


KIND = 'multipart/related; type="application/xop+xml"; start="<root@x>"; boundary="b 1"'
INCLUDE = envelope(
    '<r><pdf><x:Include xmlns:x="http://www.w3.org/2004/08/xop/include" href="cid:a%40x"/></pdf></r>'
)


def test_p16_a_pdf_may_be_an_attachment() -> None:
    binary = multipart(INCLUDE, PDF + b'\r\n')
    encoded = multipart(INCLUDE, base64.encodebytes(PDF), encoding='base64')
    assert pdf_in(opened(binary, kind=KIND), 1000) == PDF + b'\r\n'
    assert pdf_in(opened(encoded, kind=KIND), 1000) == PDF


def test_an_attachment_that_nobody_refers_to_is_not_the_answer() -> None:
    with pytest.raises(Failure):
        pdf_in(opened(multipart(envelope('<r/>'), PDF), kind=KIND), 1000)


@pytest.mark.parametrize('kind', ['multipart/related', KIND.replace('b 1', 'other')])
def test_parts_that_cannot_be_told_apart_are_no_answer(kind: str) -> None:
    assert cause_of(multipart(INCLUDE, PDF), kind=kind) is Cause.MALFORMED


def test_parts_that_end_early_are_no_answer() -> None:
    assert cause_of(multipart(INCLUDE, PDF, last=b''), kind=KIND) is Cause.MALFORMED
