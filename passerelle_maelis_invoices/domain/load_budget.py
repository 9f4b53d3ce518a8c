"""How many calls a second a back office is willing to take from a job that nobody waits for."""


class LoadBudget:
    """Calls a second, on average. Time that went unused is not saved up: no burst follows a pause.

    >>> budget = LoadBudget(rate=20)
    >>> budget.wait_for(4, now=100.0), budget.wait_for(4, now=100.0), budget.wait_for(4, now=900.0)
    (0.0, 0.2, 0.0)
    """

    def __init__(self, rate: float) -> None:
        if rate <= 0:
            raise ValueError('a budget without any call would wait for ever')
        self._rate = rate
        self._free_at = float('-inf')

    def wait_for(self, calls: int, now: float) -> float:
        """Seconds to wait before these calls may leave together; ``now`` is on any steady clock."""
        leave_at = max(now, self._free_at)
        self._free_at = leave_at + calls / self._rate
        return round(leave_at - now, 6)
