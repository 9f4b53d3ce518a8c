"""Name régies on the command line."""

from argparse import ArgumentParser

from django.core.management.base import CommandError
from django.db.models import QuerySet

from ..models import Regie


def add_regie_arguments(parser: ArgumentParser, *, required: bool) -> None:
    """``slug``, for sites with several connectors, and ``--regie``."""
    parser.add_argument('slug', nargs='?', metavar='CONNECTEUR', help='identifiant ; tous s’il manque')
    help_text = 'code de la régie' if required else 'code de la régie ; toutes s’il manque'
    parser.add_argument('--regie', required=required, metavar='CODE', help=help_text)


def chosen_regies(slug: str | None, code: str | None) -> QuerySet[Regie]:
    """At least one; raises CommandError."""
    regies = Regie.objects.select_related('connector').order_by('connector__slug', 'code')
    if slug:
        regies = regies.filter(connector__slug=slug)
    if code:
        regies = regies.filter(code=code)
    if not regies.exists():
        where = f' pour le connecteur « {slug} »' if slug else ''
        raise CommandError(f'La régie « {code} » n’existe pas{where}.' if code else f'Aucune régie{where}.')
    return regies


def the_regie(slug: str | None, code: str) -> Regie:
    """Exactly one; raises CommandError."""
    found = list(chosen_regies(slug, code))
    if len(found) > 1:
        raise CommandError(f'Plusieurs connecteurs ont une régie « {code} » : nommez le connecteur.')
    return found[0]
