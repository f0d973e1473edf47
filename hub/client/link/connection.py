"""The one way into a hub, for people, actors and benchmarks: a live link, a replica, and signed commands.

What it is made of: `linking` finds the hub and stays linked, `conversation` is what is said over one link, `following` keeps
the record that comes over it, `submitting` and `commands` carry what people ask for, `staff_today` who they are.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from hub.client.link.commands import Commands
from hub.client.link.commands import Done as Done  # what submit() answers belongs to this way in
from hub.client.link.connection_state import ConnectionState as ConnectionState
from hub.client.link.connection_state import NotConnected as NotConnected
from hub.client.link.conversation import Conversation
from hub.client.link.following import Following
from hub.client.link.linking import Linking
from hub.client.link.signing import sign_as
from hub.client.proof.keeper import Keeper
from hub.client.proof.replica import Replica
from hub.client.views.liveway import LiveWay
from hub.client.views.photoway import PhotoWay
from hub.client.views.stillway import StillWay
from hub.client.views.vaultway import VaultWay
from hub.domain.booth import Booth, Command, Event
from hub.domain.contracts.contract import Profile
from hub.domain.refusal import Refusal
from sync import messages
from sync.clock import real_ms
from sync.errors import SyncError
from sync.keys.party import LockedPerson, Party, Person
from sync.link.link import Clock, Link
from sync.record.command import Signed
from sync.record.unrecorded import Unrecorded

log = logging.getLogger(__name__)


class HubClient:
    """A follower of one hub. `booth` is the replica's state; `state` says how far to trust its freshness."""

    def __init__(
        self,
        url: str,
        party: Party,
        clock: Clock,
        *,
        follow: bool,
        keep: Path | None,
        on_other: Callable[[messages.Message], None] | None = None,
    ) -> None:
        self.party = party
        self.vault = VaultWay(self)
        self.photo = PhotoWay(self)
        self.live = LiveWay(self)
        self.stills = StillWay(self)
        home = keep.parent if keep is not None else None
        self._clock = clock
        self._commands = Commands(home, clock, follow=follow)
        self._linking = Linking(url, party, clock, home, self._tell)
        self._following = Following(party, self._commands, follow=follow, keep=keep)
        self._following.on_kept = self._on_kept
        self._talk = Conversation(
            party,
            clock,
            home,
            self._linking,
            self._following,
            self._commands,
            tell=self._tell,
            disbelieved=self._refuse_and_leave,
            on_other=on_other,
        )
        self._listeners: list[Callable[[], None]] = []
        self._moved = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @classmethod
    async def open(
        cls,
        url: str,
        party: Party,
        clock: Clock | None = None,
        *,
        follow: bool = True,
        keep: Path | None = None,
        wait: bool = True,
        on_other: Callable[[messages.Message], None] | None = None,
    ) -> HubClient:
        """Begin to follow the hub at `url`. With `wait`, return when the replica is live (or refused).

        CopyInUse, CopyDamaged or a RecordFault for what lies at `keep`: nobody is asked anything then.
        """
        client = cls(url, party, clock or real_ms, follow=follow, keep=keep, on_other=on_other)
        if client._following.keeper is not None:
            await _opened(client._following.keeper)
        client._task = asyncio.create_task(client._run(), name=f"hub {url}")
        if wait:
            await client.until(lambda: client.state in (ConnectionState.LIVE, ConnectionState.REFUSED))
        return client

    # ------------------------------------------------------------------ what it shows

    @property
    def url(self) -> str:
        """Where the hub is looked for; another address may be set, and is tried when the link ends."""
        return self._linking.url

    @url.setter
    def url(self, url: str) -> None:
        self._linking.url = url

    @property
    def state(self) -> ConnectionState:
        return self._linking.state

    @property
    def problem(self) -> SyncError | None:
        """Why we are not live, when that is more than a hub that is away."""
        return self._linking.problem

    @property
    def profile(self) -> Profile | None:
        """The contract, once a hub has shown it."""
        return self._following.profile

    @property
    def profile_raw(self) -> bytes:
        """The contract as a file."""
        return self._following.profile_raw

    @property
    def people(self) -> list[LockedPerson]:
        """Who works here today."""
        return self._talk.staff.people

    @property
    def junk(self) -> SyncError | None:
        """The hub serves a locked key that this terminal, which may become the hub, did not take."""
        return self._talk.staff.junk

    @property
    def status(self) -> messages.Status | None:
        """What the hub last said of itself and its devices."""
        return self._talk.status

    @property
    def replica(self) -> Replica | None:
        return self._following.replica

    @property
    def booth(self) -> Booth:
        return self._following.booth

    @property
    def size(self) -> int:
        return self.replica.size if self.replica is not None else 0

    @property
    def proved(self) -> bool:
        """Whether every entry behind what is shown was decided again here: a hub's snapshot was not, at first."""
        return self.replica is not None and self.replica.provisional is None

    @property
    def kept(self) -> int:
        """Entries on this machine's own disk."""
        return self._following.kept

    @property
    def epoch(self) -> int:
        """For which a command is signed: the record's own, or what the hub says where we do not follow it."""
        return self._following.epoch

    @property
    def unrecorded(self) -> tuple[Unrecorded, ...]:
        """Commands of this terminal that the hub did not honestly record, as far as this terminal can prove."""
        return self._commands.unrecorded

    def report(self) -> bytes:
        """All of them as a signed report, for whoever looks into it and by whatever way."""
        return self._talk.report()

    @property
    def connected(self) -> bool:
        return self.state is ConnectionState.LIVE

    @property
    def age_s(self) -> float:
        """Seconds since the hub was heard."""
        return time.monotonic() - self._linking.heard_at if self._linking.heard_at else 0.0

    def look_elsewhere(self, browse: Callable[[], Awaitable[Sequence[str]]]) -> None:
        """While our hub does not answer, ask `browse` for other addresses: another machine may have taken it over."""
        self._linking.seeking.browse = browse

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call `listener` after anything that a screen shows may have changed."""
        self._listeners.append(listener)

    def on_events(self, listener: Callable[[int, tuple[Event, ...]], None]) -> None:
        """Call `listener` with each entry's index and events, as they become durable."""
        self._following.event_listeners.append(listener)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until the condition holds; it is looked at after each change."""
        while not condition():
            self._moved.clear()
            await self._moved.wait()

    @property
    def is_settled(self) -> bool:
        """Whether no device owes anything: what was announced, printed and photographed stands in the record."""
        from hub.domain.devices.effect import EffectState
        from hub.domain.identity import still
        from hub.domain.photo import photo

        booth = self.booth
        return (
            not photo.is_hubs_turn(booth.photos)
            and not still.is_hubs_turn(booth.stills, booth.identity.pending)
            and not any(effect.state is EffectState.DUE for effect in booth.effects.open.values())
        )

    async def settled(self) -> None:
        """Wait until it is."""
        await self.until(lambda: self.is_settled)

    # ------------------------------------------------------------------ what it asks for

    def now_ms(self) -> int:
        """The time at which commands of this terminal are made."""
        return self._clock()

    async def submit(
        self,
        command: Command,
        person: Person,
        *,
        version: int = 0,
        at_ms: int | None = None,
        manifest: bytes = b"",
        who: LockedPerson | None = None,
    ) -> Done | Refusal:
        """Sign a command as a person, and return what became of it once that is durable.

        A command that was sent before the link broke is sent again under the same id: it happens once. NotConnected
        if there is no link now: nothing was sent, and nothing is queued behind the person's back.
        """
        made_ms = at_ms if at_ms is not None else self._clock()
        identifier, signed = sign_as(
            person, self.party.deployment, command, made_ms, version=version, manifest=manifest, epoch=self.epoch
        )
        return await self.send_signed(identifier, signed, person.chain, at_ms, who)

    async def send_signed(
        self,
        identifier: bytes,
        signed: Signed,
        certificates: list[bytes],
        at_ms: int | None = None,
        who: LockedPerson | None = None,
    ) -> Done | Refusal:
        """Send a command signed elsewhere, and return what became of it. `who`: the locked person of a new key."""
        return await self._talk.submitting.send(identifier, signed, certificates, at_ms, who)

    async def send(self, message: messages.Message) -> None:
        """Send any other message; NotConnected if there is no link."""
        await self._linking.send(message)

    @property
    def hub_key(self) -> bytes:
        """The key that the hub of this link has proved; NotConnected if there is no link."""
        return self._linking.linked().peer.key

    async def renew(self, people: list[LockedPerson]) -> messages.Renewed:
        """Hand in certificates that a manager has renewed here, and say what the hub has kept; NotConnected, LinkClosed."""
        return await self._talk.answers.renew(people)

    async def advance(self, at_ms: int) -> None:
        """Training only: move the hub's simulated clock, and wait until what fell due before has happened."""
        await self._talk.answers.advance(at_ms)

    async def mishap(self, device: str, code: str) -> None:
        """Training only: have an emulated device fail with this code, or with none work again; NotConnected."""
        await self.send(messages.Mishap(device, code))

    async def close(self) -> None:
        self._following.stop_proving()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._linking.link is not None:
            await self._linking.link.close()
        await self._following.close()
        self._commands.close()

    # ------------------------------------------------------------------ how it goes on by itself

    async def _run(self) -> None:
        await self._linking.run(self._hold, self._commands.fail)

    async def _hold(self, link: Link) -> None:
        await self._talk.hold(link, self.vault, self.photo, self.live, self.stills)

    def _refuse_and_leave(self, error: SyncError) -> None:
        """The snapshot with which we began is a lie: it is thrown away, and its hub with it."""
        self._linking.refuse(error)
        self._following.replica = None
        if self._task is not None:
            self._task.cancel()
        self._commands.fail(error)
        self._tell()

    def _on_kept(self, size: int) -> None:
        if self._linking.link is not None:
            asyncio.ensure_future(self._say_kept(self._linking.link, size))

    async def _say_kept(self, link: Link, size: int) -> None:
        try:
            await link.send(messages.Kept(size))
        except SyncError:
            log.debug("the hub was gone before it heard what we keep")

    def _tell(self) -> None:
        self._moved.set()
        for listener in self._listeners:
            listener()


async def _opened(keeper: Keeper) -> None:
    """Open it to the end, whoever breaks this off: a file left open would be in use for whoever tries next."""
    opening = asyncio.create_task(keeper.open())
    try:
        await asyncio.shield(opening)
    except asyncio.CancelledError:
        await asyncio.wait({opening})
        if opening.exception() is None:
            await keeper.close()
        raise
