"""The states of a payment as a Mermaid diagram, drawn from their table.

``python -m passerelle_maelis_invoices.domain.payment_diagram`` prints it for the documentation.
"""

from .payment_states import TRANSITIONS, Event, State


def payment_diagram() -> str:
    """Reversals and notes are left out: sentences below the diagram say where there are any."""
    steps = [
        f'    {before} --> {after}: {event}'
        for (before, event), after in TRANSITIONS.items()
        if after is not State.REVERSED and event is not Event.NOTED
    ]
    return '\n'.join(['stateDiagram-v2', f'    [*] --> {State.RECORDED}', *steps])


if __name__ == '__main__':
    print(payment_diagram())
