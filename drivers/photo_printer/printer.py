"""The photo printer behind CUPS: pages go in from memory, each is followed to its end, and no bytes stay in the spool.

One thread makes all calls (a CUPS that hangs blocks one for a minute). While a call hangs no other is begun: when it
comes back, CUPS is back.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Callable
from typing import Final, TypeVar

from drivers.device import DeviceFault
from drivers.faults import fault
from drivers.own_thread import OwnThread
from drivers.photo_printer.ipp import ask_printer, end_of_job, is_ipp
from drivers.photo_printer.page import ready_page
from drivers.photo_printer.reasons import advice_of, doubtful, fault_of, is_l_size
from drivers.photo_printer.spooler import (
    ABORTED,
    CANCELLED,
    COMPLETED,
    OWN_QUEUE,
    STOPPED,
    JobWord,
    QueueWord,
    Spooler,
)

T = TypeVar("T")

ANSWER_S: Final = 1.5
"""CUPS answers in milliseconds; under supervision's 2 s for a probe, so that it is named and not just silent."""
OPEN_S: Final = 4.5
"""Makes a queue where there is none; under supervision's 5 s."""
SUBMIT_S: Final = 5.0
"""A page takes a tenth of a second to hand over."""
LOOK_EVERY_S: Final = 0.25
"""How often a job is asked after: staff wait for "printed" and the machine has other work."""
PATIENCE_S: Final = 180.0
"""A sheet takes up to a minute; this leaves two to put in paper and ink. Then the job is ended, and staff are asked."""
LOST_S: Final = 10.0
"""CUPS is restarted within seconds; who waits longer for its word is told that nobody knows."""


class BadAddress(ValueError):
    """A printer that is named neither by a queue of CUPS nor by an ipp: or ipps: address."""


class CupsPhotoPrinter:
    """A PhotoPrinter: a queue of CUPS by its name, or a printer by its address, for which a queue is made."""

    kind = "photo"

    def __init__(self, address: str, *, server: str = "", patience_s: float = PATIENCE_S) -> None:
        """BadAddress for what can be neither. server: HOST:PORT of CUPS, empty for the machine's own."""
        if is_ipp(address):
            queue, uri = OWN_QUEUE, address
        elif address and address.isprintable() and not set(address) & set(" /#:?"):
            queue, uri = address, ""
        else:
            raise BadAddress(address)
        self._spooler = Spooler(server, queue, uri)
        self._thread = OwnThread("photo")
        self._one_call = asyncio.Lock()
        self._returned: threading.Event | None = None
        self._followed: set[int] = set()
        self.patience_s = patience_s
        self._advice = ""

    @property
    def advice(self) -> str:
        """Fault code of what will soon be in the way though the printer works, or empty."""
        return self._advice

    async def open(self) -> None:
        """Find the printer, and make its queue (again) where that is needed; leftover jobs are removed."""
        await self._do(self._open, OPEN_S)

    async def probe(self) -> None:
        """Ask the printer and CUPS whether a page could be printed now."""
        await self._do(self._look, ANSWER_S)

    async def close(self) -> None:
        """Let go of the thread; jobs under way go on in CUPS."""
        self._thread.abandon()

    async def print_page(self, page: bytes, copies: int) -> CupsJob:
        """Hand over one whole L page, `copies` >= 1; the job is in CUPS when this returns, and is yet to be followed."""
        if copies < 1:
            raise ValueError(f"copies must be at least 1, not {copies}")
        waiting = True
        name = f"photo {secrets.token_hex(4)}"
        try:
            number, uuid = await self._do(lambda: self._submit(page, name, copies, lambda: waiting), SUBMIT_S)
        finally:
            waiting = False
        self._followed.add(number)  # before anyone else can have the thread, and remove what nobody follows
        return CupsJob(self, number, uuid, name)

    async def empty_spool(self) -> int:
        """Remove every job that nobody follows, with its pages; how many are left (0: no picture is in the spool)."""
        return await self._do(lambda: self._spooler.clear(frozenset(self._followed)), ANSWER_S)

    # ------------------------------------------------------------------ on the thread

    def _open(self) -> None:
        self._ask_printer()
        self._spooler.make_ready(frozenset(self._followed))

    def _look(self) -> QueueWord:
        self._ask_printer()
        queue = self._spooler.look()
        code = fault_of(("paused",) if queue.stopped or not queue.accepting else ())
        if not code and not is_ipp(self._spooler.uri):
            code = fault_of(queue.reasons)
            self._advice = advice_of(queue.reasons)
        if code:
            raise fault(code)
        return queue

    def _ask_printer(self) -> None:
        """Raise what the printer itself says is wrong; a printer that only CUPS can talk to is asked through it."""
        if not is_ipp(self._spooler.uri):
            return
        said = ask_printer(self._spooler.uri, "printer-state-reasons", "media-ready", "queued-job-count")
        if not self._followed and said.get("queued-job-count", ["0"]) != ["0"]:
            # A page that CUPS has cancelled may wait in the printer for paper all the same, and come out with the next
            # applicant's. So before the paper: putting some in is what would print it.
            raise fault("photo.page_inside")
        code = fault_of(said.get("printer-state-reasons", ()))
        if code:
            raise fault(code)
        loaded = said.get("media-ready", [])
        if loaded and not any(map(is_l_size, loaded)):
            raise fault("photo.wrong_paper")
        self._advice = advice_of(said.get("printer-state-reasons", ()))

    def _submit(self, page: bytes, name: str, copies: int, wanted: Callable[[], bool]) -> tuple[int, str]:
        ready = ready_page(page)
        if doubtful(self._look().reasons):  # they stay with a queue, and would make the next job's end doubtful too
            self._spooler.make_ready(frozenset(self._followed))
        return self._spooler.submit(ready, name, copies, wanted)

    # ------------------------------------------------------------------ calls and their deadline

    async def _do(self, work: Callable[[], T], deadline_s: float) -> T:
        """Run blocking work on the thread; `photo.spooler_hung` where it does not come back in time."""
        async with self._one_call:
            if self._returned is not None and not self._returned.is_set():
                raise fault("photo.spooler_hung")
            returned = self._returned = threading.Event()

            def noted() -> T:
                try:
                    return work()
                finally:
                    returned.set()

            try:
                return await asyncio.wait_for(self._thread.run(noted), deadline_s)
            except TimeoutError as error:
                raise fault("photo.spooler_hung", unsure=True) from error

    async def look_after(self, number: int, uuid: str) -> JobWord | None:
        """What CUPS says of a job."""
        return await self._do(lambda: self._spooler.job(number, uuid), ANSWER_S)

    async def end_job(self, number: int, uuid: str) -> JobWord | None:
        """End a job that takes too long, and what CUPS says of it then."""

        def end() -> JobWord | None:
            self._spooler.cancel(number)
            return self._spooler.job(number, uuid)

        return await self._do(end, ANSWER_S)

    async def printers_word(self, name: str) -> int | None:
        """How the printer itself says that a job ended (job-state), None where it does not know; DeviceFault where it
        does not answer. One that only CUPS can talk to is not asked."""
        if not is_ipp(self._spooler.uri):
            return None
        return await self._do(lambda: end_of_job(self._spooler.uri, name), ANSWER_S)

    async def forget(self, number: int) -> None:
        """Follow a job no longer, and remove its pages; what cannot be removed now is removed at the next open()."""
        self._followed.discard(number)
        try:
            await self._do(lambda: self._spooler.remove(number), ANSWER_S)
        except DeviceFault:
            pass  # CUPS is gone or hangs: empty_spool() tells what is left


class CupsJob:
    """One page on its way; `id` is the job's uuid (CUPS gives numbers again after a crash), its name is its own too and
    reaches the printer."""

    def __init__(self, printer: CupsPhotoPrinter, number: int, uuid: str, name: str) -> None:
        self._printer, self._number, self._name = printer, number, name
        self.id = uuid
        self.trouble = ""

    async def end(self) -> None:
        """Return when all copies are out, as far as printer and CUPS can tell; the page is out of the spool then.

        DeviceFault otherwise; `unsure` unless it is certain that nothing came out.
        """
        try:
            await self._follow()
        finally:
            await self._printer.forget(self._number)

    async def _follow(self) -> None:
        now = asyncio.get_running_loop().time
        until = now() + self._printer.patience_s
        answered_at = now()
        while True:
            try:
                word = await self._printer.look_after(self._number, self.id)
            except DeviceFault as silent:
                if now() - answered_at > LOST_S:
                    silent.unsure = True
                    raise
            else:
                answered_at = now()
                if word is None:
                    raise fault("photo.job_lost", unsure=True)
                if word.state >= STOPPED:
                    return await self._ended(word)
                self.trouble = fault_of(word.reasons)
            if now() > until:
                await self._give_up()
            await asyncio.sleep(LOOK_EVERY_S)

    async def _give_up(self) -> None:
        word = await self._printer.end_job(self._number, self.id)
        if word is not None and word.state == COMPLETED:
            return await self._ended(word)
        raise fault(self.trouble or "photo.not_ended", unsure=word is None or word.started)

    async def _ended(self, word: JobWord) -> None:
        """Return for a job that ended well, as its printer is there to say; raise what else its end means.

        CUPS calls a job completed whose printer went out in the middle, and its doubts may come a moment later; and now
        and then one that the printer gave up, for of its two threads only one looks at how the job ended.
        """
        _judge(word)
        now = asyncio.get_running_loop().time
        until = now() + LOST_S
        while True:
            try:
                ended = await self._printer.printers_word(self._name)
                break
            except DeviceFault as silent:
                if silent.code == "photo.absent" or now() > until:  # a busy printer answers late, a dead one refuses
                    raise fault("photo.cut_off", unsure=True) from silent
            await asyncio.sleep(LOOK_EVERY_S)
        if ended in (CANCELLED, ABORTED):
            raise fault("photo.cancelled", unsure=True)


def _judge(word: JobWord) -> None:
    """Return for a job that ended well; raise what else its end means."""
    if word.state == COMPLETED and not doubtful(word.reasons):
        return
    if word.state == COMPLETED:
        raise fault("photo.cut_off", unsure=True)
    if word.state == CANCELLED:
        raise fault("photo.cancelled", unsure=word.started)
    raise fault("photo.format_dropped" if word.state in (ABORTED, STOPPED) else "photo.broken", unsure=word.started)
