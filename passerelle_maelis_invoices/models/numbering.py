from typing import Any, Self

from django.db import models
from django.db.models import F

from .regie import Regie


class Series(models.TextChoices):
    LEDGER = 'ledger', 'livre de recettes'
    LEDGER_WRITER = 'ledger-writer', 'écriture du livre'
    CREDIT_NOTES = 'credit-notes', 'avoirs'


class Numbering(models.Model):
    """The last number given in a régie's series of a year: held by one writer at a time, so without gaps."""

    series = models.CharField(max_length=20, choices=Series.choices)
    regie = models.ForeignKey(Regie, on_delete=models.PROTECT)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)
    #: The hash of the entry with that number, where a series has one.
    last_hash = models.CharField(max_length=64, blank=True)
    turns = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=['series', 'regie', 'year'], name='maelis_numbering_series')
        ]

    def __str__(self) -> str:
        return f'{self.series} {self.regie_id} {self.year}: {self.last}'

    @classmethod
    def hold(cls, series: Series, regie: Regie, year: int) -> Self:
        """Inside a transaction: others wait until it ends, and a number that it rolls back is given again.

        It writes before it reads: on SQLite a read could not be upgraded to a write while another writes.
        """
        mine: dict[str, Any] = {'series': series, 'regie': regie, 'year': year}
        if not cls.objects.filter(**mine).update(turns=F('turns') + 1):
            cls.objects.bulk_create([cls(**mine)], ignore_conflicts=True)
            cls.objects.filter(**mine).update(turns=F('turns') + 1)
        return cls.objects.get(**mine)

    def give(self, count: int = 1, *, last_hash: str = '') -> None:
        """Moves on by ``count`` numbers."""
        self.last += count
        self.last_hash = last_hash
        Numbering.objects.filter(pk=self.pk).update(last=self.last, last_hash=last_hash)
