"""Tables whose rows are written once: the database itself refuses to change, delete or truncate them.

The triggers are laid after each ``migrate``: on SQLite a migration that alters a table makes it anew, and
would lose them.
"""

from typing import Any

from django.db import connections, models

from .credit_note import CreditNote, RefundStep
from .ledger_entry import LedgerEntry, MonthClosing
from .payment import PaymentEvent

APPEND_ONLY: tuple[type[models.Model], ...] = (
    PaymentEvent,
    LedgerEntry,
    MonthClosing,
    CreditNote,
    RefundStep,
)

SQLITE = """
CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""

POSTGRESQL = """
CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'restrict_violation'; END $$;
DROP TRIGGER IF EXISTS {table}_no_change ON {table};
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION {table}_append_only();
"""

#: TRUNCATE fires no trigger of rows. One of an empty table takes nothing away, and tests empty all of them.
POSTGRESQL_TRUNCATE = """
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
"""


def protect_append_only_tables(*, using: str, **_: Any) -> None:
    """A receiver of ``post_migrate``, which may have stopped before a table was made.

    Does nothing on a database other than SQLite and PostgreSQL.
    """
    connection = connections[using]
    there = connection.introspection.table_names()
    for table in (model._meta.db_table for model in APPEND_ONLY if model._meta.db_table in there):
        for statement in _statements(connection.vendor, table):
            with connection.cursor() as cursor:
                cursor.execute(statement)


def _statements(vendor: str, table: str) -> list[str]:
    if vendor == 'sqlite':
        return [SQLITE.format(table=table, verb=verb) for verb in ('update', 'delete')]
    if vendor == 'postgresql':
        return [POSTGRESQL.format(table=table), POSTGRESQL_TRUNCATE.format(table=table)]
    return []
