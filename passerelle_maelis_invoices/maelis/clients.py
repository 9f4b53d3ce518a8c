"""The clients of this process."""

import os
from threading import Lock

from .client import MaelisClient
from .deployment import Deployment

_clients: dict[Deployment, MaelisClient] = {}
_lock = Lock()

#: Deployments whose clients are kept; a changed password makes another deployment.
MOST_CLIENTS = 64


def client_for(deployment: Deployment) -> MaelisClient:
    """The process's own client of that deployment: its connections and its contract are worth keeping."""
    with _lock:
        if deployment not in _clients:
            while len(_clients) >= MOST_CLIENTS:
                del _clients[next(iter(_clients))]
            _clients[deployment] = MaelisClient(deployment)
        return _clients[deployment]


def _forget_clients() -> None:
    """A forked child has the locks of its parent's threads, which it does not have."""
    global _lock
    _lock = Lock()
    _clients.clear()


os.register_at_fork(after_in_child=_forget_clients)
