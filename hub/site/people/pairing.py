"""The hub's side of pairing: the window with its code in memory, one caller at a time, and every end in the record.

Before a caller learns that a try was wrong the try is an entry; before it learns that the code was right its key is
one. A fault in between leaves a window that no longer counts, never a terminal that nobody accepted.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from hub.domain import codec
from hub.domain.people.pairing import (
    ACCEPT_MS,
    WINDOW_MS,
    EndPairing,
    FailPairing,
    FinishPairing,
    OpenPairingHere,
    PairingAccepted,
    PairingBurnt,
    PairingEnded,
    PairingEvent,
    PairingFinished,
    PairingOpened,
    Phase,
    ProvePairing,
    Why,
)
from hub.domain.refusal import Refusal
from hub.site.follower import Follower
from hub.site.scribe import Commit, Scribe
from sync.errors import SyncError
from sync.link import pairing as protocol
from sync.link.link import Socket
from sync.link.pairing import Channel, Granted, HubSide, Joined, Refused
from sync.link.pairingfaults import (
    PairingBroken,
    PairingBusy,
    PairingClosed,
    PairingDeclined,
    PairingError,
    PairingLost,
    WrongCode,
)
from sync.link.pairingfaults import (
    PairingBurnt as Burnt,
)
from sync.messages import OutcomeOf, PairingCode, PairingGrant

log = logging.getLogger(__name__)

ANSWER_S: Final = 10.0
"""A terminal has its code typed before it calls: it answers in a tenth of a second, on bad Wi-Fi in some."""

JOINED_S: Final = 30.0
"""Writing a home is some small files; an old laptop's disk may have to wake up first."""

PACE_S: Final = 0.5
"""Callers are heard no more often: each costs a tenth of a second of a Pi's processor, and nobody types faster."""

SAID_WHY = {Why.DECLINED: PairingDeclined, Why.CLOSED: PairingClosed, Why.EXPIRED: PairingLost}
"""What the terminal hears when its window ends for this reason."""

Listener = Callable[[PairingEvent], None]


class _Window:
    """The open window: what of it is nowhere but in memory."""

    def __init__(self, index: int, now_s: float) -> None:
        self.index = index
        self.code = protocol.new_code()
        self.ends_s = now_s + WINDOW_MS / 1000
        self.next_call_s = now_s
        self.calling = False
        self.accepting: Follower | None = None
        """The terminal whose manager accepted: only it may send the grant."""
        self.answer: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
        """The grant; or the PairingError with which the window ended."""

    def end(self, error: PairingError) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)
            self.answer.exception()  # looked at: a window may end with nobody waiting for it


class PairingDoor:
    """Serves /pair, tells the manager's terminal (or the console) the code, and passes the grant on."""

    def __init__(self, scribe: Scribe, profile_raw: bytes) -> None:
        self._scribe = scribe
        self._profile_raw = profile_raw
        self._window: _Window | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.listeners: list[Listener] = []

    async def start(self) -> None:
        """Begin to listen to the record; a window of an earlier life is ended by name."""
        self._scribe.listeners.append(self._on_commit)
        left = self._scribe.booth.pairing.window
        if left is not None:
            await self._act(EndPairing(left.window, Why.EXPIRED))

    async def stop(self) -> None:
        self._scribe.listeners.remove(self._on_commit)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def open_here(self) -> tuple[int, str] | Refusal:
        """Open a window from the hub's own console: its index and its code, or why not."""
        outcome = await self._scribe.act(OpenPairingHere())
        window = self._window
        if outcome.index is None:
            return codec.decode_refusal(outcome.refusal)
        assert window is not None and window.index == outcome.index, "the commit was heard before its outcome"
        return window.index, window.code

    async def close_here(self, index: int) -> None:
        """Whoever opened at the console has gone away: the code is worth nothing more. A terminal that has proved it
        stays, for the manager to judge."""
        held = self._scribe.booth.pairing.window
        if held is not None and held.window == index and held.phase is Phase.OPEN:
            await self._act(EndPairing(index, Why.CLOSED))

    def take(self, follower: Follower, grant: PairingGrant) -> None:
        """The manager's terminal has sealed the grant; anybody else's is dropped."""
        window = self._window
        if window is None or window.index != grant.window or window.accepting is not follower:
            log.warning("%s sent a grant that no window waits for", follower.link.peer.person)
        elif not window.answer.done():
            window.answer.set_result(grant.grant)

    # ------------------------------------------------------------------ the record

    async def _act(self, command: EndPairing | FailPairing | FinishPairing | ProvePairing) -> OutcomeOf:
        try:
            outcome = await self._scribe.act(command)
        except SyncError as error:  # a hub that may not write now: nothing comes of this window
            log.warning("%s: %s", type(command).__name__, error)
            return OutcomeOf(b"", None, b"")
        if outcome.index is None:
            log.info("%s: %s", type(command).__name__, codec.decode_refusal(outcome.refusal).code)
        return outcome

    def _on_commit(self, commit: Commit) -> None:
        for index, events in commit.events:
            for event in events:
                if isinstance(event, PairingEvent):
                    self._on_event(event, index, commit)
                    for listener in tuple(self.listeners):
                        listener(event)

    def _on_event(self, event: PairingEvent, index: int, commit: Commit) -> None:
        match event:
            case PairingOpened():
                if self._window is not None:
                    self._window.end(PairingClosed())
                now_s = asyncio.get_running_loop().time()
                window = self._window = _Window(event.window, now_s)
                asker = _origin(commit, index)
                if asker is not None:
                    asker.post(PairingCode(event.window, window.code, WINDOW_MS // 1000))
                task = asyncio.create_task(self._expire(window), name="pairing window")
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            case PairingAccepted():
                if self._window is not None:
                    self._window.accepting = _origin(commit, index)
            case PairingBurnt():
                self._over(Burnt())
            case PairingEnded():
                self._over(SAID_WHY.get(event.why, PairingLost)())
            case PairingFinished():
                self._window = None

    def _over(self, error: PairingError) -> None:
        if self._window is not None:
            self._window.end(error)
        self._window = None

    async def _expire(self, window: _Window) -> None:
        await asyncio.sleep(max(0.0, window.ends_s - asyncio.get_running_loop().time()))
        if self._window is window and self._scribe.booth.pairing.window is not None:
            if self._scribe.booth.pairing.window.phase is Phase.OPEN:
                await self._act(EndPairing(window.index, Why.EXPIRED))

    # ------------------------------------------------------------------ a caller

    async def serve(self, socket: Socket, remote: str) -> None:
        """Talk to one caller until it is over; never raises for what the caller does."""
        window, now_s = self._window, asyncio.get_running_loop().time()
        try:
            if window is None or now_s >= window.ends_s:
                await socket.send(protocol.refusal(PairingClosed.code))
                return
            if window.calling or now_s < window.next_call_s:
                await socket.send(protocol.refusal(PairingBusy.code))
                return
            window.calling, window.next_call_s = True, now_s + PACE_S
            try:
                await self._call(window, socket)
            finally:
                window.calling = False
        except SyncError as error:
            log.warning("pairing with %s: %s", remote, error.code)
        except Exception:  # whatever a stranger sends must not reach further than this door
            log.exception("pairing with %s", remote)

    async def _call(self, window: _Window, socket: Socket) -> None:
        party = self._scribe.party
        side = HubSide(party.deployment, party.signer, party.chain(), window.code)
        try:
            await socket.send(side.greeting)
            knock = await _hear(socket, ANSWER_S)
            # In a thread: the agreement is slow Python, and the booth must not wait for a stranger's arithmetic.
            await socket.send(await asyncio.to_thread(side.answer, knock))
            proof = await _hear(socket, ANSWER_S)
            if self._window is not window:
                raise PairingClosed()
            side.check(proof)
        except WrongCode:
            await self._act(FailPairing(window.index))
            await socket.send(protocol.refusal((WrongCode if self._window is window else Burnt).code))
            return
        except PairingLost:
            raise
        except PairingError as error:
            await socket.send(protocol.refusal(error.code))
            raise
        joining = side.joining
        why = Why.LOST
        try:
            proving = ProvePairing(window.index, joining.key, joining.box, joining.nonce, joining.hub_nonce)
            proved = await self._act(proving)
            if proved.index is None:  # the window ended while the proof was on its way
                await socket.send(protocol.refusal(PairingClosed.code))
                return
            mine, channel = side.prove()
            await socket.send(mine)
            await self._hand_over(window, socket, channel)
        except PairingBroken:
            why = Why.UNFIT
            raise
        finally:
            # Whatever went wrong, and if it is this task that was stopped: nobody else can go on where this terminal was.
            await self._end_proved(window, why)

    async def _end_proved(self, window: _Window, why: Why) -> None:
        """End a window whose terminal is gone, unless it has ended: a task of its own, for the caller's may be stopped."""
        held = self._scribe.booth.pairing.window
        if held is None or held.window != window.index or held.phase is Phase.OPEN:
            return
        ending = asyncio.create_task(self._end(window, why), name="pairing ends")
        self._tasks.add(ending)
        ending.add_done_callback(self._tasks.discard)
        await asyncio.shield(ending)

    async def _end(self, window: _Window, why: Why) -> None:
        await self._act(EndPairing(window.index, why))

    async def _hand_over(self, window: _Window, socket: Socket, channel: Channel) -> None:
        """Wait for the manager, then give the terminal what was sealed to it. PairingLost if it goes away."""
        leaving = asyncio.ensure_future(socket.receive())
        try:
            await asyncio.wait({leaving, window.answer}, timeout=ACCEPT_MS / 1000, return_when="FIRST_COMPLETED")
            if leaving.done():
                raise PairingLost()
            if not window.answer.done():
                await self._act(EndPairing(window.index, Why.EXPIRED))
            try:
                grant = await window.answer
            except PairingError as error:
                await socket.send(channel.seal(Refused(error.code)))
                return
            assert grant is not None
            await socket.send(channel.seal(Granted(self._profile_raw, grant)))
            await asyncio.wait({leaving}, timeout=JOINED_S)
            answer = leaving.result() if leaving.done() else None
            if answer is None:
                raise PairingLost()
            if not isinstance(channel.open(answer), Joined):
                raise PairingBroken(why="the terminal refused")
            await self._act(FinishPairing(window.index))
        finally:
            leaving.cancel()
            await asyncio.gather(leaving, return_exceptions=True)


def _origin(commit: Commit, index: int) -> Follower | None:
    """The link over which the command of this entry came."""
    for origin, outcome in commit.outcomes:
        if outcome.index == index and isinstance(origin, Follower):
            return origin
    return None


async def _hear(socket: Socket, seconds: float) -> bytes:
    """The caller's next message; PairingLost if it goes away or says nothing."""
    try:
        async with asyncio.timeout(seconds):
            said = await socket.receive()
    except TimeoutError:
        raise PairingLost(why="silence") from None
    if said is None:
        raise PairingLost(why="gone")
    return said
