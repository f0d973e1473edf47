"""Finding hubs on the LAN by mDNS (_demado._tcp). A hint only: who a hub is, its certificate proves on the link."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
from collections.abc import Callable

import msgspec

SERVICE = "_demado._tcp.local."

ANSWER_MS = 1500
"""A service seen without its address is asked once more for this long."""


class FoundHub(msgspec.Struct, frozen=True):
    """A hub that announced itself."""

    name: str
    addresses: tuple[str, ...]
    port: int
    deployment: str
    """Hex id of its deployment, as it says."""
    site: str
    ours: bool
    """Whether it says it is of the deployment that was looked for."""
    path: str = "/link"

    @property
    def address(self) -> str:
        return f"{self.addresses[0]}:{self.port}"

    @property
    def urls(self) -> tuple[str, ...]:
        """Where to knock, in this order: a hub on two networks may be reachable through one of them only."""
        return tuple(f"ws://{address}:{self.port}{self.path}" for address in self.addresses)


async def browse(
    seconds: float, deployment: bytes, found: Callable[[FoundHub], None], *, settle_s: float = 0.0
) -> list[FoundHub]:
    """Listen for up to `seconds`; `found` is called with each hub as it answers. All of them, ours first.

    Returns `settle_s` after the first hub of ours, where there is one. Without multicast: an empty list.
    """
    from zeroconf import IPVersion, ServiceStateChange, Zeroconf
    from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

    hubs: dict[str, FoundHub] = {}
    found_ours = asyncio.Event()
    asked: set[asyncio.Task[None]] = set()
    try:
        network = AsyncZeroconf(ip_version=IPVersion.V4Only)
    except OSError:
        return []

    async def ask(name: str) -> None:
        info = AsyncServiceInfo(SERVICE, name)
        if not await info.async_request(network.zeroconf, ANSWER_MS):
            return
        hub = _read(name, info.properties, info.parsed_addresses(), info.port or 0, deployment)
        if hub is None:
            return
        hubs[name] = hub
        if hub.ours:
            found_ours.set()
        found(hub)

    def changed(zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange) -> None:
        if state_change is ServiceStateChange.Added:
            task = asyncio.create_task(ask(name))
            asked.add(task)
            task.add_done_callback(asked.discard)

    browser = AsyncServiceBrowser(network.zeroconf, SERVICE, handlers=[changed])
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await found_ours.wait()
            await asyncio.sleep(settle_s)
    finally:
        await browser.async_cancel()
        for task in asked:
            task.cancel()
        await network.async_close()
    return sorted(hubs.values(), key=lambda hub: (not hub.ours, hub.name))


def _read(
    name: str, properties: dict[bytes, bytes | None], addresses: list[str], port: int, deployment: bytes
) -> FoundHub | None:
    """What an announcement says; None if it lacks what a link needs. It comes from anybody: nothing in it is believed."""
    usable = tuple(address for address in addresses if _is_address(address))
    if not usable or not 0 < port < 65536:
        return None

    def text(key: bytes) -> str:
        value = (properties.get(key) or b"").decode("utf-8", "replace")[:60]
        return "".join(character for character in value if character.isprintable())

    path = text(b"path") or "/link"
    said = text(b"deployment")
    label = name.removesuffix("." + SERVICE)[:60]
    return FoundHub(label, usable, port, said, text(b"site"), said == deployment.hex(), path)


def _is_address(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).version == 4
    except ValueError:
        return False
