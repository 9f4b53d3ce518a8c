"""What each fault of the table does, by its name."""

from collections.abc import Callable, Mapping

from demo.simulator.acts import connection, content, refusals, size
from demo.simulator.acts.call import Call

ACTS: Mapping[str, Callable[[Call], None]] = {
    **connection.ACTS,
    **content.ACTS,
    **size.ACTS,
    **refusals.ACTS,
}
