"""What is said over one link, from the first word to its end, and what happens where the hub contradicts our record."""

from __future__ import annotations

import logging
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from hub.client.link.answers import Answers
from hub.client.link.commands import Commands
from hub.client.link.connection_state import ConnectionState
from hub.client.link.following import Following
from hub.client.link.linking import NEVER_AGAIN, Linking
from hub.client.link.submitting import Submitting
from hub.client.link.succession import offer, pass_on
from hub.client.people.staff_today import StaffToday
from hub.client.proof.divergence import RecordDiverges
from hub.client.proof.evidence import keep_evidence
from hub.client.proof.locating import located
from hub.client.views.liveway import LiveWay
from hub.client.views.photoway import PhotoWay
from hub.client.views.stillway import StillWay
from hub.client.views.vaultway import VaultWay
from hub.domain.personal import vault_keys
from sync import messages
from sync.errors import SyncError
from sync.keys.party import Party
from sync.link.link import Clock, Link
from sync.messages import Committed, Message, Welcome
from sync.record.unrecorded import sign_report

log = logging.getLogger(__name__)


class Conversation:
    """Gives each message to whom it concerns; the parts know nothing of each other."""

    def __init__(
        self,
        party: Party,
        clock: Clock,
        home: Path | None,
        linking: Linking,
        following: Following,
        commands: Commands,
        *,
        tell: Callable[[], None],
        disbelieved: Callable[[SyncError], None],
        on_other: Callable[[Message], None] | None,
    ) -> None:
        """`disbelieved` is told that the snapshot with which we began is a lie; `on_other` what no part here takes."""
        self.status: messages.Status | None = None
        self.staff = StaffToday(home, party.trust)
        self.submitting = Submitting(linking, commands)
        self.answers = Answers(linking.send)
        self._party = party
        self._clock = clock
        self._home = home
        self._linking = linking
        self._following = following
        self._commands = commands
        self._tell = tell
        self._disbelieved = disbelieved
        self._other = on_other

    def report(self) -> bytes:
        """What the hub did not honestly record, signed by this terminal."""
        replica = self._following.replica
        note = replica.note if replica is not None else ""
        return sign_report(self._party, self._clock(), note, list(self._commands.unrecorded))

    async def hold(self, link: Link, vault: VaultWay, photo: PhotoWay, live: LiveWay, stills: StillWay) -> None:
        """Talk until the link ends, which it says by an exception; what then waits is told."""
        following, linking = self._following, self._linking
        try:
            size, root = await following.held()
            fresh = following.keeper is None and size == 0
            cosigned = await following.cosigned_up_to()
            await link.send(messages.Follow(size, root, following.follow, fresh, cosigned))
            reported = 0
            target = sys.maxsize  # until the hub has said how far it is
            while True:
                message = await link.receive()
                linking.heard()
                if isinstance(message, Welcome):
                    target = message.size
                await self._take(link, message, vault, photo, live, stills)
                if linking.state is not ConnectionState.LIVE and following.reached(target):
                    await self._go_live(link)
                await self._commands.save(following.kept)
                if linking.state is ConnectionState.LIVE and len(self._commands.unrecorded) != reported:
                    reported = len(self._commands.unrecorded)
                    await link.send(messages.Reported(self.report()))  # an honest hub passes it on to desks and office
                self._tell()
        finally:
            vault.broken()
            photo.broken()
            live.broken()
            stills.broken()
            self.answers.broken(linking.url)
            following.broken()

    async def _take(
        self, link: Link, message: Message, vault: VaultWay, photo: PhotoWay, live: LiveWay, stills: StillWay
    ) -> None:
        following = self._following
        match message:
            case Welcome():
                await self._believe(link, message, following.welcome(link, message))
                await self.staff.take(message.people, following.booth.successions)
                following.prove_snapshot(link.send, self._tell, self._disbelieved)
            case Committed():
                await self._believe(link, message, following.take(message))
            case messages.Witnessed():
                await following.witnessed(message)
            case messages.Past() if following.refold is not None:
                following.refold.take(message)
            case messages.Lists():
                self._party.take_lists(message.lists)
            case messages.People():
                await self.staff.take(message.people, following.booth.successions)
            case messages.Renewed() | messages.Ticked():
                self.answers.take(message)
            case messages.Status():
                self.status = message
                self._commands.overdue(self._linking.heard_at)
            case messages.VaultBox() | messages.VaultDone() | messages.Disclosed() | messages.Tagged():
                vault.take(message)
            case messages.PhotoShown() | messages.PhotoGone():
                if (answer := photo.take(message)) is not None:
                    await link.send(answer)
            case messages.LiveFrame() | messages.LookAway():
                if (answer := live.take(message)) is not None:
                    await link.send(answer)
            case messages.StillShown():
                stills.take(message)
            case messages.VaultCopy():
                if following.vault_copy is not None:
                    await following.vault_copy.take(message, vault_keys.wanted(following.booth))
            case _ if self._other is not None:
                self._other(message)

    async def _go_live(self, link: Link) -> None:
        """We hold what the hub holds: what waited for that is sent, and the screens may say so."""
        following = self._following
        following.need_writer()
        await pass_on(link, following.take_stranded())
        await self.submitting.again(link, self._linking.heard_at)
        self._linking.live()
        if following.vault_copy is not None:
            await following.vault_copy.prune(vault_keys.wanted(following.booth))
            await link.send(messages.CopyWanted())

    async def _believe(self, link: Link, message: Welcome | Committed, taking: Awaitable[None]) -> None:
        """Take what a message brings; where it contradicts us it is kept as evidence, and the divergence located."""
        following = self._following
        try:
            await taking
        except NEVER_AGAIN as error:
            if self._home is not None:
                seen = following.replica.note if following.replica is not None else ""
                log.error("evidence in %s", keep_evidence(self._home, error, messages.encode(message), seen))
            if isinstance(error, RecordDiverges) and isinstance(message, Welcome):
                placed = await located(error, message, link, following.replica, following.keeper)
                self._linking.refuse(placed)
                self._tell()
                await offer(link, following.keeper)
                raise placed from error
            raise
