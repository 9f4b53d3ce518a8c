"""The states of a payment as a Mermaid diagram, drawn from their table.

``python -m passerelle_maelis_invoices.domain.payment_diagram`` prints it for the documentation.
"""

from .payment_states import TRANSITIONS, State


def payment_diagram() -> str:
    """Reversals are left out, save for the sentence below the diagram: every state but one has one."""
    steps = [
        f'    {before} --> {after}: {event}'
        for (before, event), after in TRANSITIONS.items()
        if after is not State.REVERSED
    ]
    return '\n'.join(['stateDiagram-v2', f'    [*] --> {State.RECORDED}', *steps])


if __name__ == '__main__':
    print(payment_diagram())
