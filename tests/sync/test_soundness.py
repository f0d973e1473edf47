"""SQLite files whose bytes are not what they were."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

import pytest

from sync.soundness import damage
from sync.wholefile import set_aside


def made(path: Path) -> Path:
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE one(text TEXT PRIMARY KEY)")
        db.executemany("INSERT INTO one VALUES (?)", [(f"{n:0400}",) for n in range(200)])
        db.commit()
    return path


def test_a_sound_file_an_empty_one_and_none_are_no_damage(tmp_path: Path) -> None:
    assert damage(made(tmp_path / "sound")) == ""
    (tmp_path / "empty").touch()
    assert damage(tmp_path / "empty") == "" and damage(tmp_path / "none") == ""


@pytest.mark.parametrize("part", ["all of it", "its middle", "its end"])
def test_random_bytes_a_spoilt_page_and_a_missing_end_are_damage_and_stay_as_they_are(
    tmp_path: Path, part: str
) -> None:
    path = made(tmp_path / "file")
    data = path.read_bytes()
    middle = len(data) // 2 // 4096 * 4096
    path.write_bytes(
        {
            "all of it": os.urandom(3000),
            "its middle": data[:middle] + b"\xff" * 4096 + data[middle + 4096 :],
            "its end": data[:middle],
        }[part]
    )
    before = path.read_bytes()
    assert damage(path)
    assert path.read_bytes() == before


def test_a_file_that_somebody_else_holds_is_not_called_damaged(tmp_path: Path) -> None:
    path = made(tmp_path / "held")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("BEGIN EXCLUSIVE")
        assert damage(path) == ""


def test_a_folder_in_its_place_is_damage(tmp_path: Path) -> None:
    assert damage(tmp_path)


def test_what_is_set_aside_keeps_its_bytes_and_replaces_nothing(tmp_path: Path) -> None:
    kept = []
    for data in (b"first", b"second"):
        (tmp_path / "vault.sqlite").write_bytes(data)
        (tmp_path / "vault.sqlite-wal").write_bytes(data + b" log")
        kept.append(set_aside(tmp_path / "vault.sqlite", tmp_path / "evidence"))
    assert [one.read_bytes() for one in kept] == [b"first", b"second"]
    assert [one.with_name(one.name + "-wal").read_bytes() for one in kept] == [b"first log", b"second log"]
    assert not list(tmp_path.glob("vault*"))
