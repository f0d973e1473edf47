"""When Python looks for objects that only refer to one another: seldom, since nearly nothing here is such.

At every 700th new object, as Python does by itself, looking was a tenth of the instructions that a terminal spends on
10,000 entries that it catches up on; at every 10,000th it is none to speak of.
"""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

EVERY = 10_000
"""New objects between two looks: about 1 MB of what was forgotten, should all of it be in circles."""


def look_seldom() -> None:
    gc.set_threshold(EVERY)


def keep_what_is() -> None:
    """What is there by now stays, and is never looked through again; what comes after it, seldom."""
    gc.freeze()
    look_seldom()


@contextmanager
def not_looking() -> Iterator[None]:
    """For one long piece of work that makes next to no circles: meanwhile nothing is looked through."""
    looking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looking:
            gc.enable()


def leave_at_once() -> None:
    """When this process ends, what it holds goes back whole: to look through all that it has imported took 0.1 to 0.4 s."""
    atexit.register(gc.freeze)
