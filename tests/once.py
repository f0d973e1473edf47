"""What several workers need and one may make: in a folder that all of them see."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder `name` as `make` filled it: by whichever worker asks first, while the others wait. They only read it."""
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # each worker has its folder in that of the run
        shared = shared.parent
    folder, made = shared / name, shared / f"{name}.made"
    with open(shared / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)  # half of it, by a worker that failed
            folder.mkdir()
            make(folder)
            made.touch()
    return folder
