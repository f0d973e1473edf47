"""The booth's daemon: puts the record, the doors, the devices and the ways out together, and takes them apart again."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from hub.domain import contract, identity
from hub.site.announce import Announcer
from hub.site.board_view import BoardView, board
from hub.site.clock import SimulatedClock, SystemClock
from hub.site.desks import Desks
from hub.site.devices import Devices, EffectRunner
from hub.site.follower import Follower
from hub.site.scribe import Commit, Scribe
from hub.site.server import BoardFeed, Doors
from sync import messages
from sync.certificate import parse
from sync.letter import open_letter, seal_letter
from sync.link import Link
from sync.messages import Message
from sync.party import Party, load_people
from sync.store import RecordStore

if TYPE_CHECKING:
    from hub.site.uplink import Uplink

log = logging.getLogger(__name__)

PEERS = frozenset({"terminal", "desk", "director"})
"""Kinds of certificate that may link to a hub. A director moves a rehearsal's clock and nothing else."""

STATUS_S = 1.0
"""A terminal shows the age of its data; a beat a second makes "no answer for 3 s" mean three."""


class Options:
    """How the daemon was started."""

    def __init__(
        self,
        home: Path,
        host: str,
        port: int,
        office: str | None = None,
        devices: str = "emulated",
        announce: bool = True,
        simulated_start_ms: int | None = None,
    ) -> None:
        self.home = home
        self.host = host
        self.port = port
        self.office = office
        self.devices = devices
        self.announce = announce
        self.simulated_start_ms = simulated_start_ms


class SimulatedClockRefused(Exception):
    """A simulated clock was asked for outside a training deployment."""


def real_ms() -> int:
    """The machine's time: envelopes and links live in it even where a rehearsal simulates the record's."""
    return time.time_ns() // 1_000_000


class Hub:
    """One running hub."""

    def __init__(self, options: Options, party: Party, profile_raw: bytes) -> None:
        self.options = options
        self.party = party
        self.profile_raw = profile_raw
        self.profile = contract.decode_profile(profile_raw, "profile.toml")
        self.people = load_people(options.home)
        self.clock: SystemClock | SimulatedClock = SystemClock()
        if options.simulated_start_ms is not None:
            if not party.deployment.training:
                raise SimulatedClockRefused
            self.clock = SimulatedClock(options.simulated_start_ms)
        self.followers: set[Follower] = set()
        self.feed = BoardFeed()
        self.devices = Devices() if options.devices == "none" else Devices.emulated(options.home / "devices")
        self._commits: asyncio.Queue[Commit] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> dict[str, object]:
        """Open the record and the doors; what a starter needs to know of a running hub."""
        home = self.options.home
        self.store = await RecordStore.open(home / "record.sqlite", origin=self.party.deployment.origin)
        self.scribe = await Scribe.start(self.party, self.store, self.profile_raw, self.profile, self.clock)
        if isinstance(self.clock, SimulatedClock):
            self.clock.set(self.scribe.booth.latest_ms)
            self.clock.before_move = self._expire_before
        self.desks = Desks(self.scribe, self._mail)
        await self.desks.start()
        self.uplink = await self._make_uplink()
        await self.devices.start()
        self.effects = EffectRunner(self.devices, self.scribe, self.profile, self.party.deployment.training)
        await self.effects.start()
        self.scribe.listeners.append(self._on_commit)
        self._tasks.append(asyncio.create_task(self._after_commits(), name="after commits"))
        self._tasks.append(asyncio.create_task(self._beat(), name="status"))
        port = await self._open_doors()
        self.announcer = Announcer(
            self.party.name,
            port,
            {
                "v": "1",
                "deployment": self.party.deployment.id.hex(),
                "site": self.party.deployment.site,
                "path": "/link",
            },
            only=self.options.host if self.options.host != "0.0.0.0" else None,
        )
        if self.options.announce:
            self.announcer.start()
        address = f"{self.options.host}:{port}"
        return {
            "listening": f"ws://{address}/link",
            "board": f"http://{address}/board",
            "health": f"http://{address}/health",
            "pid": os.getpid(),
            "entries": self.scribe.size,
        }

    async def _open_doors(self) -> int:
        doors = Doors(
            self.party,
            real_ms,
            PEERS,
            lambda link: asyncio.create_task(self._serve(link)),
            self.feed,
            self._board,
            self._health,
        )
        self._runner = web.AppRunner(doors.app, access_log=None, shutdown_timeout=2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.options.host, self.options.port)
        await site.start()
        return int(self._runner.addresses[0][1])

    async def _make_uplink(self) -> Uplink | None:
        if self.options.office is None:
            return None
        from hub.site.uplink import Uplink  # a hub without an office never loads it

        uplink = Uplink(
            self.party,
            self.store,
            self.options.office,
            real_ms,
            home=self.options.home,
            on_mail=self._on_mail,
            on_desks=self.desks.reachable,
        )
        await uplink.start()
        return uplink

    async def stop(self) -> None:
        """Stop in the order that loses nothing: doors, effects, the way out, the scribe, the disk."""
        try:
            await self.announcer.stop()
            await self._runner.cleanup()
            await self.effects.stop()
            await self.devices.stop()
            if self.uplink is not None:
                await self.uplink.stop()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self.scribe.close()
        finally:
            await self.store.close()  # whatever failed before, the file is let go: a thread holds it open otherwise

    # ------------------------------------------------------------------ what runs beside the record

    def _on_commit(self, commit: Commit) -> None:
        if commit.entries:
            self.feed.changed()
            self._commits.put_nowait(commit)
            if self.uplink is not None:
                self.uplink.wake()

    async def _after_commits(self) -> None:
        while True:
            commit = await self._commits.get()
            await self.desks.on_commit(commit)
            await self.scribe.snapshot_if_due()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(STATUS_S)
            if not isinstance(self.clock, SimulatedClock):
                await self._expire_before(self.clock.now_ms())
            status = self._status()
            for follower in self.followers:
                follower.post(status)

    async def _expire_before(self, until_ms: int) -> int | None:
        """Close the oldest request whose time ends by `until_ms`; when that was, or None if there is none."""
        due = identity.due(self.scribe.booth.identity, until_ms)
        if not due:
            return None
        first = min(due, key=lambda request: request.expires_ms)
        if isinstance(self.clock, SimulatedClock):
            self.clock.set(first.expires_ms)
        await self.scribe.act(identity.ExpireRequest(first.id))
        return first.expires_ms

    def _status(self) -> messages.Status:
        return messages.Status(
            at_ms=self.clock.now_ms(),
            devices=self.devices.words(),
            kept=max((follower.kept for follower in self.followers), default=0),
            office=0 if self.uplink is None else self.uplink.acknowledged_size,
            city=self.desks.city_size,
            uplink=self.uplink is not None and self.uplink.connected,
        )

    def _board(self) -> BoardView:
        deployment = self.party.deployment
        return board(self.scribe.booth, self.profile, deployment.site, deployment.training, self.clock.now_ms())

    def _health(self) -> dict[str, object]:
        """For people and monitors: no names, no personal data."""
        return {
            "hub": self.party.name,
            "site": self.party.deployment.site,
            "training": self.party.deployment.training,
            "at_ms": self.clock.now_ms(),
            "entries": self.scribe.size,
            "phase": self.scribe.booth.day.phase.value,
            "date": self.scribe.booth.day.date,
            "terminals": sum(follower.link.peer.kind == "terminal" for follower in self.followers),
            "devices": {word.device: word.state for word in self.devices.words()},
            "office": {"connected": self._status().uplink, "acknowledged": self._status().office},
            "city": self.desks.city_size,
        }

    # ------------------------------------------------------------------ peers

    async def _serve(self, link: Link) -> None:
        follower = Follower(
            link, self.scribe, self.clock, self.profile_raw, self.people, self._status, self._from_follower
        )
        self.followers.add(follower)
        log.info("%s %s has linked", link.peer.kind, link.peer.person)
        try:
            if link.peer.kind == "desk":
                await self.desks.joined(link.peer, follower)
            await follower.serve()
        finally:
            self.followers.discard(follower)
            self.desks.left(link.peer)

    async def _from_follower(self, follower: Follower, message: Message) -> None:
        if follower.link.peer.kind != "desk":
            log.warning("%s sent %s, which only a desk may", follower.link.peer.person, type(message).__name__)
            return

        async def reply(answer: Message) -> None:
            follower.post(answer)

        await self.desks.take(follower.link.peer, message, reply)

    async def _mail(self, desk: bytes, message: Message) -> None:
        if self.uplink is None:
            return
        offer = self.uplink.offer_of(desk)
        if offer is not None:
            await self.uplink.post(desk, seal_letter(self.party, offer, message, real_ms()))

    async def _on_mail(self, sender: bytes, envelope: bytes) -> None:
        """A letter that the office carried; its author is who signed it, whatever the office says."""
        assert self.uplink is not None
        message = open_letter(self.uplink.box, self.uplink.own_offer, sender, envelope, real_ms())
        for encoded in self.party.trust:
            if parse(encoded).subject == sender and parse(encoded).kind == "desk":
                desk = self.party.trust.authority(self.party.trust.add(encoded), real_ms())
                break
        else:
            log.warning("a letter from a key that is no desk of ours")
            return

        async def reply(answer: Message) -> None:
            await self._mail(sender, answer)

        await self.desks.take(desk, message, reply)


async def run(options: Options) -> int:
    """Run a hub until SIGTERM or SIGINT, or until its record cannot be written; the process's exit status."""
    party = Party.load(options.home)
    hub = Hub(options, party, (options.home / "profile.toml").read_bytes())
    print(json.dumps(await hub.start()), flush=True)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows has no loop signal handlers; Ctrl+C still ends it
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
    stopped = asyncio.ensure_future(stop.wait())
    fault = asyncio.ensure_future(hub.scribe.stopped())
    await asyncio.wait([stopped, fault], return_when=asyncio.FIRST_COMPLETED)
    broken = fault.done() and fault.result() is not None
    if broken:
        log.error("the record cannot be written (%s): the hub stops; start it again", fault.result())
    stopped.cancel()
    await hub.stop()
    fault.cancel()
    return 1 if broken else 0
