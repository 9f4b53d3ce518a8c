"""Tell something to a webhook within a deadline for all of it: those of ``requests`` are byte by byte."""

import json
from collections.abc import Mapping

import requests
from requests.utils import get_environ_proxies, select_proxy

from ..maelis import Deadline, Deployment, Request, Transport

#: Seconds, from its name's address to its answer's headers.
PATIENCE = 8.0
JSON = {'Content-Type': 'application/json'}


def post_webhook(address: str, facts: Mapping[str, object], headers: Mapping[str, str]) -> None:
    """Any 2xx is a success; the body of the answer is not read, redirections are not followed.

    The proxies of the environment are used, and the certificates that the system trusts. Raises when it is no
    success: there is nothing to do but try again.
    """
    made = requests.Request('POST', address, data=json.dumps(facts), headers={**headers, **JSON}).prepare()
    request = Request('POST', str(made.url), str(made.body).encode(), made.headers)
    transport = Transport(Deployment(wsdl_url='', proxy_url=_proxy_of(request.url)))
    status = transport.status_of(request, deadline=Deadline.after(PATIENCE))
    if not 200 <= status < 300:
        raise requests.HTTPError(f'HTTP {status}')


def _proxy_of(url: str) -> str:
    return select_proxy(url, get_environ_proxies(url)) or ''
