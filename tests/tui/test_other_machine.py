"""A folder of another kind of machine is refused where it is given, before anything is made in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from hub.rehearsal.deployment import Plan
from tests.tui.conftest import SITE
from tui.command import main

ANYWHERE = ("--listen", "127.0.0.1:0")


def files(home: Path) -> dict[str, bytes]:
    return {str(file.relative_to(home)): file.read_bytes() for file in home.rglob("*") if file.is_file()}


@pytest.mark.parametrize(
    ("command", "machine", "code"),
    [
        (("hub", "--no-announce", *ANYWHERE), "terminal-1", "hub.terminals_home"),
        (("hub", "--no-announce", *ANYWHERE), "office", "party.wrong_home"),
        (("recover",), "terminal-1", "party.wrong_home"),
        (("office", *ANYWHERE), "hub", "party.wrong_home"),
        (("office", "counts"), "hub", "party.wrong_home"),
        (("office", "devices", "--date", "2026-11-22"), "hub", "party.wrong_home"),
        (("office", "report", "--date", "2026-11-22", "--out", "report"), "hub", "party.wrong_home"),
        (("desk", "--hub", "127.0.0.1:1"), "terminal-1", "party.wrong_home"),
    ],
)
def test_a_daemon_or_desk_is_not_started_on_another_machines_folder_and_leaves_it_as_it_was(
    command: tuple[str, ...],
    machine: str,
    code: str,
    tmp_path: Path,
    deployments: Callable[[str, Path], Plan],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home = deployments("koganei", tmp_path / "made").home(machine)
    before = files(home)
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(main, [*command, "--home", str(home)])
    assert said.exit_code != 0 and code in said.output, said.output
    assert not isinstance(said.exception, Exception) and "何も変えていません" in said.output
    assert files(home) == before
    assert ("--take-over" in said.output) == (machine == "terminal-1" and command[0] == "hub")


@pytest.mark.parametrize("machine", ["hub", "desk"])
async def test_a_terminal_opens_on_no_other_machines_folder_and_says_what_to_give(booth, sit, machine: str) -> None:
    seat = await sit(machine=machine, wait=False)
    await seat.sees("party.wrong_home")
    assert "このコマンドの機械のフォルダーではありません" in seat.picture and "--home に" in seat.picture
    assert seat.terminal.party is None and SITE not in seat.picture
    await seat.type(booth.url.removeprefix("ws://").removesuffix("/link"))
    await seat.keys("enter")
    await seat.sees("party.wrong_home")
    assert seat.terminal.station is None
    assert not (booth.plan.home(machine) / "replica.sqlite").exists()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (("--listen", "127.0.0.1:99999"), "office.address"),
        ((*ANYWHERE, "--status-listen", "127.0.0.1:99999"), "office.address"),
        ((*ANYWHERE, "--database", "sqlite:////nowhere/x.db"), "office.database_unknown"),
        ((*ANYWHERE, "--database", "postgresql+asyncpg://h:bad/x"), "office.database_unknown"),
    ],
)
def test_a_mistyped_address_or_database_is_named(
    wrong: tuple[str, ...], code: str, tmp_path: Path, deployments: Callable[[str, Path], Plan]
) -> None:
    home = deployments("koganei", tmp_path / "made").home("office")
    said = CliRunner().invoke(main, ["office", "--home", str(home), *wrong])
    assert said.exit_code != 0 and code in said.output and not isinstance(said.exception, Exception), said.output


@pytest.mark.parametrize("where", [("--listen", "0.0.0.0:0"), (*ANYWHERE, "--status-listen", "0.0.0.0:0")])
def test_a_practice_office_is_served_to_its_own_machine_only(
    where: tuple[str, ...], tmp_path: Path, deployments: Callable[[str, Path], Plan]
) -> None:
    home = deployments("koganei", tmp_path / "made").home("office")
    before = files(home)
    said = CliRunner().invoke(main, ["office", "--home", str(home), *where])
    assert said.exit_code != 0 and "hub.training_loopback" in said.output and files(home) == before


def test_a_database_for_which_nothing_is_installed_is_named(
    tmp_path: Path, deployments: Callable[[str, Path], Plan]
) -> None:
    home = deployments("koganei", tmp_path / "made").home("office")
    address = "postgresql+asyncpg://nobody@127.0.0.1:1/none"
    said = CliRunner().invoke(main, ["office", "counts", "--home", str(home), "--database", address])
    assert said.exit_code != 0 and "office.database_unknown" in said.output and "Traceback" not in said.output, (
        said.output
    )
    assert not isinstance(said.exception, Exception)
