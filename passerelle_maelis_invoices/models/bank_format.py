from django.db import models

from ..domain.bank_file import BankFormat
from .regie import Regie


class BankFileFormat(models.Model):
    """How the CSV files of a régie's bank, or of Lingo, are to be read: remembered from one to the next."""

    regie = models.OneToOneField(
        Regie, on_delete=models.CASCADE, related_name='bank_format', verbose_name='régie'
    )
    delimiter = models.CharField('séparateur', max_length=1, default=';')
    encoding = models.CharField('encodage', max_length=20, default='utf-8-sig')
    skipped_lines = models.PositiveIntegerField('lignes avant les titres', default=0)
    reference_column = models.CharField('colonne de la référence', max_length=100, default='transaction_id')
    amount_column = models.CharField('colonne du montant', max_length=100, default='amount')
    day_column = models.CharField('colonne de la date', max_length=100, blank=True, default='date')
    day_format = models.CharField('forme de la date', max_length=30, default='%d/%m/%Y')
    in_cents = models.BooleanField('montants en centimes', default=False)

    class Meta:
        verbose_name = 'format du fichier bancaire'
        verbose_name_plural = 'formats des fichiers bancaires'

    def __str__(self) -> str:
        return f'{self.regie}'

    @property
    def format(self) -> BankFormat:
        return BankFormat(
            delimiter=self.delimiter,
            encoding=self.encoding,
            skipped_lines=self.skipped_lines,
            reference_column=self.reference_column,
            amount_column=self.amount_column,
            day_column=self.day_column,
            day_format=self.day_format,
            in_cents=self.in_cents,
        )
