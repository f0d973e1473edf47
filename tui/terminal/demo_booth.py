"""A booth without a hub, for measuring the terminal: real tickets by the domain's own rules, changing without a pause.

Behind `demado terminal --demo N`. Nothing is signed and nothing is kept.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from hub.client.link.commands import Done
from hub.client.link.connection_state import ConnectionState
from hub.domain.booth import Booth, Command, Event, decide, fold
from hub.domain.contracts.contract import Profile
from hub.domain.contracts.reading import decode_profile, profile_bytes, profile_hash
from hub.domain.day.day import OpenDay
from hub.domain.moment import Context, Signer, iso_date
from hub.domain.queue import queue as q
from hub.domain.queue.queue import TicketState
from hub.domain.refusal import Refusal
from sync.clock import real_ms
from sync.errors import SyncError
from sync.keys.certificate import Certificate, issue
from sync.keys.keys import Signer as Key
from sync.keys.party import Deployment, LockedPerson, Person
from sync.messages import DeviceWord, Status
from tui.station import Station
from tui.terminal.terminal import StaffTerminal

CHANGES_S = 0.1
"""Ten changes a second: a booth in its worst minute."""

ROWS_A_CHANGE = 5


class DemoClient:
    """What a station needs of a hub, with the domain's rules in place of the hub."""

    unrecorded = ()
    """Nothing of a demonstration is signed, so nothing can be lost."""

    def __init__(self, tickets: int) -> None:
        raw = profile_bytes("koganei")
        self.profile: Profile | None = decode_profile(raw, "koganei")
        self.people: list[LockedPerson] = []
        self.vault = None
        self.photo = None
        self.live = None
        self.stills = None
        self.problem: SyncError | None = None
        self.state = ConnectionState.LIVE
        self.junk: SyncError | None = None
        self.status: Status | None = None
        self.booth = Booth(hub="demo", profile=profile_hash(raw), training=True)
        self.size = 0
        self.age_s = 0.0
        self._listeners: list[Callable[[], None]] = []
        self._events: list[Callable[[int, tuple[Event, ...]], None]] = []
        self._random = random.Random(1)
        self._task: asyncio.Task[None] | None = None
        now = real_ms()
        self._do(OpenDay(iso_date(now), "delivery_booth", "訓練会場", self.booth.profile, True), now)
        for number in range(tickets):
            self._do(
                q.IssueTicket("delivery" if number % 3 else "application_support"),
                now - 60_000 * (tickets - number) // 8,
            )

    def _do(self, command: Command, at_ms: int) -> tuple[Event, ...] | Refusal:
        assert self.profile is not None
        who = Signer("staff-1", "staff", "contractor", ("manager", "worker"))
        decided = decide(self.profile, self.booth, command, Context(self.size, at_ms, "demo", at_ms), who)
        if not isinstance(decided, Refusal):
            self.booth = fold(self.booth, decided, self.size)
            for listener in self._events:
                listener(self.size, decided)
            self.size += 1
        return decided

    async def submit(self, command: Command, person: Person, *, version: int = 0) -> Done | Refusal:
        """Decide at once, as if the hub were next to us."""
        await asyncio.sleep(0)
        decided = self._do(command, real_ms())
        self._tell()
        return decided if isinstance(decided, Refusal) else Done(self.size - 1, decided)

    def subscribe(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)

    def on_events(self, listener: Callable[[int, tuple[Event, ...]], None]) -> None:
        self._events.append(listener)

    def start(self) -> None:
        """Begin to change."""
        if self._task is None:
            self._task = asyncio.create_task(self._change(), name="demo booth")

    async def mishap(self, device: str, code: str) -> None:
        """The demonstration has no devices."""

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _change(self) -> None:
        while True:
            await asyncio.sleep(CHANGES_S)
            now = real_ms()
            words = [DeviceWord(kind, "ready", "", "") for kind in ("ticket", "display", "voice")]
            self.status = Status(now, words, self.size, self.size, self.size, True)
            for _ in range(ROWS_A_CHANGE):
                self._one(now)
            self._tell()

    def _one(self, now: int) -> None:
        """Hold somebody who waits, or bring back somebody held: the number of rows stays, their places change."""
        tickets = self.booth.queue.tickets
        ticket = tickets[self._random.choice(list(tickets))]
        if ticket.state is TicketState.WAITING:
            window = f"窓口{self._random.randint(2, 9)}"
            if window in self.booth.queue.windows:
                self._do(q.HoldTicket(self.booth.queue.windows[window]), now)
            else:
                self._do(q.CallTicket(ticket.id, window), now)
        elif ticket.state is TicketState.HELD:
            self._do(q.ResumeTicket(ticket.id), now)

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()


def demo_terminal(tickets: int, *, window: str, language: str) -> StaffTerminal:
    """A terminal signed in at a booth with that many tickets."""
    client = DemoClient(tickets)
    deployment = Deployment(bytes(16), "koganei", client.booth.profile, bytes(32), bytes(32), True, "demo", "測定")
    terminal = StaffTerminal(None, window=window, language=language)
    station = Station(deployment, client, window, terminal.tongue)
    terminal.connected(client, None, station)
    key = Key.generate()
    certificate = issue(
        Certificate(
            deployment=bytes(16),
            subject=key.public,
            person="staff-1",
            kind="staff",
            party="contractor",
            roles=("manager",),
            not_before_ms=0,
            not_after_ms=2**53,
            issuer=key.public,
        ),
        key,
    )
    terminal.sign_in(Person(key, certificate, "測定", [certificate]))
    terminal.ready = client.start
    return terminal
