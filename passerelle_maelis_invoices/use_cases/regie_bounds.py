"""The amounts between which a régie accepts online payments."""

from decimal import Decimal


def why_bounds_do_not_fit(minimum: Decimal | None, maximum: Decimal | None) -> str | None:
    """The reason, or ``None``; a bound that is ``None`` does not apply."""
    if minimum is not None and maximum is not None and minimum > maximum:
        return 'Le montant minimum dépasse le montant maximum : aucune facture ne pourrait être payée.'
    return None
