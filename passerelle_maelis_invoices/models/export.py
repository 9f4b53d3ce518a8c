import secrets
from datetime import datetime
from typing import Self

from django.core.files.storage import FileSystemStorage, InvalidStorageError, Storage, storages
from django.db import models
from django.db.models import Q

from ..domain.export import ExportFormat, ExportKind, ExportState, extension_of
from ..settings import app_settings
from .reconciliation import Reconciliation
from .regie import Regie

KIND_LABELS = {
    ExportKind.INVOICES: 'factures',
    ExportKind.CREDIT_NOTES: 'avoirs',
    ExportKind.PAYMENTS: 'règlements',
    ExportKind.LEDGER: 'livre de recettes',
    ExportKind.RECONCILIATION: 'rapprochement',
}
FORMAT_LABELS = {
    ExportFormat.PDF: 'PDF',
    ExportFormat.JSON: 'JSON',
    ExportFormat.XML: 'XML',
    ExportFormat.CSV: 'CSV',
    ExportFormat.SPREADSHEET: 'tableur (xlsx)',
    ExportFormat.FACTUR_X: 'Factur-X',
}
STATE_LABELS = {
    ExportState.PENDING: 'en attente',
    ExportState.CREATED: 'prêt',
    ExportState.FAILED: 'échoué',
}
#: The name under which a site may give the files another place, in its STORAGES.
STORAGE = 'maelis_exports'


def export_storage() -> Storage:
    """Never the site's media, which anybody may read; on several machines, one that they share."""
    try:
        return storages[STORAGE]
    except InvalidStorageError:
        return FileSystemStorage(
            app_settings().EXPORT_DIR, file_permissions_mode=0o600, directory_permissions_mode=0o700
        )


class ExportQuerySet(models.QuerySet['Export']):
    def due(self, now: datetime) -> Self:
        """Nobody is making them, oldest first."""
        free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
        ready = Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now)
        return self.filter(free, ready, state=ExportState.PENDING).order_by('requested_at', 'pk')


class Export(models.Model):
    """A file that somebody asked for: what is in it, how far it is, and until when it can be had."""

    regie = models.ForeignKey(Regie, on_delete=models.PROTECT, verbose_name='régie')
    kind = models.CharField('contenu', max_length=20, choices=[(k.value, v) for k, v in KIND_LABELS.items()])
    format = models.CharField(
        'format', max_length=10, choices=[(k.value, v) for k, v in FORMAT_LABELS.items()]
    )
    first_day = models.DateField('du', null=True, blank=True)
    last_day = models.DateField('au', null=True, blank=True)
    family_id = models.CharField('dossier famille', max_length=100, blank=True)
    reconciliation = models.ForeignKey(
        Reconciliation, on_delete=models.CASCADE, null=True, blank=True, verbose_name='rapprochement'
    )
    requested_by = models.CharField('demandé par', max_length=150)
    requested_at = models.DateTimeField('demandé le')

    state = models.CharField(
        'état',
        max_length=10,
        choices=[(k.value, v) for k, v in STATE_LABELS.items()],
        default=ExportState.PENDING.value,
    )
    #: Counted when a worker takes it on; what a worker writes later is fenced by it.
    tries = models.PositiveIntegerField('essais', default=0)
    next_attempt_at = models.DateTimeField('prochain essai', null=True)
    lease_until = models.DateTimeField(null=True)
    done = models.PositiveIntegerField('lignes écrites', default=0)
    total = models.PositiveIntegerField('lignes à écrire', default=0)
    error = models.TextField('erreur', blank=True)
    ended_at = models.DateTimeField('terminé le', null=True)
    cancelled_at = models.DateTimeField('abandonné le', null=True)
    #: In ``export_storage()``; known before it is written, so that nothing is left behind.
    file = models.CharField(max_length=200, blank=True)
    size = models.PositiveBigIntegerField('taille', default=0)
    expires_at = models.DateTimeField('disponible jusqu’au', null=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = 'export'
        verbose_name_plural = 'exports'
        ordering = ['-requested_at', '-pk']
        indexes = [
            models.Index(
                fields=['requested_at'],
                condition=Q(state=ExportState.PENDING.value),
                name='maelis_export_pending',
            )
        ]

    def __str__(self) -> str:
        return f'{self.get_kind_display()}, {self.get_format_display()}'

    @property
    def extension(self) -> str:
        return extension_of(ExportKind(self.kind), ExportFormat(self.format))

    @property
    def download_name(self) -> str:
        """Says what it is, in letters that every header and file system takes."""
        code = ''.join(char for char in self.regie.code if char.isascii() and char.isalnum()) or 'regie'
        days = [f'{day:%Y%m%d}' for day in (self.first_day, self.last_day) if day]
        return f'{"-".join([self.kind, code, *days, str(self.pk)])}.{self.extension}'

    def new_file_name(self) -> str:
        """That nobody can guess, and that no earlier try had."""
        return f'{self.pk}-{secrets.token_hex(16)}.{self.extension}'

    def downloadable(self, now: datetime) -> bool:
        ready = self.state == ExportState.CREATED and bool(self.file)
        return ready and self.expires_at is not None and self.expires_at > now
