"""A line between two places that is slow and loses packets; the kernels at its ends send again, as over any such line.

`tc netem` is a module that not every kernel has. Here each packet (IP, of whatever it carries) goes through two TUN
devices and this process, which keeps it for a while and throws some away: `python -m tests.hub.site.slow_line`.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import random
import select
import struct
import sys
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.hub.site.hubs import soon
from tests.hub.site.networks import Place, run

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
"""From linux/if_tun.h: the device carries IP packets as they are, without a header of its own."""

LONGEST_PACKET = 65_536

DEVICES = ("line0", "line1")


@dataclass(frozen=True)
class Line:
    """A line that is up. `here` and `there`: the addresses of its two ends."""

    here: str
    there: str
    process: asyncio.subprocess.Process

    async def cut(self) -> tuple[int, int]:
        """Take the line down; how many packets it was given, and how many of those it lost."""
        said, _ = await soon(self.process.communicate(b""))  # the end of its input ends it
        carried, lost = json.loads(said.splitlines()[-1])
        return carried, lost


@asynccontextmanager
async def slow_line(here: Place, there: Place, *, delay_ms: int, loss_percent: float) -> AsyncIterator[Line]:
    """A line of its own beside the switch: each packet takes `delay_ms`, and so many of a hundred are lost, either way."""
    process = await asyncio.create_subprocess_exec(
        *here.inside, sys.executable, "-m", "tests.hub.site.slow_line", str(delay_ms), str(loss_percent),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        assert await soon(process.stdout.readline()) == b"up\n"
        line = Line("10.98.0.1", "10.98.0.2", process)
        await run("ip", "-n", here.name, "link", "set", DEVICES[1], "netns", there.name)
        for place, device, own, other in (
            (here, DEVICES[0], line.here, line.there),
            (there, DEVICES[1], line.there, line.here),
        ):
            await run("ip", "-n", place.name, "addr", "add", own, "peer", other, "dev", device)
            await run("ip", "-n", place.name, "link", "set", device, "up")
        yield line
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def _device(name: str) -> int:
    """A new TUN device; it is gone when its descriptor is closed, in whatever namespace it lies by then."""
    descriptor = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return descriptor


def carry(delay_s: float, loss: float) -> tuple[int, int]:
    """Carry packets between two devices until standard input ends; how many came, and how many of them were lost."""
    ends = [_device(name) for name in DEVICES]
    chance = random.Random(1)  # the same packets are lost of each run, by their number
    waiting: deque[tuple[float, int, bytes]] = deque()
    carried = lost = 0
    print("up", flush=True)
    while True:
        pause_s = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        readable, _, _ = select.select([*ends, sys.stdin], [], [], pause_s)
        if sys.stdin in readable:
            return carried, lost
        for end in ends:
            if end in readable:
                packet = os.read(end, LONGEST_PACKET)
                carried += 1
                if chance.random() < loss:
                    lost += 1
                else:
                    waiting.append((time.monotonic() + delay_s, ends[1] if end == ends[0] else ends[0], packet))
        while waiting and waiting[0][0] <= time.monotonic():
            _, end, packet = waiting.popleft()
            os.write(end, packet)


if __name__ == "__main__":
    print(json.dumps(carry(int(sys.argv[1]) / 1000, float(sys.argv[2]) / 100)), flush=True)
