import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from ...domain.french import counted, euros
from ...use_cases.verify_ledger import Proof, verify_ledger
from ..regie_argument import add_regie_arguments, chosen_regies


class Command(BaseCommand):
    help = (
        'Complète le livre de recettes, puis prouve qu’il est entier, inchangé et conforme aux règlements, '
        'ou nomme la première écriture qui ment. Le code de sortie est 1 si un livre ne tient pas.'
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_regie_arguments(parser, required=False)
        parser.add_argument('--year', type=int, metavar='ANNÉE', help='un seul exercice')

    def handle(
        self, *args: Any, slug: str | None, regie: str | None, year: int | None, **options: Any
    ) -> None:
        regies = chosen_regies(slug, regie)
        proofs = [proof for one in regies for proof in verify_ledger(regie=one, year=year)]
        for proof in proofs:
            self.stdout.write(_line(proof))
        if not proofs:
            self.stdout.write('Aucune écriture.')
        if any(proof.lie for proof in proofs):
            sys.exit(1)


def _line(proof: Proof) -> str:
    book = f'{proof.regie.connector.slug} {proof.regie.code} {proof.year}'
    if proof.lie:
        return f'FAUX  {book} : écriture n° {proof.lie.n}, {proof.lie.why}.'
    entries = counted(proof.entries, 'écriture')
    return f'JUSTE {book} : {entries}, {euros(proof.total)}, empreinte {proof.last_hash}'
