"""The town's invoices in Maelis's own words, without Django: what the canned Maelis answers."""

FAMILY, REGIE, COUNT, LINES = '1312', '102', 20, 10
NAMESPACE = 'invoice.ws.maelis.sigec.com'

LINE = (
    '<lineInvoiceList><numLine>{rank}</numLine><numPers>10012</numPers><name>Noël Łukasiewicz</name>'
    '<idActivity>ACT180</idActivity><libelleLine>Restauration scolaire, repas servis</libelleLine>'
    '<dateStart>2026-01-01T00:00:00</dateStart><dateEnd>2026-01-31T00:00:00</dateEnd>'
    '<quantity>12.00</quantity><unitPrice>3.50</unitPrice><amountLine>42.00</amountLine></lineInvoiceList>'
)
INVOICE = (
    '<invoiceList><numFamily>{family}</numFamily><name>Łukasiewicz</name><codRegie>{regie}</codRegie>'
    '<libRegie>Restauration scolaire</libRegie><dateInvoice>2026-01-{number:02}T00:00:00</dateInvoice>'
    '<dateDeadline>2099-12-31T00:00:00</dateDeadline><libelleTTF>Cantine et périscolaire</libelleTTF>'
    '<numInvoice>{number}</numInvoice><idInvoice>{regie}-{number}</idInvoice>'
    '<amountInvoice>42.00</amountInvoice><amountPaid>0.00</amountPaid><amountPaidTG>0.00</amountPaidTG>'
    '<payer><num>10011</num><civility>Mme</civility><lastname>Łukasiewicz</lastname>'
    '<firstname>Zoé</firstname></payer>{lines}<pdfName>facture-{number}.pdf</pdfName></invoiceList>'
)


def _envelope(operation: str, content: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
        f'<ns2:{operation}Response xmlns:ns2="{NAMESPACE}">{content}</ns2:{operation}Response>'
        '</soap:Body></soap:Envelope>'
    ).encode()


def _invoice(number: int) -> str:
    lines = ''.join(LINE.format(rank=rank) for rank in range(1, LINES + 1))
    return INVOICE.format(family=FAMILY, regie=REGIE, number=number, lines=lines)


INVOICES = _envelope('readInvoices', ''.join(_invoice(number) for number in range(1, COUNT + 1)))
PAID = _envelope('payInvoices', '<result>OK</result>')
