"""Tables whose rows are written once: the database itself refuses to change, delete or truncate them.

One thing is let through, for the erasure of a family: words that a person or Maelis wrote become ``ERASED``,
in the columns of ``WORDS`` alone, and only in a row that the journal of erasures names already.

The triggers are laid after each ``migrate``: on SQLite a migration that alters a table makes it anew, and
would lose them. One that alters the journal of erasures must drop them first, see ``drop_sqlite_triggers``.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from .credit_note import CreditNote, RefundStep
from .erasure import ERASED, ErasedWords, Erasure
from .ledger_entry import LedgerEntry, MonthClosing
from .payment import PaymentEvent

APPEND_ONLY: tuple[type[models.Model], ...] = (
    PaymentEvent,
    LedgerEntry,
    MonthClosing,
    CreditNote,
    RefundStep,
    Erasure,
    ErasedWords,
)
#: Columns that hold what people write, or what Maelis answered.
WORDS: dict[type[models.Model], tuple[str, ...]] = {
    PaymentEvent: ('reason',),
    CreditNote: ('reason',),
    RefundStep: ('reason', 'reference'),
}

SQLITE = (
    'DROP TRIGGER IF EXISTS {table}_no_update',
    'DROP TRIGGER IF EXISTS {table}_no_delete',
    'DROP TRIGGER IF EXISTS {table}_no_replace',
    """
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN NOT ({may_change})
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
""",
    """
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
""",
    # INSERT OR REPLACE takes a row away without a word to the trigger of deletions.
    """
CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE {same_key})
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
""",
)
DROPPING = tuple(statement for statement in SQLITE if statement.startswith('DROP'))

#: TRUNCATE fires no trigger of rows. One of an empty table takes nothing away, and tests empty all of them.
POSTGRESQL = (
    """
CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF {may_change} THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER IF EXISTS {table}_no_change ON {table};
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_append_only();
""",
    """
CREATE OR REPLACE FUNCTION {table}_is_kept() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF EXISTS (SELECT 1 FROM {table}) THEN
        RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS {table}_no_truncate ON {table};
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_kept()
""",
)
#: What lays the triggers, and how a database says that two values are the same, NULL included.
DIALECTS = {'sqlite': (SQLITE, 'IS'), 'postgresql': (POSTGRESQL, 'IS NOT DISTINCT FROM')}


def protect_append_only_tables(*, using: str, **_: Any) -> None:
    """A receiver of ``post_migrate``, which may have stopped before a table was made.

    Does nothing on a database other than SQLite and PostgreSQL.
    """
    connection = connections[using]
    if connection.vendor not in DIALECTS:
        return
    statements, same = DIALECTS[connection.vendor]
    there = connection.introspection.table_names()
    for model in (model for model in APPEND_ONLY if model._meta.db_table in there):
        columns = _columns(connection, model._meta.db_table)
        told = {
            'table': model._meta.db_table,
            'may_change': _only_words_go(model, columns, same, there),
            'same_key': _same_key(model, columns),
        }
        for statement in statements:
            with connection.cursor() as cursor:
                cursor.execute(statement.format(**told))


def drop_sqlite_triggers(connection: BaseDatabaseWrapper) -> None:
    """SQLite alters no table while a trigger names one that is not there; the next ``migrate`` lays them."""
    if connection.vendor != 'sqlite':
        return
    for model in APPEND_ONLY:
        for statement in DROPPING:
            with connection.cursor() as cursor:
                cursor.execute(statement.format(table=model._meta.db_table))


def _columns(connection: BaseDatabaseWrapper, table: str) -> list[str]:
    """Those that are there, which after a partial migration may not be the model's."""
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def _same_key(model: type[models.Model], columns: Sequence[str]) -> str:
    """The condition on which a row that is there would give way to a new one, in SQL."""
    unique = [item for item in model._meta.constraints if isinstance(item, models.UniqueConstraint)]
    column = {field.name: str(field.column) for field in model._meta.concrete_fields}
    keys = [['id'], *([column[name] for name in item.fields] for item in unique)]
    there = [key for key in keys if {*key} <= {*columns}]
    return ' OR '.join(' AND '.join(f'{name} = NEW.{name}' for name in key) for key in there)


def _only_words_go(model: type[models.Model], columns: Sequence[str], same: str, there: Sequence[str]) -> str:
    """The condition on which a row may change, in SQL."""
    words, journal = WORDS.get(model, ()), ErasedWords._meta.db_table
    if not words or journal not in there:
        return 'FALSE'
    kept = [f'NEW.{name} {same} OLD.{name}' for name in columns if name not in words]
    gone = [f"NEW.{name} IN (OLD.{name}, '{ERASED}')" for name in words]
    named = f"SELECT 1 FROM {journal} WHERE table_name = '{model._meta.db_table}' AND row_id = OLD.id"  # noqa: S608
    return ' AND '.join([*kept, *gone, f'EXISTS ({named})'])
