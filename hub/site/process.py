"""The hub as a process: loaded from its home, run until a signal or a fault ends it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import signal

import msgspec

from drivers.no_core_dump import no_core_file, undumpable
from hub import garbage
from hub.site.daemon import Hub
from hub.site.options import Options
from hub.site.startfaults import TerminalsHome
from sync.keys.certificate import HUB_KINDS
from sync.keys.party import HomeDamaged, HomeIncomplete, Party, WrongHome

log = logging.getLogger(__name__)


def _load(options: Options) -> Hub:
    """The hub of a home folder; HomeIncomplete, HomeDamaged or another SyncError says what is wrong with it."""
    try:
        # Before a record is made: an empty one in another machine's folder holds, and lies.
        party = Party.load_of(options.home, HUB_KINDS)
        return Hub(options, party, (options.home / "profile.toml").read_bytes())
    except WrongHome as error:
        if error.data["kind"] == "terminal":
            raise TerminalsHome(**error.data) from error
        raise
    except FileNotFoundError as error:
        raise HomeIncomplete(path=str(error.filename)) from error
    except OSError as error:
        raise HomeDamaged(path=str(error.filename), why=error.strerror) from error
    except (msgspec.DecodeError, ValueError) as error:
        raise HomeDamaged(path=str(options.home), why=str(error)) from error


async def run(options: Options) -> int:
    """Run a hub until SIGTERM or SIGINT, or until its record cannot be written; the process's exit status.

    SyncError leaves say why it could not start; then nothing is left open.
    """
    no_core_file()  # a crash must not write the vault's secret or a face to the disk
    if not options.watch_loop:  # a benchmark reads how much memory its hub takes, and holds nobody's data
        undumpable()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows has no loop signal handlers; Ctrl+C still ends it
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
    hub = _load(options)
    said = await hub.start()
    # What starting made stays. To look through it for garbage, each time after some 500 commands, held every answer up
    # for 50 ms on a quiet machine and 150 on a busy one: one terminal in a hundred waited for that.
    garbage.keep_what_is()
    try:
        print(json.dumps(said), flush=True)
        stopped = asyncio.ensure_future(stop.wait())
        fault = asyncio.ensure_future(hub.scribe.stopped())
        halted = asyncio.ensure_future(hub.challenges.halted.wait())
        withdrawn = asyncio.ensure_future(hub.lists.withdrawn.wait())
        await asyncio.wait([stopped, fault, halted, withdrawn], return_when=asyncio.FIRST_COMPLETED)
        broken = fault.result() if fault.done() else None
        if halted.done() and hub.scribe.refusing is not None:
            raise hub.scribe.refusing
        if broken is not None:
            log.error("the record cannot be written (%s): the hub stops; start it again", broken)
    finally:
        await hub.stop()
    gone = withdrawn.done()
    for waiting in (stopped, fault, halted, withdrawn):
        waiting.cancel()
    return 1 if gone or broken is not None else 0
