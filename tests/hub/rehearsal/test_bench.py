"""Every benchmark, tried in its shortest form: it measures something, and what it checks holds. Nothing here is timed."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from hub.rehearsal.bench.catalogue import BENCHMARKS, measure
from hub.rehearsal.bench.limits import Limits
from hub.rehearsal.bench.commands import Load
from hub.rehearsal.bench.readback import read_back
from hub.rehearsal.bench.result import Line, Result, at
from tui.bench_command import bench
from tests.records import RecordMaker, World


class Told(msgspec.Struct):
    machine: dict[str, object]
    quick: bool
    results: list[dict[str, object]]
