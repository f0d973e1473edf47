"""Run a piece of work that is killed at its Nth touch of the disk: what lies there then is what a power cut leaves.

A child process ends itself, without any clean-up, at the Nth event that Python's audit hook reports of files.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator

KILLED = 77

TOUCHES = frozenset({"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree", "os.listdir"})


def killed_everywhere(work: Callable[[], None], most: int = 400) -> Iterator[int]:
    """Do `work` in a child killed at its first touch, then at its second, ... until one child ends by itself.

    Yields the touch at which each killed child died; the caller looks at what is left.
    """
    for touch in range(1, most):
        child = os.fork()
        if child == 0:
            _die_at(touch)
            try:
                work()
            except BaseException:
                os._exit(1)
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status == 0:
            return
        assert status == KILLED, f"the work itself failed at touch {touch}"
        yield touch
    raise AssertionError("the work never ended")


def _die_at(touch: int) -> None:
    seen = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event in TOUCHES:
            seen += 1
            if seen == touch:
                os._exit(KILLED)

    sys.addaudithook(hook)


def at_once(*works: Callable[[], object]) -> list[int]:
    """Do all of this in processes that begin together; their exit statuses."""
    begin, go = os.pipe()
    children = []
    for work in works:
        child = os.fork()
        if child == 0:
            try:
                os.close(go)
                os.read(begin, 1)
                work()
            except BaseException:
                os._exit(1)
            os._exit(0)
        children.append(child)
    os.close(go)
    os.close(begin)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
