"""CUPS as one photo printer's queue: all calls of pycups. Each blocks; the device's own thread makes them.

A connection a call, because CUPS may have been restarted since the last one, and on a socket of this machine a new
connection costs under a millisecond.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec

from drivers.faults import fault
from drivers.photo_printer.ipp import is_ipp
from drivers.photo_printer.reasons import doubtful

MEDIA: Final = "3.5x5.Borderless"
"""The L size without margins, as an `everywhere` queue calls it; plain 3.5x5 shrinks the page to 93 per cent."""
OPTIONS: Final = {"media": MEDIA, "print-scaling": "none"}

OWN_QUEUE: Final = "demado-photo"
"""The queue that is made where only a printer's address is given."""
RAW: Final = "Local Raw Printer"
"""How CUPS calls a queue that has not, or could not, ask the printer what it can do."""
MADE_WITHIN_S: Final = 3.0
"""An `everywhere` queue is made in the background, in 0.1 s for a printer that answers."""
LOOK_AGAIN_S: Final = 0.02

STOPPED, CANCELLED, ABORTED, COMPLETED = 6, 7, 8, 9
"""job-state, RFC 8011 5.3.7; below them a job is waiting or printing."""
PRINTER_STOPPED: Final = 5
"""printer-state, RFC 8011 5.4.11."""
FIRST_ERROR: Final = 0x0400
NOT_FOUND: Final = 0x0406
NOT_ALLOWED: Final = frozenset({0x0401, 0x0402, 0x0403})
FORMAT_UNKNOWN: Final = 0x040A
AWAY: Final = frozenset({0x0502, 0x0503})
"""status codes, RFC 8011 B.1.3."""


class JobWord(msgspec.Struct, frozen=True):
    """What CUPS says of one job."""

    state: int
    started: bool
    """The printer has been at it: something may be on paper."""
    reasons: tuple[str, ...]
    """The queue's state reasons, as far as they concern this job."""


class QueueWord(msgspec.Struct, frozen=True):
    """What CUPS says of the queue."""

    uri: str
    model: str
    stopped: bool
    accepting: bool
    reasons: tuple[str, ...]


class Spooler:
    """One queue of one CUPS server. Every method raises DeviceFault, and nothing else on purpose."""

    def __init__(self, server: str, queue: str, uri: str) -> None:
        """server: HOST:PORT, empty for the machine's own; uri: the printer's, empty where the queue knows it."""
        self._server = server
        self.queue = queue
        self.uri = uri

    def make_ready(self, followed: frozenset[int]) -> None:
        """See that the queue is there and means our printer; jobs that nobody follows are removed from it.

        A job that is left (of an earlier life, or from before the printer was unplugged) would print a picture of
        somebody who has gone, on the next applicant's sheet.
        """
        with self._connected() as cups:
            self._remove(cups, self._job_ids(cups) - followed)
            held = self._queue(cups)
            if held is not None and not self.uri:
                self.uri = held.uri
            if not self.uri:
                raise fault("photo.no_queue")
            wrong = held is None or held.uri != self.uri or held.model == RAW or doubtful(held.reasons)
            if is_ipp(self.uri) and wrong and not followed:
                self._make(cups, again=held is not None)
            elif held is None:
                raise fault("photo.no_queue")
            self._need_borderless(cups)

    def look(self) -> QueueWord:
        """The queue as it is; `photo.no_queue` where it is gone."""
        with self._connected() as cups:
            held = self._queue(cups)
        if held is None:
            raise fault("photo.no_queue")
        return held

    def submit(self, page: bytes, name: str, copies: int, wanted: Callable[[], bool]) -> tuple[int, str]:
        """Give one JPEG page to the queue, from memory, as a job of this name; its number and uuid.

        `wanted` is asked between the steps: a call that hung meanwhile must not print what nobody waits for any more.
        """
        with self._connected() as cups:
            job: int = cups.createJob(self.queue, name, {**OPTIONS, "copies": str(copies)})
            try:
                cups.startDocument(self.queue, job, "page", "image/jpeg", True)
                cups.writeRequestData(page, len(page))
                if wanted():
                    status: int = cups.finishDocument(self.queue)
                    if status >= FIRST_ERROR:
                        raise fault(_code(status), unsure=True)
                uuid = str(cups.getJobAttributes(job, ["job-uuid"])["job-uuid"])
            except BaseException:
                self._remove(cups, {job})
                raise
            if not wanted():
                self._remove(cups, {job})
                raise fault("photo.spooler_hung", unsure=True)
        return job, uuid

    def job(self, number: int, uuid: str) -> JobWord | None:
        """What became of a job; None where CUPS does not know it any more, or gave its number to another."""
        wanted = ["job-uuid", "job-state", "job-printer-state-reasons", "time-at-processing"]
        with self._connected() as cups:
            try:
                said: dict[str, Any] = cups.getJobAttributes(number, wanted)
            except _cups().IPPError as error:
                if error.args[0] == NOT_FOUND:
                    return None
                raise
            if said.get("job-uuid") != uuid:
                return None
            reasons = set(_texts(said.get("job-printer-state-reasons")))
            held = self._queue(cups)
            if held is not None:
                reasons.update(held.reasons)
                if held.stopped:
                    reasons.add("paused")
        return JobWord(int(said["job-state"]), bool(said.get("time-at-processing")), tuple(sorted(reasons)))

    def cancel(self, number: int) -> None:
        """End a job that is under way, keeping what is known of it; one that has ended already stays as it is."""
        with self._connected() as cups, contextlib.suppress(_cups().IPPError):
            cups.cancelJob(number)

    def remove(self, *numbers: int) -> None:
        """Remove these jobs with their pages, whether ended or not: CUPS keeps pages for a day by default."""
        with self._connected() as cups:
            self._remove(cups, set(numbers))

    def clear(self, followed: frozenset[int]) -> int:
        """Remove the jobs that nobody follows; how many CUPS still knows of this queue (0: no page is in its spool)."""
        with self._connected() as cups:
            self._remove(cups, self._job_ids(cups) - followed)
            return len(self._job_ids(cups))

    # ------------------------------------------------------------------ within a connection

    def _queue(self, cups: Any) -> QueueWord | None:
        wanted = [
            "device-uri", "printer-make-and-model", "printer-state", "printer-state-reasons",
            "printer-is-accepting-jobs",
        ]  # fmt: skip
        try:
            said = cups.getPrinterAttributes(self.queue, requested_attributes=wanted)
        except _cups().IPPError as error:
            if error.args[0] == NOT_FOUND:
                return None
            raise
        return QueueWord(
            str(said.get("device-uri", "")),
            str(said.get("printer-make-and-model", "")),
            said.get("printer-state") == PRINTER_STOPPED,
            bool(said.get("printer-is-accepting-jobs")),
            tuple(reason for reason in _texts(said.get("printer-state-reasons")) if reason != "none"),
        )

    def _make(self, cups: Any, *, again: bool) -> None:
        """Make the queue from what the printer says of itself; one that remembers a cut-off printer is made anew."""
        if again:
            cups.deletePrinter(self.queue)
        cups.addPrinter(self.queue, device=self.uri, ppdname="everywhere")
        until = time.monotonic() + MADE_WITHIN_S
        while (made := self._queue(cups)) is None or made.model == RAW:
            if time.monotonic() > until:
                raise fault("photo.no_queue")
            time.sleep(LOOK_AGAIN_S)
        # Without this a job that failed once is tried again by itself, whenever the printer comes back.
        cups.setPrinterErrorPolicy(self.queue, "abort-job")
        cups.enablePrinter(self.queue)
        cups.acceptJobs(self.queue)

    def _need_borderless(self, cups: Any) -> None:
        path = cups.getPPD(self.queue)
        try:
            sizes = _cups().PPD(path).findOption("PageSize")
        finally:
            os.unlink(path)
        if sizes is None or all(choice["choice"] != MEDIA for choice in sizes.choices):
            raise fault("photo.no_l_size")

    def _job_ids(self, cups: Any) -> set[int]:
        jobs = cups.getJobs(which_jobs="all", my_jobs=False, requested_attributes=["job-id", "job-printer-uri"])
        return {job for job, said in jobs.items() if str(said.get("job-printer-uri", "")).endswith(f"/{self.queue}")}

    def _remove(self, cups: Any, jobs: set[int] | frozenset[int]) -> None:
        for job in sorted(jobs):
            try:
                cups.cancelJob(job, purge_job=True)
            except _cups().IPPError as error:
                if error.args[0] != NOT_FOUND:
                    raise

    @contextlib.contextmanager
    def _connected(self) -> Iterator[Any]:
        cups = _cups()
        # Both are each thread's own in libcups. The question for a password would wait for a person at a keyboard.
        cups.setPasswordCB(lambda _prompt: "")
        if self._server:
            host, _, port = self._server.rpartition(":")
            cups.setServer(host)
            cups.setPort(int(port))
        try:
            connection = cups.Connection()
        except RuntimeError as error:  # pycups has no class of its own for a server that is not there
            raise fault("photo.spooler_gone") from error
        try:
            yield connection
        except cups.IPPError as error:
            raise fault(_code(error.args[0]), unsure=error.args[0] in AWAY) from error
        except (cups.HTTPError, RuntimeError) as error:
            raise fault("photo.spooler_gone", unsure=True) from error


def _code(status: int) -> str:
    if status in NOT_ALLOWED:
        return "photo.not_allowed"
    if status in AWAY:
        return "photo.spooler_gone"
    if status == NOT_FOUND:
        return "photo.no_queue"
    return "photo.format_dropped" if status == FORMAT_UNKNOWN else "photo.spooler_refused"


def _texts(value: object) -> list[str]:
    """A state's reasons: pycups gives one as a text and several as a list."""
    if isinstance(value, str):
        return [value]
    return [str(one) for one in value] if isinstance(value, (list, tuple)) else []


def _cups() -> Any:
    """pycups, loaded at its first use; `photo.no_library` where it is not installed."""
    try:
        import cups
    except ImportError as error:
        raise fault("photo.no_library") from error
    return cups
