"""`demado doctor` and `demado devices` as they are typed, and the part that needs a person's hands."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from hub.rehearsal.deployment import build
from hub.site.devices.doctor.finding import Finding, Level
from tui.command import main
from tui.key_check import KeyCheck, judge_scan

DAY_MS = 1_754_438_400_000


def test_doctor_looks_at_the_keys_of_a_home_and_ends_with_1_where_one_has_ended(tmp_path: Path) -> None:
    build(tmp_path, "koganei", site="緑センター", date_ms=DAY_MS, now_ms=DAY_MS)
    done = CliRunner().invoke(main, ["doctor", "--json", "--home", str(tmp_path / "hub")])
    found = json.loads(done.stdout)
    ended = [one for one in found if one["code"].startswith("certificate.") and one["level"] == "fault"]
    assert bool(ended) == (done.exit_code == 1)
    assert {"disk.sync", "disk.free", "memory.swap", "fonts.ticket", "photo.models"} <= {one["code"] for one in found}
    assert all(one["todo_ja"] for one in found if one["level"] != "ok")


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("vault.sqlite", "vault.damaged"),
        ("outbox.sqlite", "outbox.damaged"),
        ("people/staff-1.locked", "people.damaged"),
        ("standby/deployment.msgpack", "standby.damaged"),
        ("standby/people/staff-1.locked", "people.damaged"),
    ],
)
def test_doctor_names_a_damaged_file_beside_the_record_and_leaves_it(tmp_path: Path, file: str, code: str) -> None:
    build(tmp_path, "koganei", site="緑センター", date_ms=DAY_MS, now_ms=DAY_MS)
    home = tmp_path / "hub"
    shutil.copytree(home, home / "standby")

    def found() -> dict[str, str]:
        done = CliRunner().invoke(main, ["doctor", "--json", "--home", str(home)])
        return {one["code"]: one["en"] for one in json.loads(done.stdout)}

    assert "files.sound" in found()
    (home / file).write_bytes(b"\xc1 spoilt")
    assert file.rpartition("/")[2] in found()[code] or code == "standby.damaged"
    assert (home / file).read_bytes() == b"\xc1 spoilt"


def test_devices_lists_every_kind_in_words_and_as_json() -> None:
    words = CliRunner().invoke(main, ["devices"])
    assert words.exit_code == 0 and "写真プリンター" in words.stdout and "tcp:HOST" in words.stdout
    listed = CliRunner().invoke(main, ["devices", "--json"])
    assert isinstance(json.loads(listed.stdout), list)


async def hands(*keys: str) -> list[Finding]:
    """What the check finds when these keys arrive."""
    app = KeyCheck()
    async with app.run_test() as pilot:
        await pilot.press(*keys)
    return app.return_value or []


async def test_keys_that_arrive_are_well_and_one_that_does_not_is_a_fault() -> None:
    found = {one.code: one.level for one in await hands("f1", "escape", "x", "f12", "escape")}
    assert found == {
        "keys.f1": Level.OK,
        "keys.f5": Level.FAULT,
        "keys.f12": Level.OK,
        "keys.scan": Level.OK,
    }


@pytest.mark.parametrize(
    ("text", "gap_s", "level"),
    [
        ("T0A1B2C3", 0.01, Level.OK),
        ("T0A1B2C3", 0.2, Level.ADVICE),
        ("T0", 0.01, Level.ADVICE),
        ("", 0.0, Level.ADVICE),
    ],
)
def test_a_code_is_told_from_typing_by_its_pace(text: str, gap_s: float, level: Level) -> None:
    typed = [(character, number * gap_s) for number, character in enumerate(text)]
    assert judge_scan(typed).level is level
