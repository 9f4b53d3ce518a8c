"""P1: an acknowledged payment is seen by every reader, whatever Maelis says."""

from tests.promises.faithful_readers import read_faithfully
from tests.promises.stage import Stage

#: On each of the two databases: 300 examples in all.
EXAMPLES = 150


def test_p1_no_reader_forgets_a_payment(stage: Stage, number: int) -> None:
    read_faithfully(stage, examples=EXAMPLES, steps=40, number=number).check()
