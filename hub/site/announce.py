"""mDNS: the hub says where it is as _demado._tcp. A hint only: who it is, its certificate proves on the link."""

from __future__ import annotations

import asyncio
import logging
import socket

import ifaddr
from zeroconf import IPVersion, NonUniqueNameException, ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

SERVICE = "_demado._tcp.local."

ADDRESS_CHECK_S = 5.0
"""An address that changes under a running hub is not announced by itself, so it is looked at this often."""

log = logging.getLogger(__name__)


def addresses(only: str | None = None) -> list[str]:
    """This machine's IPv4 addresses to announce: `only`, or all but loopback (loopback where there is no other)."""
    if only is not None:
        return [only]
    found = [str(ip.ip) for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4]
    return sorted(address for address in found if not address.startswith("127.")) or ["127.0.0.1"]


class Announcer:
    """Keeps the announcement true until stop(); without multicast it says so once, and the hub works on."""

    def __init__(self, serial: str, port: int, properties: dict[str, str], only: str | None = None) -> None:
        self._serial = serial
        self._port = port
        self._properties = properties
        self._only = only
        self._zeroconf: AsyncZeroconf | None = None
        self._announced: list[str] = []
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._keep(), name="mdns")

    async def stop(self) -> None:
        """Say goodbye, so that nobody waits for a cache to run out."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._withdraw()

    async def _keep(self) -> None:
        while True:
            now = addresses(self._only)
            if now != self._announced:
                await self._withdraw()
                try:
                    await self._register(now)
                except (OSError, NonUniqueNameException) as error:
                    log.warning("mDNS is not available (%r): terminals need the address typed in", error)
                self._announced = now
            await asyncio.sleep(ADDRESS_CHECK_S)

    async def _register(self, now: list[str]) -> None:
        self._zeroconf = AsyncZeroconf(interfaces=now, ip_version=IPVersion.V4Only)
        # The serial names instance and host: with a shared name two hubs would be merged into one.
        info = ServiceInfo(
            SERVICE,
            f"{self._serial}.{SERVICE}",
            addresses=[socket.inet_aton(address) for address in now],
            port=self._port,
            properties=self._properties,
            server=f"demado-{self._serial}.local.",
        )
        await self._zeroconf.async_register_service(info)
        log.info("announced %s at %s port %d", self._serial, ", ".join(now), self._port)

    async def _withdraw(self) -> None:
        if self._zeroconf is not None:
            await self._zeroconf.async_unregister_all_services()
            await self._zeroconf.async_close()
            self._zeroconf = None
