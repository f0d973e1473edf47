"""The address a hub listens at: as it is typed, and the socket bound to it."""

from __future__ import annotations

import asyncio
import os
import socket

from hub.site.startfaults import AddressUnusable

BACKLOG = 128
"""Connections the system holds for us while the loop is busy: all terminals of a site at once, many times."""


def listen_address(text: str) -> tuple[str, int]:
    """HOST:PORT as typed, port 0 for any; AddressUnusable if it is none."""
    host, colon, port = text.rpartition(":")
    if not (colon and host and port.isascii() and port.isdecimal() and int(port) < 65536):
        raise AddressUnusable(listen=text)
    return host.strip("[]"), int(port)


async def bind(host: str, port: int) -> socket.socket:
    """A listening socket; AddressUnusable if this machine does not give us the address."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        listening = socket.socket(family, kind, protocol)
        try:
            if os.name == "posix":  # elsewhere the option would let two hubs share one port
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(BACKLOG)
        except BaseException:
            listening.close()
            raise
    except OSError as error:
        raise AddressUnusable(listen=f"{host}:{port}", why=error.strerror or str(error)) from error
    listening.setblocking(False)
    return listening
