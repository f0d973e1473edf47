"""Network namespaces on one bridge, and an mDNS browser of another make (avahi) in one of them. Needs root.

Nothing of the machine's own network is touched; every process is ended by its own id, and every namespace removed.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from tests.hub.site.hubs import soon


async def run(*command: str) -> None:
    """Run a command; AssertionError with what it said if it fails."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await soon(process.communicate())
    assert process.returncode == 0, f"{' '.join(command)}: {said.decode()}"


@dataclass(frozen=True)
class Place:
    """A machine on the network: its namespace and its address."""

    name: str
    address: str

    @property
    def inside(self) -> list[str]:
        """What a command is run by to run there."""
        return ["ip", "netns", "exec", self.name]

    async def move(self, address: str) -> Place:
        """Give the machine another address, as a router does that was restarted."""
        await run("ip", "-n", self.name, "addr", "del", f"{self.address}/24", "dev", "eth0")
        await run("ip", "-n", self.name, "addr", "add", f"{address}/24", "dev", "eth0")
        return Place(self.name, address)


@asynccontextmanager
async def network(count: int) -> AsyncIterator[list[Place]]:
    """So many machines on one switch, 10.99.0.1 and up, each with its loopback."""
    stem = f"dmt{os.getpid() % 100_000}"
    async with AsyncExitStack() as stack:

        async def namespace(name: str) -> None:
            await run("ip", "netns", "add", name)
            stack.push_async_callback(run, "ip", "netns", "del", name)

        switch = f"{stem}s"
        await namespace(switch)
        await run("ip", "-n", switch, "link", "add", "br0", "type", "bridge", "mcast_snooping", "0")
        await run("ip", "-n", switch, "link", "set", "br0", "up")
        places = []
        for number in range(1, count + 1):
            place = Place(f"{stem}m{number}", f"10.99.0.{number}")
            await namespace(place.name)
            port = f"p{number}"
            await run(
                "ip", "-n", switch, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", place.name
            )
            await run("ip", "-n", switch, "link", "set", port, "master", "br0", "up")
            await run("ip", "-n", place.name, "addr", "add", f"{place.address}/24", "dev", "eth0")
            for link in ("lo", "eth0"):
                await run("ip", "-n", place.name, "link", "set", link, "up")
            places.append(place)
        yield places


BUS = """\
    <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
     "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
    <busconfig>
      <type>system</type>
      <listen>unix:path={bus}</listen>
      <auth>EXTERNAL</auth>
      <policy context="default">
        <allow user="*"/><allow own="*"/><allow send_type="method_call"/>
        <allow send_destination="*"/><allow receive_sender="*"/>
      </policy>
    </busconfig>
"""

AVAHI = """\
    [server]
    host-name=browser
    use-ipv4=yes
    use-ipv6=no
    allow-interfaces={interface}
    [publish]
    disable-publishing=yes
"""

# A mount namespace of its own as well: avahi-daemon knows one place only for its pid and its socket.
INSIDE = """\
    set -eu
    mount -t tmpfs none /run
    dbus-daemon --config-file={folder}/bus.conf --nofork --nopidfile &
    bus=$!
    trap 'kill $avahi $bus 2>/dev/null; wait' EXIT
    avahi=$bus
    while [ ! -S {bus} ]; do sleep 0.02; done
    export DBUS_SYSTEM_BUS_ADDRESS=unix:path={bus}
    avahi-daemon -f {folder}/avahi.conf --no-drop-root --no-chroot --no-rlimits --no-proc-title >{folder}/avahi.log 2>&1 &
    avahi=$!
    # Its socket is there before its name on the bus is, by which the browser asks.
    until avahi-browse --parsable --terminate _none._tcp >/dev/null 2>&1; do sleep 0.05; done
    avahi-browse --parsable --resolve _demado._tcp &
    browse=$!
    trap 'kill $browse $avahi $bus 2>/dev/null; wait' EXIT
    while read -r _; do avahi-browse --parsable --resolve --terminate _demado._tcp; done
"""


class Browser:
    """avahi-browse, line by line."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.seen: list[str] = []

    async def look_again(self) -> None:
        """Ask anew, as somebody does who opens the list of hubs now."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        await self._process.stdin.drain()

    async def until(self, *parts: str) -> list[str]:
        """The fields of the next line that begins with the first part and holds the others."""
        assert self._process.stdout is not None
        while True:
            line = (await soon(self._process.stdout.readline())).decode()
            assert line, f"avahi-browse ended after {self.seen}"
            self.seen.append(line.strip())
            if line.startswith(parts[0]) and all(part in line for part in parts[1:]):
                return line.strip().split(";")


def _prepared(folder: Path, interface: str) -> str:
    """Write the configurations into `folder`; the script that runs bus, daemon and browser."""
    folder.mkdir(parents=True)
    bus = folder / "bus"
    (folder / "bus.conf").write_text(dedent(BUS).format(bus=bus))
    (folder / "avahi.conf").write_text(dedent(AVAHI).format(interface=interface))
    return dedent(INSIDE).format(folder=folder, bus=bus)


@asynccontextmanager
async def browser(place: Place, folder: Path, interface: str = "eth0") -> AsyncIterator[Browser]:
    """avahi's browser at this place, with a bus and a daemon of its own; its processes end with it."""
    script = _prepared(folder, interface)
    process = await asyncio.create_subprocess_exec(
        *place.inside, "unshare", "--mount", "sh", "-c", script,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Browser(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()  # the script waits for this, and then ends what it started
        try:
            await soon(process.wait())
        finally:
            if process.returncode is None:
                process.kill()
