"""System checks: what `manage.py check` says of a site before it runs the connector.

W001 to W004 are about SQLite, E001 to E003 and W005 about settings, W011 to W013 about security
(`check --deploy`).
"""

from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from .models import Connector
from .settings import PREFIX, app_settings

APP = 'passerelle_maelis_invoices'
SHORTEST_WAIT = 10  # seconds
SYNCHRONOUS_FULL = 2


def register_checks() -> None:
    register(check_settings)
    register(check_sqlite_options)
    register(check_sqlite_durability, Tags.database)
    register(check_secret_key, Tags.security, deploy=True)
    register(check_connectors, Tags.security, deploy=True)


def check_settings(**_: Any) -> list[CheckMessage]:
    return [*_time_zones(), *_own_settings(), *_keys(), *_mail_that_waits()]


def check_sqlite_options(**_: Any) -> list[CheckMessage]:
    if not _uses_sqlite():
        return []
    return [*_waits_for_locks(), *_takes_its_lock_first()]


def check_sqlite_durability(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Opens the database, which Django only allows for the checks of `migrate` and `check --database`."""
    if DEFAULT_DB_ALIAS not in (databases or ()) or connections[DEFAULT_DB_ALIAS].vendor != 'sqlite':
        return []
    return [*_journal_mode(), *_synchronous()]


def check_secret_key(**_: Any) -> list[CheckMessage]:
    """The hint matters more than the finding: changing the key later loses the passwords stored with it."""
    if _own_keys() or not str(_secret_key() or '').startswith('django-insecure-'):
        return []
    return [
        Warning(
            'Les mots de passe de Maelis sont chiffrés avec une SECRET_KEY de développement.',
            hint=f'Donnez à SECRET_KEY une valeur secrète, ou des clés à part à {PREFIX}ENCRYPTION_KEYS ; '
            'gardez l’ancienne dans SECRET_KEY_FALLBACKS tant que des secrets chiffrés avec elle existent.',
            id=f'{APP}.W013',
        )
    ]


def check_connectors(**_: Any) -> list[CheckMessage]:
    """Nothing is said of a database that is not there yet."""
    try:
        connectors = list(Connector.objects.defer('password'))
    except DatabaseError:
        return []
    return [message for connector in connectors for message in _security_of(connector)]


def _time_zones() -> Iterator[CheckMessage]:
    if not settings.USE_TZ:
        yield Error(
            'USE_TZ doit valoir True : sans fuseau, les dates seraient fausses deux fois par an.',
            hint='Mettez USE_TZ = True dans les réglages du site.',
            id=f'{APP}.E001',
        )


def _own_settings() -> Iterator[CheckMessage]:
    try:
        app_settings()
    except (TypeError, ValueError) as error:
        yield Error(
            f'Un réglage {PREFIX}… ne convient pas : {error}.',
            hint=f'{PREFIX}LEASE doit valoir au moins deux fois {PREFIX}PAY_DEADLINE, en secondes : '
            'un règlement encore en cours d’envoi serait sinon repris par un autre processus.',
            id=f'{APP}.E002',
        )


def _keys() -> Iterator[CheckMessage]:
    if not _secret_key() and not _own_keys():
        yield Error(
            'SECRET_KEY est vide : aucun secret ne peut être chiffré.',
            hint='Donnez une valeur secrète et durable à SECRET_KEY.',
            id=f'{APP}.E003',
        )


def _mail_that_waits() -> Iterator[CheckMessage]:
    if _sends_by_smtp() and getattr(settings, 'EMAIL_TIMEOUT', None) is None:
        yield Warning(
            'Sans EMAIL_TIMEOUT, un serveur de courriel qui ne répond pas retiendrait les alertes.',
            hint='Mettez EMAIL_TIMEOUT = 10, en secondes, dans les réglages du site.',
            id=f'{APP}.W005',
        )


def _sends_by_smtp() -> bool:
    """A site that configures its mail in another way than by ``EMAIL_…`` is not judged."""
    if getattr(settings, 'MAILERS', None):
        return False
    return str(getattr(settings, 'EMAIL_BACKEND', '')).startswith('django.core.mail.backends.smtp.')


def _secret_key() -> str | None:
    try:
        return settings.SECRET_KEY
    except ImproperlyConfigured:
        return None


def _own_keys() -> bool:
    return bool(getattr(settings, f'{PREFIX}ENCRYPTION_KEYS', ()))


def _uses_sqlite() -> bool:
    return str(settings.DATABASES.get(DEFAULT_DB_ALIAS, {}).get('ENGINE', '')).endswith('.sqlite3')


def _option(name: str) -> Any:
    return settings.DATABASES[DEFAULT_DB_ALIAS].get('OPTIONS', {}).get(name)


def _waits_for_locks() -> Iterator[CheckMessage]:
    if (_option('timeout') or 5) < SHORTEST_WAIT:
        yield Warning(
            'SQLite renonce trop vite quand la base est occupée : un règlement reçu pourrait être refusé.',
            hint="Mettez 'timeout': 20 dans les OPTIONS de DATABASES['default'].",
            id=f'{APP}.W001',
        )


def _takes_its_lock_first() -> Iterator[CheckMessage]:
    """Before 5.1 Django cannot say it."""
    if django.VERSION >= (5, 1) and str(_option('transaction_mode') or '').upper() not in (
        'IMMEDIATE',
        'EXCLUSIVE',
    ):
        yield Warning(
            'Avec SQLite, deux transactions qui lisent puis écrivent en même temps échouent l’une des deux.',
            hint="Mettez 'transaction_mode': 'IMMEDIATE' dans les OPTIONS de DATABASES['default'].",
            id=f'{APP}.W002',
        )


def _journal_mode() -> Iterator[CheckMessage]:
    """A database in memory has no journal file."""
    if _pragma('journal_mode') not in ('wal', 'memory'):
        yield Warning(
            'La base SQLite n’est pas en mode WAL : une écriture y bloque toutes les lectures.',
            hint='Exécutez PRAGMA journal_mode=WAL une fois sur cette base, ou à chaque connexion.',
            id=f'{APP}.W003',
        )


def _synchronous() -> Iterator[CheckMessage]:
    if _pragma('journal_mode') != 'memory' and int(_pragma('synchronous')) < SYNCHRONOUS_FULL:
        yield Warning(
            'SQLite n’attend pas le disque : une coupure de courant peut perdre un règlement acquitté.',
            hint='Exécutez PRAGMA synchronous=FULL à chaque connexion (signal connection_created).',
            id=f'{APP}.W004',
        )


def _pragma(name: str) -> Any:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute(f'PRAGMA {name}')
        return cursor.fetchone()[0]


def _security_of(connector: Connector) -> Iterator[CheckMessage]:
    addresses = [connector.wsdl_url, connector.service_url]
    if any(_in_clear(address) for address in addresses):
        yield Warning(
            f'Le connecteur « {connector.slug} » parle à Maelis en clair (http://).',
            hint='Utilisez une adresse https:// si Maelis en a une, ou un réseau privé.',
            obj=connector,
            id=f'{APP}.W011',
        )
    if not connector.verify_tls:
        yield Warning(
            f'Le connecteur « {connector.slug} » ne vérifie pas le certificat de Maelis.',
            hint='Indiquez plutôt le fichier de l’autorité de certification, et vérifiez le certificat.',
            obj=connector,
            id=f'{APP}.W012',
        )


def _in_clear(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme == 'http' and not _on_this_machine(parts.hostname or '')


def _on_this_machine(host: str) -> bool:
    try:
        return host == 'localhost' or ip_address(host).is_loopback
    except ValueError:
        return False
