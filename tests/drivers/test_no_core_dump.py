"""A process that crashes leaves nothing of its memory on the disk."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the hub runs on Linux; core files are its kernel's")

CRASH_TWICE = """
import ctypes, json, os, resource
from drivers.no_core_dump import no_core_file, undumpable

hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
found = []
for guarded in (False, True):
    child = os.fork()
    if not child:
        if guarded:
            no_core_file()
        os.abort()
    found.append(os.WCOREDUMP(os.waitpid(child, 0)[1]))
no_core_file()
held = undumpable()
print(json.dumps({"dumped": found, "allowed": hard != 0, "held": held, "dumpable": ctypes.CDLL(None).prctl(3)}))
"""


def test_a_guarded_process_that_aborts_leaves_no_core_where_an_unguarded_one_does(tmp_path: Path) -> None:
    run = [sys.executable, "-c", CRASH_TWICE]
    environment = {"PYTHONPATH": str(Path(__file__).parents[2])}
    found = json.loads(subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, check=True).stdout)
    assert found["dumped"] == [found["allowed"], False]
    assert (found["held"], found["dumpable"]) == (True, 0)
