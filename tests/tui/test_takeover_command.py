"""`demado hub --take-over` asks for passphrases like the lock screen: tries are counted."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click import BadParameter

from hub.client.people.attempts import FREE, PAUSES_S, Attempts, TooManyTries
from hub.client.people.unlocking import ATTEMPTS
from sync.keys.lockbox import Cost, WrongPassphrase, lock
from sync.keys.party import LockedPerson
from tests.hub.site.continuity.test_takeover import Booth
from tests.records import World
from tui.commands.console import passphrase, refusing
from tui.commands.takeover import _person

WORLD = World()
SECRET = b"s" * 32


def enrolled(home: Path) -> Path:
    """The manager's key on a terminal; the file that will hold a passphrase."""
    manager = WORLD.manager
    box = lock(manager.signer.seed, "umi kaze tsukue", SECRET, cost=Cost.TRAINING)
    who = LockedPerson(manager.person, "管理者", manager.roles, manager.certificate, manager.chain, box)
    who.save(home / "standby")
    (home / "secret").write_bytes(SECRET)
    return home / "words"


def test_wrong_passphrases_at_a_take_over_cost_the_same_pauses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words, manager = enrolled(tmp_path), WORLD.manager
    words.write_text("yama kawa mado\n", encoding="utf-8")
    for _ in range(FREE):
        with pytest.raises(WrongPassphrase):
            _person(tmp_path, manager.person, words)
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    with pytest.raises(TooManyTries, match=str(PAUSES_S[0])):  # who does not wait is not heard
        _person(tmp_path, manager.person, words)
    assert waited == [PAUSES_S[0]]


def test_the_right_passphrase_is_taken_after_the_pause_though_each_command_is_a_program_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = enrolled(tmp_path)
    attempts = Attempts(tmp_path / ATTEMPTS)
    for _ in range(FREE):
        attempts.begin(WORLD.manager.person)
    now = [0.0]
    monkeypatch.setattr(Attempts.__init__, "__defaults__", (lambda: now[0],))
    monkeypatch.setattr("time.sleep", lambda s: now.__setitem__(0, now[0] + s))
    words.write_text("umi kaze tsukue\n", encoding="utf-8")
    assert _person(tmp_path, WORLD.manager.person, words).person == WORLD.manager.person
    assert now == [PAUSES_S[0]] and f"{PAUSES_S[0]}秒待って" in capsys.readouterr().err
    assert not Attempts(tmp_path / ATTEMPTS).left_s(WORLD.manager.person)


@pytest.mark.parametrize("place", ["none", "folder"])
def test_a_passphrase_file_that_cannot_be_read_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(BadParameter, match="cannot be read"):
        passphrase(tmp_path / place, "", "")


def test_a_disk_without_room_for_the_new_hub_is_said_and_leaves_nothing_half_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    booth = Booth(tmp_path)
    draft = asyncio.run(booth.draft())
    for person in (WORLD.manager, WORLD.clerks[0]):
        draft.sign(person)
    # Reading fails as writing does where the disk is full: shutil gathers what went wrong into one error of its own.
    (booth.home / "standby" / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(SystemExit), refusing():
        asyncio.run(draft.finish(booth.now_ms))
    assert "None" not in capsys.readouterr().err
    assert not (booth.home / "hub").exists() and not list(booth.home.glob(".hub*"))
