from django.core.files import File

from ..errors import NotFound
from ..models import Export
from ..models.export import export_storage


def open_export(export: Export) -> 'File[bytes]':
    """Its file, to be read piece by piece; raises NotFound when somebody took it away."""
    try:
        return export_storage().open(export.file, 'rb')
    except FileNotFoundError:
        raise NotFound('Le fichier de cet export n’est plus là : redemandez l’export.') from None
