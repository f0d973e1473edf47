"""A thread of its own for one device's blocking calls, so that a hung driver never holds the event loop.

Not asyncio.to_thread: its few shared threads would be used up by hung devices, and the loop's end waits for them.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
Job = Callable[[], None]


class OwnThread:
    """Runs blocking calls one after the other; a call nobody waits for any more is left behind with its thread."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: queue.SimpleQueue[Job | None] | None = None

    async def run(self, blocking: Callable[[], T]) -> T:
        """Run `blocking` on the thread and return its result or raise its exception."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def deliver(result: T | None, error: BaseException | None) -> None:
            if done.cancelled():
                return
            if error is not None:
                done.set_exception(error)
            else:
                done.set_result(result)  # type: ignore[arg-type]  # T when there is no error

        def job() -> None:
            result: T | None = None
            error: BaseException | None = None
            try:
                result = blocking()
            except BaseException as caught:  # the waiting task is the one to judge it
                error = caught
            try:
                loop.call_soon_threadsafe(deliver, result, error)
            except RuntimeError:
                pass  # the loop ended while the device hung: nobody is left to tell

        jobs = self._jobs or self._start()
        jobs.put(job)
        try:
            return await done
        except asyncio.CancelledError:
            self.abandon()
            raise

    def abandon(self) -> None:
        """Leave the thread behind, to end when its present call returns; the next run() starts a new one."""
        if self._jobs is not None:
            self._jobs.put(None)
            self._jobs = None

    def _start(self) -> queue.SimpleQueue[Job | None]:
        jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()

        def work() -> None:
            while (job := jobs.get()) is not None:
                job()

        # A daemon, because a driver stuck for ever must not keep the hub from stopping.
        threading.Thread(target=work, name=f"device-{self._name}", daemon=True).start()
        self._jobs = jobs
        return jobs
