"""What each of our stores says it has kept survives a power cut that takes back every write nobody waited for.

The record itself is cut under load (tests/sync/test_durability.py, tests/hub/site/test_daemon.py); here are those beside it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hub.keeper import STORES
from tests.sync.test_durability import ROOT, cut_power, shim

__all__ = ["shim"]  # the fixture that builds the library which takes back unsynced writes

KEEPER = Path(__file__).with_name("keeper.py")


def keeper(folder: Path, store: str, *how: str, shim: Path | None = None) -> str:
    """What it says is kept; with the shim its writes are watched."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    if shim is not None:
        watch = {"LOSTWRITES_DIR": str(folder / "record"), "LOSTWRITES_JOURNAL": str(folder / "journal")}
        environment |= watch | {"LD_PRELOAD": str(shim)}
    command = [sys.executable, str(KEEPER), store, str(folder / "record"), *how]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in (0, -9), done.stderr
    return done.stdout


@pytest.mark.parametrize("store", STORES)
def test_what_a_store_has_kept_is_there_after_the_power_was_cut(store: str, tmp_path: Path, shim: Path) -> None:
    (tmp_path / "record").mkdir()
    said = keeper(tmp_path, store, shim=shim)
    assert said.strip(), "it keeps something"
    cut_power(tmp_path / "journal")
    assert keeper(tmp_path, store, "look") == said


@pytest.mark.parametrize("store", STORES)
def test_a_store_that_did_not_wait_for_its_disk_would_be_found(store: str, tmp_path: Path, shim: Path) -> None:
    (tmp_path / "record").mkdir()
    said = keeper(tmp_path, store, "off", shim=shim)
    assert cut_power(tmp_path / "journal") > 0
    assert keeper(tmp_path, store, "look") != said
