"""What somebody with the database's password could do, past the triggers."""

from __future__ import annotations

from typing import Any

from django.db import connection, models


def unlock(model: type[models.Model]) -> None:
    """Drops the triggers that keep a table append-only."""
    table = model._meta.db_table
    names = (
        [f'{table}_no_change ON {table}', f'{table}_no_truncate ON {table}']
        if connection.vendor == 'postgresql'
        else [f'{table}_no_update', f'{table}_no_delete', f'{table}_no_replace']
    )
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f'DROP TRIGGER {name}')


def change(row: models.Model, column: str, value: Any) -> None:
    table, key = row._meta.db_table, row._meta.pk
    assert key
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE {table} SET {column} = %s WHERE {key.column} = %s', [value, row.pk])  # noqa: S608


def delete(row: models.Model) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM {row._meta.db_table} WHERE id = %s', [row.pk])  # noqa: S608


def empty(model: type[models.Model]) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f'TRUNCATE {table}' if connection.vendor == 'postgresql' else f'DELETE FROM {table}')  # noqa: S608
