"""`demado hub --take-over` asks for passphrases like the lock screen: tries are counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.client.people.attempts import FREE, TooManyTries
from sync.keys.lockbox import Cost, WrongPassphrase, lock
from sync.keys.party import LockedPerson
from tests.records import World
from tui.commands.takeover import _person

WORLD = World()
SECRET = b"s" * 32


def test_wrong_passphrases_at_a_take_over_cost_the_same_pauses(tmp_path: Path) -> None:
    manager = WORLD.manager
    box = lock(manager.signer.seed, "umi kaze tsukue", SECRET, cost=Cost.TRAINING)
    who = LockedPerson(manager.person, "管理者", manager.roles, manager.certificate, manager.chain, box)
    who.save(tmp_path / "standby")
    (tmp_path / "secret").write_bytes(SECRET)
    words = tmp_path / "words"
    words.write_text("yama kawa mado\n", encoding="utf-8")
    for _ in range(FREE):
        with pytest.raises(WrongPassphrase):
            _person(tmp_path, manager.person, words)
    with pytest.raises((TooManyTries, WrongPassphrase)):
        _person(tmp_path, manager.person, words)
    words.write_text("umi kaze tsukue\n", encoding="utf-8")
    with pytest.raises(TooManyTries):
        _person(tmp_path, manager.person, words)
