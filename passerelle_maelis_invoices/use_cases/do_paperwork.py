"""What a worker does beside payments for those who answer for the money: nothing that a payer waits for."""

from collections.abc import Callable

from .reconcile_payments import reconcile_what_was_asked_for
from .write_ledger import write_ledger


def do_paperwork(*, go_on: Callable[[], bool] = lambda: True) -> None:
    """``go_on`` is asked before each turn of a reconciliation. No transaction may be open."""
    write_ledger()
    while go_on() and reconcile_what_was_asked_for():
        continue
