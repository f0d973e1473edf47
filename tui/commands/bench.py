"""`demado bench`: the project's figures on this machine, as ratios to what the machine itself can do in the same run."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.commands.leaving import leave_on_signals

if TYPE_CHECKING:
    from hub.rehearsal.bench.machine import Machine
    from hub.rehearsal.bench.result import Line, Result


@click.command()
@click.option("--only", multiple=True, metavar="NAME", help="この測定だけ（繰り返し可） / only this one (repeatable)")
@click.option("--json", "as_json", is_flag=True, help="JSON で出力 / print JSON")
@click.option(
    "--quick", is_flag=True, help="動くことだけ確かめる（数値は目安） / see that it runs; figures mean little"
)
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=None,
    help="測るディスクのフォルダー / a folder on the disk to measure",
)
def bench(only: tuple[str, ...], as_json: bool, quick: bool, folder: Path | None) -> None:
    """性能を測る / Measure this machine: ratios to bare limits of the same run, with their targets."""
    from hub.rehearsal.bench import catalogue
    from hub.rehearsal.bench.machine import machine

    unknown = [name for name in only if name not in catalogue.BENCHMARKS]
    if unknown:
        known = "、".join(catalogue.BENCHMARKS)
        raise click.BadParameter(f"{unknown[0]}: {known} のどれか / one of these", param_hint="--only")
    leave_on_signals()
    scratch = Path(tempfile.mkdtemp(prefix="demado-bench-", dir=folder))
    sound = True
    try:
        measured = machine(scratch)
        if as_json:  # a piece at a time, each as soon as it is known: ten minutes broken off are not ten minutes lost
            click.echo(f'{{"machine":{_json(measured)},"quick":{_json(quick)},"results":[', nl=False)
        else:
            _head(measured, quick)
        for at, name in enumerate(only or catalogue.BENCHMARKS):
            result = catalogue.measure(name, scratch / name, quick)
            sound = sound and result.sound
            if as_json:
                click.echo(f"{',' if at else ''}\n{_json(_row(result))}", nl=False)
            else:
                _table(result)
        if as_json:
            click.echo("\n]}")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    sys.exit(0 if sound else 1)


def _json(value: object) -> str:
    import msgspec

    return msgspec.json.encode(value).decode()


def _row(result: Result) -> dict[str, object]:
    import msgspec

    lines = [{**msgspec.to_builtins(line), "reached": line.reached} for line in result.lines]
    return {**msgspec.to_builtins(result), "lines": lines, "sound": result.sound}


def _head(machine: Machine, quick: bool) -> None:
    click.echo(f"{machine.cpu} x {machine.cores}、{machine.memory_mib:,} MiB")
    click.echo(f"{machine.kernel}、{machine.python}、{machine.disk}、load {machine.load}")
    if quick:
        click.echo("（--quick：動作の確認だけ。数値は目安 / a trial; the figures mean little）")


NAME_CELLS, ENGLISH_CELLS, VALUE_CELLS, UNIT_CELLS, TARGET_CELLS = 38, 44, 10, 8, 12


def _table(result: Result) -> None:
    from tui.cells import fit

    click.echo("")
    head = (
        fit(f"[{result.benchmark}]", NAME_CELLS),
        fit("", ENGLISH_CELLS),
        fit("値 value", VALUE_CELLS + UNIT_CELLS + 1, right=True),
        fit("目標 target", TARGET_CELLS, right=True),
    )
    click.echo(" ".join(head).rstrip())
    for line in result.lines:
        cells = (
            fit(line.ja, NAME_CELLS),
            fit(line.en, ENGLISH_CELLS),
            fit(_number(line.value), VALUE_CELLS, right=True),
            fit(line.unit, UNIT_CELLS),
            fit(_target(line), TARGET_CELLS, right=True),
        )
        click.echo(" ".join((*cells, _verdict(line))).rstrip())
        if line.note:
            click.echo(f"{'':{NAME_CELLS}}   ({line.note})")
    if result.fault:
        click.echo(f"  失敗 / failed: {result.fault}")
    wrong = [name for name, held in result.checks.items() if not held]
    if wrong:
        click.echo(f"  誤り / wrong: {', '.join(wrong)}")
    elif result.checks:
        click.echo(f"  検査 {len(result.checks)} 件すべて正しい / all {len(result.checks)} checks hold")


def _number(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 100 else f"{value:.2f}"


def _target(line: Line) -> str:
    if line.at_least is not None:
        return f">= {_number(line.at_least)}"
    return "" if line.at_most is None else f"<= {_number(line.at_most)}"


def _verdict(line: Line) -> str:
    if line.reached is None:
        return ""
    return "達成 ok" if line.reached else "未達 MISSED"
