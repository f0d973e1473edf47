"""What is connected to this machine, for commands that may not know a driver."""

from __future__ import annotations

import asyncio

import msgspec

from drivers.found.cameras import cameras
from drivers.found.outputs import print_queues, screens, sound_outputs, video_inputs
from drivers.found.ports import printer_ports, serial_ports
from drivers.found.thing import Found


class FoundDevice(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is connected, in the words that people read."""

    kind: str
    name: str
    where: str
    option: str
    """What to type after `demado hub`; empty where a hub does not drive it."""
    problem: str
    """A stable code; empty where it can be used."""
    ja: str = ""
    en: str = ""
    todo_ja: str = ""
    todo_en: str = ""


async def find_devices() -> list[FoundDevice]:
    """Everything that is found; opens the camera for a moment, disturbs nothing else."""
    found = [
        *await asyncio.to_thread(serial_ports),
        *await asyncio.to_thread(printer_ports),
        *await cameras(),
        *await asyncio.to_thread(print_queues),
        *await asyncio.to_thread(sound_outputs),
        *await asyncio.to_thread(screens),
        *await asyncio.to_thread(video_inputs),
    ]
    return [_in_words(one) for one in found]


def _in_words(one: Found) -> FoundDevice:
    why = one.why()
    words = {} if why is None else why._asdict()
    return FoundDevice(kind=one.kind, name=one.name, where=one.where, option=one.option, problem=one.problem, **words)
