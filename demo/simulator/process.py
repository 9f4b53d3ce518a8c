"""Starts the simulator as a process of its own, and talks to its control URL; standard library only.

with Simulator(families=50, seed=7) as maelis:
    connector.wsdl_url = maelis.wsdl_url
    with maelis.fault('commit_then_reset', operation='payInvoices', times=1):
        …
    assert len(maelis.journal()) == 1
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Self
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

ROOT = Path(__file__).resolve().parent.parent.parent
DIRECT = build_opener(ProxyHandler({}))


class ArmedFault:
    """As a context it is disarmed at the end."""

    def __init__(self, simulator: Simulator, facts: dict[str, Any]) -> None:
        self.simulator, self.facts = simulator, facts

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.disarm()

    def disarm(self) -> None:
        self.simulator.post('faults/disarm', id=self.facts['id'])


class Simulator:
    """Started by `start()` or by `with`; the arguments are those of the command line.

    Its ports stay the same over `restart()`. With a journal its payments survive; changed invoices,
    money from elsewhere, armed faults and settings do not.
    """

    def __init__(
        self,
        *,
        families: int = 200,
        seed: int = 1,
        journal: Path | str | None = None,
        style: str = 'default',
        lag: float = 0,
        username: str = '',
        password: str = '',
        today: str = '',
        port: int = 0,
        control_port: int = 0,
    ) -> None:
        self.port, self.control_port = port, control_port
        self.arguments = {
            'families': families,
            'seed': seed,
            'journal': Path(journal).resolve() if journal else None,
            'style': style,
            'lag': lag,
            'username': username,
            'password': password,
            'today': today,
        }
        self.process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    @property
    def address(self) -> str:
        return f'http://127.0.0.1:{self.port}'

    @property
    def service_url(self) -> str:
        return f'{self.address}/services/InvoiceService'

    @property
    def wsdl_url(self) -> str:
        return f'{self.service_url}?wsdl'

    @property
    def control_url(self) -> str:
        return f'http://127.0.0.1:{self.control_port}/control'

    def start(self) -> Self:
        """Returns when it listens; raises `RuntimeError` when it does not come up."""
        self.process = subprocess.Popen(
            self._command(), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.port = self._port_in_next_line()
        self.control_port = self._port_in_next_line()
        return self

    def stop(self) -> None:
        """It ends by itself, too, when the process that started it ends."""
        self._end(kill=False)

    def kill(self) -> None:
        """`kill -9`."""
        self._end(kill=True)

    def restart(self) -> Self:
        self.stop()
        return self.start()

    def control(self, **settings: Any) -> dict[str, Any]:
        """Sets `lag`, `down`, `refuse_duplicates` or `faults`; gives back the whole state."""
        state: dict[str, Any] = self.post('', **settings)
        return state

    def fault(self, mode: str, **parameters: Any) -> ArmedFault:
        """Arms one more fault of `demo.simulator.faults.FAULTS`.

        It strikes when `operation`, `family` and `regie` fit, `times` times (for ever by default), with
        `probability`; other parameters are the fault's own.
        """
        return ArmedFault(self, self.post('faults', mode=mode, **parameters))

    def heal(self) -> None:
        """No more faults, no lag but that of the start, and it listens. Books and counters stay."""
        self.control(faults=[], lag=self.arguments['lag'], down=False, refuse_duplicates=False)

    def reset(self, *, town: bool = True) -> None:
        """As new: settings, faults, counters and, unless told otherwise, payments, invoices and journal."""
        self.post('reset', town=town)

    def down(self) -> None:
        """Connections are refused, open ones are cut."""
        self.control(down=True)

    def up(self) -> None:
        self.control(down=False)

    def journal(self) -> list[dict[str, Any]]:
        """The `payInvoices` applied, oldest first; see `demo.simulator.journal.Entry`."""
        entries: list[dict[str, Any]] = self.get('journal')
        return entries

    def invoices(self, family: str, regie: str = '') -> list[dict[str, Any]]:
        """What is really in the books, whatever the lag hides."""
        found: list[dict[str, Any]] = self.get('invoices', family=family, regie=regie)
        return found

    def add_money(self, *, regie: str, number: str, amount: str, treasury: bool = False) -> dict[str, Any]:
        """Money that does not come from us; gives back the invoice."""
        found: dict[str, Any] = self.post(
            'payments', regie=regie, number=number, amount=amount, treasury=treasury
        )
        return found

    def put_invoice(
        self, *, family: str, regie: str, number: str | None = None, **facts: Any
    ) -> dict[str, Any]:
        """Creates or changes an invoice: `label`, `name`, `amount`, `paid`, `treasury`, `issued`, `deadline`
        (ISO dates), `has_pdf`; `removed=True` cancels it. Gives back the invoice."""
        found: dict[str, Any] = self.post('invoices', family=family, regie=regie, number=number, **facts)
        return found

    def remove_invoice(self, *, family: str, regie: str, number: str) -> None:
        self.put_invoice(family=family, regie=regie, number=number, removed=True)

    def calls(self) -> dict[str, int]:
        """How many requests, by operation; also `wsdl`, `redirected`, `leak`, `unreadable`, `elsewhere`."""
        counted: dict[str, int] = self.state()['calls']
        return counted

    def most_at_once(self, operation: str) -> int:
        """The most of its requests that ever waited for their answers together."""
        most: dict[str, int] = self.state()['most_at_once']
        return most.get(operation, 0)

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = self.get('')
        return state

    def get(self, tail: str, **query: Any) -> Any:
        return self._ask(Request(f'{self.control_url}/{tail}?{urlencode(query)}'))  # noqa: S310

    def post(self, tail: str, **body: Any) -> Any:
        """Raises `ValueError` with the reason when the simulator does not agree."""
        return self._ask(Request(f'{self.control_url}/{tail}', json.dumps(body, default=str).encode()))  # noqa: S310

    def _ask(self, request: Request) -> Any:
        try:
            with DIRECT.open(request, timeout=10) as answer:
                return json.load(answer)
        except HTTPError as error:
            raise ValueError(json.load(error)['error']) from error

    def _command(self) -> list[str]:
        command = [sys.executable, '-m', 'demo.simulator', '--until-eof']
        arguments = {**self.arguments, 'port': self.port, 'control-port': self.control_port}
        for name, value in arguments.items():
            if value not in ('', None):
                command += [f'--{name}', str(value)]
        return command

    def _port_in_next_line(self) -> int:
        assert self.process and self.process.stdout  # noqa: S101
        line = self.process.stdout.readline()
        if 'http://' not in line:
            self._end(kill=True)
            raise RuntimeError(f'the simulator did not start: {line!r}')
        return int(line.partition('http://')[2].partition(':')[2].split()[0].partition('/')[0])

    def _end(self, *, kill: bool) -> None:
        if self.process is None:
            return
        process, self.process = self.process, None
        process.kill() if kill else process.terminate()
        process.communicate(timeout=10)
