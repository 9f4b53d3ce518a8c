"""What the processes hold in memory once they have worked."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import servers
from benchmarks.concurrency import list_address
from benchmarks.figure import Figure
from benchmarks.ground import Ground
from benchmarks.load import load

#: Seconds that a worker is given to start and to look around.
START = 4


def measure(ground: Ground) -> Iterator[Figure]:
    if sys.platform != 'linux':
        return
    with servers.site(ground, 'sqlite') as site:
        server = site.serve(servers.APPLICATION, workers=1)
        load(server.url, list_address, readers=8, requests=160)
        few = resident(servers.children_of(server)[0])
        load(server.url, list_address, readers=8, requests=ground.times(2000))
        many = resident(servers.children_of(server)[0])
        yield Figure('memory of a web process, 8 threads', many, 'MB', few, 'after 160 reads')
        worker = site.start('maelis_worker')
        time.sleep(START)
        yield Figure('memory of a worker', resident(worker.child.pid), 'MB')


def resident(pid: int) -> float:
    """Megabytes."""
    lines = Path(f'/proc/{pid}/status').read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith('VmRSS'))
