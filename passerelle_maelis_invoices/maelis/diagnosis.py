"""What is wrong with a connector, in plain words, and what its administrator can do."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from ..errors import MaelisError, MisconfiguredConnector
from .outcomes import Cause, Failure

Step = Literal['wsdl', 'service']

PLACES: Mapping[Step, str] = {'wsdl': 'l’adresse du WSDL', 'service': 'l’adresse du service'}

#: ``{place}`` is the address that was being tried.
ADVICE: Mapping[Cause, str] = {
    Cause.DNS: 'Le nom du serveur est inconnu : vérifiez {place} et le DNS de cette machine.',
    Cause.CONNECTION_REFUSED: (
        'Le serveur refuse la connexion : vérifiez le port dans {place}, et que Maelis est démarré.'
    ),
    Cause.UNREACHABLE: 'Le serveur ne peut pas être joint : vérifiez {place}, le réseau et le pare-feu.',
    Cause.CONNECT_TIMEOUT: (
        'Le serveur ne répond pas à temps : vérifiez {place} et le pare-feu, ou allongez le délai.'
    ),
    Cause.CERTIFICATE: (
        'Le certificat du serveur n’est pas accepté : indiquez l’autorité qui l’a signé, '
        'et vérifiez que le nom de {place} est celui du certificat.'
    ),
    Cause.TLS: 'La connexion chiffrée échoue : vérifiez que {place} doit commencer par https://.',
    Cause.PROXY: 'Le mandataire (proxy) ne répond pas ou refuse : vérifiez son adresse et son mot de passe.',
    Cause.NOT_SENT: 'Le serveur est trop lent : réessayez, ou allongez le délai.',
    Cause.SLOW: 'Le serveur est trop lent : réessayez, ou allongez le délai.',
    Cause.CUT: 'Le serveur coupe la connexion : vérifiez {place}, puis prévenez l’exploitant de Maelis.',
    Cause.TOO_LARGE: 'La réponse est trop grande : vérifiez {place}.',
    Cause.REDIRECT: 'Le serveur renvoie vers une autre adresse : indiquez l’adresse finale comme {place}.',
    Cause.AUTHENTICATION: 'L’accès est refusé : vérifiez l’identifiant et le mot de passe du connecteur.',
    Cause.SECURITY_FAULT: ('Maelis refuse l’identifiant ou le mot de passe du connecteur : corrigez-les.'),
    Cause.HTTP_STATUS: 'Le serveur est en erreur : vérifiez {place}, puis prévenez l’exploitant de Maelis.',
    Cause.NOT_FOUND: 'Il n’y a rien à cet endroit : vérifiez {place}.',
    Cause.EMPTY: 'La réponse est vide : vérifiez {place}.',
    Cause.HTML: 'La réponse est une page web, pas celle d’un service : vérifiez {place}, ou une maintenance.',
    Cause.NOT_A_WSDL: 'Ce n’est pas un WSDL : vérifiez {place}, qui se termine souvent par ?wsdl.',
    Cause.FAULT: 'Maelis répond par une erreur : prévenez son exploitant.',
}
UNREADABLE = 'La réponse de Maelis n’est pas celle que son WSDL annonce : prévenez son exploitant.'


@contextmanager
def diagnosed(step: Step) -> Iterator[None]:
    """Turns what a call raises into advice; ``detail`` keeps the cause for administrators."""
    try:
        yield
    except (MaelisError, MisconfiguredConnector) as error:
        if not isinstance(error.__cause__, Failure):
            raise
        advice = ADVICE.get(error.__cause__.cause, UNREADABLE).format(place=PLACES[step])
        raise MisconfiguredConnector(advice, detail=error.detail) from error
