"""The list of invoices: what is understood, what is refused, what is reported."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date
from decimal import Decimal

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from passerelle_maelis_invoices.maelis import Deadline, Drift, InvoicesRead
from passerelle_maelis_invoices.maelis.envelope import open_envelope
from passerelle_maelis_invoices.maelis.invoices import Asked, invoices_in
from passerelle_maelis_invoices.maelis.outcomes import Cause, Failure
from passerelle_maelis_invoices.maelis.shapes import bean_schema
from passerelle_maelis_invoices.maelis.transport import Answer
from tests.maelis.builders import FAMILY, REGIE, an_operation
from tests.maelis.servers import envelope

BEAN = """
<invoiceList>
  <numFamily>1001</numFamily><name>Durand</name><codRegie>007</codRegie><libRegie>Restauration</libRegie>
  <dateInvoice>2026-03-01T00:00:00</dateInvoice><dateDeadline>2026-03-31T00:00:00</dateDeadline>
  <libelleTTF>Cantine &amp; goûter</libelleTTF><numInvoice>30</numInvoice><idInvoice>F30</idInvoice>
  <amountInvoice>42.00</amountInvoice><amountPaid>12.00</amountPaid><amountPaidTG>10.00</amountPaidTG>
  <payer><num>1</num><civility>Mme</civility><lastname>Durand</lastname><firstname>Zoé</firstname></payer>
  <lineInvoiceList>
    <numLine>1</numLine><numPers>2</numPers><name>Léo</name><idActivity>A1</idActivity>
    <libelleLine>Repas</libelleLine><dateStart>2026-02-01T00:00:00</dateStart>
    <dateEnd>2026-02-28T00:00:00</dateEnd><quantity>10</quantity><unitPrice>4.2</unitPrice>
    <amountLine>42.00</amountLine>
  </lineInvoiceList>
  <pdfName>f30.pdf</pdfName>
</invoiceList>"""

OPERATION = an_operation('readInvoices')
NO_AMOUNTS = ('42,00', 'NaN', 'INF', '1E400', '1E+400', '', 'null', '1_000', '٤٢', '0x1', '1 2')
NO_DATES = (
    '07/04/2023',
    '',
    '2023-02-30',
    '20230407',
    '2023-W14-5',
    '0001-01-01T00:00:00+14:00',
    '2023-04-07T25:00:00',
)
NILS = ('<amountPaid xsi:nil="true"/>', '<amountPaid/>', '<amountPaid xsi:nil="1"> </amountPaid>')
WRAPPERS = ('<return>{}</return>', '<a><b>{}</b></a>', '<code>0</code><x>ok</x><l>{}</l>')


def read(
    *beans: str,
    treasury_included: bool = False,
    family: str = FAMILY,
    announced: Mapping[str, bool] | None = None,
) -> InvoicesRead:
    operation = OPERATION
    if announced is not None:
        operation = type(operation)(
            **{name: getattr(operation, name) for name in operation.__slots__} | {'announced': announced}
        )
    body = f'<n:readInvoicesResponse>{"".join(beans)}</n:readInvoicesResponse>'
    asked = Asked(family, REGIE, operation, treasury_included)
    deadline = Deadline.after(5)
    return invoices_in(open_envelope(an_answer(body), operation.answer, deadline), asked, deadline)


def an_answer(body: str) -> Answer:
    return Answer(200, 'text/xml', envelope(body))


def a_bean(**texts: str | None) -> str:
    """BEAN with other texts; ``None`` removes the element."""
    bean = etree.fromstring(BEAN)
    for name, text in texts.items():
        element = bean.find(name)
        assert element is not None
        if text is None:
            bean.remove(element)
        else:
            element.text = text
    return etree.tostring(bean, encoding='unicode')


def unreadable(*beans: str, **options: object) -> Failure:
    with pytest.raises(Failure) as raised:
        read(*beans, **options)  # type: ignore[arg-type]
    return raised.value


def paths(bean: etree._Element, prefix: str = '') -> Iterator[str]:
    """Each element below, as ``find`` and a drift call it."""
    for child in bean:
        yield prefix + str(child.tag)
        yield from paths(child, f'{prefix}{child.tag}/')


ALL_PATHS = list(paths(etree.fromstring(BEAN)))


def test_a_list_is_read_into_figures_and_beans() -> None:
    (invoice,) = read(BEAN).invoices
    figures = invoice.figures
    assert (figures.regie_code, figures.number, figures.family_id) == ('007', '30', '1001')
    assert (figures.label, figures.has_pdf) == ('Cantine & goûter', True)
    assert (figures.invoice_date, figures.due_date) == (date(2026, 3, 1), date(2026, 3, 31))
    assert (figures.total, figures.paid, figures.paid_at_treasury) == (
        Decimal('42.00'),
        Decimal('22.00'),
        Decimal('10.00'),
    )
    assert invoice.bean['lineInvoiceList'][0]['dateEnd'] == '2026-02-28'
    jsonschema.validate(invoice.bean, bean_schema())
    assert read(BEAN).drift == ()


def test_an_empty_list_is_an_answer() -> None:
    assert read() == InvoicesRead(())


def test_what_was_paid_at_the_treasury_may_be_counted_already() -> None:
    (invoice,) = read(BEAN, treasury_included=True).invoices
    assert invoice.figures.paid == Decimal('12.00')
    assert invoice.figures.paid_directly == Decimal('2.00')


@pytest.mark.parametrize('path', ALL_PATHS)
def test_p15_a_missing_element_is_an_error_or_a_named_drift(path: str) -> None:
    bean = etree.fromstring(BEAN)
    element = bean.find(path)
    element.getparent().remove(element)
    check_same_or_refused(etree.tostring(bean, encoding='unicode'), Drift('required', path), path)


@pytest.mark.parametrize('path', ALL_PATHS)
def test_p15_a_renamed_element_is_an_error_or_two_named_drifts(path: str) -> None:
    bean = etree.fromstring(BEAN)
    bean.find(path).tag = 'nouveauNom'
    renamed = (path.rpartition('/')[0] + '/nouveauNom').lstrip('/')
    text = etree.tostring(bean, encoding='unicode')
    check_same_or_refused(text, Drift('required', path), path, Drift('additionalProperties', renamed))


@pytest.mark.parametrize('path', ['', 'payer', 'lineInvoiceList'])
def test_p15_a_new_element_is_kept_and_named(path: str) -> None:
    bean = etree.fromstring(BEAN)
    parent = bean.find(path) if path else bean
    etree.SubElement(etree.SubElement(parent, 'nouveau'), 'sous').text = 'inconnu'
    answer = read(etree.tostring(bean, encoding='unicode'))
    assert answer.drift == (Drift('additionalProperties', f'{path}/nouveau'.lstrip('/')),)
    assert answer.invoices[0].figures == read(BEAN).invoices[0].figures
    assert "{'sous': 'inconnu'}" in str(answer.invoices[0].bean)


def test_p15_another_order_changes_nothing() -> None:
    bean = etree.fromstring(BEAN)
    for parent in [bean, *bean]:
        parent[:] = reversed(parent)
    assert read(etree.tostring(bean, encoding='unicode')) == read(BEAN)


def check_same_or_refused(bean: str, drift: Drift, path: str, *more: Drift) -> None:
    """Never a zero, never an empty list: the same figures or none, and what is amiss is named."""
    try:
        answer = read(bean)
    except Failure as failure:
        assert failure.element == path
        return
    named = {(one.keyword, one.path) for one in answer.drift}
    assert {(one.keyword, one.path) for one in (drift, *more)} <= named
    figures, before = answer.invoices[0].figures, read(BEAN).invoices[0].figures
    if path == 'amountPaidTG':
        assert figures.paid == Decimal('12.00')
    else:
        assert (figures.total, figures.paid, figures.due_date) == (before.total, before.paid, before.due_date)


@pytest.mark.parametrize('name', ['numFamily', 'numInvoice', 'dateInvoice', 'amountInvoice', 'amountPaid'])
def test_a_required_element_that_is_missing_is_named(name: str) -> None:
    assert unreadable(a_bean(**{name: None})).element == name


def test_a_deadline_that_the_wsdl_promises_is_required() -> None:
    assert unreadable(a_bean(dateDeadline=None)).element == 'dateDeadline'
    optional = {**OPERATION.announced, 'dateDeadline': False}
    assert read(a_bean(dateDeadline=None), announced=optional).invoices[0].figures.due_date is None


def test_money_at_the_treasury_under_another_name_is_not_no_money() -> None:
    renamed = BEAN.replace('amountPaidTG>', 'amountPaidTresor>')
    assert unreadable(renamed).element == 'amountPaidTG'
    announced = {**OPERATION.announced, 'amountPaidTresor': True}
    assert read(renamed, announced=announced).invoices[0].figures.paid == Decimal('12.00')


@pytest.mark.parametrize('text', NO_AMOUNTS)
def test_an_amount_that_is_none_is_never_a_figure(text: str) -> None:
    failure = unreadable(a_bean(amountInvoice=text))
    assert (failure.cause, failure.element) == (Cause.UNREADABLE, 'amountInvoice')


@pytest.mark.parametrize(
    ('text', 'amount'),
    [('42', '42.00'), ('4.2E1', '42.00'), ('41.99999999999999', '42.00'), ('-3.10', '-3.10'), ('.5', '0.50')],
)
def test_an_amount_may_be_a_double(text: str, amount: str) -> None:
    (invoice,) = read(a_bean(amountInvoice=text)).invoices
    assert invoice.figures.total == Decimal(amount)
    assert invoice.bean['amountInvoice'] == amount


@pytest.mark.parametrize('text', NO_DATES)
def test_a_date_that_is_none_is_never_a_figure(text: str) -> None:
    assert unreadable(a_bean(dateInvoice=text)).element == 'dateInvoice'
    if text:
        assert unreadable(a_bean(dateDeadline=text)).element == 'dateDeadline'


@pytest.mark.parametrize(
    ('text', 'day'),
    [
        ('2023-04-07', date(2023, 4, 7)),
        ('2023-04-07+02:00', date(2023, 4, 7)),
        ('2023-04-07T00:00:00', date(2023, 4, 7)),
        ('2023-04-07T23:59:59.999', date(2023, 4, 7)),
        ('2023-04-06T22:00:00Z', date(2023, 4, 7)),
        ('2023-04-06T22:00:00.000Z', date(2023, 4, 7)),
        ('2023-01-06T22:00:00Z', date(2023, 1, 6)),
        ('2023-01-06T23:00:00Z', date(2023, 1, 7)),
        ('2023-04-07T00:00:00+02:00', date(2023, 4, 7)),
    ],
)
def test_p17_a_date_is_the_day_in_paris(text: str, day: date) -> None:
    (invoice,) = read(a_bean(dateDeadline=text)).invoices
    assert invoice.figures.due_date == day


@pytest.mark.parametrize('nil', NILS)
def test_nothing_paid_may_be_nil(nil: str) -> None:
    bean = BEAN.replace('<amountPaid>12.00</amountPaid>', nil)
    (invoice,) = read(bean).invoices
    assert invoice.figures.paid_directly == Decimal('0.00')
    assert invoice.bean['amountPaid'] is None


def test_two_amounts_for_one_are_unreadable() -> None:
    doubled = BEAN.replace('<amountPaid>', '<amountPaid>1.00</amountPaid><amountPaid>')
    assert unreadable(doubled).element == 'amountPaid'


def test_lines_that_cannot_be_read_are_kept_and_named() -> None:
    odd = BEAN.replace('<quantity>10<', '<quantity>dix<')
    answer = read(odd)
    assert answer.drift == (Drift('type', 'lineInvoiceList/quantity'),)
    assert answer.invoices[0].bean['lineInvoiceList'][0]['quantity'] == 'dix'


def test_a_second_payer_is_kept_and_named() -> None:
    odd = BEAN.replace('<payer>', '<payer><num>9</num></payer><payer>')
    answer = read(odd)
    assert Drift('type', 'payer') in answer.drift
    assert len(answer.invoices[0].bean['payer']) == 2


def test_lines_may_be_wrapped() -> None:
    bean = etree.fromstring(BEAN)
    lines = bean.find('lineInvoiceList')
    line = deepcopy(lines)
    line.tag = 'ligne'
    lines[:] = [line, deepcopy(line)]
    (invoice,) = read(etree.tostring(bean, encoding='unicode')).invoices
    (plain,) = read(BEAN).invoices
    assert invoice.bean['lineInvoiceList'] == plain.bean['lineInvoiceList'] * 2


@pytest.mark.parametrize('wrap', WRAPPERS)
def test_invoices_are_found_wherever_they_are(wrap: str) -> None:
    assert read(wrap.format(BEAN)).invoices == read(BEAN).invoices
    assert read(wrap.format('')).invoices == ()


def test_an_answer_in_which_all_is_renamed_is_not_an_empty_list() -> None:
    renamed = etree.fromstring(BEAN)
    for element in renamed:
        element.tag = 'x' + str(element.tag)
    assert unreadable(etree.tostring(renamed, encoding='unicode')).cause is Cause.UNREADABLE


def test_p4_invoices_of_others_are_dropped_and_counted() -> None:
    mine = read(BEAN).invoices
    answer = read(a_bean(numFamily='1002', numInvoice='31'), BEAN, a_bean(codRegie='SEN'))
    assert (answer.invoices, answer.foreign) == (mine, 2)


def test_p4_an_answer_about_others_only_is_not_an_empty_list() -> None:
    assert unreadable(a_bean(numFamily='1002')).cause is Cause.FOREIGN


def test_an_invoice_without_its_regie_is_of_the_one_asked_for() -> None:
    optional = {**OPERATION.announced, 'codRegie': False}
    assert read(a_bean(codRegie=None), announced=optional).invoices[0].figures.regie_code == '007'


def test_family_numbers_may_begin_with_zeros() -> None:
    assert len(read(BEAN, family='01001').invoices) == 1


def test_the_same_invoice_twice_is_one_and_two_under_one_number_are_none() -> None:
    assert len(read(BEAN, BEAN).invoices) == 1
    assert unreadable(BEAN, a_bean(amountPaid='42.00')).element == 'numInvoice'


def test_a_pdf_is_there_when_it_has_a_name_or_when_none_ever_has() -> None:
    assert not read(a_bean(pdfName='')).invoices[0].figures.has_pdf
    assert not read(a_bean(pdfName=None)).invoices[0].figures.has_pdf
    silent = {name: must for name, must in OPERATION.announced.items() if name != 'pdfName'}
    assert read(a_bean(pdfName=None), announced=silent).invoices[0].figures.has_pdf


def test_the_hash_tells_beans_apart() -> None:
    (first,), (again,), (other,) = (read(one).invoices for one in (BEAN, BEAN, a_bean(libelleTTF='x')))
    assert first.bean_hash == again.bean_hash != other.bean_hash
    assert len(first.bean_hash) == 64


@given(st.decimals(min_value='-9999999.99', max_value='9999999.99', places=2))
def test_p8_amounts_are_read_to_the_cent(amount: Decimal) -> None:
    (invoice,) = read(a_bean(amountInvoice=f'{amount:f}', amountPaid=repr(float(amount)))).invoices
    assert invoice.figures.total == amount
    assert invoice.figures.paid_directly == amount
