"""Files and folders are there whole or not at all."""

import os
from pathlib import Path

import pytest

from sync import wholefile
from sync.keys.party import HomeIncomplete, Party
from sync.onlyone import AnotherAtWork
from sync.wholefile import WouldOverwrite, finish_folder, leftovers, new_folder, replace_secret, write_new, write_whole
from tests.records import World
from tests.sync.crashing import at_once, killed_everywhere

posix = pytest.mark.skipif(os.name != "posix", reason="rights and forks are POSIX's")


def _make(folder: Path) -> None:
    with new_folder(folder) as made:
        (made / "inside").mkdir()
        write_whole(made / "key", b"k" * 32, secret=True)
        write_whole(made / "inside" / "other", b"o" * 100)


@posix
def test_a_folder_whose_making_is_killed_anywhere_is_not_there_and_the_next_try_succeeds(tmp_path: Path) -> None:
    home = tmp_path / "home"
    deaths = 0
    for _ in killed_everywhere(lambda: _make(home)):
        deaths += 1
        if home.exists():  # it died after the last step: then everything is there
            assert (home / "key").read_bytes() == b"k" * 32 and (home / "inside" / "other").read_bytes() == b"o" * 100
            break
    assert deaths > 4
    if not home.exists():
        _make(home)
    assert [path.name for path in tmp_path.iterdir()] == ["home"], "an interrupted run's half-made folder stays"


@posix
def test_a_file_whose_replacing_is_killed_anywhere_is_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    file = tmp_path / "file"
    for _ in killed_everywhere(lambda: write_whole(file, b"new" * 1000)):
        assert not file.exists() or file.read_bytes() in (b"old", b"new" * 1000)
        file.write_bytes(b"old")
    assert file.read_bytes() == b"new" * 1000


@posix
def test_a_full_disk_leaves_the_old_file_and_no_remains(tmp_path: Path) -> None:
    import resource  # POSIX's

    file = tmp_path / "file"
    write_whole(file, b"old")
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))  # a write beyond it fails as on a full disk
        try:
            write_whole(file, b"n" * 4096)
        except OSError:
            os._exit(3)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    assert file.read_bytes() == b"old" and [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_block_that_fails_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), new_folder(tmp_path / "home") as made:
        write_whole(made / "key", b"k")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_nothing_that_is_there_is_overwritten(tmp_path: Path) -> None:
    _make(tmp_path / "home")
    with pytest.raises(WouldOverwrite):
        _make(tmp_path / "home")
    write_new(tmp_path / "file", b"1")
    with pytest.raises(WouldOverwrite):
        write_new(tmp_path / "file", b"2")
    assert (tmp_path / "file").read_bytes() == b"1"
    (tmp_path / "empty").mkdir()
    _make(tmp_path / "empty")  # an empty folder is where a person wants it


@posix
def test_a_secret_is_its_owners_alone_at_every_moment(tmp_path: Path) -> None:
    before = os.umask(0)  # nothing but the mode asked for protects it
    try:
        for _ in killed_everywhere(lambda: write_whole(tmp_path / "secret", b"s", secret=True)):
            assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.iterdir())
    finally:
        os.umask(before)
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


@posix
def test_what_a_replaced_secret_held_is_overwritten(tmp_path: Path) -> None:
    path, old = tmp_path / "keys", tmp_path / "the old file, still held by another name"
    replace_secret(path, b"k" * 64)
    os.link(path, old)
    replace_secret(path, b"n" * 32)
    assert path.read_bytes() == b"n" * 32 and path.stat().st_mode & 0o777 == 0o600
    assert old.read_bytes() == bytes(64)


@posix
def test_a_replacement_killed_anywhere_leaves_one_whole_secret_and_the_next_one_leaves_nothing_beside(
    tmp_path: Path,
) -> None:
    path = tmp_path / "keys"
    replace_secret(path, b"k" * 64)
    deaths = 0
    for _ in killed_everywhere(lambda: replace_secret(path, b"n" * 32)):
        deaths += 1
        assert path.read_bytes() in (b"k" * 64, b"n" * 32)
    assert deaths > 3
    replace_secret(path, b"m" * 32)
    assert [file.name for file in tmp_path.iterdir()] == ["keys"] and path.read_bytes() == b"m" * 32


def test_a_partys_files_are_replaced_whole_and_never_emptied_in_place(tmp_path: Path) -> None:
    world, home = World(), tmp_path / "home"
    first, second = (world.machine(name, "terminal", "contractor") for name in ("terminal-1", "terminal-2"))
    first.save(home)
    files = [home / name for name in ("deployment.msgpack", "certificate", "key.seed")]
    before = {file: file.read_bytes() for file in files}
    held = [file.open("rb") for file in files]  # whoever reads at that moment, or the disk after a cut
    second.save(home)
    for opened, file in zip(held, files, strict=True):
        assert opened.read() == before[file]
        opened.close()
    assert Party.load(home).name == "terminal-2"
    (home / "certificate").unlink()  # written last
    with pytest.raises(HomeIncomplete):
        Party.load(home)


def _no_word_on_names(monkeypatch: pytest.MonkeyPatch, of: Path) -> None:
    """A disk that fails when it is asked to know the names in this folder."""
    real = wholefile._sync_folder

    def failing(folder: Path) -> None:
        if folder == of:
            raise OSError(5, "Input/output error")
        real(folder)

    monkeypatch.setattr(wholefile, "_sync_folder", failing)


def test_what_is_said_to_have_failed_is_not_there_also_where_only_the_last_step_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_whole(tmp_path / "old", b"old")
    _no_word_on_names(monkeypatch, tmp_path)
    with pytest.raises(OSError):
        _make(tmp_path / "home")
    with pytest.raises(OSError):
        write_whole(tmp_path / "file", b"new")
    with pytest.raises(OSError):
        write_whole(tmp_path / "old", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["old"] and (tmp_path / "old").read_bytes() in (b"old", b"new")


def test_the_last_word_is_asked_for_when_all_is_written_and_what_it_refuses_is_not_there(tmp_path: Path) -> None:
    def refuse() -> None:
        (part,) = leftovers(tmp_path / "home")
        assert (part / "key").read_bytes() == b"k"
        raise RuntimeError

    with pytest.raises(RuntimeError), new_folder(tmp_path / "home", last=refuse) as made:
        write_whole(made / "key", b"k")
    assert list(tmp_path.iterdir()) == []


def test_a_whole_folder_whose_run_was_cut_off_can_have_its_name_after_all(tmp_path: Path) -> None:
    (tmp_path / ".home.0a0b0c0d.part").mkdir()
    (tmp_path / ".home.0a0b0c0d.part" / "key").write_bytes(b"k")
    (left,) = leftovers(tmp_path / "home")
    finish_folder(left, tmp_path / "home")
    assert (tmp_path / "home" / "key").read_bytes() == b"k" and not leftovers(tmp_path / "home")
    assert leftovers(tmp_path / "nowhere" / "home") == []


@posix
def test_two_that_make_one_folder_at_once_never_leave_half_of_it(tmp_path: Path) -> None:
    for turn in range(12):
        home = tmp_path / f"home-{turn}"
        ends = at_once(lambda: _make(home), lambda: _make(home), lambda: _make(home))  # noqa: B023  # called in this turn
        assert ends.count(0) <= 1
        if home.exists():
            assert sorted(path.name for path in home.rglob("*")) == ["inside", "key", "other"]
        else:
            assert 0 not in ends
    assert not list(tmp_path.glob(".*"))


@posix
def test_a_folder_that_somebody_else_is_filling_is_no_leftover(tmp_path: Path) -> None:
    with new_folder(tmp_path / "home") as made:
        write_whole(made / "key", b"k")
        assert at_once(lambda: _make(tmp_path / "home")) == [1]
        with pytest.raises(AnotherAtWork):
            _make(tmp_path / "home")
    assert (tmp_path / "home" / "key").read_bytes() == b"k" and [one.name for one in tmp_path.iterdir()] == ["home"]
