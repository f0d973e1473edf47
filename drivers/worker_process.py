"""A driver's own process: one request, one reply, each with its length before it; killed when it does not keep time.

What can hang, crash or eat the machine's memory runs there and not in the hub. Requests go to its standard input,
replies come on a descriptor of their own, because libraries print on standard output when they please.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from drivers.no_core_dump import no_core_file

LENGTH_BYTES: Final = 4


def frame(message: msgspec.Struct) -> bytes:
    """The bytes of one message on the pipe."""
    body = msgspec.msgpack.encode(message)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def serve(descriptor: int, answer: Callable[[bytes], msgspec.Struct]) -> None:
    """In the worker: give each request's body to `answer` and send what it returns, until the hub closes the pipe."""
    no_core_file()  # a crash must not write somebody's face to the disk
    requests, replies = sys.stdin.buffer, os.fdopen(descriptor, "wb", buffering=0)
    while head := requests.read(LENGTH_BYTES):
        data = memoryview(frame(answer(requests.read(int.from_bytes(head, "big")))))
        while data:
            data = data[replies.write(data) :]


class WorkerProcess:
    """One worker as the hub sees it. Any failed exchange leaves it killed: a reply nobody read would be the next one's."""

    def __init__(self, module: str, largest: int, environment: Mapping[str, str] | None = None) -> None:
        """`module` is run with the reply descriptor as its argument; `largest`: bytes of a reply, more is a fault."""
        self._module = module
        self._largest = largest
        self._environment = dict(environment or {})
        self._process: asyncio.subprocess.Process | None = None
        self._replies: asyncio.StreamReader | None = None
        self._way_back: asyncio.StreamWriter | None = None

    @property
    def pid(self) -> int:
        """The worker's process id, 0 while there is none."""
        return 0 if self._process is None else self._process.pid

    @property
    def alive(self) -> bool:
        """Whether a worker was started and has not ended since, as far as is known."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it anew, whatever it was doing."""
        await self.kill()
        # A pair of sockets, of which the loop owns ours. A pipe comes to the loop in a file object, and libuv's closes its
        # number twice: the second time it may be a file's that another thread has opened in between.
        ours, its = socket.socketpair()
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self._module,
                str(its.fileno()),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                pass_fds=(its.fileno(),),
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **self._environment},
            )
            self._replies, self._way_back = await asyncio.open_connection(sock=ours, limit=1 << 20)
        except BaseException:
            ours.close()
            raise
        finally:
            its.close()

    async def exchange(self, request: msgspec.Struct, deadline_s: float) -> bytes:
        """The reply's body. TimeoutError past the deadline, OSError or EOFError for a worker that ended; killed then."""
        try:
            async with asyncio.timeout(deadline_s):
                return await self._exchange(frame(request))
        except BaseException:
            await self.kill()
            raise

    async def kill(self) -> None:
        """End it; the ways to and from it are closed."""
        process, self._process, self._replies = self._process, None, None
        way_back, self._way_back = self._way_back, None
        if way_back is not None:
            way_back.close()
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def _exchange(self, request: bytes) -> bytes:
        if self._process is None or self._process.stdin is None or self._replies is None:
            raise EOFError("no worker")
        self._process.stdin.write(request)
        await self._process.stdin.drain()
        length = int.from_bytes(await self._replies.readexactly(LENGTH_BYTES), "big")
        if length > self._largest:
            raise OSError(f"a reply of {length} bytes")
        return await self._replies.readexactly(length)
