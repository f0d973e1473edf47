"""mDNS: the hub says where it is as _demado._tcp. A hint only: who it is, its certificate proves on the link."""

from __future__ import annotations

import asyncio
import logging
import socket

import ifaddr
from zeroconf import IPVersion, ServiceInfo
from zeroconf.asyncio import AsyncZeroconf

SERVICE = "_demado._tcp.local."

GOODBYE_S = 2.0
"""Withdrawing takes about a third of a second; a stop does not wait longer for it."""

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
        self._leaving: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._keep(), name="mdns")

    async def leave(self) -> None:
        """Begin to say goodbye, so that nobody waits for a cache to run out; stop() returns when it has been said."""
        if self._leaving is None:
            self._leaving = asyncio.create_task(self._say_goodbye(), name="mdns goodbye")

    async def stop(self) -> None:
        """Say goodbye."""
        await self.leave()
        assert self._leaving is not None
        await self._leaving

    async def _say_goodbye(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        try:
            async with asyncio.timeout(GOODBYE_S):
                await self._withdraw()
        except Exception as error:  # an optional helper: a network that has gone must not hold up the stop
            log.debug("no goodbye by mDNS: %r", error)

    async def _keep(self) -> None:
        failed = False
        while True:
            now = addresses(self._only)
            if now != self._announced:
                try:
                    await self._withdraw()
                    await self._register(now)
                except Exception as error:  # whatever it is, the hub works on, and it is tried again
                    text = "mDNS is not available (%r): terminals need the address typed in"
                    log.log(logging.DEBUG if failed else logging.WARNING, text, error)
                    failed = True
                else:
                    self._announced, failed = now, False
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
            leaving, self._zeroconf, self._announced = self._zeroconf, None, []
            try:
                await leaving.async_unregister_all_services()
            finally:
                await leaving.async_close()
