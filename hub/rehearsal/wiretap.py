"""Somebody who listens on the booth's network: a proxy before a daemon that passes everything on and keeps a copy."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from pathlib import Path

CHUNK = 65_536
START_S = 10.0
"""Opening a port on this machine takes no time; a proxy that does not is broken."""


class Wiretap:
    """Listens at `address`, passes on to `target` ("host:port" both), and keeps both directions of every connection."""

    def __init__(self, target: str) -> None:
        self.target = target
        self.address = ""
        self._heard: list[tuple[str, bytearray]] = []
        self._loop = asyncio.new_event_loop()
        self._listening = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)
        self._thread.start()
        if not self._listening.wait(START_S):
            raise TimeoutError("a proxy does not listen")

    def stop(self) -> None:
        """End every connection."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(START_S)

    def write(self, folder: Path) -> None:
        """Each direction of each connection as a file: what was sent, out of its WebSocket frames."""
        folder.mkdir(parents=True, exist_ok=True)
        for number, (way, data) in enumerate(self._heard):
            (folder / f"{self.target.rpartition(':')[2]}-{number // 2:03}-{way}").write_bytes(payload(bytes(data)))

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._listening.set()
        await self._stop.wait()
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, _, port = self.target.rpartition(":")
        try:
            there, answer = await asyncio.open_connection(host, int(port))
        except OSError:
            writer.close()  # the daemon is away, as it would be without us
            return
        up, down = bytearray(), bytearray()
        self._heard += [("up", up), ("down", down)]
        await asyncio.gather(_pass(reader, answer, up), _pass(there, writer, down))


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, kept: bytearray) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(CHUNK):
            kept += data
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.close()


def payload(stream: bytes) -> bytes:
    """A direction of a connection as its sender meant it: the HTTP head, then WebSocket payloads without their masks."""
    head, blank, rest = stream.partition(b"\r\n\r\n")
    if b"upgrade: websocket" not in head.lower():
        return stream
    found, at = head + blank, 0
    while at + 2 <= len(rest):  # RFC 6455, 5.2
        length, masked = rest[at + 1] & 0x7F, rest[at + 1] & 0x80
        at += 2
        extended = {126: 2, 127: 8}.get(length, 0)
        if extended:
            length = int.from_bytes(rest[at : at + extended], "big")
            at += extended
        mask = rest[at : at + 4] if masked else b""
        at += len(mask)
        found += _unmasked(rest[at : at + length], mask)
        at += length
    return found


def _unmasked(data: bytes, mask: bytes) -> bytes:
    if len(mask) < 4 or not data:
        return data
    key = (mask * (len(data) // 4 + 1))[: len(data)]
    return (int.from_bytes(data, "big") ^ int.from_bytes(key, "big")).to_bytes(len(data), "big")
