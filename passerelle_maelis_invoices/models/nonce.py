from django.db import models


class Nonce(models.Model):
    """A nonce already used by a caller; of no use after ``expires_at``."""

    orig = models.CharField(max_length=250)
    nonce = models.CharField(max_length=250)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=['orig', 'nonce'], name='maelis_nonce')]

    def __str__(self) -> str:
        return f'{self.orig} {self.nonce}'
