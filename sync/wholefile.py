"""Files and folders that are there whole or not at all, whatever moment the power goes in.

What is being written has another name (a dot, and `.part`) until it is on the disk; taking the right name is one step.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from sync.errors import SyncError
from sync.onlyone import AnotherAtWork

PART = ".part"


class WouldOverwrite(SyncError):
    """Something is there already, and it is not replaced."""

    code = "files.would_overwrite"
    ja = "同じ名前のファイルかフォルダーがあります。上書きはしません。"
    en = "Something of that name is there already; it is not overwritten."
    todo_ja = "別の名前を指定するか、要らないことを確かめてから自分で移してください。"
    todo_en = "Choose another name, or move what is there away yourself once you are sure."


class FileFault(SyncError):
    """The disk refused a file: no room, no rights, or its own fault. For commands, in the place of an OSError."""

    code = "files.fault"
    ja = "ファイルを読み書きできず、途中で止めました。"
    en = "A file could not be read or written; the command stopped there."
    todo_ja = (
        "場所、空き容量、権限を確かめ、同じコマンドをもう一度行ってください。"
        "続きから行います。「もうあります」と出たときは、そこまで済んでいます。"
    )
    todo_en = (
        "Check the place, free space and rights, then run the same command again: it goes on from there. If it says that"
        " something is there already, that part was done."
    )


def write_whole(path: Path, data: bytes, *, secret: bool = False) -> None:
    """Write or replace a file in one step, as whole_file."""
    with whole_file(path, secret=secret) as file:
        file.write(data)


@contextmanager
def whole_file(path: Path, *, secret: bool = False) -> Iterator[BinaryIO]:
    """Give a file to fill, which takes its name when the block ends well, in place of what had it.

    A secret one is readable by its owner alone (on Windows: the folder's rights). OSError leaves what was there before;
    only where a file was replaced and the disk then fails to say that it knows the name, the new one stays.
    """
    part = _part_of(path)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh = not os.path.lexists(path)
        os.replace(part, path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    try:
        _sync_folder(path.parent)
    except OSError:
        if fresh:  # whoever is told that it failed does it again: nothing that counts may be there then
            with suppress(OSError):
                path.unlink()
        raise


def replace_secret(path: Path, data: bytes) -> None:
    """As write_whole for a secret, and what the file held before is overwritten: a key that is destroyed leaves no copy.

    Whatever moment the power goes in, the old file or the new one is there; the next call removes what was left beside
    it. (Windows cannot replace an open file: there the old bytes are freed, not overwritten.)
    """
    for left in path.parent.glob(f".{path.name}.*{PART}"):
        _overwrite(left)
        left.unlink()
    old = os.open(path, os.O_WRONLY) if os.name == "posix" and path.exists() else None
    try:
        write_whole(path, data, secret=True)
        if old is not None:
            _zero(old)
    finally:
        if old is not None:
            os.close(old)


def write_new(path: Path, data: bytes) -> None:
    """Write a file that must not be there yet; WouldOverwrite otherwise."""
    if os.path.lexists(path):
        raise WouldOverwrite(path=str(path))
    write_whole(path, data)


@contextmanager
def new_folder(path: Path, last: Callable[[], object] = lambda: None) -> Iterator[Path]:
    """Give a folder to fill, which takes its name when the block ends well; WouldOverwrite unless `path` is free or empty.

    `last` is called when all of it is on the disk, just before it takes its name: who finds what it did and no folder
    finds the folder among `leftovers`, whole. What interrupted runs left is removed first: it may hold keys.
    AnotherAtWork where another process fills a folder for this name: taking its files away would leave half of one.
    """
    path = Path(os.path.abspath(path))  # "." has a name, too
    need_free(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in leftovers(path):
        if left.is_dir():
            with suppress(FileNotFoundError), _ours(left):
                shutil.rmtree(left)
        else:
            left.unlink(missing_ok=True)
    part = _part_of(path)
    part.mkdir(mode=0o700)
    with _ours(part):
        try:
            yield part
            for inside in part.rglob("*"):
                _sync_folder(inside) if inside.is_dir() else _sync_file(inside)
            _sync_folder(part)
            last()
            _take_name(part, path)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise


@contextmanager
def _ours(part: Path) -> Iterator[None]:
    """Have a folder that no other process takes for a leftover; AnotherAtWork where one is filling it, or took it.

    (Windows has no such locks; it does not let a file be removed either that somebody has open.)
    """
    if os.name != "posix":
        yield
        return
    import fcntl

    descriptor = os.open(part, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AnotherAtWork(path=str(part)) from error
        except OSError:  # a file system without locks
            pass
        if not part.exists():
            raise AnotherAtWork(path=str(part))
        yield
    finally:
        os.close(descriptor)


def leftovers(path: Path) -> list[Path]:
    """What interrupted runs have left beside this name, unfinished: files and folders with its `.part`."""
    path = Path(os.path.abspath(path))
    if not path.parent.is_dir():
        return []
    return [one for one in path.parent.iterdir() if one.name.startswith(f".{path.name}.") and one.name.endswith(PART)]


def finish_folder(left: Path, path: Path) -> None:
    """Give a folder of `leftovers` that is whole its name after all; WouldOverwrite."""
    _take_name(left, Path(os.path.abspath(path)))


def _take_name(part: Path, path: Path) -> None:
    """Have a whole folder take its name; WouldOverwrite, OSError leave it `part`."""
    need_free(path)
    if path.exists():
        path.rmdir()  # empty, as need_free has seen; a folder takes no other's name on Windows
    os.replace(part, path)
    try:
        _sync_folder(path.parent)
    except OSError:
        with suppress(OSError):
            os.replace(path, part)
        raise


def put_in_place(new: Path, path: Path, kept: Path) -> None:
    """Have a finished file take another's name, whose content stays under `kept`; a crash leaves the old one or the new."""
    kept.parent.mkdir(mode=0o700, exist_ok=True)
    if not kept.exists():
        os.link(path, kept)
    _sync_folder(kept.parent)
    give_name(new, path)


def give_name(new: Path, path: Path) -> None:
    """Have a finished file take a name under which nothing is that anybody needs."""
    os.replace(new, path)
    _sync_folder(path.parent)


def remove_database(path: Path) -> None:
    """Remove an SQLite file with what SQLite puts beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


EVIDENCE = "evidence"
"""Folder in a machine's home for what was refused or damaged and is not deleted: somebody may still read it."""


def set_aside(path: Path, folder: Path) -> Path:
    """Move an SQLite file, with what lies beside it, into a folder under a name that nothing there has; where it is now."""
    folder.mkdir(mode=0o700, exist_ok=True)
    number = 1
    while (kept := folder / f"{path.stem}-damaged-{number}{path.suffix}").exists():
        number += 1
    for suffix in ("-wal", "-shm", "-journal", ""):  # the file itself last: a crash before that is gone over again
        with suppress(FileNotFoundError):
            os.replace(path.with_name(path.name + suffix), kept.with_name(kept.name + suffix))
    _sync_folder(folder)
    _sync_folder(path.parent)
    return kept


def need_free(path: Path) -> None:
    """Raise WouldOverwrite unless nothing, or an empty folder, has this name."""
    if path.is_dir() and not any(path.iterdir()):
        return
    if path.exists():
        raise WouldOverwrite(path=str(path))


def _part_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.urandom(4).hex()}{PART}")


def _sync_file(path: Path) -> None:
    """Have what was written on the disk, whoever wrote it: a renamed folder of empty files would be neither."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _overwrite(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY)
    try:
        _zero(descriptor)
    finally:
        os.close(descriptor)


def _zero(descriptor: int) -> None:
    os.write(descriptor, bytes(os.fstat(descriptor).st_size))
    os.fsync(descriptor)


def _sync_folder(folder: Path) -> None:
    """Have a new name on the disk, where the system can be asked for that (Windows cannot)."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
