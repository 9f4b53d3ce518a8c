from django.db import models

from .refresh_run import RefreshRun


class RefreshBatch(models.Model):
    """Some families of a run that the cluster shares out. It is deleted with the end of the run.

    The slot is unique in a run: the database itself keeps more batches than slots from being in hand at once.
    """

    run = models.ForeignKey(RefreshRun, on_delete=models.CASCADE, related_name='batches')
    number = models.PositiveIntegerField()
    #: The families whose number comes after the one, up to the other.
    after = models.CharField(max_length=20, blank=True)
    up_to = models.CharField(max_length=20)
    families = models.PositiveIntegerField()
    slot = models.PositiveSmallIntegerField(null=True)
    held_until = models.DateTimeField(null=True)
    #: Times that all of it was asked for.
    passes = models.PositiveSmallIntegerField(default=0)
    done = models.BooleanField(default=False)
    #: What became of its lists, as in the tally of a pass.
    read = models.PositiveIntegerField(default=0)
    silent = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    #: As its first pass found them; ``None`` before.
    up_to_date = models.PositiveIntegerField(null=True)
    without_invoice = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = 'lot d’actualisation'
        verbose_name_plural = 'lots d’actualisation'
        ordering = ['run', 'number']
        constraints = [
            models.UniqueConstraint(fields=['run', 'number'], name='maelis_refresh_batch_once'),
            models.UniqueConstraint(fields=['run', 'slot'], name='maelis_refresh_slot_once'),
        ]

    def __str__(self) -> str:
        return f'{self.run_id}/{self.number}'
