"""Compare a régie's payments of some days with what Maelis shows, and perhaps the bank.

A reconciliation is a row: it is asked for on a page or by a command, and worked on in turns, each of which
leaves it where another process can take it up. Maelis is read first, family by family; then the stored copy
is compared.
"""

import logging
from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from ..domain.bank_file import BankLine, read_bank_file
from ..domain.money import amount_text
from ..errors import BadRequest
from ..models import BankFileFormat, Reconciliation, Regie
from .compare_accounts import compare_accounts
from .read_accounts import families_to_read, read_accounts

logger = logging.getLogger(__name__)
#: Families read in one turn of a worker, so that other work gets its turn too.
FAMILIES_A_TURN = 40
#: A turn that takes longer has died.
LEASE = timedelta(minutes=10)
LONGEST_PERIOD = timedelta(days=366)


def ask_for_reconciliation(
    *,
    regie: Regie,
    first_day: date,
    last_day: date,
    actor: str,
    bank_file: tuple[str, bytes] | None = None,
) -> Reconciliation:
    """``bank_file``: name and content, in the format remembered for the régie. Raises BadRequest."""
    if last_day < first_day or last_day - first_day > LONGEST_PERIOD:
        raise BadRequest('La période doit aller d’un jour à un autre, sur un an au plus.')
    name, lines = ('', None) if bank_file is None else (bank_file[0], _bank_lines(regie, bank_file[1]))
    run = Reconciliation(
        regie=regie,
        first_day=first_day,
        last_day=last_day,
        started_at=timezone.now(),
        actor=actor,
        bank_file=name[:200],
        bank_lines=lines,
    )
    run.families = families_to_read(run).count()
    run.save()
    return run


def reconcile(run: Reconciliation, *, progress: Callable[[int, int], object] = lambda done, of: None) -> None:
    """To the end, here and now; ``progress`` is told the families read, and how many there are."""
    while run.finished_at is None:
        if not take_turn(run):
            raise BadRequest('Ce rapprochement est déjà en cours ailleurs.')
        progress(run.families_read, run.families)


def reconcile_what_was_asked_for() -> bool:
    """One turn of the oldest unfinished reconciliation; False when there is none.

    One that fails is over, and says so.
    """
    unfinished = Reconciliation.objects.unfinished(timezone.now()).select_related('regie__connector')
    run = unfinished.first()
    if run is None:
        return False
    try:
        return take_turn(run)
    except Exception:
        logger.exception('reconciliation %s failed', run.pk)
        return True


def take_turn(run: Reconciliation) -> bool:
    """False when another process is at it. No transaction may be open: Maelis is waited for."""
    if not _claim(run):
        return False
    try:
        if not read_accounts(run, FAMILIES_A_TURN):
            _finish(run)
    except Exception as error:
        run.error, run.finished_at, run.bank_lines = type(error).__name__, timezone.now(), None
        raise
    finally:
        run.lease_until = None
        run.save()
    return True


def _claim(run: Reconciliation) -> bool:
    now = timezone.now()
    free = Reconciliation.objects.unfinished(now).filter(pk=run.pk)
    if not free.update(lease_until=now + LEASE):
        return False
    run.refresh_from_db()
    return True


def _finish(run: Reconciliation) -> None:
    with transaction.atomic():
        compare_accounts(run)
        run.finished_at, run.bank_lines = timezone.now(), None
        run.save()


def _bank_lines(regie: Regie, content: bytes) -> list[list[str | None]]:
    form = BankFileFormat.objects.filter(regie=regie).first() or BankFileFormat(regie=regie)
    return [_stored(line) for line in read_bank_file(content, form.format)]


def _stored(line: BankLine) -> list[str | None]:
    return [line.reference, amount_text(line.amount), line.day.isoformat() if line.day else None]
