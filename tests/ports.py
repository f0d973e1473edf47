"""Ports for servers that tests start where they cannot say 0: another make's, and those that come back at their address.

The system hands out 32768 to 60999 by itself (Linux), to listeners at port 0 and to every connection that goes out. Whoever
let a port of these go, if only for the moment in which a killed hub starts again, may find that a connection of another
test has it. Below, nothing has a port that did not ask for it; and each worker of a test run asks in a range of its own.
"""

from __future__ import annotations

import itertools
import os
import socket
from typing import Final

FIRST: Final = 12_000
EACH: Final = 1_000
"""Ports of one worker: more than the servers that all tests together start; 19 workers have room below 32,000."""

WORKER: Final = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 19

_next = itertools.count(os.getpid())  # two runs at once on one machine begin at different places


def own_port() -> int:
    """A port that nobody listens at now, and that nobody else will be given."""
    for place in itertools.islice(_next, EACH):
        port = FIRST + WORKER * EACH + place % EACH
        try:
            socket.create_server(("127.0.0.1", port)).close()
            return port
        except OSError:
            continue
    raise AssertionError("every port of this worker is taken")


def own_address() -> str:
    """The same as HOST:PORT."""
    return f"127.0.0.1:{own_port()}"
