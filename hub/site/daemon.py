"""The booth's daemon: puts the record, the doors, the devices and the ways out together, and takes them apart again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from drivers.picture.studio import Studio
from hub.domain import codec
from hub.domain.contracts.reading import ProfileError, decode_profile, profile_hash
from hub.domain.day.day import Phase
from hub.domain.queue.queue import Ticket
from hub.site.address import bind
from hub.site.announce import Announcer
from hub.site.board_view import BoardView, Foot, board
from hub.site.clock import SimulatedClock, SystemClock
from hub.site.console import Console, HowItIs
from hub.site.continuity.behind import need_finished, need_record
from hub.site.continuity.challenge import Challenges, need_unsucceeded
from hub.site.devices.bad_day import BadDay
from hub.site.devices.choice import make_devices
from hub.site.devices.effects import EffectRunner
from hub.site.devices.loop_watch import LoopWatch
from hub.site.devices.report import DeviceReporter
from hub.site.follower import Follower
from hub.site.health import health
from hub.site.options import Options
from hub.site.outside.desks import Desks
from hub.site.outside.due_requests import DueRequests
from hub.site.peers import KINDS, Peers, Rooms
from hub.site.people import listkeeping
from hub.site.people.listwatch import ListWatch
from hub.site.people.pairing import PairingDoor
from hub.site.people.peoplekeeping import PeopleKeeper
from hub.site.pictures.photo_printing import PhotoPrinting
from hub.site.pictures.photo_room import PhotoRoom
from hub.site.pictures.still_room import StillRoom
from hub.site.scribe import Commit, Scribe
from hub.site.server import BoardFeed, Doors
from hub.site.startfaults import ProfileUnusable, SimulatedClockRefused
from hub.site.status_token import StatusTokens
from hub.site.vaultdoor import VaultDoor
from sync import messages
from sync.clock import real_ms
from sync.errors import SyncError
from sync.keys.owntime import own_authority
from sync.keys.party import LockedPerson, Party, need_unrevoked
from sync.link.http import web
from sync.link.loopback import need_loopback
from sync.messages import Message
from sync.record.entry import decode_entry
from sync.record.faults import RecordFault
from sync.record.file import RECORD
from sync.record.store import RecordStore
from sync.record.writer import WriterStopped

if TYPE_CHECKING:
    from hub.site.outside.uplink import Uplink

log = logging.getLogger(__name__)

MAILBOX = "mailbox"
"""sync.mail.mailbox.FILE; that module is loaded only where there is such a file."""

STATUS_S = 1.0
"""A terminal shows the age of its data; a beat a second makes "no answer for 3 s" mean three."""

RETRY_S = 5.0
"""After work beside the record failed it is tried again, not in a storm of log lines."""

STOP_STEP_S = 1.0
"""No part of a stop waits longer than this for somebody else, so that the whole takes less than five seconds."""

TAIL = 200
"""Entries looked at for calls that were cancelled within the last minute when the hub starts again."""


class Hub:
    """One running hub."""

    def __init__(self, options: Options, party: Party, profile_raw: bytes) -> None:
        self.options = options
        self.party = party
        self.profile_raw = profile_raw
        try:
            self.profile = decode_profile(profile_raw, "profile.toml")
        except ProfileError as error:
            raise ProfileUnusable(why=str(error)) from error
        if profile_hash(profile_raw) != party.deployment.profile:
            raise ProfileUnusable(why="another profile than the deployment's")
        self.people = PeopleKeeper(options.home, party)
        self.clock: SystemClock | SimulatedClock = SystemClock()
        if options.simulated_start_ms is not None:
            if not party.deployment.training:
                raise SimulatedClockRefused
            self.clock = SimulatedClock(options.simulated_start_ms)
        if party.deployment.training:
            need_loopback(options.host)
        self.feed = BoardFeed()
        self.devices = make_devices(
            options.chosen,
            options.home / "devices",
            emulate=options.devices == "emulated",
            training=party.deployment.training,
        )
        self.uplink: Uplink | None = None
        self.loop_watch: LoopWatch | None = None
        self.bad_day = BadDay(options.home / "devices", training=party.deployment.training)
        self.tokens: StatusTokens | None = None
        """Where tickets carry a code for the office's public page."""
        self._commits: asyncio.Queue[Commit] = asyncio.Queue()
        self._news = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._undo: list[tuple[str, Callable[[], Awaitable[object]]]] = []
        """What stop() does, last first."""

    async def start(self) -> dict[str, object]:
        """Open the record and the doors; what a starter needs to know of a running hub. Stopped again if it fails."""
        try:
            return await self._start()
        except BaseException:
            await self.stop()
            raise

    async def _start(self) -> dict[str, object]:
        home = self.options.home
        need_unsucceeded(home)
        need_finished(home)
        need_record(home)
        own_authority(self.party, self.clock.now_ms())  # a clock outside our own certificate: nothing would be believed
        self.store = await RecordStore.open(home / RECORD, origin=self.party.deployment.origin)
        self._undo.append(("record", self.store.close))
        await listkeeping.take_up(self.party, self.store)
        self.party.trust.need_unrevoked(self.party.authority(self.clock.now_ms()))
        self.scribe = await Scribe.start(self.party, self.store, self.profile_raw, self.profile, self.clock)
        self._undo.append(("scribe", self.scribe.close))
        self.due = DueRequests(self.scribe, self.clock)
        self.challenges = Challenges(home, self.party, self.scribe, self.clock)
        self._undo.append(("challenges", self.challenges.stop))
        self.people.settle(self.scribe)
        if isinstance(self.clock, SimulatedClock):
            self.clock.set(self.scribe.booth.latest_ms)
            self.clock.before_move = self.due.close_oldest
        if self.options.status_url is not None:
            self.tokens = StatusTokens(home, self.party.deployment.record, self.options.status_url)
            self.scribe.status_of = self.tokens.fingerprint
        self.foot = Foot(self.scribe.booth)
        for body in await self.store.read(max(0, self.scribe.size - TAIL), TAIL):
            self.foot.take(codec.decode_events(bytes(decode_entry(body).events)))
        self.pairing = PairingDoor(self.scribe, self.profile_raw)
        await self.pairing.start()
        self._undo.append(("pairing", self.pairing.stop))
        self.desks = Desks(self.scribe, self._mail)
        await self.desks.start()
        self.vault = VaultDoor(home, self.scribe, self.profile, lambda: self.people.people, self.clock)
        self._undo.append(("vault", self.vault.stop))
        await self.vault.settle()
        self._undo.append(("work beside the record", self._stop_tasks))
        # From now on: a letter that waited at the office leads to commits while printers and cameras are still opened.
        self.scribe.listeners.append(self._on_commit)
        self.uplink = await self._make_uplink()
        if self.uplink is not None:
            self._undo.append(("uplink", self.uplink.stop))
            await self.uplink.start()
        # Bound before anything moves in the room: a port that is taken must not look like a crash in mid-print.
        listening = await bind(self.options.host, self.options.port)

        async def let_go() -> None:
            listening.close()

        self._undo.append(("port", let_go))
        if self.options.watch_loop:
            self.loop_watch = LoopWatch()
            self.loop_watch.start()
            self._undo.append(("loop watch", self.loop_watch.stop))
        await self.devices.start()
        self._undo.append(("devices", self.devices.stop))
        self.effects = EffectRunner(
            self.devices, self.scribe, self.profile, self.party.deployment.training, self._status_url
        )
        self._undo.append(("effects", self.effects.stop))
        self.studio = Studio()
        self._undo.append(("studio", self.studio.stop))
        self.photos = PhotoRoom(self.scribe, self.devices.camera, self.studio, _terminal_key)
        self._undo.append(("photos", self.photos.stop))
        self.stills = StillRoom(
            self.scribe,
            self.devices.camera,
            self.devices.document_camera,
            self.studio,
            self.desks.to_holder,
            _terminal_key,
        )
        self.desks.on_ready = self.stills.desk_ready
        self.desks.on_dropped = self.stills.dropped
        self._undo.append(("stills", self.stills.stop))
        self.printing = PhotoPrinting(
            self.scribe,
            self.devices.photo_printer,
            self.studio,
            self.photos.upload,
            city=self.profile.source.city,
            training=self.party.deployment.training,
        )
        self.photos.empty_spool = self.printing.empty_spool
        self._undo.append(("photo prints", self.printing.stop))
        if self.scribe.refusing is None:  # what a record that is too old calls unfinished may have been done long ago
            await self.effects.start()
            await self.printing.start()  # before the photos: a page of an earlier life is unsure while its picture goes
            await self.photos.start()
            await self.stills.start()
            reporter = DeviceReporter(self.devices, self.scribe)
            await reporter.start()
            self._undo.append(("device reports", reporter.stop))
        rooms = Rooms(
            self.scribe,
            self.people,
            self.challenges,
            self.pairing,
            self.bad_day,
            self.desks,
            self.vault,
            self.photos,
            self.stills,
            self._to_office,
        )
        self.peers = Peers(rooms, self.clock, self.profile_raw, self._status)
        self.people.on_change = self._tell_people
        self.devices.listeners.append(lambda *_: self._news.set())
        self.lists = ListWatch(self.party, self.store, self.scribe, self.people, self.peers.followers, self.clock)
        self._undo.append(("root-signed lists", self.lists.stop))
        for name, work in (
            ("root-signed lists", self.lists.look),
            ("after commits", self._after_commits),
            ("snapshots", self._snapshots),
            ("due requests", self._expire),
            ("personal data", self._tend),
            ("status", self._beat),
        ):
            self._tasks.append(asyncio.create_task(self._keep(name, work), name=name))
        host, port = await self._open_doors(listening)
        console = Console(home, self.pairing, self.party.signer.public, port, self._how)
        await console.start()
        self._undo.append(("console", console.stop))
        if self.options.announce:
            self._announce(host, port)
        address = f"{self.options.host}:{port}"
        return {
            "listening": f"ws://{address}/link",
            "board": f"http://{address}/board",
            "health": f"http://{address}/health",
            "pid": os.getpid(),
            "entries": self.scribe.size,
        }

    def _status_url(self, ticket: Ticket) -> str:
        """Empty while the office does not answer: a code that shows nothing is worse than none."""
        linked = self.uplink is not None and self.uplink.connected
        return self.tokens.url(ticket) if linked and self.tokens is not None else ""

    def _announce(self, host: str, port: int) -> None:
        deployment = self.party.deployment
        properties = {"v": "1", "deployment": deployment.id.hex(), "site": deployment.site, "path": "/link"}
        serial = f"{self.party.name}-{deployment.id.hex()[:8]}"  # every contract has a hub-1
        announcer = Announcer(serial, port, properties, only=None if host == "0.0.0.0" else host)
        announcer.start()
        self._undo.append(("announcement", announcer.leave))
        self._undo.insert(0, ("goodbye", announcer.stop))  # said a third of a second long, while all the rest ends

    async def _open_doors(self, listening: socket.socket) -> tuple[str, int]:
        """Serve on the bound socket; the address it has."""
        doors = Doors(
            self.party,
            real_ms,
            self.clock.now_ms,
            KINDS,
            lambda link: asyncio.create_task(self.peers.serve(link)),
            self.feed,
            self._board,
            self._health,
            self.pairing.serve,
        )
        runner = web.AppRunner(doors.app, access_log=None, shutdown_timeout=STOP_STEP_S)
        await runner.setup()
        self._undo.append(("doors", runner.cleanup))
        assert runner.server is not None  # it has been set up
        doors.door.attend(listening, runner.server)
        self._undo.append(("the door before them", doors.door.close))
        host, port = listening.getsockname()[:2]
        return str(host), int(port)

    async def _make_uplink(self) -> Uplink | None:
        if self.options.office is None:
            if (self.options.home / MAILBOX).exists():  # of a life with an office: its keys end all the same
                from sync.mail.mailbox import Mailbox

                Mailbox(self.party, self.options.home, real_ms).forget_old()
            return None
        from hub.site.outside.uplink import Uplink  # a hub without an office never loads it

        return Uplink(
            self.party,
            self.store,
            self.options.office,
            real_ms,
            home=self.options.home,
            on_mail=self._on_mail,
            on_returned=self.desks.again,
            on_people=self._on_newcomers,
            on_desks=self.desks.reachable,
            on_cosigned=self._tell_whole,
            on_resume=self.challenges.on_resume,
            succession=await self.challenges.succession(),
        )

    def _tell_whole(self, size: int, line: str) -> None:
        """That the office has all there is is told at once: at a day's end people wait to see it."""
        if size == self.scribe.size:
            self._news.set()

    async def _on_newcomers(self, people: list[LockedPerson]) -> None:
        await self.people.bring(people, self.clock.now_ms())

    async def stop(self) -> None:
        """Stop in the order that loses nothing: announcement, doors, effects, the way out, the scribe, the disk.

        Whatever fails in one step is logged and the next one is done: a thread holds the record open otherwise.
        """
        while self._undo:
            name, undo = self._undo.pop()
            try:
                await undo()
            except (SyncError, OSError) as error:
                # A disk that takes nothing more has a name: nobody needs the program's lines.
                log.error("stopping: %s: %s", name, error)
            except Exception:
                log.exception("stopping: %s", name)

    async def _stop_tasks(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # ------------------------------------------------------------------ what runs beside the record

    def _on_commit(self, commit: Commit) -> None:
        if commit.entries:
            for _, events in commit.events:
                self.foot.take(events)
            self.feed.changed()
            self._commits.put_nowait(commit)
            if self.uplink is not None:
                # Between days little happens, and who has closed one waits for the office before switching off.
                self.uplink.wake(awaited=self.scribe.booth.day.phase is Phase.CLOSED)

    async def _keep(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do this for ever: what fails once is logged and done again, for nobody would notice that it is gone."""
        while True:
            try:
                await work()
            except Exception as error:
                if self.scribe.refusing is None or type(error) is not type(self.scribe.refusing):  # that was said
                    if isinstance(error, RecordFault | WriterStopped | OSError):  # the disk's, with its name
                        log.error("%s: %s", name, error)
                    else:
                        log.exception("%s", name)
                await asyncio.sleep(RETRY_S)

    async def _after_commits(self) -> None:
        """Tell the desks of one commit; one that fails does not hold up those after it."""
        commit = await self._commits.get()
        try:
            await self.desks.on_commit(commit)
        except Exception:
            log.exception("the desks were not told of the commit at %d", commit.first)
        await self.vault.on_commit(commit)

    async def _snapshots(self) -> None:
        await asyncio.sleep(STATUS_S)
        await self.scribe.snapshot_if_due()

    async def _expire(self) -> None:
        await asyncio.sleep(STATUS_S)
        if not isinstance(self.clock, SimulatedClock):  # that one closes them on its way
            await self.due.close_oldest(self.clock.now_ms())

    async def _tend(self) -> None:
        await asyncio.sleep(STATUS_S)
        await self.vault.tend()

    async def _beat(self) -> None:
        """Send the status, each second and as soon as a device changes."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STATUS_S):
                await self._news.wait()
        self._news.clear()
        self.peers.post(self._status())

    def _status(self) -> messages.Status:
        return messages.Status(
            at_ms=self.clock.now_ms(),
            devices=self.devices.words(),
            kept=self.peers.kept,
            office=0 if self.uplink is None else self.uplink.acknowledged_size,
            city=self.desks.city_size,
            uplink=self.uplink is not None and self.uplink.connected,
            vault=self.vault.state,
        )

    def _board(self) -> BoardView:
        deployment = self.party.deployment
        now_ms = self.clock.now_ms()
        return board(self.scribe.booth, self.profile, deployment.site, deployment.training, now_ms, self.foot)

    def _how(self) -> HowItIs:
        """For whoever looks after this machine, on its own console."""
        booth = self.scribe.booth
        counted = {item.value: held.left for item, held in booth.supplies.held.items()}
        return HowItIs(self.devices.words(), counted, booth.latest_ms)

    def _health(self) -> dict[str, object]:
        return health(self.scribe, self._status(), self.peers, self.loop_watch)

    # ------------------------------------------------------------------ people and mail

    def _tell_people(self) -> None:
        self.peers.post(messages.People(self.people.people), only="terminal")

    async def _to_office(self, message: messages.Reported) -> None:
        if self.uplink is not None:
            await self.uplink.carry(message)

    async def _mail(self, desk: bytes, message: Message) -> None:
        if self.uplink is None:
            return
        await self.uplink.write(desk, message)

    async def _on_mail(self, sender: bytes, envelope: bytes) -> None:
        """A letter that the office carried; its author is who signed it, whatever the office says."""
        assert self.uplink is not None
        message = self.uplink.mailbox.open(sender, envelope)
        desk = need_unrevoked(self.party, sender, {"desk"}, real_ms())

        async def reply(answer: Message) -> None:
            await self._mail(sender, answer)

        try:
            await self.desks.take(desk, message, reply)
        except (IndexError, ValueError) as error:  # a question about what the record does not have
            log.warning("mail from %s makes no sense here: %r", desk.person, error)


def _terminal_key(origin: object) -> bytes:
    """The key of the terminal behind a link; none for what is no terminal's."""
    return origin.link.peer.key if isinstance(origin, Follower) and origin.link.peer.kind == "terminal" else b""
