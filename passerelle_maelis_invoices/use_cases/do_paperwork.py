"""What a worker does beside payments for those who answer for the money: nothing that a payer waits for."""

from .reconcile_payments import reconcile_what_was_asked_for
from .write_ledger import write_ledger


def do_paperwork() -> bool:
    """One turn; True when there is more to do at once. No transaction may be open."""
    write_ledger()
    return reconcile_what_was_asked_for()
