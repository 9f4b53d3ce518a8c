"""P21: health is red soon after the oldest unsent payment passes its threshold, green after; one alert."""

from __future__ import annotations

from django.utils import timezone

from passerelle_maelis_invoices.models import Alert
from passerelle_maelis_invoices.use_cases.look_after import look_after
from tests.promises.alarms import fault_runs
from tests.promises.stage import Stage


def test_p21_health_is_red_in_time_and_green_after_with_one_alert(stage: Stage, number: int) -> None:
    fault_runs(stage, runs=5, number=number).check()


def test_p21_an_alert_that_is_raised_at_each_look_is_seen(stage: Stage, number: int) -> None:
    """The control."""

    def forgetful() -> None:
        Alert.objects.filter(closed_at=None).update(closed_at=timezone.now())
        look_after()

    assert fault_runs(stage, runs=1, number=number, look=forgetful).counts['wrong alerts']


def test_p21_alerts_that_nobody_raises_are_seen(stage: Stage, number: int) -> None:
    counts = fault_runs(stage, runs=1, number=number, look=lambda: None).counts
    assert counts['late'] and counts['wrong alerts']
