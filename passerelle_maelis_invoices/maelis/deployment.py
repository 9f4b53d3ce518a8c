"""How to reach one Maelis."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Deployment:
    """Plain values, so that a client can be kept for each distinct set of them."""

    wsdl_url: str
    #: Where calls go; the address in the WSDL, often an internal host, when empty.
    service_url: str | None = None
    username: str = ''
    password: str = field(default='', repr=False)
    verify_tls: bool = True
    #: File or folder of the authorities to trust; the system's when empty.
    ca_bundle: str = ''
    #: PEM file that holds our certificate and its key.
    client_certificate: str = ''
    #: http://[user:password@]host:port; repr would show its password.
    proxy_url: str = field(default='', repr=False)
    #: amountPaid already contains amountPaidTG.
    treasury_included: bool = False
    #: Of the connector, for measurements.
    name: str = ''
