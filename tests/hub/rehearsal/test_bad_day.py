"""A bad day at the booth: devices fail, staff help themselves, and the day holds in everything all the same."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from hub.client.bad_day import MISHAPS
from hub.domain.contracts.reading import load_profile
from hub.domain.devices.effect import EffectSettled, EffectsReported, EffectState
from hub.domain.photo.photo import PhotoFailed
from hub.rehearsal.bad_day import EVERY_S, BadScript, Planned, drawn, scripted
from hub.rehearsal.looking import Room
from hub.rehearsal.session import at, choose
from tests.hub.rehearsal.conftest import rehearse
from tests.hub.rehearsal.test_day import events
from tui.commands import rehearse as command

SESSION = choose(load_profile("chiba"), None, None, None)


@given(st.integers(min_value=0, max_value=2**64))
def test_a_drawn_bad_day_is_the_seeds_own_and_stays_within_the_session(seed: int) -> None:
    plan = drawn(SESSION, seed)
    assert plan == drawn(SESSION, seed) and len(plan) > 3
    assert {one.code for one in plan} <= {mishap.code for mishap in MISHAPS}
    times = [SESSION.open_ms, *(one.at_ms for one in plan)]
    assert all(EVERY_S[0] * 1000 <= b - a <= EVERY_S[1] * 1000 for a, b in zip(times, times[1:], strict=False))
    assert times[-1] < SESSION.close_ms


def test_a_script_is_taken_in_the_order_of_its_times() -> None:
    script = "# the bad day\n11:05  camera.hang   # after the pause\n\n9:50 ticket.paper_out\n"
    assert scripted(SESSION, script) == (
        Planned(at(SESSION.date, "09:50"), "ticket.paper_out"),
        Planned(at(SESSION.date, "11:05"), "camera.hang"),
    )


@pytest.mark.parametrize(
    "line", ["10:20", "25:00 camera.hang", "10:20 camera.explodes", "camera.hang 10:20", "10:6x x"]
)
def test_a_line_of_a_script_that_cannot_be_meant_is_named_and_nothing_is_left_behind(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BadScript, match="2: "):
        scripted(SESSION, f"10:00 camera.hang\n{line}\n")
    script = tmp_path / "script.txt"
    script.write_text(f"10:00 camera.hang\n{line}\n", encoding="utf-8")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    refused = CliRunner().invoke(command.rehearse, ["--headless", "--faults", str(script)])
    assert refused.exit_code == 2 and "2行目" in refused.output
    assert list(tmp_path.iterdir()) == [script]


def test_what_came_out_is_seen_in_the_room(tmp_path: Path) -> None:
    room = Room(tmp_path)
    assert not any(room.came_out(kind, "A-001") for kind in ("ticket", "reprint", "display", "voice"))
    (tmp_path / "tickets").mkdir()
    (tmp_path / "tickets" / "0001-A-001-reprint.png").touch()
    (tmp_path / "display.txt").write_text("A-001 窓口1\n", encoding="utf-8")
    assert room.came_out("reprint", "A-001") and room.came_out("display", "A-001")
    assert not room.came_out("ticket", "A-001") and not room.came_out("display", "A-00")
    (tmp_path / "tickets" / "0002-A-001.png").touch()
    assert room.came_out("ticket", "A-001") and len(room.papers("A-001")) == 1


def test_a_day_of_faults_holds_in_everything_and_each_is_met_settled_and_over(tmp_path: Path) -> None:
    codes = ["ticket.paper_out", "camera.absent", "display.absent", "camera.focus_failed", "voice.broken"]
    times = range(SESSION.open_ms, SESSION.close_ms, 12 * 60_000)
    plan = tuple(Planned(at_ms, codes[number % len(codes)]) for number, at_ms in enumerate(times))
    made = rehearse(tmp_path, "chiba", people=9, faults=plan)
    assert made.holds, [name for name, true in made.invariants.items() if not true]
    assert made.invariants["no_device_stuck"] and made.invariants["every_number_on_one_paper"]
    assert made.suffered == Counter(one.code for one in plan)
    found = [event for _, event in events(tmp_path)]
    reported = [one for event in found if isinstance(event, EffectsReported) for one in event.outcomes]
    failed = {(one.entry, one.kind): one.code for one in reported if one.state is EffectState.FAILED}
    settled = {(event.entry, event.effect) for event in found if isinstance(event, EffectSettled)}
    assert failed.keys() <= settled
    said = set(failed.values()) | {event.code for event in found if isinstance(event, PhotoFailed)}
    assert {"ticket.paper_out", "display.absent", "voice.broken"} & said and {
        "camera.absent",
        "camera.focus_failed",
    } & said
