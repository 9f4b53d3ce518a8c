"""Faults of the connection: the answer does not come, or not whole."""

import time
from threading import Timer

from demo.simulator.acts.call import Call
from demo.simulator.wire import XML, head


def hang(call: Call) -> None:
    call.work()
    call.wire.hang(call.number('seconds'))


def header_trickle(call: Call) -> None:
    body = call.body()
    endless = {'X-Patience': 'a' * 10_000, 'Content-Type': XML, 'Content-Length': str(len(body))}
    call.wire.trickle(head(200, endless) + body, call.number('interval'), call.number('seconds'))


def body_trickle(call: Call) -> None:
    body = call.body() + b' ' * 10_000
    call.wire.raw(head(200, {'Content-Type': XML, 'Content-Length': str(len(body))}))
    call.wire.trickle(body, call.number('interval'), call.number('seconds'))


def half_body(call: Call) -> None:
    body = call.body()
    call.wire.raw(head(200, {'Content-Type': XML, 'Content-Length': str(len(body))}) + body[: len(body) // 2])
    call.wire.close()


def cut_headers(call: Call) -> None:
    call.work()
    call.wire.raw(head(200, {'Content-Type': XML, 'Content-Length': '2000'})[:-20])
    call.wire.close()


def reset(call: Call) -> None:
    call.work()
    call.wire.reset()


def close(call: Call) -> None:
    call.work()
    call.wire.close()


def late_commit(call: Call) -> None:
    timer = Timer(call.number('seconds'), call.work)
    timer.daemon = True
    timer.start()
    call.wire.close()


def slow(call: Call) -> None:
    time.sleep(call.number('ms') / 1000)
    call.spoil(lambda honest: None)


ACTS = {
    'hang': hang,
    'header_trickle': header_trickle,
    'body_trickle': body_trickle,
    'half_body': half_body,
    'cut_headers': cut_headers,
    'reset_before_commit': reset,
    'commit_then_close': close,
    'commit_then_reset': reset,
    'commit_then_hang': hang,
    'late_commit': late_commit,
    'slow': slow,
}
