"""The connectors and régies that a configuration refers to by name."""

from ..models import Connector, Regie
from .validate_configuration import InvalidConfiguration, Place, place


def named_connector(slug: str, path: Place) -> Connector:
    """Raises InvalidConfiguration."""
    found = Connector.objects.filter(slug=slug).defer('password').first()
    if not found:
        raise InvalidConfiguration(f'{place(path)} : le connecteur « {slug} » n’existe pas.')
    return found


def named_regie(name: str, path: Place) -> Regie:
    """``name`` as in 'toulouse/007'. Raises InvalidConfiguration."""
    slug, _, code = name.partition('/')
    found = Regie.objects.filter(connector__slug=slug, code=code).first()
    if not found:
        raise InvalidConfiguration(
            f'{place(path)} : la régie « {name} » n’est pas connue ; citez-la dans les « regies » de son '
            'connecteur, ou importez d’abord celles de Maelis (maelis_refresh_regies).'
        )
    return found
