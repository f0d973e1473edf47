"""Printing the confirmed photo: after the entry is durable a page is made of it and given to the printer, once.

Every print ends as an entry: printed, failed, or unsure (then staff look). What an earlier life of the hub left open is
unsure, and never begun again. The picture's bytes are asked of the photo room, and live here for the length of a call.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

from drivers.device import DeviceFault, PhotoPrinter, PrintJob
from drivers.faults import fault
from drivers.picture.values import SheetLabel
from drivers.supervision import Supervisor
from hub.domain import codec
from hub.domain.photo import print as photo_print
from hub.domain.photo.photo import Living
from hub.domain.photo.print import PrintAsked, PrintState, ReportEnded, ReportSubmitted
from hub.site.scribe import Commit, Scribe
from sync.errors import SyncError
from sync.record.writer import WriterStopped

log = logging.getLogger(__name__)

SUBMIT_S = 6.0
"""Handing a page over takes a tenth of a second; the driver itself gives up after five."""

AGAIN_S = 1.0
"""After a report could not be recorded, or a spool could not be emptied: soon enough, and no storm."""

RESTARTED, BROKE, NO_PICTURE = "hub.restarted", "hub.broke", "hub.no_picture"
"""Why a print is unsure, or failed, though no device said so."""


class SheetMaker(Protocol):
    """Who puts a picture on a page (drivers/picture)."""

    async def sheet(self, upload: bytes, label: SheetLabel) -> bytes: ...


class PhotoPrinting:
    """Carries out what durable entries ask to be printed, one page at a time."""

    def __init__(
        self,
        scribe: Scribe,
        printer: Supervisor[PhotoPrinter] | None,
        studio: SheetMaker,
        upload: Callable[[int], bytes],
        *,
        city: str,
        training: bool,
    ) -> None:
        """upload: a visit's confirmed picture as JPEG, CannotOpen where there is none."""
        self._scribe = scribe
        self._printer = printer
        self._studio = studio
        self._upload = upload
        self._city = city
        self._training = training
        self._running: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Report what an earlier life left open as unsure, then listen for what is asked."""
        for left in photo_print.unfinished(self._scribe.booth.prints):
            await self._report(ReportEnded(left.id, PrintState.UNSURE, RESTARTED))
        self._scribe.listeners.append(self._on_commit)

    async def stop(self) -> None:
        """Follow nothing any more; a page that is under way is called unsure at the next start."""
        if self._on_commit in self._scribe.listeners:
            self._scribe.listeners.remove(self._on_commit)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def empty_spool(self, living: Living) -> str:
        """How it is known that no page of this picture is in a spool (photo.EMPTIED); waits until it is so.

        A printer that does not answer keeps its page from being proved gone, unless a manager has vouched for it.
        """
        if self._printer is None or not photo_print.of_shot(self._scribe.booth.prints, living.shot):
            return "unused"
        while True:
            try:
                if await self._printer.call(lambda printer: printer.empty_spool()) == 0:
                    return "empty"
            except DeviceFault as told:
                log.info("the spool does not say that it is empty: %s", told)
            now = self._scribe.booth.photos.living
            if now is not None and now.vouched:
                return "by_hand"
            await asyncio.sleep(AGAIN_S)

    def _on_commit(self, commit: Commit) -> None:
        for _, events in commit.events:
            for event in events:
                if isinstance(event, PrintAsked):
                    task = asyncio.create_task(self._carry_out(event), name=f"print {event.print}")
                    self._running.add(task)
                    task.add_done_callback(self._running.discard)

    async def _carry_out(self, asked: PrintAsked) -> None:
        try:
            state, code = await self._print(asked)
        except DeviceFault as told:
            log.warning("print %d: %s", asked.print, told)
            state, code = PrintState.UNSURE if told.unsure else PrintState.FAILED, told.code
        except SyncError as error:  # the picture is gone: nothing went to the printer
            log.warning("print %d: %s", asked.print, error)
            state, code = PrintState.FAILED, NO_PICTURE
        except Exception:  # a fault of ours: staff are asked, as for every end that nobody can vouch for
            log.exception("print %d", asked.print)
            state, code = PrintState.UNSURE, BROKE
        await self._report(ReportEnded(asked.print, state, code))

    async def _print(self, asked: PrintAsked) -> tuple[PrintState, str]:
        if self._printer is None:
            raise fault("photo.absent")
        job = await self._submit(self._printer, asked)
        await self._report(ReportSubmitted(asked.print))
        await job.end()
        return PrintState.PRINTED, ""

    async def _submit(self, printer: Supervisor[PhotoPrinter], asked: PrintAsked) -> PrintJob:
        """Make the page and hand it over; SyncError where the picture is gone, before anything is handed over."""
        label = SheetLabel(number=asked.number, city=self._city, training=self._training, again=asked.again)
        page = await self._studio.sheet(self._upload(asked.visit), label)
        return await printer.call(lambda device: device.print_page(page, asked.copies), deadline_s=SUBMIT_S)

    async def _report(self, report: ReportSubmitted | ReportEnded) -> None:
        """Write it into the record; tried again until it stands there, unless nothing is written in this life."""
        while True:
            try:
                outcome = await self._scribe.act(report)
            except WriterStopped:
                return  # the next life calls it unsure
            except SyncError as error:
                log.error("print %d is not recorded yet: %s", report.print, error)
                await asyncio.sleep(AGAIN_S)
                continue
            if outcome.index is None:
                log.error("print %d: %s", report.print, codec.decode_refusal(outcome.refusal).code)
            return
