"""One command at a time: the second is told, and a death gives the lock back."""

import os
from pathlib import Path

import pytest

from sync import onlyone
from sync.onlyone import AnotherAtWork, only_one


def test_a_second_one_is_told_and_comes_in_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onlyone, "WAIT_S", 0)
    with only_one(tmp_path / "lock"):
        with pytest.raises(AnotherAtWork), only_one(tmp_path / "lock"):
            pass
    with only_one(tmp_path / "lock"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


@pytest.mark.skipif(os.name != "posix", reason="forks are POSIX's")
def test_who_dies_with_the_lock_leaves_it_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onlyone, "WAIT_S", 0)
    child = os.fork()
    if child == 0:
        with only_one(tmp_path / "lock"):
            os._exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    with only_one(tmp_path / "lock"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_a_file_that_is_no_lock_is_named_and_stays(tmp_path: Path) -> None:
    (tmp_path / "lock").write_bytes(b"somebody's letter" * 100)
    with pytest.raises(OSError), only_one(tmp_path / "lock"):
        pass
    assert (tmp_path / "lock").read_bytes().startswith(b"somebody")
