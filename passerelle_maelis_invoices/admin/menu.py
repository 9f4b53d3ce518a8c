"""How many rows wait for a person, beside their name in the admin's menu."""

from collections.abc import Callable

from django.db.models import Model
from django.utils.functional import lazy


def count_in_menu(model: type[Model], waiting: Callable[[], int], what: str = '') -> None:
    """'alertes' becomes 'alertes (2 en cours)' as long as there are any; counted each time that it is shown.

    Migrations do not see it: they read what the class says.
    """
    name = str(model._meta.verbose_name_plural)

    def title() -> str:
        count = waiting()
        return f'{name} ({count} {what}'.rstrip() + ')' if count else name

    model._meta.verbose_name_plural = lazy(title, str)()
