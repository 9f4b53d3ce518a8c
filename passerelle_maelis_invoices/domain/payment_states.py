"""The states of a payment and the only steps between them: a table, from which the documentation is drawn.

A payment is a fact from the moment it is recorded; its state says how far Maelis is known to know it.
"""

from enum import StrEnum

from ..errors import ForbiddenTransition


class State(StrEnum):
    RECORDED = 'recorded'
    SENDING = 'sending'
    UNCERTAIN = 'uncertain'
    DELIVERED = 'delivered'
    CONFIRMED = 'confirmed'
    REFUSED = 'refused'
    #: No invoice takes it: a credit note was made for the whole of it.
    CREDITED = 'credited'
    REVERSED = 'reversed'


class Event(StrEnum):
    CLAIMED = 'claimed'
    NEVER_LEFT = 'never-left'
    DECLINED = 'declined'
    SET_ASIDE = 'set-aside'
    LOST = 'lost'
    ACKNOWLEDGED = 'acknowledged'
    FOUND = 'found'
    ABSENT = 'absent'
    SHOWN = 'shown'
    DEAD_LETTERED = 'dead-lettered'
    RESUBMITTED = 'resubmitted'
    CREDITED = 'credited'
    #: A person saw what is odd about it; nothing else changes.
    NOTED = 'noted'
    REVERSED = 'reversed'


#: Noting anything on a payment that Maelis may be dealing with would take it from its worker.
UNNOTED = (State.SENDING, State.UNCERTAIN, State.REVERSED)
TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.RECORDED, Event.CLAIMED): State.SENDING,
    (State.SENDING, Event.NEVER_LEFT): State.RECORDED,
    (State.SENDING, Event.DECLINED): State.RECORDED,
    (State.SENDING, Event.SET_ASIDE): State.RECORDED,
    (State.SENDING, Event.LOST): State.UNCERTAIN,
    (State.SENDING, Event.FOUND): State.DELIVERED,
    (State.SENDING, Event.ACKNOWLEDGED): State.DELIVERED,
    (State.SENDING, Event.DEAD_LETTERED): State.REFUSED,
    (State.UNCERTAIN, Event.FOUND): State.DELIVERED,
    (State.UNCERTAIN, Event.ABSENT): State.RECORDED,
    (State.UNCERTAIN, Event.SET_ASIDE): State.UNCERTAIN,
    (State.DELIVERED, Event.SHOWN): State.CONFIRMED,
    (State.DELIVERED, Event.SET_ASIDE): State.DELIVERED,
    (State.DELIVERED, Event.ABSENT): State.RECORDED,
    (State.REFUSED, Event.RESUBMITTED): State.RECORDED,
    (State.RECORDED, Event.RESUBMITTED): State.RECORDED,
    (State.RECORDED, Event.CREDITED): State.CREDITED,
    (State.DELIVERED, Event.CREDITED): State.DELIVERED,
    (State.CONFIRMED, Event.CREDITED): State.CONFIRMED,
    **{(state, Event.NOTED): state for state in State if state not in UNNOTED},
    **{(state, Event.REVERSED): State.REVERSED for state in State if state is not State.REVERSED},
}

#: Maelis may be dealing with it: at most one such payment per invoice.
IN_FLIGHT = (State.SENDING, State.UNCERTAIN)
#: Maelis cannot hold it: it was never sent, or it was told no.
NOT_SENT = (State.RECORDED, State.REFUSED, State.CREDITED)
#: The worker still has something to do with it.
UNFINISHED = (State.RECORDED, State.SENDING, State.UNCERTAIN, State.DELIVERED)


def next_state(state: State, event: Event) -> State:
    """Raises ForbiddenTransition for a step that the table does not have."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise ForbiddenTransition(f'Un règlement « {state} » ne peut pas devenir « {event} ».') from None
