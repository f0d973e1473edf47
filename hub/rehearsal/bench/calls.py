"""From the key that calls to the bytes on the sign and the first sound in the room, through a real hub.

The sign is a pseudo-terminal whose other end is read here; the sound card is a pipe that ALSA's own `file` device
writes into, read here too. What a sign and an amplifier then take is theirs.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import shutil
import threading
import time
import tty
from collections.abc import Iterator
from pathlib import Path

from hub.client.link.commands import Done
from hub.client.link.connection import HubClient
from hub.domain.booth import Command
from hub.domain.queue import queue
from hub.rehearsal.bench.result import Line, Result, at
from hub.rehearsal.bench.site import lane_of, new_plan, opening, running
from hub.rehearsal.deployment import Plan
from sync.clock import real_ms
from sync.keys.party import Person

CALLS = 200
MOST_SIGN_MS = 100.0
MOST_SOUND_MS = 400.0

PATIENCE_S = 20.0
"""What has not come by then will not: the check fails, and says so."""

READY_S = 3.0
"""Before the first call the number's parts are made in the background: the target is about a cached voice."""

ALSA = "/usr/share/alsa/alsa.conf"


class Ear:
    """Notes when bytes came in through a descriptor, and which."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._came = threading.Condition()
        self._heard: list[tuple[float, bytes]] = []
        self._ending = False
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while not self._ending:
            if not select.select([self._descriptor], [], [], 0.2)[0]:
                continue
            data = os.read(self._descriptor, 65_536)
            with self._came:
                self._heard.append((time.perf_counter(), data))
                self._came.notify_all()

    def forget(self) -> None:
        with self._came:
            self._heard.clear()

    def when(self, wanted: bytes) -> float | None:
        """When these bytes had come since forget() (empty: any byte that is not nought); None if they never do."""

        def found() -> float | None:
            said = b""
            for moment, data in self._heard:
                said += data
                if (wanted in said) if wanted else said.strip(b"\0"):
                    return moment
            return None

        with self._came:
            self._came.wait_for(found, PATIENCE_S)
            return found()

    def end(self) -> None:
        self._ending = True
        self._thread.join()
        os.close(self._descriptor)


@contextlib.contextmanager
def _sound(folder: Path) -> Iterator[Ear]:
    """A sound output named `bench`, for programs started in the block, and what hears it."""
    pipe, config = folder / "sound", folder / "alsa.conf"
    os.mkfifo(pipe)
    config.write_text(f'<{ALSA}>\npcm.bench {{ type file slave.pcm null file "{pipe}" format raw }}\n')
    # Open for writing too: a pipe without a writer is readable all the time, and between two sounds there is none.
    ear = Ear(os.open(pipe, os.O_RDWR))
    before = os.environ.get("ALSA_CONFIG_PATH")
    os.environ["ALSA_CONFIG_PATH"] = str(config)
    try:
        yield ear
    finally:
        os.environ.pop("ALSA_CONFIG_PATH")
        if before is not None:
            os.environ["ALSA_CONFIG_PATH"] = before
        ear.end()


async def _do(client: HubClient, command: Command, person: Person) -> Done:
    answer = await client.submit(command, person)
    if not isinstance(answer, Done):
        raise RuntimeError(f"refused: {answer.code} {answer.data}")
    return answer


async def _calls(
    plan: Plan, url: str, sign: Ear, sound: Ear | None, times: int
) -> tuple[list[float | None], list[float | None]]:
    """Milliseconds from the key to the sign and to the first sound, of so many calls; None: it never came."""
    shown: list[float | None] = []
    heard: list[float | None] = []
    client = await HubClient.open(url, plan.party("terminal-1"))
    clerk, lane = plan.clerks[0], lane_of(plan)
    try:
        await _do(client, opening(plan, real_ms()), plan.manager)
        for number in range(times):
            issued = (await _do(client, queue.IssueTicket(lane), clerk)).events[0]
            assert isinstance(issued, queue.TicketIssued)
            await client.settled()
            if not number:
                await asyncio.sleep(READY_S)
            for ear in (sign, sound):
                if ear is not None:
                    ear.forget()
            begun = time.perf_counter()
            await _do(client, queue.CallTicket(issued.ticket, "窓口1"), clerk)
            came = await asyncio.to_thread(sign.when, issued.number.encode())
            shown.append(None if came is None else 1000 * (came - begun))
            if sound is not None:
                first = await asyncio.to_thread(sound.when, b"")
                heard.append(None if first is None else 1000 * (first - begun))
            await client.settled()  # said to the end: the next call does not wait behind this one
            await _do(client, queue.HoldTicket(issued.ticket), clerk)
    finally:
        await client.close()
    return shown, heard


def bench(folder: Path, quick: bool) -> Result:
    """One hub, one call after the other."""
    plan = new_plan(folder)
    outside, inside = os.openpty()
    tty.setraw(inside)
    sign = Ear(outside)
    arguments = ["--display", "epson-dm", os.ttyname(inside)]
    lines: list[Line] = []
    with contextlib.ExitStack() as stack:
        stack.callback(os.close, inside)
        stack.callback(sign.end)
        sound = None
        if shutil.which("aplay") is not None and Path(ALSA).exists():
            sound = stack.enter_context(_sound(folder))
            arguments += ["--speaker", "bench"]
        hub = stack.enter_context(running(plan, *arguments))
        shown, heard = asyncio.run(_calls(plan, hub.url, sign, sound, 4 if quick else CALLS))
    seen = [one for one in shown if one is not None]
    lines.append(Line("calls.sign_p50", "呼出から表示器まで 中央値", "call to the sign, median", at(seen, 0.5), "ms"))
    lines.append(Line("calls.sign_p99", "　99%", "  99th percentile", at(seen, 0.99), "ms", at_most=MOST_SIGN_MS))
    checks = {"every_call_was_shown": len(seen) == len(shown)}
    sounded = [one for one in heard if one is not None]
    if sounded:
        middle = at(sounded, 0.5)
        lines.append(
            Line("calls.sound_p50", "呼出から最初の音まで 中央値", "call to the first sound, median", middle, "ms")
        )
        lines.append(
            Line("calls.sound_p99", "　99%", "  99th percentile", at(sounded, 0.99), "ms", at_most=MOST_SOUND_MS)
        )
    if sound is not None:
        checks["every_call_was_heard"] = len(sounded) == len(heard)
    return Result("calls", tuple(lines), checks)
