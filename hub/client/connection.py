"""The one way into a hub, for people, actors and benchmarks: a live link, a replica, and signed commands."""

from __future__ import annotations

import asyncio
import logging
import random
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from hub.client.commands import Commands
from hub.client.commands import Done as Done  # what submit() answers belongs to this way in
from hub.client.connection_state import ConnectionState as ConnectionState
from hub.client.connection_state import NotConnected as NotConnected
from hub.client.divergence import RecordDiverges, RecordForked
from hub.client.evidence import keep_evidence
from hub.client.handoff import OtherProfile
from hub.client.keeper import Keeper
from hub.client.knownhub import KnownHub
from hub.client.locating import located
from hub.client.photoway import PhotoWay
from hub.client.refold import Refold
from hub.client.replica import Replica
from hub.client.seeking import Seeking
from hub.client.signing import sign_as
from hub.client.standby import keep_people
from hub.client.succession import (
    GoneOver,
    NotTheHub,
    RivalHub,
    go_over,
    need_writer,
    offer,
    pass_on,
    taken_over,
    tell_succeeded,
)
from hub.client.vaultcopy import VaultCopy
from hub.client.vaultway import VaultWay
from hub.domain import contract
from hub.domain.booth import Booth, Command, Event
from hub.domain.contract import Profile
from hub.domain.personal import PersonalErased
from hub.domain.refusal import Refusal
from hub.replay import ReplayError
from sync import messages
from sync.certificate import HUB_KINDS, certificate_id
from sync.command import Signed
from sync.errors import SyncError
from sync.introductions import take_proven
from sync.link import BadMessage, Clock, Link, PeerRefused, connect, dial
from sync.merkle import EMPTY_ROOT
from sync.messages import Committed, Submit, Welcome
from sync.party import LockedPerson, Party, Person
from sync.unrecorded import Unrecorded, sign_report
from sync.vault import FILE as VAULT

log = logging.getLogger(__name__)

FIRST_RETRY_S = 0.2
"""A hub that restarts is back within two seconds; the first try comes before anyone looks up."""

LONGEST_RETRY_S = 3.0
"""At this pace twenty terminals ask a dead hub seven times a second in all, and it is noticed when it is back."""

RECOVERED_S = 5.0
"""A hub whose record was refused is looked at again so often: it may have been recovered."""

NEVER_AGAIN = (RecordDiverges, ReplayError, OtherProfile)
"""What makes a hub refused for good: no later word of it can mend this one, only people can."""


class HubClient:
    """A follower of one hub. `booth` is the replica's state; `state` says how far to trust its freshness."""

    def __init__(self, url: str, party: Party, clock: Clock, *, follow: bool, keep: Path | None) -> None:
        self.url = url
        self.party = party
        self.profile: Profile | None = None
        self.profile_raw = b""
        self.people: list[LockedPerson] = []
        self.status: messages.Status | None = None
        self.state = ConnectionState.SEEKING
        self.problem: SyncError | None = None
        """Why we are not live, when that is more than a hub that is away."""
        self.junk: SyncError | None = None
        """The hub serves a locked key that this terminal, which may become the hub, did not take."""
        self.replica: Replica | None = None
        self.heard_at = 0.0
        """time.monotonic() of the last message from the hub."""
        self._clock = clock
        self._follow = follow
        self._keeper = Keeper(keep, party.deployment.origin) if keep is not None else None
        self._home = keep.parent if keep is not None else None
        self._known_hub = KnownHub(keep.parent) if keep is not None else None
        self.vault = VaultWay(self)
        self.photo = PhotoWay(self)
        self._copy = VaultCopy(keep.with_name(VAULT)) if keep is not None else None
        self._commands = Commands(keep.parent if keep is not None else None, self._clock, follow=follow)
        self._sending = asyncio.Lock()
        self._refold: Refold | None = None
        self._told_epoch = 1
        self._seeking = Seeking(url)
        self._stranded: list[bytes] = []
        """Entries that the hub before this one wrote after it was succeeded."""
        self._certificates: list[bytes] = []
        """Proven ones that came with entries which no checkpoint covers yet."""
        self._link: Link | None = None
        self._introduced: set[bytes] = set()
        """Certificates under which the hub has made an entry: its record holds them, they need not go along again."""
        self._listeners: list[Callable[[], None]] = []
        self._event_listeners: list[Callable[[int, tuple[Event, ...]], None]] = []
        self._moved = asyncio.Event()
        self._ticked: asyncio.Future[int] | None = None
        self._renewed: asyncio.Future[messages.Renewed] | None = None
        self._task: asyncio.Task[None] | None = None
        self._other: Callable[[messages.Message], None] | None = None

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
        """Begin to follow the hub at `url`. With `wait`, return when the replica is live (or refused)."""
        client = cls(url, party, clock or _now_ms, follow=follow, keep=keep)
        client._other = on_other
        client._task = asyncio.create_task(client._run(), name=f"hub {url}")
        if wait:
            await client.until(lambda: client.state in (ConnectionState.LIVE, ConnectionState.REFUSED))
        return client

    # ------------------------------------------------------------------ what it shows

    @property
    def booth(self) -> Booth:
        return self.replica.booth if self.replica is not None else Booth()

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
        return self._keeper.size if self._keeper is not None else 0

    @property
    def epoch(self) -> int:
        """For which a command is signed: the record's own, or what the hub says where we do not follow it."""
        return self.booth.continuity.epoch if self._follow else self._told_epoch

    @property
    def unrecorded(self) -> tuple[Unrecorded, ...]:
        """Commands of this terminal that the hub did not honestly record, as far as this terminal can prove."""
        return self._commands.unrecorded

    def report(self) -> bytes:
        """All of them as a signed report, for whoever looks into it and by whatever way."""
        note = self.replica.note if self.replica is not None else ""
        return sign_report(self.party, self._clock(), note, list(self.unrecorded))

    @property
    def connected(self) -> bool:
        return self.state is ConnectionState.LIVE

    @property
    def age_s(self) -> float:
        """Seconds since the hub was heard."""
        return time.monotonic() - self.heard_at if self.heard_at else 0.0

    def look_elsewhere(self, browse: Callable[[], Awaitable[Sequence[str]]]) -> None:
        """While our hub does not answer, ask `browse` for other addresses: another machine may have taken it over."""
        self._seeking.browse = browse

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call `listener` after anything that a screen shows may have changed."""
        self._listeners.append(listener)

    def on_events(self, listener: Callable[[int, tuple[Event, ...]], None]) -> None:
        """Call `listener` with each entry's index and events, as they become durable."""
        self._event_listeners.append(listener)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until the condition holds; it is looked at after each change."""
        while not condition():
            self._moved.clear()
            await self._moved.wait()

    async def settled(self) -> None:
        """Wait until no device owes anything: what was announced, printed and photographed stands in the record."""
        from hub.domain import photo
        from hub.domain.effect import EffectState

        await self.until(
            lambda: (
                not photo.is_hubs_turn(self.booth.photos)
                and not any(effect.state is EffectState.DUE for effect in self.booth.effects.open.values())
            )
        )

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
        if not self._can_send():
            raise NotConnected(url=self.url)
        async with self._sending:  # in the order in which they are kept: by it a hub is judged
            pending = await self._commands.begin(identifier, signed, certificates, at_ms, who)
            if not self._can_send():
                self._commands.give_up(identifier)  # the hub has gone meanwhile, and nothing was sent
                raise NotConnected(url=self.url)
            introduced = bool(certificates) and certificates[0] in self._introduced
            try:
                assert self._link is not None
                await self._link.send(Submit(signed, [] if introduced else certificates, at_ms, who))
            except SyncError:
                log.info("the link broke while sending; the command goes again with the next link")
        try:
            answer = await pending.answer
        finally:
            self._commands.end(identifier)
        if certificates and isinstance(answer, Done):
            self._introduced.add(certificates[0])
        return answer

    def _can_send(self) -> bool:
        return self._link is not None and self.state is ConnectionState.LIVE

    async def send(self, message: messages.Message) -> None:
        """Send any other message; NotConnected if there is no link."""
        if self._link is None:
            raise NotConnected(url=self.url)
        await self._link.send(message)

    @property
    def hub_key(self) -> bytes:
        """The key that the hub of this link has proved; NotConnected if there is no link."""
        if self._link is None:
            raise NotConnected(url=self.url)
        return self._link.peer.key

    async def renew(self, people: list[LockedPerson]) -> messages.Renewed:
        """Hand in certificates that a manager has renewed here, and say what the hub has kept; NotConnected, LinkClosed."""
        self._renewed = asyncio.get_running_loop().create_future()
        await self.send(messages.Renew(people))
        return await self._renewed

    async def advance(self, at_ms: int) -> None:
        """Training only: move the hub's simulated clock, and wait until what fell due before has happened."""
        self._ticked = asyncio.get_running_loop().create_future()
        await self.send(messages.Tick(at_ms))
        await self._ticked

    async def mishap(self, device: str, code: str) -> None:
        """Training only: have an emulated device fail with this code, or with none work again; NotConnected."""
        await self.send(messages.Mishap(device, code))

    async def close(self) -> None:
        if self._refold is not None:
            self._refold.stop()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._link is not None:
            await self._link.close()
        if self._keeper is not None:
            if self.replica is not None:
                await self._keeper.snapshot(self.booth, self.replica.frontier, every=1)
            await self._keeper.flush()
            await self._commands.save(self.kept)
            await self._keeper.close()
        self._commands.close()

    # ------------------------------------------------------------------ the link

    async def _run(self) -> None:
        retry_s = FIRST_RETRY_S
        if self._keeper is not None:
            await self._keeper.open()
        refused = False
        while not refused:
            try:
                await self._serve_one_link()
                retry_s = FIRST_RETRY_S
            except RecordDiverges as error:
                # Nothing of it is believed; but where people have recovered it, it proves that it continues ours.
                self._refuse(error)
                self._commands.fail(error)
                retry_s = RECOVERED_S
            except NEVER_AGAIN as error:
                refused = True
                self._refuse(error)
            except SyncError as error:
                self.problem = error
                if self.state is ConnectionState.LIVE:
                    log.warning("the hub has gone: %s", error)
                    retry_s = FIRST_RETRY_S
            except Exception as error:  # whatever a hub sends, the terminal goes on trying and says why it cannot
                log.exception("what the hub sent cannot be used")
                self.problem = BadMessage(peer=self.url, why=type(error).__name__)
            self._link = None
            if self.state is not ConnectionState.REFUSED:
                self.state = ConnectionState.SEEKING
            self._tell()
            if self.state is ConnectionState.SEEKING:
                self.url = await self._seeking.next_url(self.url)
            if not refused:
                await asyncio.sleep(retry_s * random.uniform(0.7, 1.3))  # twenty terminals must not come in step
            if self.state is not ConnectionState.REFUSED:
                retry_s = min(retry_s * 2, LONGEST_RETRY_S)
        self._commands.fail(self.problem or NotConnected(url=self.url))

    async def _serve_one_link(self) -> None:
        self.party.look_for_lists()
        socket = await dial(self.url)
        try:
            known = self._known_hub.key() if self._known_hub is not None else None
            link = await connect(socket, self.party, self._clock, expect=HUB_KINDS, hub_key=known)
        except BaseException:
            await socket.close()  # whoever answered is not who we look for
            raise
        try:
            if link.peer.kind == "hub" and link.peer.person != self.party.deployment.record:
                raise PeerRefused(why="another hub", person=link.peer.person)
            if link.peer.kind == "standby_hub":
                link.peer.need_site(self.party.deployment.site)
            self._link = link
            if self.state is not ConnectionState.REFUSED:  # a hub that was refused shows first that it is well again
                self.state = ConnectionState.CATCHING_UP
            size, root = await self._held()
            await link.send(messages.Follow(size, root, self._follow, self._keeper is None and size == 0))
            reported = 0
            target = sys.maxsize  # until the hub has said how far it is
            while True:
                message = await link.receive()
                self.heard_at = time.monotonic()
                match message:
                    case Welcome():
                        await self._believe(link, message, self._welcome(link, message))
                        target = message.size
                    case Committed():
                        await self._believe(link, message, self._take(message))
                    case messages.Past() if self._refold is not None:
                        self._refold.take(message)
                    case messages.Lists():
                        self.party.take_lists(message.lists)
                    case messages.People():
                        await self._take_people(message.people)
                    case messages.Renewed():
                        if self._renewed is not None and not self._renewed.done():
                            self._renewed.set_result(message)
                    case messages.Status():
                        self.status = message
                        self._commands.overdue(self.heard_at)
                    case messages.Ticked():
                        if self._ticked is not None and not self._ticked.done():
                            self._ticked.set_result(message.at_ms)
                    case messages.VaultBox() | messages.VaultDone() | messages.Disclosed():
                        self.vault.take(message)
                    case messages.PhotoShown() | messages.PhotoGone():
                        if (answer := self.photo.take(message)) is not None:
                            await link.send(answer)
                    case messages.VaultCopy():
                        if self._copy is not None:
                            await self._copy.take(message, self.booth.personal.held)
                    case _ if self._other is not None:
                        self._other(message)
                if self.state is not ConnectionState.LIVE and self._reached(target):
                    stranded, self._stranded = self._stranded, []
                    await pass_on(link, stranded)
                    for pending in self._commands.again(self.heard_at):
                        await link.send(Submit(pending.signed, pending.certificates, pending.at_ms, pending.who))
                    self.state, self.problem = ConnectionState.LIVE, None
                    self._seeking.found()
                    if self._known_hub is not None and link.peer.kind == "hub":
                        self._known_hub.met(link.peer.key)
                    if self._copy is not None:
                        await self._copy.prune(self.booth.personal.held)
                        await link.send(messages.CopyWanted())
                await self._commands.save(self.kept)
                if self.connected and len(self.unrecorded) != reported:
                    reported = len(self.unrecorded)
                    await link.send(messages.Reported(self.report()))  # an honest hub passes it on to desks and office
                self._tell()
        finally:
            self.vault.broken()
            self.photo.broken()
            if self._renewed is not None and not self._renewed.done():
                self._renewed.set_exception(NotConnected(url=self.url))
            if self.replica is not None:
                self.replica.forget_waiting()
            if self._refold is not None:
                self._refold.stop()
            await link.close()

    def _reached(self, target: int) -> bool:
        return self.replica is not None and (not self._follow or self.replica.size >= target)

    async def _held(self) -> tuple[int, bytes]:
        """Size and root of what we hold: in memory, or on our disk at the start."""
        if self.replica is not None:
            return self.replica.size, self.replica.root
        if self._keeper is not None:
            return self._keeper.size, await self._keeper.root(self._keeper.size)
        return 0, EMPTY_ROOT

    async def _begin(self, hub_key: bytes) -> Replica:
        assert self.profile is not None
        replica = Replica(self.party.deployment, self.party.trust, self.profile, hub_key)
        if self._keeper is not None and self._follow:
            await self._keeper.recall(replica, self.party.trust)
            self._commands.recall(replica.known)
        return replica

    async def _welcome(self, link: Link, welcome: Welcome) -> None:
        self._take_certificates(welcome.certificates)
        if contract.profile_hash(welcome.profile) != self.party.deployment.profile:
            raise OtherProfile(index=0)
        if self.profile is None:
            self.profile_raw = welcome.profile
            self.profile = contract.decode_profile(welcome.profile, "profile.toml")
        self.people = welcome.people
        replica = self.replica or await self._begin(link.peer.key)
        replica.hub_key, replica.standby = link.peer.key, link.peer.kind == "standby_hub"
        self._told_epoch = welcome.epoch
        try:
            need_writer(link.peer, replica)
        except NotTheHub:
            await tell_succeeded(link, self.party, self._keeper, replica)
            raise
        if welcome.state:
            # What we hold is our memory of this record: a snapshot that nobody asked for would make us forget it.
            if replica.size or self._keeper is not None or not self._follow:
                raise RecordForked(what="a snapshot that was not asked for")
            if welcome.state_size and not welcome.note:
                raise RecordForked(what="a snapshot without a checkpoint")
            replica.restore(welcome.state, welcome.state_size, welcome.frontier)
        elif self._follow:
            self.replica = replica  # what we hold is shown, whatever the hub says now
            try:
                replica.need_continuation(welcome.newest, welcome.consistency)
            except RecordDiverges:
                await self._go_over(link, replica, welcome)
                raise
        if self._follow:
            await self._fold(replica, welcome.entries, welcome.note)
        self.replica = replica
        await self._take_people(welcome.people)
        if replica.provisional is not None:
            if self._refold is None or self._refold.replica is not replica:
                self._refold = Refold(replica, self._tell, self._refuse_and_leave)
            self._refold.start(link.send)

    async def _take_people(self, people: list[LockedPerson]) -> None:
        """Who works here now; kept at once where this terminal may become the hub: this morning's keys open nothing else.

        Called when what the record says of their keys is folded.
        """
        if self._home is not None:  # first: what the screens show of today's people, a take-over has
            keys = self.booth.successions
            self.junk = await asyncio.to_thread(keep_people, self._home, people, self.party.trust, keys)
        self.people = people

    async def _go_over(self, link: Link, replica: Replica, welcome: Welcome) -> None:
        """Raise GoneOver, our copy put back, if the peer took the record over before our end; return if it did not."""
        try:
            made = taken_over(link.peer, self.party, replica, welcome)
        except RivalHub:
            await tell_succeeded(link, self.party, self._keeper, replica)  # it is to know of the other one
            raise
        beyond = None if made is None else await go_over(self._keeper, made)
        if made is None or beyond is None:
            return
        log.error("%s took over at %d; %d entries beyond that are set apart", made.hub, made.size, len(beyond))
        self._stranded, self.replica = beyond, None
        raise GoneOver(hub=made.hub, size=made.size, apart=len(beyond), by="、".join(made.confirmed_by))

    async def _take(self, committed: Committed) -> None:
        replica = self.replica
        assert replica is not None
        self._take_certificates(committed.certificates)
        if self._follow and committed.entries:
            if committed.first != replica.reached:
                raise RecordForked(expected=replica.reached, got=committed.first)
            await self._fold(replica, committed.entries, committed.note)
        for outcome in committed.outcomes:
            self._commands.answered(replica, outcome)

    def _take_certificates(self, brought: list[bytes]) -> None:
        if brought:
            take_proven(self.party.trust, brought)
            self._certificates.extend(one for one in brought if certificate_id(one) in self.party.trust)

    async def _fold(self, replica: Replica, entries: list[bytes], note: str) -> None:
        if not entries and (not note or note == replica.note):
            return
        taken = await replica.take(entries, note)
        self._commands.taken(replica.size, taken)
        if self._keeper is not None and taken.entries:
            certificates, self._certificates = self._certificates, []
            self._keeper.keep(taken.entries, taken.ids, note, certificates, self._on_kept)
            self._keeper.snapshot_soon(replica.booth, replica.frontier)
        if self._copy is not None and any(
            isinstance(one, PersonalErased) for _, events in taken.made for one in events
        ):
            asyncio.ensure_future(self._copy.prune(replica.booth.personal.held))
        for index, events in taken.made:
            for listener in self._event_listeners:
                listener(index, events)

    # ------------------------------------------------------------------ a hub that is not believed

    async def _believe(self, link: Link, message: Welcome | Committed, taking: Awaitable[None]) -> None:
        """Take what a message brings; where it contradicts us it is kept as evidence, and the divergence located."""
        try:
            await taking
        except NEVER_AGAIN as error:
            if self._home is not None:
                seen = self.replica.note if self.replica is not None else ""
                log.error("evidence in %s", keep_evidence(self._home, error, messages.encode(message), seen))
            if isinstance(error, RecordDiverges) and isinstance(message, Welcome):
                placed = await located(error, message, link, self.replica, self._keeper)
                self._refuse(placed)
                self._tell()
                await offer(link, self._keeper)
                raise placed from error
            raise

    def _refuse(self, error: SyncError) -> None:
        log.error("the hub is refused: %s", error)
        self.problem, self.state = error, ConnectionState.REFUSED

    def _refuse_and_leave(self, error: SyncError) -> None:
        """The snapshot with which we began is a lie: it is thrown away, and its hub with it."""
        self._refuse(error)
        self.replica = None
        if self._task is not None:
            self._task.cancel()
        self._commands.fail(self.problem or NotConnected(url=self.url))
        self._tell()

    def _on_kept(self, size: int) -> None:
        if self._link is not None:
            asyncio.ensure_future(self._say_kept(self._link, size))

    async def _say_kept(self, link: Link, size: int) -> None:
        try:
            await link.send(messages.Kept(size))
        except SyncError:
            log.debug("the hub was gone before it heard what we keep")

    def _tell(self) -> None:
        self._moved.set()
        for listener in self._listeners:
            listener()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
