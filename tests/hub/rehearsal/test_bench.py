"""Every benchmark, tried in its shortest form: it measures something, and what it checks holds. Nothing here is timed."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from hub.domain.queue.queue import CallTicket, IssueTicket, TicketCalled, TicketIssued
from hub.rehearsal.bench import catalogue
from hub.rehearsal.bench.catalogue import BENCHMARKS, measure
from hub.rehearsal.bench.commands import Load
from hub.rehearsal.bench.limits import Limits
from hub.rehearsal.bench.readback import read_back
from hub.rehearsal.bench.result import Line, Result, at
from hub.rehearsal.processes import environment, python
from tests.records import RecordMaker, World
from tui.commands.bench import bench


@pytest.mark.parametrize("name", BENCHMARKS)
def test_each_benchmark_measures_and_what_it_checks_holds(
    name: str, tmp_path: Path, needs: Callable[..., None]
) -> None:
    if name == "prints":
        needs("root", "pycups", "cups-daemon")
    result = measure(name, tmp_path / name, quick=True)
    assert result.fault == ""
    assert [check for check, held in result.checks.items() if not held] == []
    assert result.sound and result.lines and len({line.name for line in result.lines}) == len(result.lines)
    for line in result.lines:
        assert line.name.startswith(f"{name}.") and line.ja and line.en and line.value >= 0
    if name not in ("limits", "day"):  # the limits have no target; a short day has none either
        assert any(line.reached is not None for line in result.lines)
    if name in ("commands", "oldday"):
        assert {check.rpartition(".")[2] for check in result.checks} >= {
            "no_duplicate_number",
            "no_double_call",
            "nothing_acknowledged_is_missing",
        }


# ---------------------------------------------------------------- the command


def test_json_names_the_machine_and_every_line_its_target_and_whether_it_was_reached() -> None:
    said = CliRunner().invoke(bench, ["--only", "limits", "--quick", "--json"], catch_exceptions=False)
    assert said.exit_code == 0
    told = json.loads(said.stdout)
    assert set(told["machine"]) == {"cpu", "cores", "memory_mib", "kernel", "python", "disk", "load"}
    assert told["quick"] is True
    (result,) = told["results"]
    assert result["benchmark"] == "limits" and result["sound"] is True
    for line in result["lines"]:
        assert set(line) == {"name", "ja", "en", "value", "unit", "at_least", "at_most", "note", "reached"}


def test_table_stands_in_columns_of_cells_under_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lines = (
        Line("made.a", "受付の返事", "answer", 12.5, "ms", at_most=20),
        Line("made.b", "rate", "rate of another kind", 1234.0, "/s", at_least=2000, note="why"),
    )
    _instead(monkeypatch, Result("limits", lines, {"held": True}))
    said = CliRunner().invoke(bench, ["--only", "limits", "--dir", str(tmp_path)], catch_exceptions=False)
    assert said.exit_code == 0
    rows = said.stdout.splitlines()
    assert "MiB" in rows[0] and "Python" in rows[1]
    reached, missed = (next(row for row in rows if word in row) for word in ("達成 ok", "未達 MISSED"))
    assert cell_len(reached.partition("達成")[0]) == cell_len(missed.partition("未達")[0])
    assert "<= 20.00" in reached and ">= 2,000" in missed
    assert list(tmp_path.iterdir()) == []  # what it needed is gone


def test_missed_target_is_told_and_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    _instead(monkeypatch, Result("limits", (Line("made.a", "遅い", "slow", 9.0, "s", at_most=1.0),), {"held": True}))
    assert CliRunner().invoke(bench, ["--only", "limits"]).exit_code == 0


@pytest.mark.parametrize(
    "result", [Result("limits", checks={"no_double_call": False}), Result("limits", fault="RuntimeError: no hub")]
)
def test_wrong_check_or_a_benchmark_that_broke_is_a_failure(monkeypatch: pytest.MonkeyPatch, result: Result) -> None:
    _instead(monkeypatch, result)
    said = CliRunner().invoke(bench, ["--only", "limits"])
    assert said.exit_code == 1
    assert "no_double_call" in said.stdout or "no hub" in said.stdout


def test_unknown_benchmark_is_named_with_those_there_are() -> None:
    said = CliRunner().invoke(bench, ["--only", "luck"])
    assert said.exit_code == 2
    assert "luck" in said.output and "commands" in said.output


def test_what_goes_wrong_in_one_benchmark_is_its_result_and_names_the_place(tmp_path: Path) -> None:
    (tmp_path / "hub").write_text("a file where the hub's home must be made")
    result = measure("start", tmp_path, quick=True)
    assert not result.sound and ".py:" in result.fault


def _instead(monkeypatch: pytest.MonkeyPatch, result: Result) -> None:
    monkeypatch.setattr(catalogue, "measure", lambda name, folder, quick: result)


# ---------------------------------------------------------------- what is read back


async def test_number_given_twice_call_made_twice_and_lost_acknowledgement_are_found(tmp_path: Path) -> None:
    maker = RecordMaker(World())
    maker.open()
    clerk = maker.world.clerks[0]
    lane = maker.world.profile.lanes[0].id
    issue = IssueTicket(lane)
    (issued,) = maker.do(issue, clerk)
    assert isinstance(issued, TicketIssued)
    call = CallTicket(issued.ticket, "窓口1")
    (called,) = maker.do(call, clerk)
    assert isinstance(called, TicketCalled)
    told = [(issued.ticket, "issued", issued.number), (maker.size - 1, "called", called.number)]
    sound = await _written(maker, tmp_path / "sound.sqlite", told)
    assert (sound.duplicates, sound.double_calls, sound.lost) == (0, 0, 0) and all(sound.checks.values())

    twice = msgspec.structs.replace(issued, ticket=maker.size)
    maker.append(maker.sign(issue, clerk), maker.context(), (twice,))
    maker.append(maker.sign(call, clerk), maker.context(), (called,))
    wrong = await _written(maker, tmp_path / "wrong.sqlite", [*told, (0, "issued", "Z-999")])
    assert (wrong.duplicates, wrong.double_calls, wrong.lost) == (1, 1, 1) and not any(wrong.checks.values())


async def _written(maker: RecordMaker, path: Path, told: list[tuple[int, str, str]]):  # type: ignore[no-untyped-def]
    await (await maker.write(path)).close()
    return await read_back(path, told)


# ---------------------------------------------------------------- arithmetic


def test_bare_time_counts_each_call_that_a_command_needs() -> None:
    limits = Limits(
        sync_p50_s=0,
        sync_p99_s=0,
        sign_s=1,
        verify_s=10,
        keypair_s=100,
        agree_s=1_000,
        secretbox_s=10_000,
        open_s=100_000,
        hash_s=1_000_000,
    )
    seal, unseal = 100 + 1_000 + 3 * 10_000 + 1 + 1_000_000, 1_000 + 3 * 100_000 + 10 + 1_000_000
    assert (limits.seal_s, limits.unseal_s) == (seal, unseal)
    load = Load(commands=2, seconds=1.0, latencies_s=[], hub_s=0.0, sealed=3, commits=5, own=7, refused=0, told=[])
    assert load.bare_s(limits) == 2 * (unseal + 10) + 3 * seal + 5 * 1 + 7 * (1 + 10)


def test_percentile_is_a_sample_that_was_seen() -> None:
    samples = [float(number) for number in range(100, 0, -1)]
    assert (at(samples, 0.0), at(samples, 0.5), at(samples, 0.99), at(samples, 1.0)) == (1.0, 51.0, 100.0, 100.0)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc to see what is left running")
def test_whoever_breaks_a_benchmark_off_leaves_nothing_running(tmp_path: Path) -> None:
    command = [*python(), "tui", "bench", "--quick", "--only", "commands", "--dir", str(tmp_path)]
    running = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while not naming(tmp_path, but=running.pid):
        assert time.monotonic() < end and running.poll() is None, "no hub was started"
        time.sleep(0.02)
    running.send_signal(signal.SIGTERM)
    assert running.wait(60) == 128 + signal.SIGTERM
    assert naming(tmp_path, but=running.pid) == [] and list(tmp_path.iterdir()) == []


def naming(folder: Path, *, but: int) -> list[int]:
    """Processes whose command line names this folder."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and str(folder).encode() in (process / "cmdline").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue  # it has ended meanwhile
    return [pid for pid in found if pid != but]
