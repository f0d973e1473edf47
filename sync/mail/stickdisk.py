"""A stick as a disk that many hands have held: what lies on it is read as plain files of a likely size, or named.

A folder, a link or a pipe in the place of a file, one that never ends, a stick that is full, locked or pulled out: each is
a refusal that names the file, and whoever reads many goes on with the rest.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.errors import on_one_line
from sync.mail.faults import CourierError
from sync.wholefile import write_whole

MOST_BYTES = 16 << 20
"""No file of ours is as large: a report of 10,000 commands has some 5 MB."""


class StickUnreadable(CourierError):
    """A file on the stick, or the stick itself, cannot be read as what its name says; nothing of it was taken."""

    code = "courier.stick_unreadable"
    ja = "USBメモリーのファイルを読めません。このファイルからは何も受け取っていません。"
    en = "A file on the stick cannot be read; nothing was taken from it."
    todo_ja = "USBメモリーを差し直してください。だめなら、このファイルを除き、書いた側でもう一度書いてください。"
    todo_en = "Plug the stick in again; else remove this file, and have it written once more where it came from."


class StickUnwritable(CourierError):
    """The stick takes no file: full, locked, pulled out, or something else has the file's name."""

    code = "courier.stick_unwritable"
    ja = "USBメモリーに書けません。保存済みのものは失われていません。"
    en = "The stick cannot be written to. Nothing that was kept before is lost."
    todo_ja = "空き容量と書き込み禁止を確かめるか、別のUSBメモリーで、同じコマンドをもう一度行ってください。"
    todo_en = "Check its free space and its lock, or take another stick, and run the same command again."


STICK_FAULTS = (StickUnreadable, StickUnwritable)


def found(stick: Path, suffix: str) -> list[Path]:
    """What has a name with this ending, sorted; hidden names are other systems' own. StickUnreadable."""
    try:
        with os.scandir(stick) as names:
            every = [one.name for one in names]
    except OSError as error:
        raise StickUnreadable(file=shown(stick), why=str(error.strerror)) from error
    return [stick / name for name in sorted(every) if name.endswith(suffix) and not name.startswith(".")]


def read(path: Path, most: int = MOST_BYTES) -> bytes:
    """The whole of a plain file of no more than `most` bytes; StickUnreadable, also for one that is not there."""
    try:
        # Not to wait for a pipe's other end, and not to leave the stick by a link.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(path, flags)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise StickUnreadable(file=shown(path), why="no plain file")
            with open(descriptor, "rb", closefd=False) as file:
                data = file.read(most + 1)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise StickUnreadable(file=shown(path), why=str(error.strerror)) from error
    if len(data) > most:
        raise StickUnreadable(file=shown(path), why=f"more than {most} bytes")
    return data


def write(path: Path, data: bytes) -> None:
    """Write or replace a file on the stick, whole; StickUnwritable."""
    with writing(path):
        write_whole(path, data)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Have an OSError say that the stick cannot be written to, and at which file."""
    try:
        yield
    except OSError as error:
        raise StickUnwritable(file=shown(path), why=str(error.strerror)) from error


def shown(path: Path) -> str:
    """A file's name as a screen can show it: a stick's may be no text, or move the cursor."""
    return on_one_line(os.fsencode(path.name).decode(errors="replace"))
