"""docs/fault-matrix.md: every fault of every device, as a hub with supervised devices, its record and a terminal had it.

    python -m tests.hub.site.fault_matrix docs/fault-matrix.md

Each case has an emulated device fail with one code, reads what the terminal's status line and screen 6 say, has staff
try the device out, reads the record, mends the device, and reads both again. Which tests bring the fault about at the
real counterpart (libgphoto2's camera, a real CUPS, an ESC/POS emulator of another make, aplay, a folder in memory) is read
from those tests: they name the code.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from drivers.emulators.camera import WHILE_LOOKING
from drivers.emulators.fault_switch import HANG
from drivers.emulators.photo_printer import AT_THE_END
from drivers.faults import KINDS, codes, fault
from hub.domain.devices.device import Standing
from hub.domain.devices.effect import SettleEffect
from tests.hub.site.devices.test_report import Room
from tests.hub.site.hubs import soon
from tui.device_view import views
from tui.station import Station
from tui.words import Tongue

DRIVERS = Path(__file__).resolve().parents[2] / "drivers"

NOT_REAL = {"test_emulators.py", "test_faults.py", "test_supervision.py"}
"""Tests in which a code says nothing of a real counterpart."""

UNSEEN = AT_THE_END | WHILE_LOOKING
"""Faults that show in no probe: at a page's end, or to who looks through the camera."""

AT_ONCE = 8
"""Hubs at a time: what a case waits for is mostly the five seconds between two entries about one device."""

HEAD = """# Fault matrix

Every fault that a device can have: what every terminal shows, what staff are told to do, what the record says, and what
both say when the device is mended. Each row is what a hub, its supervised (emulated) devices, its record and a terminal
did when the case was run; the last column names the tests that bring the same fault about at the real counterpart.

- **status line**: the device's shape and word in row 2 of every terminal; the two sentences stand on screen 6 (F4-6).
- **record**: the entry `device.changed` with state and code, and the outcome of the effect that staff asked for meanwhile
  (`failed`: the device said no; `unsure`: nobody can know, staff look and answer 未確認; `done`: it worked all the same;
  `off`: this kind cannot be tried out). A photo that fails so is `photo.failed` with the same code; nothing of it is kept.
  Some faults of the photo printer show only at a page's end: until then it stands ready, and then nobody knows what
  is on the paper, so that the print is unsure.
- **mended**: how the device stands in the record when the fault is gone, and the next try.

Written by `python -m tests.hub.site.fault_matrix docs/fault-matrix.md`; a drill runs every case again and compares.
"""


class Row(NamedTuple):
    """One case as it went."""

    code: str
    line: str
    ja: str
    remedy_ja: str
    record: str
    mended: str


def cases() -> list[tuple[str, ...]]:
    """Codes by room: in each room every kind of device suffers one at most."""
    kinds = [(*codes(kind), f"{kind}.{HANG}") for kind in KINDS]
    return [tuple(code for code in together if code) for together in zip_longest(*kinds)]


def real_tests(code: str) -> list[str]:
    """The modules of driver tests that name this code, other than those of emulators alone."""
    modules = [path for path in sorted(DRIVERS.glob("test_*.py")) if path.name not in NOT_REAL]
    return [path.stem for path in modules if f'"{code}"' in path.read_text(encoding="utf-8")]


async def suffer(room: Room, station: Station, code: str) -> Row:
    """One device's case, from the fault to the next good try."""
    kind = code.partition(".")[0]
    expected = f"{kind}.no_answer" if code.endswith(f".{HANG}") else code
    room.fail(code)
    if code not in UNSEEN:
        await soon(room.terminal.until(lambda: room.terminal.booth.devices.standing[kind].code == expected))
    standing = room.terminal.booth.devices.standing[kind]
    view = next(view for view in views(station) if view.kind == kind)
    record = f"{_words(standing)}; try {await _try(room, kind)}"
    (room.folder / f"{kind}.fault").unlink()
    await soon(room.terminal.until(lambda: room.terminal.booth.devices.standing[kind].code == ""))
    after = room.terminal.booth.devices.standing[kind]
    return Row(
        code,
        view.shape[0] + view.word[0],
        view.ja,
        view.remedy_ja,
        record,
        f"{_words(after)}; try {await _try(room, kind)}",
    )


def _words(standing: Standing) -> str:
    return f"{standing.state.value} {standing.code}".strip()


async def _try(room: Room, kind: str) -> str:
    """What became of a try, which is settled."""
    await room.tried(kind)
    tried = room.terminal.booth.devices.tried[kind]
    effect = f"try-{kind}"
    if (tried.entry, effect) in room.terminal.booth.effects.open:
        await room.site.do(room.terminal, SettleEffect(tried.entry, effect, False))
    return f"{tried.state.value} {tried.code}".strip()


async def one_room(together: tuple[str, ...]) -> list[Row]:
    """The cases of one hub, its devices side by side."""
    with tempfile.TemporaryDirectory(prefix="demado-matrix-") as folder:
        room = Room(Path(folder))
        await room.open()
        try:
            station = Station(room.site.world.deployment, room.terminal, "窓口1", Tongue("ja"))
            for kind in KINDS:
                await soon(room.terminal.until(lambda kind=kind: kind in room.terminal.booth.devices.standing))  # type: ignore[misc]
            return list(await asyncio.gather(*(suffer(room, station, code) for code in together)))
        finally:
            with contextlib.suppress(Exception):
                await room.close()


async def all_rows(wanted: list[tuple[str, ...]]) -> list[Row]:
    """Every case, some hubs at a time, in the order of the table of faults."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(together: tuple[str, ...]) -> list[Row]:
        async with places:
            return await one_room(together)

    rows = [row for made in await asyncio.gather(*map(one, wanted)) for row in made]
    order = [code for kind in KINDS for code in (*codes(kind), f"{kind}.{HANG}")]
    return sorted(rows, key=lambda row: order.index(row.code))


def page(rows: list[Row]) -> str:
    """The whole page as Markdown."""
    out = [HEAD]
    for kind, (ja, en) in KINDS.items():
        out.append(
            f"\n## {ja} / {en}\n\n| fault | status line | 文 | つぎにすること | record | mended | real counterpart |"
        )
        out.append("\n|---|---|---|---|---|---|---|\n")
        out += [_line(row) for row in rows if row.code.startswith(f"{kind}.")]
    out.append(PICTURE)
    for code in codes("picture"):
        told = fault(code)
        out.append(f"| `{code}` | {told.ja} | {told.remedy_ja} | {' '.join(real_tests(code)) or '-'} |\n")
    return "".join(out)


PICTURE = """
## 写真の検査 / photo check

No device: the process that measures and crops. A photo that fails here is `photo.failed` with the code; another is taken.

| fault | 文 | つぎにすること | tests |
|---|---|---|---|
"""


def _line(row: Row) -> str:
    tests = " ".join(real_tests(row.code)) or "(emulator alone)"
    ja, remedy_ja = row.ja, row.remedy_ja
    if row.code in UNSEEN:
        told = fault(row.code)
        ja, remedy_ja = told.ja, told.remedy_ja
    return f"| `{row.code}` | {row.line} | {ja} | {remedy_ja} | {row.record} | {row.mended} | {tests} |\n"


def main(arguments: list[str]) -> None:
    """Run every case and write the page into the named file, or print it."""
    made = page(asyncio.run(all_rows(cases())))
    if arguments:
        Path(arguments[0]).write_text(made, encoding="utf-8", newline="\n")
    else:
        sys.stdout.write(made)


if __name__ == "__main__":
    main(sys.argv[1:])
