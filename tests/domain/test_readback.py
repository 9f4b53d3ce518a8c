from decimal import Decimal

import pytest

from passerelle_maelis_invoices.domain.readback import Verdict, verdict


@pytest.mark.parametrize(
    ('before', 'after', 'expected'),
    [
        ('0.00', '30.00', Verdict.FOUND),
        ('12.00', '42.00', Verdict.FOUND),
        ('0.00', '0.00', Verdict.ABSENT),
        ('12.00', '12.00', Verdict.ABSENT),
        ('0.00', '10.00', Verdict.UNDECIDED),
        ('0.00', '45.00', Verdict.UNDECIDED),
        ('12.00', '0.00', Verdict.UNDECIDED),
        ('0.00', '60.00', Verdict.UNDECIDED),
    ],
)
def test_only_a_move_by_exactly_the_amount_proves_the_payment(
    before: str, after: str, expected: Verdict
) -> None:
    assert verdict(before=Decimal(before), after=Decimal(after), amount=Decimal('30.00')) is expected
