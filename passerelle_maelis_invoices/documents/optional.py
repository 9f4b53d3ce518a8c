from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import MisconfiguredConnector


@contextmanager
def optional_libraries() -> Iterator[None]:
    """Around the import of a module that needs the extra; raises MisconfiguredConnector without it."""
    try:
        yield
    except ModuleNotFoundError as error:
        if not error.name or error.name.startswith(__name__.partition('.')[0]):
            raise
        raise MisconfiguredConnector(
            'Les documents demandent des bibliothèques qui manquent ici : installez '
            f'« passerelle-maelis-invoices[documents] » ({error.name}).'
        ) from error
