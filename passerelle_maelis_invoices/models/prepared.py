"""Statements that the ORM writes once.

Django writes a statement anew each time that it is run, which costs it ten times what a database needs to
find twenty rows. Those that citizens wait for are written once for each connection, and run with other
values.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import wraps
from itertools import chain
from typing import Any, ParamSpec, TypeVar

from django.db import connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet, Value
from django.db.models.sql import UpdateQuery

P = ParamSpec('P')
Row = TypeVar('Row')
M = TypeVar('M', bound=Model)
#: The rows, and what is to stand in which of their columns.
Changes = tuple[QuerySet[Any, Any], Mapping[str, Any]]


def prepared(model: type[Model]) -> Callable[[Callable[P, 'QuerySet[Any, Row]']], Callable[P, list[Row]]]:
    """Decorates a function that makes a queryset of ``values_list``, and makes it return the rows.

    Its arguments are numbers, texts, days, moments, or tuples of them that are not empty. It is called with
    blanks in their place, so that it may compare columns with them, and nothing else.
    """

    def decorate(build: Callable[P, 'QuerySet[Any, Row]']) -> Callable[P, list[Row]]:
        @wraps(build)
        def run(*arguments: P.args, **_: P.kwargs) -> list[Row]:
            connection = connections[router.db_for_read(model)]
            rows: list[Row] = _written(_Select, build, arguments, connection).rows(arguments)
            return rows

        return run

    return decorate


def prepared_update(model: type[Model]) -> Callable[[Callable[P, Changes]], Callable[P, int]]:
    """Decorates a function that says what to change, and makes it do so; it returns how many rows it changed.

    Arguments as above; those that are written may be ``None``.
    """

    def decorate(build: Callable[P, Changes]) -> Callable[P, int]:
        @wraps(build)
        def run(*arguments: P.args, **_: P.kwargs) -> int:
            connection = connections[router.db_for_write(model)]
            changed: int = _written(_Update, build, arguments, connection).changed(arguments)
            return changed

        return run

    return decorate


def columns(model: type[Model], *names: str) -> tuple[str, ...]:
    """What a row of ``values_list`` must hold to be ``loaded``: ``names``, or all, in the model's own order.

    A column left out is read when somebody asks for it.
    """
    every = [field.attname for field in model._meta.concrete_fields]
    return tuple(name for name in every if name in (names or every))


def loaded(model: type[M], names: Sequence[str], row: Sequence[Any]) -> M:
    """An object of ``model``, as a queryset would have made it; ``names`` are its ``columns``."""
    return model.from_db(router.db_for_read(model), names, row)


def open_cursor(connection: BaseDatabaseWrapper) -> Any:
    """One for all statements that are done with at once: opening one costs as much as many a statement."""
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    session, cursor, logged = vars(connection).get('maelis_cursor', (None, None, None))
    if session is not connection.connection or logged is not connection.queries_logged:
        cursor = connection.cursor()
        vars(connection)['maelis_cursor'] = connection.connection, cursor, connection.queries_logged
    return cursor


def _written(
    kind: Callable[[Any, BaseDatabaseWrapper], Any],
    build: Callable[..., Any],
    arguments: Sequence[Any],
    connection: BaseDatabaseWrapper,
) -> Any:
    """The statement, by what makes it and by how many values each argument has."""
    written = vars(connection).setdefault('maelis_statements', {})
    shape = build, *(len(value) if isinstance(value, tuple) else 0 for value in arguments)
    if shape not in written:
        written[shape] = kind(build(*_blanks(arguments)), connection)
    return written[shape]


def _blanks(arguments: Sequence[Any]) -> list[Any]:
    blanks = (_Blank(rank) for rank, _ in enumerate(_flat(arguments)))
    return [
        [next(blanks) for _ in value] if isinstance(value, tuple) else next(blanks) for value in arguments
    ]


def _flat(arguments: Sequence[Any]) -> Iterator[Any]:
    return chain.from_iterable(value if isinstance(value, tuple) else (value,) for value in arguments)


class _Blank(Value):
    """The ``value``-th of the values that a statement is run with."""

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> Any:
        return '%s', [self]


class _Statement:
    """``compiler`` is Django's own."""

    def __init__(self, compiler: Any) -> None:
        self._connection: BaseDatabaseWrapper = compiler.connection
        self._sql, self._parameters = compiler.as_sql()
        if _finds_names_quicker(self._connection):
            self._sql, self._parameters = _named(self._sql, self._parameters)

    def _filled(self, arguments: Sequence[Any]) -> Any:
        values = [self._adapted(value) for value in _flat(arguments)]
        if isinstance(self._parameters, dict):
            return {name: self._value(item, values) for name, item in self._parameters.items()}
        return [self._value(item, values) for item in self._parameters]

    @staticmethod
    def _value(item: Any, values: Sequence[Any]) -> Any:
        return values[item.value] if isinstance(item, _Blank) else item

    def _adapted(self, value: Any) -> Any:
        """As the field that it is compared with or written to would have made it."""
        if isinstance(value, datetime):
            return self._connection.ops.adapt_datetimefield_value(value)
        return self._connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _finds_names_quicker(connection: BaseDatabaseWrapper) -> bool:
    """For SQLite, Django searches the text for places each time, which takes longer than to run it."""
    return connection.vendor == 'sqlite' and connection.features.supports_paramstyle_pyformat


def _named(sql: str, parameters: Sequence[Any]) -> tuple[str, dict[str, Any]]:
    """With a name at each place."""
    named = {f'p{rank}': item for rank, item in enumerate(parameters)}
    return sql.replace('%%', '%%%%') % tuple(f'%({name})s' for name in named), named


class _Select(_Statement):
    def __init__(self, queryset: QuerySet[Any, Any], connection: BaseDatabaseWrapper) -> None:
        compiler: Any = queryset.query.get_compiler(connection=connection)
        super().__init__(compiler)
        #: By the rank of a column, what Django does to each of its values.
        self._converters = compiler.get_converters([column for column, *_ in compiler.select])

    def rows(self, arguments: Sequence[Any]) -> list[Any]:
        cursor = open_cursor(self._connection)
        cursor.execute(self._sql, self._filled(arguments))
        found = cursor.fetchall()
        return self._converted(found) if found else []

    def _converted(self, rows: Sequence[Any]) -> list[Any]:
        """Column by column, which is quicker than row by row."""
        by_column: list[Sequence[Any]] = list(zip(*rows, strict=True))
        for rank, (converters, expression) in self._converters.items():
            for convert in converters:
                by_column[rank] = [convert(value, expression, self._connection) for value in by_column[rank]]
        return list(zip(*by_column, strict=True))


class _Update(_Statement):
    def __init__(self, changes: Changes, connection: BaseDatabaseWrapper) -> None:
        queryset, values = changes
        query: Any = queryset.query.chain(UpdateQuery)
        query.add_update_values(values)
        super().__init__(query.get_compiler(connection=connection))

    def changed(self, arguments: Sequence[Any]) -> int:
        in_transaction = transaction.mark_for_rollback_on_error(using=self._connection.alias)
        with in_transaction:
            cursor = open_cursor(self._connection)
            cursor.execute(self._sql, self._filled(arguments))
            count: int = cursor.rowcount
        return count
