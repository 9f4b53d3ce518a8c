from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.template import Context, Engine

from .regie import Regie

#: Nothing but the variables of a document can be reached from an administrator's text.
ENGINE = Engine()
LARGEST_LOGO = 300_000
IMAGES = (b'\x89PNG\r\n\x1a\n', b'\xff\xd8\xff')


def check_template(text: str) -> None:
    """Raises ValidationError; what a tag or a filter may raise is not for us to list."""
    try:
        ENGINE.from_string(text).render(Context({}))
    except Exception as error:
        raise ValidationError(f'Ce modèle ne peut pas être lu : {error}') from None


def _text(label: str, help_text: str = '') -> 'models.TextField[str, str]':
    return models.TextField(label, blank=True, validators=[check_template], help_text=help_text)


class DocumentSettings(models.Model):
    """What a régie's documents say in place of the defaults; each field left empty keeps its default."""

    regie = models.OneToOneField(
        Regie, on_delete=models.CASCADE, related_name='document_settings', verbose_name='régie'
    )
    organisation = models.CharField('organisme', max_length=200, blank=True, help_text='Ville de Toulouse')
    address = models.TextField('adresse', blank=True)
    siret = models.CharField(
        'SIRET',
        max_length=14,
        blank=True,
        validators=[RegexValidator(r'^[0-9]{14}$', 'Un SIRET a quatorze chiffres.')],
    )
    logo = models.BinaryField('logo', blank=True, default=b'')
    vat_note = models.CharField('mention de TVA', max_length=300, blank=True)
    footer = models.CharField('pied de page', max_length=300, blank=True)
    invoice_text = _text('texte des factures', '{{ number }}, {{ reference }}, {{ remaining }}…')
    credit_note_text = _text('texte des avoirs', '{{ number }}, {{ invoice_number }}, {{ amount }}…')
    receipt_text = _text('texte des quittances', '{{ number }}, {{ invoice_number }}, {{ total }}…')

    class Meta:
        verbose_name = 'modèle des documents'
        verbose_name_plural = 'modèles des documents'

    def __str__(self) -> str:
        return f'{self.regie}'

    def clean(self) -> None:
        content = bytes(self.logo or b'')
        if content and (len(content) > LARGEST_LOGO or not content.startswith(IMAGES)):
            raise ValidationError('Le logo doit être une image PNG ou JPEG de moins de 300 ko.')
