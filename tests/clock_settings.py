"""The demo site at another time: `CLOCK_AHEAD` seconds after ours, the same in all its processes."""

import os
import time

import time_machine

from demo.settings import *  # noqa: F403

time_machine.travel(time.time() + float(os.environ['CLOCK_AHEAD'])).start()
