"""A terminal that proved the code and fails in any way, named or not, ends its window: the next one opens at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.domain.people.pairing import Phase
from hub.domain.refusal import Refusal
from hub.site.clock import SystemClock
from hub.site.people.pairing import PairingDoor
from hub.site.scribe import Scribe
from sync.clock import real_ms
from sync.keys.keys import BoxKey, Signer
from sync.link.pairing import TerminalSide, refusal
from sync.link.pairingfaults import PairingClosed
from sync.record.store import RecordStore
from tests.hub.site.hubs import soon
from tests.records import World

WORLD = World()


class Caller:
    """The hub's end of a line to a terminal that knows the code; what becomes of the hub's third message is the test's."""

    def __init__(self, code: str, third: BaseException | None) -> None:
        self._code = code
        self._third = third
        self._said: asyncio.Queue[bytes] = asyncio.Queue()
        self._side = TerminalSide(Signer.generate(), BoxKey.generate())
        self._heard = 0
        self.proved = asyncio.Event()

    async def send(self, data: bytes) -> None:
        self._heard += 1
        if self._heard == 1:
            self._side.greet(data, real_ms())
            self._said.put_nowait(self._side.knock(self._code))
        elif self._heard == 2:
            self._said.put_nowait(self._side.prove(data))
        else:
            self.proved.set()
            if self._third is not None:
                raise self._third

    async def receive(self) -> bytes | None:
        return await self._said.get()

    async def close(self) -> None:
        pass


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[PairingDoor]:
    hub = WORLD.machine("hub-1", "hub", "contractor")
    async with await RecordStore.open(tmp_path / "record.sqlite", origin=WORLD.deployment.origin) as store:
        scribe = await Scribe.start(hub, store, WORLD.profile_raw, WORLD.profile, SystemClock())
        made = PairingDoor(scribe, WORLD.profile_raw)
        await made.start()
        yield made
        await made.stop()
        await scribe.close()


async def opened(door: PairingDoor) -> tuple[int, str]:
    found = await door.open_here()
    assert not isinstance(found, Refusal), found
    return found


@pytest.mark.parametrize("fault", [ValueError("a fault of ours"), OSError("the network"), MemoryError()])
async def test_any_fault_after_the_proof_ends_the_window_and_the_next_one_opens(
    door: PairingDoor, fault: BaseException
) -> None:
    index, code = await opened(door)
    await soon(door.serve(Caller(code, fault), "somewhere"))
    assert door._scribe.booth.pairing.window is None
    again, _ = await opened(door)
    assert again != index


async def test_a_caller_whose_task_is_stopped_leaves_no_window_behind(door: PairingDoor) -> None:
    _, code = await opened(door)
    caller = Caller(code, None)
    serving = asyncio.create_task(door.serve(caller, "somewhere"))
    await soon(caller.proved.wait())
    held = door._scribe.booth.pairing.window
    assert held is not None and held.phase is Phase.PROVED
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    async with asyncio.timeout(60):
        while door._scribe.booth.pairing.window is not None:  # noqa: ASYNC110  # a commit on another thread
            await asyncio.sleep(0.01)


async def test_what_the_console_closes_is_the_window_that_it_opened_while_nobody_has_proved_its_code(
    door: PairingDoor,
) -> None:
    await door.close_here(0)  # there is none
    index, _ = await opened(door)
    await door.close_here(index + 1)
    held = door._scribe.booth.pairing.window
    assert held is not None and held.window == index
    await door.close_here(index)
    assert door._scribe.booth.pairing.window is None
    index, code = await opened(door)
    caller = Caller(code, None)
    serving = asyncio.create_task(door.serve(caller, "somewhere"))
    await soon(caller.proved.wait())
    await door.close_here(index)
    held = door._scribe.booth.pairing.window
    assert held is not None and held.phase is Phase.PROVED, "the manager has still to judge it"
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


async def test_a_caller_after_the_windows_time_hears_that_it_is_closed_before_a_word_of_ours(door: PairingDoor) -> None:
    await opened(door)
    assert door._window is not None
    door._window.ends_s = asyncio.get_running_loop().time()
    said: list[bytes] = []

    class Late(Caller):
        async def send(self, data: bytes) -> None:
            said.append(data)

    await soon(door.serve(Late("00000000", None), "somewhere"))
    assert said == [refusal(PairingClosed.code)]
