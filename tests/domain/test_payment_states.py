import pytest

from passerelle_maelis_invoices.domain.payment_states import (
    TRANSITIONS,
    UNFINISHED,
    Event,
    State,
    next_state,
)
from passerelle_maelis_invoices.errors import ForbiddenTransition


@pytest.mark.parametrize('state', State)
@pytest.mark.parametrize('event', Event)
def test_p9_a_step_happens_only_if_the_table_has_it(state: State, event: Event) -> None:
    if (state, event) in TRANSITIONS:
        assert next_state(state, event) is TRANSITIONS[state, event]
    else:
        with pytest.raises(ForbiddenTransition):
            next_state(state, event)


def test_every_state_but_reversed_can_be_reversed_and_nothing_leaves_reversed() -> None:
    assert {state for state, event in TRANSITIONS if event is Event.REVERSED} == {*State} - {State.REVERSED}
    assert not [state for state, _ in TRANSITIONS if state is State.REVERSED]


def test_a_lost_answer_is_never_sent_again_without_being_read_back() -> None:
    ways_out = {event for state, event in TRANSITIONS if state is State.UNCERTAIN}
    assert ways_out == {Event.FOUND, Event.ABSENT, Event.SET_ASIDE, Event.REVERSED}


def test_every_state_can_be_reached_from_recorded() -> None:
    reached = {State.RECORDED}
    for _ in State:
        reached |= {after for (before, _), after in TRANSITIONS.items() if before in reached}
    assert reached == {*State}


def test_the_worker_knows_what_is_unfinished() -> None:
    assert {*State} - {*UNFINISHED} == {State.CONFIRMED, State.REFUSED, State.CREDITED, State.REVERSED}


def test_noting_a_payment_changes_no_state_and_takes_none_from_its_worker() -> None:
    noted = {before: after for (before, event), after in TRANSITIONS.items() if event is Event.NOTED}
    assert all(before is after for before, after in noted.items())
    assert not {*noted} & {State.SENDING, State.UNCERTAIN}
