"""The hub's own console: a socket in its home folder, for whoever may read that folder and for nobody else.

A hub without a screen is served by `demado hub pair --home H` in a shell on the same machine: one line asks, lines of
JSON answer. The code goes through this socket and no further; it is on no page and in no file.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from hub.domain.people.pairing import (
    WINDOW_MS,
    PairingAccepted,
    PairingBurnt,
    PairingEnded,
    PairingEvent,
    PairingFailed,
    PairingFinished,
    PairingProved,
)
from hub.domain.refusal import Refusal
from hub.site.people.pairing import PairingDoor
from sync.errors import SyncError
from sync.messages import DeviceWord

log = logging.getLogger(__name__)

FILE = "console"
ASK = b"pair\n"
ASK_HOW = b"how\n"


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of the answer."""

    say: str
    """code, wrong, burnt, proved, accepted, ended, finished or refused."""
    code: str = ""
    """The eight digits (say=code), or a refusal's code."""
    seconds: int = 0
    port: int = 0
    key: bytes = b""
    """The hub's public key."""
    tries: int = 0
    name: str = ""
    why: str = ""
    words: tuple[str, ...] = ()
    """Of a refusal: reason and what to do, in Japanese, then in English."""


class HowItIs(msgspec.Struct, frozen=True):
    """The answer to ASK_HOW: what `demado doctor` asks a hub that runs."""

    devices: list[DeviceWord]
    supplies: dict[str, int]
    """Prints that are left, by item; what nobody has counted is not here."""
    latest_ms: int
    """The record's latest time."""


@contextlib.contextmanager
def short_path(home: Path) -> Iterator[str]:
    """The socket's path, short enough for any home: a path of a socket holds 107 bytes (unix(7))."""
    if not Path("/proc/self/fd").is_dir():
        yield str(home / FILE)
        return
    folder = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{FILE}"
    finally:
        os.close(folder)


class Console:
    """Listens in the home folder while the hub runs. Where the system has no such sockets there is no console."""

    def __init__(self, home: Path, pairing: PairingDoor, hub_key: bytes, port: int, how: Callable[[], HowItIs]) -> None:
        self._home = home
        self._how = how
        self._pairing = pairing
        self._hub_key = hub_key
        self._port = port
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        if os.name != "posix":
            return
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            (self._home / FILE).unlink(missing_ok=True)
            with short_path(self._home) as path:
                listening.bind(path)
            (self._home / FILE).chmod(0o600)  # before anybody can connect: it listens only from the next line on
            self._server = await asyncio.start_unix_server(self._serve, sock=listening)
        except OSError as error:  # a home on a file system without sockets; the manager's terminal still opens windows
            listening.close()
            log.warning("no console in %s: %s", self._home, error)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            try:
                (self._home / FILE).unlink(missing_ok=True)
            except OSError as error:  # a disk that takes nothing more: the next start tries again, and this one ends
                log.warning("the console's name in %s cannot be removed: %s", self._home, error)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked = await reader.readline()
            if asked == ASK:
                await self._pair(reader, writer)
            elif asked == ASK_HOW:
                writer.write(msgspec.json.encode(self._how()) + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError) as error:  # it went away, or sent a line without an end
            log.info("console: %r", error)
        finally:
            writer.close()

    async def _pair(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard: asyncio.Queue[PairingEvent] = asyncio.Queue()
        self._pairing.listeners.append(heard.put_nowait)
        gone = asyncio.ensure_future(reader.read())
        try:
            try:
                opened = await self._pairing.open_here()
            except SyncError as error:  # this hub may not write now
                await _say(writer, _refused(error))
                return
            if isinstance(opened, Refusal):
                await _say(writer, _refused(opened))
                return
            window, code = opened
            await _say(writer, Said("code", code, seconds=WINDOW_MS // 1000, port=self._port, key=self._hub_key))
            over = False
            while not over:
                news = asyncio.ensure_future(heard.get())
                await asyncio.wait({gone, news}, return_when=asyncio.FIRST_COMPLETED)
                if not news.done():
                    news.cancel()
                    await self._pairing.close_here(window)
                    return
                event = news.result()
                if event.window == window:
                    said, over = _words(event)
                    if said is not None:
                        await _say(writer, said)
        finally:
            self._pairing.listeners.remove(heard.put_nowait)
            gone.cancel()


def _words(event: PairingEvent) -> tuple[Said | None, bool]:
    """What the console says of an event, and whether it was the last."""
    match event:
        case PairingFailed():
            return Said("wrong", tries=event.tries), False
        case PairingBurnt():
            return Said("burnt"), True
        case PairingProved():
            return Said("proved"), False
        case PairingAccepted():
            return Said("accepted", name=event.name), False
        case PairingEnded():
            return Said("ended", why=event.why.value), True
        case PairingFinished():
            return Said("finished", name=event.name), True
    return None, False


def _refused(why: Refusal | SyncError) -> Said:
    return Said("refused", why.code, words=(why.ja, why.todo_ja, why.en, why.todo_en))


async def _say(writer: asyncio.StreamWriter, said: Said) -> None:
    writer.write(msgspec.json.encode(said) + b"\n")
    await writer.drain()
