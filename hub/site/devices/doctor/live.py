"""Devices and supplies: asked of the hub that runs on this home, else looked for on this machine."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec

from hub.domain.codec import decode_context
from hub.domain.devices import device, supply
from hub.site.console import ASK_HOW, HowItIs, short_path
from hub.site.devices.doctor.finding import Finding, Level, ok
from hub.site.devices.fault_words import fault_words
from hub.site.devices.found import find_devices
from sync.errors import SyncError
from sync.record.entry import decode_entry
from sync.record.file import RECORD
from sync.record.reader import open_readonly

ANSWER_S = 5.0
"""A hub answers at once; one that does not is not running well enough to be asked."""


async def ask_hub(home: Path) -> HowItIs | None:
    """What the hub that runs on this home says of itself; None where none answers."""
    try:
        async with asyncio.timeout(ANSWER_S):
            with short_path(home) as path:
                reader, writer = await asyncio.open_unix_connection(path)
            writer.write(ASK_HOW)
            await writer.drain()
            said = await reader.readline()
            writer.close()
        return msgspec.json.decode(said, type=HowItIs)
    except (OSError, TimeoutError, msgspec.DecodeError):
        return None


def of_hub(how: HowItIs) -> list[Finding]:
    """Each device as the hub has it, and what people have counted."""
    found = [_device(word.device, word.state, word.code, word.ja) for word in how.devices]
    for item in (item for word in how.devices for item in supply.USES.get(word.device, ())):
        ja, en = supply.NAMES[item]
        left = how.supplies.get(item.value)
        code = f"supply.{item.value}"
        if left is None:
            todo = ("F4-6 で残りを数える", "Count what is left at F4-6")
            found.append(
                Finding(code, Level.ADVICE, f"{ja}はまだ数えていません。", f"Nobody has counted the {en}.", *todo)
            )
        elif left <= supply.LOW[item]:
            todo = ("替えを用意し、替えたら F4-6 で数を入れる", "Have the next ready; count at F4-6 after changing it")
            found.append(Finding(code, Level.ADVICE, f"{ja}は残り約{left}枚です。", f"About {left} left: {en}.", *todo))
        else:
            found.append(ok(code, f"{ja}は残り約{left}枚です。", f"About {left} left: {en}."))
    return found


def _device(kind: str, state: str, code: str, said: str) -> Finding:
    name_ja, name_en = device.NAMES.get(kind, (kind, kind))
    words = fault_words(code)
    if not code and kind == "photo":  # no printer says what its frame measures
        return ok(
            f"device.{kind}",
            f"{name_ja}は動いています。F4-6 で試し刷りをして、枠をはかれます。",
            f"The {name_en} works. F4-6 prints a sheet with a frame to measure.",
        )
    if not code:
        return ok(f"device.{kind}", f"{name_ja}は動いています。", f"The {name_en} works.")
    level = Level.ADVICE if state in ("ready", "busy") else Level.FAULT
    ja, en, todo = (said, code, "") if words is None else words
    return Finding(code, level, ja, en, todo, todo)


async def of_machine() -> list[Finding]:
    """What is connected, where no hub runs that could be asked."""
    made = []
    for one in await find_devices():
        code = f"found.{one.kind}"
        name = f"{one.name} {one.where}".strip()
        if one.problem:
            made.append(Finding(code, Level.ADVICE, f"{name}：{one.ja}", f"{name}: {one.en}", one.todo_ja, one.todo_en))
        elif one.option:
            made.append(ok(code, f"{name} が使えます。", f"{name} can be used."))
    if not made:
        todo = ("ケーブルと電源を確かめ、demado devices で見る", "Check cables and power; see demado devices")
        made.append(
            Finding("found.nothing", Level.ADVICE, "つながっている機器がありません。", "No device is connected.", *todo)
        )
    return made


async def record_ends_ms(home: Path) -> int:
    """The time of the last entry of a record that no hub is writing; 0 where there is none to read."""
    if not (home / RECORD).exists():
        return 0
    try:
        reader = await open_readonly(home / RECORD)
    except SyncError:
        return 0  # `demado verify` says what is wrong with it
    try:
        last = await reader.read(reader.size - 1, 1) if reader.size else []
        return decode_context(bytes(decode_entry(last[0]).context)).at_ms if last else 0
    finally:
        await reader.close()
