"""Whom we trust, and who we are, when Maelis is reached over TLS."""

import ssl
from pathlib import Path

from ..errors import MisconfiguredConnector
from .deployment import Deployment
from .sockets import DeadlineTLSSocket


def tls_context(deployment: Deployment) -> ssl.SSLContext:
    """Raises MisconfiguredConnector when a certificate file cannot be used."""
    try:
        context = _context_that_trusts(deployment.ca_bundle)
        if deployment.client_certificate:
            context.load_cert_chain(deployment.client_certificate)
    except OSError as error:
        raise MisconfiguredConnector(
            'Un fichier de certificat du connecteur est absent, illisible ou n’est pas au format PEM.',
            detail=type(error).__name__,
        ) from error
    if not deployment.verify_tls:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.sslsocket_class = DeadlineTLSSocket
    return context


def _context_that_trusts(bundle: str) -> ssl.SSLContext:
    if bundle and Path(bundle).is_dir():
        return ssl.create_default_context(capath=bundle)
    return ssl.create_default_context(cafile=bundle or None)
